"""A cache that is down, broken or slow costs time but never a page."""

import random
import socket
from typing import Any

import pytest
from django.core.cache import BaseCache, caches
from django.core.cache.backends.locmem import LocMemCache
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client

from intranet import caching

pytestmark = pytest.mark.django_db


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(autouse=True)
def _asked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caching.Tolerant, "asked_again_at", 0.0)


@pytest.fixture(params=["redis that is not there", "table that is not there"])
def dead(request: pytest.FixtureRequest, settings: Any) -> BaseCache:
    if request.param.startswith("redis"):
        backend = {"BACKEND": "intranet.caching.RedisCache", "LOCATION": f"redis://127.0.0.1:{closed_port()}/0"}
    else:
        backend = {"BACKEND": "intranet.caching.DatabaseCache", "LOCATION": "nobody_made_it"}
    settings.CACHES = {**settings.CACHES, "default": backend}
    return caches["default"]


USES = {
    "get": lambda cache: cache.get("key", "missing") == "missing",
    "set": lambda cache: cache.set("key", 1) is None,
    "add": lambda cache: cache.add("key", 1) is True,
    "touch": lambda cache: cache.touch("key") is False,
    "delete": lambda cache: cache.delete("key") is False,
    "in": lambda cache: ("key" in cache) is False,
    "get_many": lambda cache: cache.get_many(["key", "other"]) == {},
    "set_many": lambda cache: set(cache.set_many({"key": 1, "other": 2})) <= {"key", "other"},
    "delete_many": lambda cache: cache.delete_many(["key"]) is None,
    "get_or_set": lambda cache: cache.get_or_set("key", lambda: 5) == 5,
}


@pytest.mark.parametrize("use", USES)
def test_a_dead_cache_answers_as_an_empty_one(dead: BaseCache, monkeypatch: Any, use: str) -> None:
    monkeypatch.setattr(caching, "PAUSE_SECONDS", -1.0)  # so that each step of it fails by itself
    with transaction.atomic():
        assert USES[use](dead)
        assert connection.cursor().execute("SELECT 1")  # the transaction around it goes on


def test_pages_and_health_do_without_it(house: Any, client: Client, dead: BaseCache) -> None:
    client.force_login(house.mary)
    for path in ("/", "/spaces/digital-services/blog/", "/search/?q=a", "/people/"):
        assert client.get(path).status_code == 200, path
    told = client.get("/health/").json()
    assert told["cache"] == "down"
    assert told["database"] == "ok"


def test_it_is_not_asked_at_every_request_while_it_is_away(dead: BaseCache) -> None:
    dead.get("key")
    asked: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(caching.Tolerant, "guarded", lambda self: asked.append("again"))
        for number in range(random.Random(1).randint(5, 20)):
            dead.get(f"key {number}")
    assert asked == []


def test_who_empties_it_is_told_that_it_is_away(dead: BaseCache) -> None:
    with pytest.raises(Exception, match=r".+"), transaction.atomic():
        dead.clear()


def test_a_living_one_is_used_and_says_so(settings: Any, client: Client) -> None:
    settings.CACHES = {
        **settings.CACHES,
        "default": {"BACKEND": "intranet.caching.DatabaseCache", "LOCATION": "made_by_prepare"},
    }
    call_command("createcachetable", verbosity=0)
    cache = caches["default"]
    cache.set("key", {"a": 1})
    assert cache.get("key") == {"a": 1}
    assert cache.get_many(["key"]) == {"key": {"a": 1}}
    assert client.get("/health/").json()["cache"] == "ok"


def test_the_memory_of_the_process_has_nothing_to_tell(client: Client) -> None:
    assert isinstance(caches["default"], LocMemCache)
    assert "cache" not in client.get("/health/").json()
