"""What every test shares: a migrated database from a template, private folders, closed sockets, the persons of the matrix."""

import fcntl
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections
from hypothesis import HealthCheck
from hypothesis import settings as examples

from tests.factories.people import make_person

# No test fails because the machine is busy.
examples.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.load_profile("unhurried")

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = Path(tempfile.gettempdir()) / f"commonplace-test-databases-{os.getuid()}"


def _schema_key() -> str:
    """Changes with every migration, model or pinned package, so that a stale template is never used."""
    digest = hashlib.sha256(settings.DATABASES["default"]["ENGINE"].encode())
    files = [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("requirements/*.txt")]
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _migrate(url: str) -> None:
    """In a process of its own: migrations build model classes of the past, which should not stay in memory here."""
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--skip-checks", "-v0"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url},
        check=True,
    )


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """A copy of a migrated database, made once a schema: 30 s the first time, then none."""
    TEMPLATES.mkdir(mode=0o700, exist_ok=True)
    key, worker = _schema_key(), os.environ.get("PYTEST_XDIST_WORKER", "main")
    with open(TEMPLATES / f"{key}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with django_db_blocker.unblock():
            name = _sqlite_copy(key, worker) if connection.vendor == "sqlite" else _postgresql_copy(key, worker)
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


def _sqlite_copy(key: str, worker: str) -> str:
    template = TEMPLATES / f"{key}.sqlite3"
    if not template.exists():
        making = template.with_suffix(".making")
        making.unlink(missing_ok=True)
        _migrate(f"sqlite:///{making}")
        # What is still in the write-ahead log belongs into the file before it is copied.
        import sqlite3

        with sqlite3.connect(making) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        making.rename(template)
    copy = Path(settings.INTRANET_VAR) / f"test-{worker}-{os.getpid()}.sqlite3"
    shutil.copyfile(template, copy)
    return str(copy)


def _postgresql_copy(key: str, worker: str) -> str:
    import psycopg
    from psycopg import sql

    options = settings.DATABASES["default"]
    address = {
        "host": options["HOST"],
        "port": options["PORT"],
        "user": options["USER"],
        "password": options["PASSWORD"],
    }
    template, name = f"template_{key}", f"test_{worker}_{os.getpid()}"
    with psycopg.connect(dbname="postgres", autocommit=True, **address) as server:
        known = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone()
        if not known:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(template)))
            url = "postgresql://{user}:{password}@/{name}?host={host}&port={port}"
            if not str(address["host"]).startswith("/"):
                url = "postgresql://{user}:{password}@{host}:{port}/{name}"
            _migrate(url.format(name=template, **address))
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
    return name


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


_house_rows: Any = None


@pytest.fixture
def house(db: None) -> Any:
    """The house with its persons: three spaces, ada, grace, linus, mary and otto (see `tests.factories.pages`)."""
    from tests.factories import snapshot
    from tests.factories.pages import find_house, make_house

    global _house_rows
    if _house_rows is None:
        before = snapshot.rows()
        make_house()
        _house_rows = snapshot.changed(before, snapshot.rows())
    else:
        snapshot.put_back(_house_rows)
    return find_house()


@pytest.fixture
def ada(db: None) -> Any:
    return make_person("ada", is_superuser=True, is_staff=True)
