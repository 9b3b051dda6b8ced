"""Whatever an engine raises, a reader gets an answer: from the database, and where that fails too, an empty one."""

import logging
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client

from pages.models import BasePage
from search import asking, engines, finding, frequent
from search.engine.store import IndexAway, IndexUnavailable
from search.fallback import DatabaseEngine
from tests.factories.pages import House, make_post
from tests.search.test_following import follow

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]

METHODS = ["answer", "did_you_mean", "resembling", "tags", "complete", "alike"]
ERRORS: list[Callable[[], Exception]] = [
    lambda: AttributeError("no attribute '_dbfile'"),
    lambda: TypeError("of another Whoosh"),
    lambda: RuntimeError("anything"),
    lambda: RecursionError("deep"),
    lambda: MemoryError(),
    lambda: pickle.UnpicklingError("torn"),
    lambda: UnicodeDecodeError("utf-8", b"\xff", 0, 1, "torn"),
    lambda: DatabaseError("canceling statement due to statement timeout"),
    lambda: IndexUnavailable("none"),
    lambda: IndexAway("down"),
]


@pytest.fixture
def exits(house: House, index: Any) -> dict[str, str]:
    """Every address that asks an engine, by name; the first is the start page with an empty box."""
    post = make_post(house.digital, "Ferry timetable", "Ferries in winter.", by=house.grace, tags=["ferries"])
    make_post(house.digital, "Ferry dues", "Ferries in summer.", by=house.grace, tags=["ferries"])
    index()
    asking.forget()
    return {
        "start": "/search/",
        "page": "/search/?q=ferry",
        "by date": "/search/?q=ferry&sort=date",
        "filter": "/search/?kind=blog&tag=ferries",
        "misspelt": "/search/?q=ferrry",
        "json": "/search.json?q=ferry",
        "completion": "/search/suggest.json?q=fer",
        "related": f"{post.get_absolute_url()}-/related/",
        "explain": f"/search/explain/?q=ferry&uid={post.uid}",
        "feed": f"{follow(house.mary, 'ferry')}.rss",
    }


def break_engine(monkeypatch: pytest.MonkeyPatch, engine: type, error: Callable[[], Exception]) -> None:
    def fails(*args: Any, **kwargs: Any) -> Any:
        raise error()

    for name in METHODS:
        monkeypatch.setattr(engine, name, fails, raising=False)


@pytest.mark.parametrize("place", range(len(ERRORS)))
@pytest.mark.parametrize("both", [False, True], ids=["the index", "the database too"])
def test_no_error_of_an_engine_reaches_a_reader(
    house: House, exits: dict[str, str], monkeypatch: pytest.MonkeyPatch, place: int, both: bool
) -> None:
    error = ERRORS[place]
    frequent.forget()
    break_engine(monkeypatch, engines.WhooshEngine, error)
    monkeypatch.setattr("search.explaining.answer", lambda *args: (_ for _ in ()).throw(error()))
    if both:
        break_engine(monkeypatch, DatabaseEngine, error)
    client = Client()
    client.force_login(house.mary)
    for name, address in exits.items():
        response = client.get(address)
        assert response.status_code == 200, name
        if name == "json":
            assert response.json()["degraded"]
            assert response.json()["total"] == (0 if both else 2)
        elif name == "page" and both:
            # That nothing is found means nothing here, and is not said.
            assert b"Search is not available" in response.content
            assert b"Nothing found" not in response.content
        elif name == "feed" and not both:
            assert b"Ferry dues" in response.content


def test_no_error_of_an_engine_reaches_wagtails_own_search(
    house: House, exits: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    error = ERRORS[0]

    def fails(*args: Any, **kwargs: Any) -> Any:
        raise error()

    monkeypatch.setattr("search.backends.compiler.WhooshQueryCompiler._words", fails)
    for error in ERRORS:  # noqa: B007 - `fails` raises it
        assert len(BasePage.objects.search("ferry")) == 2
        client = Client()
        client.force_login(house.ada)
        assert b"Ferry dues" in client.get("/admin/pages/search/?q=ferry").content


def test_a_failure_is_told_once_and_counted(
    house: House, exits: dict[str, str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    break_engine(monkeypatch, engines.WhooshEngine, RuntimeError)
    client = Client()
    client.force_login(house.mary)
    with caplog.at_level(logging.ERROR, "search.asking"):
        for _time in range(5):
            assert client.get("/search.json?q=ferry").status_code == 200
    assert len([one for one in caplog.records if one.name == "search.asking"]) == 1
    assert asking.failures() == 5


def test_reading_ahead_tells_of_no_normal_state(
    settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A first start has no index yet, and then an empty one."""
    monkeypatch.setitem(settings.WAGTAILSEARCH_BACKENDS["default"], "PATH", str(tmp_path / "new"))
    finding.warm()
    engines.store().create()
    finding.warm()
    engines.store().write([{"key": "people.person:1", "k_audience": "staff"}])
    finding.warm()
    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []
    # Whatever is wrong with it: nobody catches what a thread raises.
    monkeypatch.setattr("search.engine.reader.Snapshot.warm", lambda *args: 1 / 0)
    finding.warm()
