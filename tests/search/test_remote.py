"""An index on another machine: nobody waits for it, nothing is left of what failed, and it is not asked without end."""

import logging
import socket
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from intranet.settings import environment
from pages import actions
from pages.models import BasePage
from search import engines, indexer
from search.backoff import Backoff
from search.engine.store import IndexAway, Store
from tests.factories.pages import House, make_post

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]

opensearchpy = pytest.importorskip("opensearchpy")
from search.opensearch import engine as remote  # noqa: E402 - where its client is there
from search.opensearch import store as remote_store  # noqa: E402

both_indexes = pytest.mark.parametrize("engine", ["whoosh", "opensearch"], indirect=True)
remotely = pytest.mark.parametrize("engine", ["opensearch"], indirect=True)


def stored(store: Any) -> list[str]:
    """The indexes that are there, whoever is asked."""
    if isinstance(store, Store):
        return sorted(path.name for path in store.path.iterdir() if path.name.isdigit())
    return sorted(store.server.indices.get(index=f"{store.alias.removesuffix('site')}*"))


@both_indexes
def test_a_rebuild_that_fails_leaves_nothing(
    house: House, index: Any, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    index()
    store = engines.store()
    before = stored(store)

    def fails(*args: Any, **kwargs: Any) -> Any:
        raise IndexAway("timed out")

    for broken in ("search.indexer.everything", "search.documents.read"):
        for _time in range(2):
            with monkeypatch.context() as patched:
                patched.setattr(broken, fails)
                if engine == "whoosh":
                    # Something changes meanwhile, so that the end has something to read.
                    patched.setattr(Path, "read_text", lambda path, *args: "people.person:1\n{}")
                else:
                    patched.setattr(remote_store.RemoteStore, "_all", fails)
                with pytest.raises(IndexAway):
                    indexer.rebuild()
            assert stored(store) == before
    # And what one that was killed has left is taken away by the next, whatever becomes of that.
    building = store.rebuild()
    building._lock.__exit__(None, None, None)
    assert len(stored(store)) == len(before) + 1
    with monkeypatch.context() as patched:
        patched.setattr("search.indexer.everything", fails)
        with pytest.raises(IndexAway):
            indexer.rebuild()
    assert stored(store) == before


@remotely
def test_indexes_that_wagtails_search_had_there_are_taken_away(house: House, index: Any, engine: str) -> None:
    store = engines.store()
    prefix = store.alias.removesuffix("site")
    for name in ("pages_basepage_abcdefg", "media_picture_1234567", "another"):
        store.server.indices.create(index=prefix + name)
    indexer.rebuild()
    assert [name for name in stored(store) if "site" not in name] == [f"{prefix}another"]


@remotely
def test_no_change_asks_the_engine_and_wagtails_search_needs_none(
    house: House, index: Any, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    index()
    asked: list[str] = []
    monkeypatch.setattr(opensearchpy.Transport, "perform_request", lambda self, *args, **more: asked.append(args[0]))
    page = make_post(house.digital, "Ferries", "In winter.", by=house.grace)
    page.body = "In summer."
    actions.edit_page(person=house.grace, page=page)
    actions.set_audience(person=house.grace, page=page, audience="space")
    house.mary.job_title = "Captain"
    house.mary.save()
    client = Client()
    client.force_login(house.ada)
    assert b"Ferries" in client.get("/admin/pages/search/?q=ferries").content
    assert [one.title for one in BasePage.objects.autocomplete("ferr")] == ["Ferries"]
    actions.unpublish_page(person=house.grace, page=page)
    actions.delete_page(person=house.grace, page=page)
    assert asked == []


@pytest.fixture
def silent(settings: Any, tmp_path: Path) -> Iterator[list[socket.socket]]:
    """A server that takes every connection and never says a word."""
    taken: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        chosen = {**environment.search(f"opensearch://127.0.0.1:{port}/silent"), "PATH": str(tmp_path / "index")}
        settings.WAGTAILSEARCH_BACKENDS = settings.MODELSEARCH_BACKENDS = {"default": chosen}
        yield taken


def test_one_reader_waits_for_a_server_that_hangs_and_the_others_do_not(
    house: House, silent: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_post(house.digital, "Ferries")
    monkeypatch.setattr(remote, "TIMEOUT", 0.3)
    rest = remote.Rest(Backoff(60.0, 60.0))
    monkeypatch.setattr(remote, "Rest", lambda: rest)
    client = Client()
    client.force_login(house.otto)
    took = []
    for _time in range(4):
        began = time.monotonic()
        answer = client.get("/search.json?q=ferries").json()
        took.append(time.monotonic() - began)
        assert (answer["degraded"], answer["total"]) == (True, 1)
    assert took[0] >= 0.3
    assert rest.backoff.failures == 1, "the others did not ask it"


def test_what_writes_much_has_a_time_of_its_own_and_the_client_says_nothing_of_each_call(settings: Any) -> None:
    chosen = environment.search("opensearch://127.0.0.1:9/x?bulk_seconds=240")
    assert remote_store.RemoteStore(chosen).bulk_seconds == 240
    assert environment.search("opensearch://127.0.0.1:9/x")["BULK_SECONDS"] == 60
    for wrong in ("0", "x", "-1", "99999", ""):
        if wrong:
            with pytest.raises(ImproperlyConfigured):
                environment.search(f"opensearch://127.0.0.1:9/x?bulk_seconds={wrong}")
    assert not logging.getLogger("opensearch").isEnabledFor(logging.WARNING)


def test_what_fails_is_tried_again_after_a_time_that_grows(monkeypatch: pytest.MonkeyPatch, index: Any) -> None:
    index()
    clock = SimpleNamespace(now=0.0)
    rebuilds: list[float] = []

    class Stop:
        def is_set(self) -> bool:
            return clock.now > 7_200

        def wait(self, seconds: float) -> None:
            clock.now += seconds

    monkeypatch.setattr(indexer, "now", lambda: clock.now)
    monkeypatch.setattr(indexer, "rebuild_beside", lambda: bool(rebuilds.append(clock.now)))
    monkeypatch.setattr(indexer, "drain", lambda: (_ for _ in ()).throw(IndexAway("down")))
    indexer.request_rebuild()
    indexer.run_forever(Stop())  # type: ignore[arg-type]
    gaps = [round(after - before) for before, after in pairwise(rebuilds)]
    assert 8 <= len(rebuilds) <= 16, gaps
    assert gaps[0] < 100
    assert max(gaps) >= 900
    assert gaps == sorted(gaps)
