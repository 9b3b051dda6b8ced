"""What is typed is kept for its writer alone, comes back in the form, and is never silently overwritten."""

import re
import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import limits
from desk import drafts
from desk.models import Draft
from pages import actions, deleting
from pages.models import BasePage, Change, Deletion
from people.models import Membership
from tests.factories.forms import form_with
from tests.factories.pages import House, make_post, make_show, make_wiki_page
from tests.factories.syndication import make_picture

SAVE = "/drafts/-/save/"
NEW = "/spaces/digital-services/blog/-/new/"
TEXT = "The desk is open from nine to five.\n\nRing the bell.\n\nA permit costs 10 euros.\n"


class Tab:
    """One opening of a form in one browser, as its script sees it."""

    def __init__(self, client: Client, person: Any, path: str) -> None:
        self.client, self.person, self.path = client, person, path.partition("?")[0]
        answer = client.get(path)
        assert answer.status_code == 200, answer
        self.html = answer.content.decode()
        self.form = form_with(self.html, "draft")
        page = answer.context.get("page") if answer.context else None
        self.about = {"draft_tab": uuid.uuid4().hex, "draft_path": self.path, "draft_heading": "New post"}
        self.about |= {"draft_page": str(page.pk) if page else "", "draft_person": str(person.pk)}
        self.turn = 0

    def save(self, **typed: str) -> Any:
        self.form |= typed
        self.turn += 1
        answer = self.client.post(SAVE, {**self.form, **self.about, "draft_turn": str(self.turn)})
        if answer.status_code == 200:
            self.form["draft"] = answer.json()["draft"]
        return answer

    def send(self, action: str = "publish", **typed: str) -> Any:
        self.form |= typed
        return self.client.post(self.path, {**self.form, "action": action}, follow=True)


@pytest.fixture
def at(house: House) -> Any:
    def open_form(name: str, path: str) -> Tab:
        client, person = Client(), getattr(house, name)
        client.force_login(person)
        return Tab(client, person, path)

    return open_form


def edit_of(page: Any) -> str:
    return f"{page.get_absolute_url()}-/edit/"


TYPED = {
    "title": "Half a thought",
    "summary": "Soon.",
    "body": "  Two\n\nlines\n",
    "tags": "a, b",
    "authors": "mary, grace",
}
TYPED |= {"language": "de", "audience": "space", "link_url": "https://example.org/"}


def test_every_field_of_a_new_post_comes_back_on_another_device(at: Any) -> None:
    tab = at("mary", NEW)
    assert tab.save(**TYPED).json()["state"] == "saved"
    elsewhere = Client()
    elsewhere.force_login(tab.person)
    listed = elsewhere.get("/drafts/").text
    assert "Half a thought" in listed
    key = Draft.objects.get().key
    assert f"{NEW}?draft={key}" in listed
    # The empty form offers it; it does not show it, because a second new post is another draft.
    assert f"?draft={key}" in elsewhere.get(NEW).text
    again = Tab(elsewhere, tab.person, f"{NEW}?draft={key}")
    assert {name: again.form[name] for name in TYPED} == TYPED
    assert "This is your draft" in again.html
    assert again.form["form_key"] != tab.form["form_key"]


def test_publishing_uses_the_draft_up_and_leaves_no_trace_of_it(at: Any, house: House) -> None:
    tab = at("mary", NEW)
    for body in ("One.", "One. Two.", "One. Two. Three."):
        tab.save(title="A bench", body=body)
    assert not BasePage.objects.filter(title="A bench").exists()
    assert tab.send().redirect_chain
    assert not Draft.objects.exists()
    page = BasePage.objects.get(title="A bench")
    assert Change.objects.filter(page=page).count() == page.revisions.count() == 1


def test_a_draft_is_used_up_even_if_the_answer_to_its_save_was_lost(at: Any) -> None:
    tab = at("mary", NEW)
    tab.save(title="A bench", body="One.")
    tab.form["draft"] = ""
    tab.send()
    assert not Draft.objects.exists()


def test_what_was_typed_on_another_device_meanwhile_is_not_used_up_with_it(at: Any, house: House) -> None:
    page = make_wiki_page(house.digital, "Guide", TEXT)
    first = at("mary", edit_of(page))
    first.save(body=TEXT + "One.")
    second = at("mary", edit_of(page))
    assert second.form["body"] == TEXT + "One."
    second.save(body=TEXT + "Two.")
    first.send()
    assert Draft.objects.get().fields["body"] == TEXT + "Two."


