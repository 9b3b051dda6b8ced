"""Searching as a person does: sign in, ask, read titles."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from intranet.settings import environment
from search import engines, indexer
from tests.factories import snapshot
from tests.factories.pages import House
from tests.search.matrix import World

_prefixes = count()


@pytest.fixture
def world(house: House) -> World:
    """The readers and writings of the matrix; made once a process, put back as rows after that."""
    return snapshot.remembered(World, house)


# Only one of them asks the database anything that SQLite and PostgreSQL could answer differently.
_elsewhere = pytest.mark.sqlite_only
ENGINES = [pytest.param("whoosh", marks=_elsewhere), pytest.param("opensearch", marks=_elsewhere), "database"]


@pytest.fixture(scope="session")
def opensearch() -> Iterator[str]:
    """The address of a server that speaks OpenSearch's language, for this process."""
    server = pytest.importorskip("osmem_server", reason="osmem-server has no wheel for this machine")
    with server.OsmemServer.start(japanese=False) as running:
        yield running.url
    running.process.stdout.close()


@pytest.fixture
def engine(request: pytest.FixtureRequest, settings: Any) -> str:
    """The engine that answers: Whoosh, or those that a test is parametrised with (`indirect=True`)."""
    name = getattr(request, "param", "whoosh")
    if name != "whoosh":
        url = "database://"
        if name == "opensearch":
            url = f"opensearch://{urlsplit(request.getfixturevalue('opensearch')).netloc}/t{next(_prefixes)}"
        folder = settings.WAGTAILSEARCH_BACKENDS["default"]["PATH"]
        # Wagtail's own search is another matter, and would queue a task for every save.
        chosen = {**environment.search(url), "PATH": folder, "AUTO_UPDATE": False}
        settings.WAGTAILSEARCH_BACKENDS = {"default": chosen}
        settings.MODELSEARCH_BACKENDS = settings.WAGTAILSEARCH_BACKENDS
    return name


@pytest.fixture
def index(engine: str, settings: Any) -> Callable[[], int]:
    """Brings the index up to date, as the worker does; waiting for the disk is left out."""
    settings.WAGTAILSEARCH_BACKENDS["default"]["DURABLE"] = False
    if engines.keeps_outbox():
        engines.store().create()
    return indexer.drain_all


@pytest.fixture
def ask(index: Callable[[], int]) -> Callable[..., dict[str, Any]]:
    """`ask(person, "words", kind="wiki")` gives the answer of `/search.json` to her."""

    def ask_as(person: Any, query: str = "", **parameters: str) -> dict[str, Any]:
        index()
        client = Client()
        client.force_login(person)
        response = client.get("/search.json", {"q": query, **parameters})
        assert response.status_code == 200
        return response.json()

    return ask_as


@pytest.fixture
def titles(ask: Callable[..., dict[str, Any]]) -> Callable[..., list[str]]:
    """The titles of the hits, best first."""

    def titles_for(person: Any, query: str = "", **parameters: str) -> list[str]:
        return [hit["title"] for hit in ask(person, query, **parameters)["hits"]]

    return titles_for
