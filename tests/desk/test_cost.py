"""The cost of a save: the statements that form, checks and write take together, and a single rendering of the text."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pages import texts
from pages.actions import edit_page
from pages.models import BasePage
from tests.factories.pages import House, make_post, make_wiki_page

#: Twelve links to pages, eleven of them to pages that nobody has written.
LINKS = " ".join(["[[Guide]]", *(f"[[Missing {number}]]" for number in range(11))])
BODY = f"# Rules\n\nSee {LINKS} and [the law](https://example.org/).\n\n" + "Words, **and more** words. " * 200


@pytest.fixture
def grace(house: House, client: Client) -> Client:
    client.force_login(house.grace)
    make_wiki_page(house.digital, "Guide", "x")
    # What is remembered from request to request is asked once.
    send(client, "/spaces/digital-services/blog/-/new/", title="First")
    return client


def send(client: Client, address: str, **typed: str) -> int:
    """Posts the form as a browser would; how many statements that took, but for transactions and their lock."""
    form = {"title": "Rules", "summary": "What holds.", "body": BODY, "tags": "law, rules", "authors": "grace"}
    form |= {"language": "en", "audience": "staff", "form_key": str(uuid.uuid4())}
    with CaptureQueriesContext(connection) as asked:
        answer = client.post(address, form | typed)
    assert answer.status_code == 302
    marks = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "INSERT INTO pages_version")
    return sum(not (query["sql"] or "").startswith(marks) for query in asked.captured_queries)


def edit(client: Client, page: Any, **typed: str) -> int:
    page.refresh_from_db()
    seen = {"slug": page.slug, "slug_seen": page.slug, "audience_seen": page.audience, "title": page.title}
    seen |= {"audience": page.audience, "base_revision": str(page.latest_revision_id)}
    return send(client, f"{page.get_absolute_url()}-/edit/", **seen | typed)


@pytest.fixture
def post(house: House, grace: Client) -> Any:
    page = make_post(house.digital, "Rules", BODY, tags=["law", "rules"], authors=[house.grace], by=house.grace)
    # As the form would write it, so that an edit changes what it says it changes.
    edit(grace, page, body=BODY)
    return page


def test_a_new_post(grace: Client) -> None:
    assert send(grace, "/spaces/digital-services/blog/-/new/") == 38


def test_an_edit_of_the_text(grace: Client, post: Any) -> None:
    assert edit(grace, post, body=BODY + "More.") == 30


def test_an_edit_that_changes_nothing(grace: Client, post: Any) -> None:
    assert edit(grace, post) == 27


def test_an_edit_that_narrows_the_audience(grace: Client, post: Any) -> None:
    assert edit(grace, post, body=BODY + "More.", audience="space") == 33


def test_an_edit_that_changes_the_title(grace: Client, post: Any) -> None:
    assert edit(grace, post, body=BODY + "More.", title="Rules of the house") == 35


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    bodies: list[str] = []
    text_of = texts.text_of
    monkeypatch.setattr(
        texts, "text_of", lambda page, **options: (bodies.append(page.body), text_of(page, **options))[1]
    )
    return bodies


@pytest.mark.parametrize(
    "typed",
    [
        {"body": "New."},
        {"audience": "space"},
        {"body": "New.", "audience": "space", "title": "Other", "slug": "other"},
    ],
    ids=["text", "audience", "everything"],
)
def test_a_text_is_rendered_once_whatever_changes(
    grace: Client, post: Any, rendered: list[str], typed: dict[str, str]
) -> None:
    edit(grace, post, **{"body": BODY, **typed})
    assert rendered == [typed.get("body", BODY)]


def test_a_text_that_stays_as_it_is_is_not_rendered(grace: Client, post: Any, rendered: list[str]) -> None:
    edit(grace, post, summary="Shorter.")
    assert rendered == []


def test_a_version_that_is_not_published_narrows_what_is_published_at_once(house: House, post: Any) -> None:
    draft = BasePage.objects.get(pk=post.pk).specific
    draft.body = "Secret plans."
    edit_page(person=house.grace, page=draft, audience="space", publish=False)
    row = BasePage.objects.get(pk=post.pk)
    assert (row.audience_token, row.live, row.body) == (f"space:{house.digital.pk}", True, BODY)
    assert row.get_latest_revision_as_object().body == "Secret plans."


def test_using_a_draft_up_takes_one_statement(grace: Client, post: Any) -> None:
    assert edit(grace, post, body=BODY + "More.", draft="") == 31