def test_two_tabs_with_a_new_post_each_are_two_drafts(at: Any) -> None:
    first, second = at("mary", NEW), at("mary", NEW)
    first.save(title="One")
    second.save(title="Two")
    first.save(title="One and a half")
    assert set(Draft.objects.values_list("title", flat=True)) == {"One and a half", "Two"}
    offered = at("mary", NEW).html
    assert "One and a half" in offered
    assert "Two" in offered


@pytest.mark.parametrize("new", [True, False])
def test_of_two_devices_neither_overwrites_the_other(at: Any, house: House, new: bool) -> None:
    path = NEW if new else edit_of(make_post(house.digital, "Open", TEXT, by=house.mary))
    first = at("mary", path)
    first.save(title="Draft", body="Begun.")
    second = at("mary", f"{path}?draft={Draft.objects.get().key}")
    assert second.form["body"] == "Begun."
    assert second.save(body="Newer.").json()["state"] == "saved"
    answer = first.save(body="Older window.").json()
    assert answer["state"] == "apart"
    assert set(Draft.objects.values_list("fields__body", flat=True)) == {"Newer.", "Older window."}
    # From now on each has its own, also if a request is sent again because its answer was lost.
    assert first.save(body="Older window, more.").json()["state"] == "saved"
    assert second.save(body="Newer, more.").json()["state"] == "saved"
    assert set(Draft.objects.values_list("fields__body", flat=True)) == {"Newer, more.", "Older window, more."}


def test_a_request_that_comes_late_or_twice_changes_nothing(at: Any) -> None:
    tab = at("mary", NEW)
    tab.save(body="First.")
    tab.save(body="Second.")
    late = {**tab.form, **tab.about, "body": "First.", "draft": "", "draft_turn": "1"}
    assert tab.client.post(SAVE, late).json()["state"] == "saved"
    assert Draft.objects.get().fields["body"] == "Second."


def test_a_draft_deleted_elsewhere_becomes_another_when_it_is_typed_in_again(at: Any) -> None:
    tab = at("mary", NEW)
    tab.save(body="First.")
    key = Draft.objects.get().key
    assert tab.client.get(f"/drafts/{key}/-/discard/").status_code == 200
    assert "has been deleted" in tab.client.post(f"/drafts/{key}/-/discard/", follow=True).text
    assert not Draft.objects.exists()
    for _again in range(2):
        tab.form["draft"] = f"{key}:{tab.about['draft_tab']}:1"
        assert tab.save(body="Second.").json()["state"] == "apart"
    assert Draft.objects.get().fields["body"] == "Second."


def test_a_new_page_is_not_made_twice_of_one_draft_without_asking(at: Any) -> None:
    first = at("mary", NEW)
    first.save(title="A bench", body="One.")
    key = Draft.objects.get().key
    second = at("mary", f"{NEW}?draft={key}")
    first.send()
    answer = second.send()
    assert "published or deleted in another window" in answer.text
    assert BasePage.objects.filter(title="A bench").count() == 1
    # Asked again, it is made.
    second.client.post(NEW, {**form_with(answer.text), "action": "publish"})
    assert BasePage.objects.filter(title="A bench").count() == 2
    # The address of the used draft leads to the page that was made of it.
    assert first.client.get(f"{NEW}?draft={key}", follow=True).redirect_chain[-1][0].endswith("/a-bench/-/edit/")


@pytest.mark.parametrize("make", [make_post, make_wiki_page])
def test_a_draft_over_a_page_is_shown_said_and_merged(at: Any, house: House, make: Any) -> None:
    page = make(house.digital, "Guide", TEXT)
    tab = at("mary", edit_of(page))
    tab.save(body=TEXT.replace("nine", "eight"), change_note="Earlier")
    grace = at("grace", edit_of(page))
    assert "nine" in grace.form["body"]
    grace.send(body=TEXT.replace("10 euros", "12 euros"))
    again = at("mary", edit_of(page))
    assert "This is your draft of changes to this page" in again.html
    assert "The page has changed since you started" in again.html
    assert again.form["change_note"] == "Earlier"
    assert "from eight to five" in again.form["body"]
    again.send()
    page.refresh_from_db()
    assert page.body == TEXT.replace("nine", "eight").replace("10 euros", "12 euros")
    assert not Draft.objects.exists()
    assert Change.objects.filter(page=page).count() == 3


