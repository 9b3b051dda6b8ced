"""`/health/` tells strangers whether the site works, and nothing else."""

import json
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from intranet import health
from intranet.settings import environment
from intranet.worker import leases
from search import asking, engines, probing
from search.models import OutboxEntry


@pytest.fixture
def well(db: None, settings: Any) -> None:
    """A site in which everything works."""
    leases.beat("some-worker")
    asking.forget()
    for backend in settings.WAGTAILSEARCH_BACKENDS.values():
        if "PATH" in backend:
            Path(backend["PATH"]).mkdir(parents=True)


def test_a_site_in_which_everything_works_says_so_to_anybody(well: None, client: Client) -> None:
    response = client.get("/health/")
    assert response.status_code == 200
    parts = ("status", "database", "index", "worker", "storage", "schedule", "searches")
    assert response.json() == dict.fromkeys(parts, "ok")
    assert "no-store" in response["Cache-Control"]
    assert "Set-Cookie" not in response.headers


def test_it_costs_four_queries(well: None, client: Client, django_assert_num_queries: Any) -> None:
    engines.store().create()
    with django_assert_num_queries(4):
        assert client.get("/health/").status_code == 200


def test_with_an_index_that_cannot_be_read_it_answers_503(well: None, client: Client) -> None:
    (Path(engines.path()) / "current").write_text("torn")
    response = client.get("/health/")
    assert response.status_code == 503
    assert response.json()["index"] == "damaged"


def test_every_segment_is_asked_real_questions(
    well: None, client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store = engines.store()
    store.create()
    for number in range(3):
        store.write([{"key": f"people.person:{number}", "k_audience": "staff", "k_kind": "person"}])
        assert client.get("/health/").json()["index"] == "ok"
    asked = engines.readers().snapshot()
    assert len(asked.segments) == 3
    assert all(segment.sound_at > 0 for segment in asked.segments)

    def times(segment: Any, name: str) -> Any:
        raise AttributeError("'EmptyColumnReader' object has no attribute '_dbfile'")

    monkeypatch.setattr("search.engine.segments.SegmentFile.column", times)
    store.write([{"key": "people.person:9", "k_audience": "staff", "k_kind": "person"}])
    response = client.get("/health/")
    assert (response.status_code, response.json()["index"]) == (503, "questions fail")
    assert "_dbfile" in caplog.text


def test_an_index_that_hangs_holds_no_asker(well: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    engines.store().create()
    gate = threading.Event()
    monkeypatch.setattr(probing, "PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(probing, "ask", gate.wait)
    for _time in range(3):
        response = client.get("/health/")
        assert (response.status_code, response.json()["index"]) == (503, "does not answer")
    gate.set()


def test_searches_that_failed_are_told_and_keep_no_reader_out(well: None, client: Client) -> None:
    engines.store().create()
    asking.ask(lambda engine: 1 / 0, None, use_fallback=False)
    response = client.get("/health/")
    assert (response.status_code, response.json()["searches"]) == (200, "1 failed")
    asking.forget()


def test_an_index_on_a_dead_server_answers_503(well: None, client: Client, settings: Any) -> None:
    away = environment.search("opensearch://127.0.0.1:9/nobody")
    settings.WAGTAILSEARCH_BACKENDS = settings.MODELSEARCH_BACKENDS = {"default": away}
    response = client.get("/health/")
    assert (response.status_code, response.json()["index"]) == (503, "does not answer")


def test_with_changes_that_nobody_indexes_it_answers_503(well: None, client: Client) -> None:
    engines.store().create()
    OutboxEntry.objects.create(key="pages.basepage:1", at=timezone.now() - timedelta(minutes=2))
    assert client.get("/health/").json()["index"] == "late"


def test_without_a_worker_it_answers_503(well: None, client: Client) -> None:
    leases.retire("some-worker")
    response = client.get("/health/")
    assert response.status_code == 503
    assert response.json()["status"] == "down"
    assert response.json()["worker"] == "no worker has been seen for half a minute"
    assert response.json()["database"] == "ok"


def test_without_an_index_it_answers_503(well: None, client: Client, settings: Any, tmp_path: Path) -> None:
    settings.WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "search.backends.whoosh", "PATH": str(tmp_path / "gone")}}
    response = client.get("/health/")
    assert response.status_code == 503
    assert response.json()["index"] == "no index"


def test_with_a_full_disk_it_answers_503(well: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "LEAST_FREE_BYTES", 1 << 62)
    assert client.get("/health/").json()["storage"] == "nearly full"


def test_what_went_wrong_stays_in_the_log(
    well: None, client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def down() -> None:
        raise OperationalError("could not connect to db.internal with password hunter2")

    monkeypatch.setitem(health.PARTS, "database", down)
    response = client.get("/health/")
    assert response.status_code == 503
    assert json.loads(response.content)["database"] == "down"
    assert b"hunter2" not in response.content
    assert "hunter2" in caplog.text


def test_a_process_that_serves_the_public_needs_no_worker_and_no_index(db: None, client: Client, settings: Any) -> None:
    settings.INTRANET_ROLE = "public"
    assert client.get("/health/").status_code == 200


def test_the_public_site_tells_of_its_own_parts_only(db: None, settings: Any, client: Client, tmp_path: Path) -> None:
    settings.INTRANET_ROLE = "public"
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "intranet.static_storage.StaticStorage"}}
    missing = client.get("/health/")
    assert missing.status_code == 503
    assert missing.json() == {"status": "down", "database": "ok", "storage": "no static files"}
    # Readers keep their pages, if without their looks.
    assert client.get("/public/nowhere/").status_code == 404

    manifest = {"version": "1.1", "hash": "", "paths": {"css/public.css": "css/public.0123456789ab.css"}}
    (tmp_path / "staticfiles.json").write_text(json.dumps(manifest))
    settings.STORAGES = {**settings.STORAGES}
    assert client.get("/health/").json() == {"status": "ok", "database": "ok", "storage": "ok"}
