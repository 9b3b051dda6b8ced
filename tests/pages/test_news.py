"""Structural pages are not news: one rule for home, spaces, search and private feeds."""

from datetime import timedelta

import pytest
from django.utils import timezone

from pages.models import BasePage
from syndication.models import PrivateFeed
from syndication.private_feeds import pages_of
from tests.factories.pages import make_wiki_page

PLACES = {
    "home": lambda client, person: client.get("/").text,
    "home, my spaces": lambda client, person: client.get("/?mine=1").text,
    "a space": lambda client, person: client.get("/spaces/digital-services/").text,
    "search": lambda client, person: client.get("/search/").text,
    "a private feed": lambda client, person: titles(PrivateFeed(owner=person)),
    "a private feed of wikis": lambda client, person: titles(PrivateFeed(owner=person, kind="wiki")),
}


def titles(feed: PrivateFeed) -> str:
    return " ".join(page.title for page in pages_of(feed))


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_empty_pages_that_hold_others_are_not_listed_as_new(client, house, place):
    make_wiki_page(house.digital, "Startpage", "")
    written = make_wiki_page(house.digital, "Writtenpage", "Words.")
    BasePage.objects.update(first_published_at=timezone.now())
    BasePage.objects.filter(pk=written.pk).update(first_published_at=timezone.now() - timedelta(days=1))
    client.force_login(house.mary)
    shown = place(client, house.mary)
    assert "Startpage" not in shown
    assert "Writtenpage" in shown

    page = BasePage.objects.get(title="Startpage")
    BasePage.objects.filter(pk=page.pk).update(body="Now with words.")
    assert "Startpage" in place(client, house.mary)
