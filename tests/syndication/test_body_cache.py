"""The body of a feed is fetched once, and never sent after it is out of date."""

import gzip
from typing import Any

import pytest
from django.test import Client

from syndication import actions
from tests.factories.pages import make_post
from tests.factories.syndication import make_channel, make_release
from web.bounded import Bounded


def test_only_what_was_asked_for_last_is_held() -> None:
    cache: Bounded[str, str] = Bounded(10)
    cache.put("one", "1", 4)
    cache.put("two", "2", 4)
    assert cache.get("one") == "1"
    cache.put("three", "3", 4)  # the second goes, which was asked for longest ago
    assert [cache.get(key) for key in ("one", "two", "three")] == ["1", None, "3"]
    cache.put("three", "4", 2)
    assert (cache.get("three"), cache.held) == ("4", 6)
    cache.put("three", "5", 11)  # too large to be held, and what was held is out of date
    assert (cache.get("three"), cache.held) == (None, 4)


@pytest.mark.parametrize("headers", [{}, {"Accept-Encoding": "gzip"}])
def test_the_bytes_of_a_feed_are_fetched_once_and_never_sent_when_they_are_out_of_date(
    house: Any, stranger: Client, headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[int] = []
    put = Bounded.put
    monkeypatch.setattr(Bounded, "put", lambda self, key, value, size: fetched.append(1) or put(self, key, value, size))
    channel = make_channel(house.ada)
    release = make_release(house.ada, make_post(house.digital, "Opening hours"), channel)
    address = f"/public/{channel.slug}/feed.rss"
    first, again = (stranger.get(address, headers=headers) for _ in range(2))
    assert (again.content, again["ETag"], fetched) == (first.content, first["ETag"], [1])

    actions.withdraw(person=house.ada, release=release)
    after = stranger.get(address, headers=headers)
    assert (after["ETag"] != first["ETag"], fetched) == (True, [1, 1])
    assert b"Opening hours" not in (gzip.decompress(after.content) if headers else after.content)