@pytest.mark.parametrize("make", [make_post, make_wiki_page, make_show])
def test_save_draft_over_a_published_page_is_for_its_writer_alone(at: Any, house: House, make: Any) -> None:
    page = make(house.digital, "Guide", TEXT) if make is not make_show else make(house.digital, "Guide")
    before = Change.objects.filter(page=page).count()
    tab = at("mary", edit_of(page))
    assert "a draft that only you can see" in tab.send("draft", body="Unsent words.", audience="space").text
    page.refresh_from_db()
    assert (page.audience, page.has_unpublished_changes) == ("staff", False)
    # Where a page had no version yet, what readers see became its first.
    assert Change.objects.filter(page=page, published=False).count() == 0
    assert Change.objects.filter(page=page).count() <= max(before, 1)
    for name in ("grace", "ada"):
        other = at(name, edit_of(page))
        assert "Unsent words." not in other.html
    again = at("mary", edit_of(page))
    assert again.form["body"] == "Unsent words."
    # Another device that has not seen it does not overwrite it by that button either.
    tab.form["draft"] = ""
    assert "so both texts are kept" in tab.send("draft", body="Of the first window.").text
    assert Draft.objects.count() == 2


def test_a_draft_follows_its_page_and_outlives_it(at: Any, house: House) -> None:
    page = make_wiki_page(house.digital, "Guide", TEXT)
    tab = at("mary", edit_of(page))
    tab.save(body="Mine.")
    moved = BasePage.objects.get(pk=page.pk).specific
    moved.slug = "handbook"
    actions.edit_page(person=house.grace, page=moved)
    key = Draft.objects.get().key
    listed = tab.client.get("/drafts/").text
    assert f"/wiki/handbook/-/edit/?draft={key}" in listed
    # The form that lies open still saves, and its own address leads on.
    assert tab.save(body="Mine, more.").json()["state"] == "saved"
    assert "Mine, more." in tab.client.get(f"{tab.path}?draft={key}", follow=True).text
    actions.delete_page(person=house.grace, page=BasePage.objects.get(pk=page.pk))
    answer = tab.client.get(f"/spaces/digital-services/wiki/handbook/-/edit/?draft={key}", follow=True)
    assert "can no longer be opened" in answer.text
    assert "Mine, more." in answer.text
    assert "Changes to a page that was deleted" in tab.client.get("/drafts/").text
    # It comes back with its page.
    deleting.restore(Deletion.objects.get(), by=house.grace)
    assert "Mine, more." in at("mary", "/spaces/digital-services/wiki/handbook/-/edit/").html


def test_who_loses_the_space_keeps_the_words_and_publishes_nothing(at: Any, house: House) -> None:
    Membership.objects.filter(space=house.digital, person=house.mary).update(role="member")
    house.digital.see = "members"
    house.digital.save()
    page = make_post(house.digital, "Secret plan", TEXT)
    over, fresh = at("mary", edit_of(page)), at("mary", NEW)
    over.save(body="Mine over.")
    fresh.save(title="Mine new")
    Membership.objects.filter(space=house.digital, person=house.mary).delete()
    mary = Client()
    mary.force_login(type(house.mary).objects.get(pk=house.mary.pk))
    listed = mary.get("/drafts/").text
    assert "that you can no longer read" in listed
    assert page.get_absolute_url() not in listed
    assert house.digital.name not in listed
    for draft, words in zip(Draft.objects.order_by("pk"), ("Mine over.", "Mine new"), strict=True):
        answer = mary.get(f"{draft.path}?draft={draft.key}", follow=True)
        assert "can no longer be opened" in answer.text
        assert words in answer.text
    assert mary.post(edit_of(page), {**over.form, "action": "publish"}).status_code == 404
    assert mary.post(NEW, {**fresh.form, "action": "publish"}).status_code == 404
    page.refresh_from_db()
    assert page.body == TEXT


