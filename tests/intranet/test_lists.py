"""Every list takes as many queries with three entries as with one, and the number is known."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from syndication.actions import create_private_feed
from syndication.models import PrivateFeed
from tests.factories.pages import House, make_episode, make_post, make_show, make_wiki_page
from tests.factories.people import join, make_person, make_space
from tests.factories.syndication import make_channel, make_recording, make_release

pytestmark = pytest.mark.django_db

SPACE = "/spaces/digital-services"
#: At most so many queries for a member of the space, session and person included; lower a number that has become lower.
LISTS: dict[str, int] = {
    # With the last visit, the faces and pictures of what is new, and the newest drafts.
    "/": 9,
    "/?mine=1": 9,
    "/people/": 5,
    "/people/mary/": 6,
    "/spaces/": 4,
    "/write/": 4,
    f"{SPACE}/": 7,
    f"{SPACE}/-/members/": 7,
    f"{SPACE}/blog/": 7,
    f"{SPACE}/wiki/": 6,
    f"{SPACE}/wiki/-/pages/": 7,
    f"{SPACE}/wiki/-/changes/": 8,
    f"{SPACE}/wiki/-/wanted/": 5,
    f"{SPACE}/wiki/-/orphans/": 6,
    f"{SPACE}/podcasts/": 7,
    f"{SPACE}/podcasts/talks/": 7,
    "/named/": 5,
    "/channels/": 6,
    "/channels/news/": 9,
    "/subscriptions/": 7,
}


def fill(house: House, number: int) -> None:
    """One more of everything that a list holds, by and about somebody new."""
    writer = make_person(f"writer{number}")
    join(writer, house.digital)
    make_space(f"space-{number}")
    join(house.mary, make_space(f"team-{number}"))
    authors: dict[str, Any] = {"by": writer, "authors": [writer, house.mary]}
    post = make_post(house.digital, f"Post {number}", "[[Nowhere]]", tags=[f"tag{number}"], **authors)
    make_wiki_page(house.digital, f"Page {number}", f"[[Missing {number}]]", **authors)
    show = make_show(house.digital, "Talks" if number == 0 else f"Talks {number}", by=writer)
    talks = type(show).objects.get(slug="talks")
    make_episode(talks, f"Episode {number}", recording=make_recording(house.digital), **authors)
    channel = make_channel(house.ada, f"channel-{number}")
    make_release(house.ada, post, channel)
    news = channel.__class__.objects.filter(slug="news").first() or make_channel(house.ada, "news")
    make_release(house.ada, post, news)
    create_private_feed(person=house.mary, feed=PrivateFeed(label=f"Feed {number}", space=house.digital))


@pytest.fixture
def counted(house: House) -> Callable[[], dict[str, int]]:
    client = Client()
    client.force_login(house.mary)

    def count() -> dict[str, int]:
        found = {}
        for address in LISTS:
            client.get(address)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(address).status_code == 200, address
            found[address] = len(asked)
        return found

    return count


def test_a_list_of_three_costs_what_a_list_of_one_costs(house: House, counted: Callable[[], dict[str, int]]) -> None:
    fill(house, 0)
    one = counted()
    for number in (1, 2):
        fill(house, number)
    assert counted() == one
    assert {address: cost for address, cost in one.items() if cost > LISTS[address]} == {}
