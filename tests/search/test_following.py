"""A search as a private feed: what its owner may read now, in a feed reader."""

from typing import Any
from urllib.parse import urlsplit

import feedparser
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from people.models import Membership
from syndication.models import PrivateFeed
from tests.factories.pages import House, make_post, make_wiki_page

pytestmark = pytest.mark.django_db


def follow(person: Any, query: str) -> str:
    """Follows a search from its page of results, as a person does; the address of the feed without its ending."""
    client = Client()
    client.force_login(person)
    page = client.get("/search/", {"q": query}).content.decode()
    address = page.split('href="/subscriptions/?')[1].split('"')[0]
    form = client.get(f"/subscriptions/?{address}").content.decode()
    kept = form.split('name="search" value="')[1].split('"')[0].replace("&amp;", "&")
    assert f'href="/search/?{kept}"' in form, "and back to what is found now"
    made = client.post("/subscriptions/", {"label": "", "search": kept})
    assert made.status_code == 200
    return urlsplit(made.content.decode().split('type="url" value="')[1].split('"')[0]).path.removesuffix(".rss")


def titles(link: str) -> list[str]:
    answer = Client().get(f"{link}.json")
    assert answer.status_code == 200
    return [item["title"] for item in answer.json()["items"]]


def test_a_search_is_followed_in_a_feed_reader(house: House, index: Any) -> None:
    make_post(house.digital, "Bicycle shed", "The shed opens.", by=house.grace)
    make_wiki_page(house.digital, "Parking", "Cars only.")
    make_post(house.operations, "Shed watch", "The bicycle shed at night.", by=house.linus)
    index()
    of_mary, of_linus = follow(house.mary, "bicycle shed"), follow(house.linus, "bicycle shed")
    assert titles(of_mary) == ["Bicycle shed"]
    assert set(titles(of_linus)) == {"Bicycle shed", "Shed watch"}
    feed = feedparser.parse(Client().get(f"{of_mary}.atom").content)
    assert "bicycle shed" in feed.feed.title

    # What was written since is there at the next fetch, and only what holds every word.
    make_post(house.digital, "Second shed", "For one more bicycle.")
    make_post(house.digital, "Garden shed", "No wheels.")
    index()
    assert titles(of_mary) == ["Second shed", "Bicycle shed"]

    # Who loses a right loses it here at once, also before the index knows.
    Membership.objects.filter(person=house.linus).delete()
    assert titles(of_linus) == ["Second shed", "Bicycle shed"]
    house.digital.see = "members"
    house.digital.save()
    assert titles(of_linus) == []


def test_a_fetch_that_brings_nothing_new_does_not_search(house: House, index: Any) -> None:
    make_post(house.digital, "Bicycle shed")
    index()
    link = follow(house.mary, "shed")
    reader = Client()
    first = reader.get(f"{link}.rss")
    with CaptureQueriesContext(connection) as queries:
        again = reader.get(f"{link}.rss", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert len(queries) <= 3
    make_post(house.digital, "Another shed")
    assert reader.get(f"{link}.rss", headers={"If-None-Match": first["ETag"]}).status_code == 304, "not yet indexed"
    index()
    changed = reader.get(f"{link}.rss", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert b"Another shed" in changed.content


def test_a_search_that_finds_nothing_is_a_valid_empty_feed(house: House, index: Any, client: Client) -> None:
    make_post(house.operations, "Zirconium", by=house.linus)
    index()
    link = follow(house.mary, "zirconium")
    for format in ("rss", "atom"):
        parsed = feedparser.parse(client.get(f"{link}.{format}").content)
        assert (parsed.bozo, parsed.entries) == (False, [])
    client.force_login(house.mary)
    assert "zirconium" in client.get("/subscriptions/").content.decode(), "the list says what each link holds"
    for junk in ("q=", "%00", "=&;", "q=" + "x" * 4_000, "kind=" + "é" * 900):
        assert client.get("/subscriptions/", {"search": junk}).status_code == 200
        assert client.post("/subscriptions/", {"search": junk}).status_code in (200, 422)
    assert PrivateFeed.objects.exclude(search="").count() == 1