def test_nobody_else_finds_a_draft_anywhere(at: Any, house: House) -> None:
    tab = at("mary", NEW)
    tab.save(title="Ploverword", body="Ploverword.", tags="ploverword")
    key = Draft.objects.get().key
    for name in ("grace", "ada"):
        other = at(name, NEW)
        places = ["/", "/drafts/", "/spaces/digital-services/", "/spaces/digital-services/blog/", "/people/mary/"]
        assert not any("Ploverword" in other.client.get(path).text for path in [*places, NEW, f"{NEW}?draft={key}"])
        assert other.client.get(f"/drafts/{key}/").status_code == 404
        assert other.client.get(f"/drafts/{key}/-/discard/").status_code == 404
        assert other.client.post(f"/drafts/{key}/-/discard/").status_code == 404
        # Nor does somebody else's key let her write into it.
        other.form["draft"] = tab.form["draft"]
        other.save(title="Other")
    assert Draft.objects.get(person=house.mary).title == "Ploverword"


def test_a_draft_over_a_page_that_its_sender_cannot_read_is_over_nothing(at: Any, house: House) -> None:
    hidden = make_post(house.operations, "Kestrelword", "x")
    tab = at("mary", NEW)
    tab.about["draft_page"] = str(hidden.pk)
    tab.save(title="Mine")
    assert Draft.objects.get().page_id is None
    assert "Kestrelword" not in tab.client.get("/drafts/").text


def test_when_the_session_has_ended_or_is_another_persons_nothing_is_saved_and_the_form_is_told(
    at: Any, house: House
) -> None:
    tab = at("mary", NEW)
    tab.client.logout()
    assert tab.save(body="Mine.").json() == {"state": "signed_out"}
    assert tab.client.get(SAVE).status_code == 401
    tab.client.force_login(house.grace)
    assert tab.save(body="Mine.").status_code == 401
    assert not Draft.objects.exists()
    tab.client.force_login(house.mary)
    assert tab.client.get(SAVE).json()["token"]
    assert tab.save(body="Mine.").json()["state"] == "saved"


def test_a_form_of_another_site_saves_nothing(house: House) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(house.mary)
    sent = {"form_key": str(uuid.uuid4()), "draft_tab": "a", "draft_turn": "1", "draft_path": NEW, "body": "x"}
    assert client.post(f"{SAVE}?fragment", sent).status_code == 403
    token = client.get(SAVE).json()["token"]
    assert client.post(f"{SAVE}?fragment", sent, headers={"X-CSRFToken": token}).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"form_key": "x"},
        {"draft_tab": ""},
        {"draft_tab": "x" * 33},
        {"draft_turn": "-1"},
        {"draft_turn": "9" * 10},
        {"draft_path": "javascript:x"},
        {"draft": "x:y:z"},
        {"draft": f"{uuid.UUID(int=0)}:{'x' * 99}:{'9' * 99}"},
        {"draft_page": "9" * 15},
        {"draft_page": "x"},
        {"draft_path": "//example.org/"},
        {"draft_path": "/\\example.org/"},
        {"draft_path": "/\t/example.org/"},
        {"draft_path": "/%5Cexample.org/"},
        {"draft_path": "/%2Fexample.org/"},
        {"draft_path": "/a\0b/"},
        {"draft_path": "/spaces/a%00b/"},
        {"draft_path": "/%FF/"},
        {"na\0me": "x"},
        {"body": "a\0b"},
        {"draft_heading": "x" * 999, "title": "y" * 999},
        {"draft_path": "/" + "x" * 9999},
    ],
    ids=str,
)
def test_whatever_is_sent_is_answered(at: Any, wrong: dict[str, str]) -> None:
    tab = at("mary", NEW)
    tab.about |= wrong
    assert tab.save(
        **{"body": "x", **{name: value for name, value in wrong.items() if name == "body"}}
    ).status_code in (200, 400)
    assert tab.client.get("/drafts/").status_code == 200
    assert not Draft.objects.exclude(path__startswith="/").exists()
    assert all(draft.path[1:2] not in ("/", "\\") and draft.path.isprintable() for draft in Draft.objects.all())


