"""The body of a feed is fetched once, and never sent after it is out of date."""

import gzip
from typing import Any

import pytest
from django.test import Client

from syndication import actions
from syndication.body_cache import BodyCache
from tests.factories.pages import make_post
from tests.factories.syndication import make_channel, make_release


def test_only_what_was_sent_last_is_held():
    cache = BodyCache(max_bytes=10)
    one, two, three, four = ((name, "rss", "body") for name in ("one", "two", "three", "four"))
    cache.put(one, "1", b"xxxx")
    cache.put(two, "2", b"xxxx")
    assert cache.get(one) == ("1", b"xxxx")
    cache.put(three, "3", b"xxxx")  # the second goes, which was asked for longest ago
    assert [cache.get(key)[0] for key in (one, two, three)] == ["1", "", "3"]
    cache.put(three, "4", b"yy")
    assert (cache.get(three), cache.bytes) == (("4", b"yy"), 6)
    cache.put(four, "5", b"x" * 11)
    assert (cache.get(four), cache.bytes) == (("", b""), 0)


@pytest.mark.parametrize("headers", [{}, {"Accept-Encoding": "gzip"}])
def test_the_bytes_of_a_feed_are_fetched_once_and_never_sent_when_they_are_out_of_date(
    house: Any, stranger: Client, headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[int] = []
    put = BodyCache.put
    monkeypatch.setattr(BodyCache, "put", lambda self, key, etag, body: fetched.append(1) or put(self, key, etag, body))
    channel = make_channel(house.ada)
    release = make_release(house.ada, make_post(house.digital, "Opening hours"), channel)
    address = f"/public/{channel.slug}/feed.rss"
    first, again = (stranger.get(address, headers=headers) for _ in range(2))
    assert (again.content, again["ETag"], fetched) == (first.content, first["ETag"], [1])

    actions.withdraw(person=house.ada, release=release)
    after = stranger.get(address, headers=headers)
    assert (after["ETag"] != first["ETag"], fetched) == (True, [1, 1])
    assert b"Opening hours" not in (gzip.decompress(after.content) if headers else after.content)
