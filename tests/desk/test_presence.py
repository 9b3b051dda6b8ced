"""Who is editing a page is told to people who can edit it, while it is true, and to nobody else."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.admin.models import EditingSession

from desk import presence
from tests.factories.pages import House, make_episode, make_post, make_show, make_wiki_page

pytestmark = pytest.mark.django_db
PRESENT = "/drafts/-/present/"
WORDS = "Grace Example is editing this page."


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def house(house: House) -> House:
    # The owner of the space, whose name is not only a username.
    house.grace.first_name, house.grace.last_name = "Grace", "Example"
    house.grace.save()
    return house


KINDS = {
    "wiki": lambda house: make_wiki_page(house.digital, "Guide", "text"),
    "post": lambda house: make_post(house.digital, "Guide", "text"),
    "show": lambda house: make_show(house.digital, "Guide", "text"),
    "episode": lambda house: make_episode(make_show(house.digital, "Show"), "Guide", "text"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_open_form_is_told_to_who_can_edit_and_to_nobody_else(house: House, kind: str) -> None:
    page = KINDS[kind](house)
    address = page.get_absolute_url()
    grace, mary, otto = map(signed_in, (house.grace, house.mary, house.otto))
    assert WORDS not in mary.get(address).text
    assert WORDS not in grace.get(f"{address}-/edit/").text, "not to herself"
    for reader, told in ((mary, True), (grace, False), (otto, False)):
        assert (WORDS in reader.get(address).text) == told
    assert WORDS in mary.get(f"{address}-/edit/").text
    grace.post(PRESENT, {"page": page.pk, "left": "1"})
    assert WORDS not in mary.get(address).text


def test_a_name_is_gone_within_a_minute_though_nobody_said_that_she_left(house: House, monkeypatch: Any) -> None:
    page = make_wiki_page(house.digital, "Guide", "text")
    grace, mary = signed_in(house.grace), signed_in(house.mary)
    grace.get(f"{page.get_absolute_url()}-/edit/")
    for seconds, told in ((0, True), (presence.SHOWN_SECONDS - 10, True), (59, False)):
        seen = EditingSession.objects.get()
        EditingSession.objects.update(last_seen_at=seen.last_seen_at - timedelta(seconds=seconds))
        assert (WORDS in mary.get(page.get_absolute_url()).text) == told, seconds
        EditingSession.objects.update(last_seen_at=seen.last_seen_at)
    assert presence.SHOWN_SECONDS < 60
    assert presence.PING_SECONDS >= 15


def test_the_script_of_a_form_and_the_admin_tell_of_one_another(house: House) -> None:
    page = make_wiki_page(house.digital, "Guide", "text")
    grace, ada = signed_in(house.grace), signed_in(house.ada)
    assert grace.post(PRESENT, {"page": page.pk}).json() == {"words": ""}
    assert ada.post(PRESENT, {"page": page.pk}).json() == {"words": WORDS}
    session = EditingSession.objects.get(user=house.grace)
    ping = ada.post(f"/admin/editing-sessions/ping/wiki/wikipage/{page.pk}/0/", {"is_editing": "1"})
    assert "Grace Example" in str(ping.json())
    for _again in range(3):
        grace.post(PRESENT, {"page": page.pk})
    assert EditingSession.objects.get(user=house.grace).pk == session.pk, "one row, however often"


@pytest.mark.parametrize("number", ["", "x", "0", "999999999", "-1", "9" * 40, "\x00"])
def test_any_other_number_is_no_page(house: House, number: str) -> None:
    assert signed_in(house.grace).post(PRESENT, {"page": number}).status_code == 404


def test_who_can_only_read_neither_tells_nor_is_told(house: House) -> None:
    page = make_wiki_page(house.digital, "Guide", "text")
    grace, otto = signed_in(house.grace), signed_in(house.otto)
    grace.get(f"{page.get_absolute_url()}-/edit/")
    for sent in ({"page": page.pk}, {"page": page.pk, "left": "1"}):
        assert otto.post(PRESENT, sent).status_code == 404
    assert list(EditingSession.objects.values_list("user", flat=True)) == [house.grace.pk]


def test_reading_writes_nothing_and_costs_no_query_more_while_nobody_edits(house: House) -> None:
    page = make_wiki_page(house.digital, "Guide", "text")
    mary = signed_in(house.mary)
    mary.get(page.get_absolute_url())
    with CaptureQueriesContext(connection) as asked:
        mary.get(page.get_absolute_url())
    assert len(asked) <= 6
    assert not [query for query in asked.captured_queries if "INSERT" in query["sql"] or "UPDATE" in query["sql"]]
    assert not EditingSession.objects.exists()
