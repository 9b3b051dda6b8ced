"""A list in a wiki costs what one page of it costs, however long it is."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pages.models import PageLink
from tests.factories.pages import House, make_wiki_page
from wiki.queries import published_page


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is a long list elsewhere is one of four here, and a page of it has two lines."""
    monkeypatch.setattr("web.paging.MAX_COUNTED", 3)
    monkeypatch.setattr("wiki.maintenance.LIST_ROWS", 2)
    monkeypatch.setattr("wiki.history.CHANGES", 2)


def lists_of(house: House) -> list[str]:
    from django.urls import reverse

    lists = [reverse(f"wiki:{name}", args=[house.digital.slug]) for name in ("pages", "orphans", "wanted")]
    return [*lists, reverse("wiki:changes", args=[house.digital.slug, "wiki"])]


def write(house: House, count: int) -> None:
    for number in range(count):
        make_wiki_page(house.digital, f"Page {number}", f"See [[Missing {number}]].")


@pytest.mark.usefixtures("short")
def test_a_long_list_is_walked_through_to_its_end_without_being_counted(house: House) -> None:
    write(house, 5)
    client = Client()
    client.force_login(house.mary)
    pages, orphans, wanted, changes = lists_of(house)
    for address in (pages, orphans, changes):
        with CaptureQueriesContext(connection) as asked:
            first = client.get(address).content.decode()
        assert not [query["sql"] for query in asked if "COUNT(*)" in query["sql"]], address
        assert [query["sql"] for query in asked if query["sql"].endswith("LIMIT 4")], address
        assert "Page 1" in first, address
        assert "Page 1 of" not in first, address
        assert 'rel="next"' in first, address
        third = client.get(address, {"page": 3}).content.decode()
        assert 'rel="prev"' in third, address
        assert 'rel="next"' not in third or "changes" in address, address
        assert client.get(address, {"page": 99}).content.count(b'rel="prev"') == 1, address


@pytest.mark.usefixtures("short")
def test_a_short_one_says_how_many_pages_it_has(house: House) -> None:
    write(house, 3)
    client = Client()
    client.force_login(house.mary)
    for address in lists_of(house)[:3]:
        assert "Page 2 of 2" in client.get(address, {"page": 9}).content.decode(), address


def test_nothing_is_wanted_that_the_reader_can_see_and_hidden_pages_are(house: House) -> None:
    """The two looks at the door in one list: who links, and what is linked to."""
    hidden = make_wiki_page(house.digital, "Hidden", audience="space")
    make_wiki_page(house.digital, "Seen")
    make_wiki_page(house.digital, "Links", "[[Hidden]], [[Seen]] and [[Nowhere]].")
    # As after a page was narrowed: until its text is saved again, the link still leads there.
    PageLink.objects.filter(target="Hidden").update(to_page=hidden)
    make_wiki_page(house.digital, "Secret links", "[[Elsewhere]]", audience="space")
    wanted: Any = lists_of(house)[2]
    expected = {
        house.mary: {"Nowhere", "Elsewhere"},
        house.otto: {"Nowhere", "Hidden"},
    }
    for person, titles in expected.items():
        client = Client()
        client.force_login(person)
        page = client.get(wanted).content.decode()
        found = {
            title
            for title in ("Nowhere", "Elsewhere", "Hidden", "Seen")
            if f">{title}</a>" in page or f">{title} <" in page or f"<li>{title}" in page
        }
        assert found == titles, (person.username, hidden.pk)


def test_links_to_a_page_are_counted_to_a_hundred_and_only_those_that_the_reader_sees(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wiki.querysets.MAX_COUNTED_LINKS", 3)
    monkeypatch.setattr("wiki.views.MAX_COUNTED_LINKS", 3)
    published_page._statements.clear()
    plan = make_wiki_page(house.digital, "Plan")
    said = []
    for number in range(5):
        make_wiki_page(
            house.digital, f"Page {number}", "[[Plan]] and [[Plan]]", audience="space" if number else "staff"
        )
        for person in (house.mary, house.otto):
            client = Client()
            client.force_login(person)
            page = client.get(plan.get_absolute_url()).content.decode()
            said.append(re.findall(r"-/backlinks/\"[^>]*>([^<]*)<", page)[0])
    published_page._statements.clear()
    assert said[::2] == [
        "1 link here",
        "2 links here",
        "3 links here",
        "More than 3 link here",
        "More than 3 link here",
    ]
    assert set(said[1::2]) == {"1 link here"}