def test_a_person_whose_name_is_not_in_latin_letters_finds_the_draft_of_her_profile(at: Any, house: House) -> None:
    house.mary.username = "zoë+女"
    house.mary.save()
    address = f"/people/{quote(house.mary.username)}/-/edit/"
    tab = at("mary", address)
    assert tab.save(about="Half a sen").status_code == 200
    link, *_same = re.findall(rf'href="({re.escape(address)}\?draft=[^"]+)"', tab.client.get("/drafts/").text)
    assert "Half a sen" in at("mary", link).html


def test_passwords_and_files_are_never_kept(at: Any) -> None:
    tab = at("mary", NEW)
    tab.save(body="x", new_password1="secret", old_password="secret", csrfmiddlewaretoken="t")
    kept = Draft.objects.get().fields
    assert "secret" not in str(kept)
    assert {"form_key", "draft", "csrfmiddlewaretoken", "action"}.isdisjoint(kept)
    assert not [name for name in kept if name.startswith("draft")]


def test_a_person_has_so_many_drafts_and_bytes_and_no_more(
    at: Any, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "DRAFTS", 2)
    first, second, third = (at("mary", NEW) for _number in range(3))
    first.save(body="1")
    second.save(body="2")
    assert third.save(body="3").status_code == 413
    assert first.save(body="1, more").status_code == 200
    monkeypatch.setattr(drafts, "DRAFT_BYTES", Draft.objects.first().size * 2 + 50)
    assert second.save(body="x" * 1000).status_code == 413
    assert at("grace", NEW).save(body="Hers").status_code == 200


def test_drafts_that_nobody_touches_are_deleted_and_others_are_not(at: Any) -> None:
    old, young = at("mary", NEW), at("mary", NEW)
    old.save(body="Old")
    young.save(body="Young")
    for body, days in (("Old", limits.DRAFT_KEPT_DAYS + 1), ("Young", limits.DRAFT_KEPT_DAYS - 1)):
        Draft.objects.filter(fields__body=body).update(saved_at=timezone.now() - timedelta(days=days))
    drafts.forget_old()
    assert [draft.fields["body"] for draft in Draft.objects.all()] == ["Young"]


def test_a_save_is_one_short_statement_without_the_lock_of_page_writers(at: Any, house: House) -> None:
    page = make_post(house.digital, "Open", TEXT)
    tab = at("mary", edit_of(page))
    tab.save(body="One.")
    with CaptureQueriesContext(connection) as asked:
        tab.save(body="Two.")
    statements = [query["sql"] or "" for query in asked.captured_queries]
    # Session, person, the room that is left, and the draft.
    assert len(statements) == 4, statements
    assert [sql for sql in statements if not sql.startswith("SELECT")] == [statements[-1]]
    assert statements[-1].startswith("UPDATE")


def test_the_list_costs_the_same_however_many_drafts_there_are(at: Any, house: House) -> None:
    tab = at("mary", NEW)
    tab.save(title="First")
    at("mary", edit_of(make_post(house.digital, "Page", TEXT))).save(body="Over.")
    make_post(house.digital, "Not yet", TEXT, by=house.mary, publish=False)
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as asked:
            answer = tab.client.get("/drafts/")
        assert "Not yet" in answer.text
        counts.append(len(asked))
        for number in range(5):
            at("mary", NEW).save(title=f"Draft {number}", body="x" * 1000)
            at("mary", edit_of(make_post(house.digital, f"Page {number}", TEXT))).save(body="Over.")
            make_post(house.digital, f"Not yet {number}", TEXT, by=house.mary, publish=False)
    assert counts[0] == counts[1]


def test_a_page_with_an_unpublished_version_of_others_says_so_in_the_form(at: Any, house: House) -> None:
    page = make_post(house.digital, "Open", TEXT)
    draft = BasePage.objects.get(pk=page.pk).specific
    draft.body = "Newer."
    actions.edit_page(person=house.grace, page=draft, publish=False)
    assert "shows a newer version that is not published yet" in at("mary", edit_of(page)).html


def test_a_picture_that_came_with_a_draft_comes_back_with_it(at: Any, house: House) -> None:
    picture = make_picture(house.digital)
    tab = at("mary", NEW)
    tab.save(title="Pictured", hero_kept=str(picture.pk), hero_alt="A bench")
    again = at("mary", f"{NEW}?draft={Draft.objects.get().key}")
    assert (again.form["hero_kept"], again.form["hero_alt"]) == (str(picture.pk), "A bench")
