"""Who wrote each part of a text, and the sizes of changes, as far as the reader may know."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Revision

from pages.actions import edit_page, set_audience
from pages.models import Change
from tests.factories.pages import House, make_episode, make_post, make_show, make_wiki_page

KINDS = {
    "post": lambda house, *rest, **more: make_post(house.digital, "Rota", *rest, **more),
    "wiki page": lambda house, *rest, **more: make_wiki_page(house.digital, "Rota", *rest, **more),
    "episode": lambda house, *rest, **more: make_episode(make_show(house.digital, "Show"), "Rota", *rest, **more),
}


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def blamed(client: Client, page: Any) -> list[tuple[str, str]]:
    """Who, and what, as the page says it."""
    answer = client.get(f"{page.get_absolute_url()}-/blame/")
    assert answer.status_code == 200
    return [(change.person.username if change else "", text) for change, text in answer.context["passages"]]


def edit(page: Any, person: Any, body: str, **how: Any) -> None:
    page.body = body
    edit_page(person=person, page=page, **how)


@pytest.mark.parametrize("kind", KINDS)
def test_each_passage_names_who_wrote_it_last(house: House, kind: str) -> None:
    page = KINDS[kind](house, "One.\n\nTwo.\n\nThree.", by=house.grace)
    edit(page, house.mary, "One.\n\nTwo of Mary.\n\nThree.", note="Two")
    edit(page, house.ada, "One.\n\nTwo of Mary.\n\nThree.\n\nFour of Ada.")
    edit(page, house.mary, "A draft of Mary.", publish=False)
    assert blamed(signed_in(house.otto), page) == [
        ("grace", "One."),
        ("mary", "Two of Mary."),
        ("grace", "Three."),
        ("ada", "Four of Ada."),
    ]
    text = signed_in(house.otto).get(f"{page.get_absolute_url()}-/history/").text
    assert 'href="../blame/"' in text


def test_versions_that_a_reader_may_not_see_name_nobody(house: House) -> None:
    page = make_post(house.digital, "Rota", "Written inside.", by=house.grace, audience="space")
    edit(page, house.mary, "Written inside.\n\nInside too.")
    set_audience(person=house.grace, page=page, audience="staff")
    text = signed_in(house.otto).get(f"{page.get_absolute_url()}-/blame/").text
    assert "Earlier than any version you can see" in text
    assert "Mary" not in text.replace("mary", "")
    assert blamed(signed_in(house.otto), page) == [("", "Written inside.\n\nInside too.")]
    edit(page, house.ada, "Written inside.\n\nOpen now.")
    assert blamed(signed_in(house.otto), page) == [("ada", "Written inside.\n\nOpen now.")]
    assert blamed(signed_in(house.mary), page) == [("grace", "Written inside."), ("ada", "Open now.")]


def test_the_history_says_how_much_longer_a_text_became(house: House) -> None:
    page = make_post(house.digital, "Rota", "12345", by=house.grace)
    edit(page, house.mary, "1234567890")
    edit(page, house.mary, "123")
    edit(page, house.mary, "321")
    client = signed_in(house.otto)
    changes = client.get(f"{page.get_absolute_url()}-/history/").context["changes"]
    assert [change.size for change in changes] == [0, -7, 5, None]


def test_a_hidden_version_does_not_count(house: House) -> None:
    page = make_post(house.digital, "Rota", "12345", by=house.grace)
    set_audience(person=house.grace, page=page, audience="space")
    edit(page, house.mary, "12345 and a secret")
    set_audience(person=house.grace, page=page, audience="staff")
    edit(page, house.mary, "1234567")
    sizes = {}
    for person in (house.otto, house.mary):
        changes = signed_in(person).get(f"{page.get_absolute_url()}-/history/").context["changes"]
        sizes[person.username] = [change.size for change in changes]
    assert sizes == {"otto": [2, None], "mary": [-11, 13, None]}


@pytest.mark.parametrize("number", [1, 3, 60])
def test_it_costs_the_same_for_any_number_of_versions(house: House, number: int) -> None:
    page = make_wiki_page(house.digital, "Rota", "x", by=house.grace)
    content = Revision.objects.get(pk=page.latest_revision_id).content
    for each in range(number):
        revision = Revision.objects.create(
            content_object=page,
            base_content_type=page.get_base_content_type(),
            content={**content, "body": "x\n" * (each + 1)},
        )
        Change.objects.create(page=page, revision=revision, at=revision.created_at, audience_token="staff")
    client = signed_in(house.otto)
    for view, most in (("blame", 7), ("history", 9)):
        client.get(f"{page.get_absolute_url()}-/{view}/")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{page.get_absolute_url()}-/{view}/")
        assert len(queries) == most, view
