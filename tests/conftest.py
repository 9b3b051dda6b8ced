"""Shared by all tests: a database copied from a template, private folders, blocked sockets, the persons of the matrix."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections
from hypothesis import HealthCheck
from hypothesis import settings as examples

from tests import beside, both, databases
from tests.factories.people import make_person

# No test fails because the machine is busy.
examples.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.load_profile("unhurried")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if line := beside.summary(terminalreporter.stats.get("skipped", [])):
        terminalreporter.line(line)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On another database than SQLite, only the tests that could end differently there."""
    if connection.vendor == "sqlite":
        return
    config.hook.pytest_deselected(items=[item for item in items if not both.runs_on_postgresql(item)])
    items[:] = [item for item in items if both.runs_on_postgresql(item)]


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """A copy of a migrated database (`tests.databases`)."""
    name = databases.copy(os.environ.get("PYTEST_XDIST_WORKER", "main"))
    for alias in connections:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
        settings.DATABASES[alias]["NAME"] = name
    yield
    with django_db_blocker.unblock():
        for alias in connections:
            connections[alias].close()
    if connection.vendor == "sqlite":
        for ending in ("", "-wal", "-shm"):
            Path(name + ending).unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, settings: Any) -> None:
    """Uploads, public copies, mail and index of one test are gone with it."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.INTRANET_PUBLIC_MEDIA_ROOT = tmp_path / "public_media"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    storages = {name: dict(options) for name, options in settings.STORAGES.items()}
    storages["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    storages["public"] = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": tmp_path / "public_media"},
    }
    settings.STORAGES = storages
    settings.WAGTAILSEARCH_BACKENDS = {
        "default": {**settings.WAGTAILSEARCH_BACKENDS["default"], "PATH": str(tmp_path / "index")}
    }
    settings.MODELSEARCH_BACKENDS = settings.WAGTAILSEARCH_BACKENDS


@pytest.fixture(autouse=True)
def _empty_caches() -> None:
    """What one test's database held is not remembered in the next."""
    from django.core.cache import caches

    for name in settings.CACHES:
        caches[name].clear()


@pytest.fixture(autouse=True)
def _no_calls_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A socket goes to this machine or nowhere."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if isinstance(address, tuple) and host not in {"127.0.0.1", "::1", "localhost"}:
            raise AssertionError(f"A test tried to call {host}.")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def house(db: None) -> Any:
    """The house with its persons: three spaces, ada, grace, linus, mary and otto (see `tests.factories.pages`)."""
    from tests.factories import snapshot
    from tests.factories.pages import find_house, make_house

    snapshot.remembered(make_house)
    return find_house()


@pytest.fixture
def committed_house(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """The house in a database of its own, in which threads see what others have committed; gone afterwards."""
    from tests.factories.pages import make_house

    before = settings.DATABASES["default"]["NAME"]
    connections.close_all()
    name = databases.copy(f"own_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")
    _use_database(name)
    try:
        with django_db_blocker.unblock():
            yield make_house()
            connections.close_all()
    finally:
        _use_database(before)
        if connection.vendor == "sqlite":
            for ending in ("", "-wal", "-shm"):
                Path(name + ending).unlink(missing_ok=True)


def _use_database(name: str) -> None:
    connections["default"].close()
    connections["default"].settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = name


@pytest.fixture
def ada(db: None) -> Any:
    return make_person("ada", is_superuser=True, is_staff=True)
