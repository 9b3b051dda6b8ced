"""A migrated database for each schema, made once; every test process works on a copy.

    python -m tests.databases

prepares the one for `DATABASE_URL` in advance: `make test` does so while the linters run.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = Path(tempfile.gettempdir()) / f"commonplace-test-databases-{os.getuid()}"


SQLITE = "django.db.backends.sqlite3"


def copy(worker: str, engine: str = "") -> str:
    """The name of a fresh database for one process, made from the template of the schema: 30 s the first time, then none.

    `engine`: SQLITE, where the suite runs on PostgreSQL and a test needs both."""
    TEMPLATES.mkdir(mode=0o700, exist_ok=True)
    engine = engine or str(_options()["ENGINE"])
    key = _schema_key(engine)
    with open(TEMPLATES / f"{key}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _sqlite_copy(key, worker) if engine == SQLITE else _postgresql_copy(key, worker)


def _options() -> dict[str, Any]:
    return settings.DATABASES["default"]


def _schema_key(engine: str) -> str:
    """Changes with every migration, model or pinned package, so that a stale template is never used."""
    digest = hashlib.sha256(engine.encode())
    files = [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("requirements/*.txt")]
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _migrate(url: str) -> None:
    """In a process of its own: migrations build model classes of the past, which should not stay in memory here."""
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--no-seed", "--skip-checks", "-v0"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url},
        check=True,
    )


def _sqlite_copy(key: str, worker: str) -> str:
    template = TEMPLATES / f"{key}.sqlite3"
    if not template.exists():
        making = template.with_suffix(".making")
        making.unlink(missing_ok=True)
        _migrate(f"sqlite:///{making}")
        # What is still in the write-ahead log belongs into the file before it is copied.
        with sqlite3.connect(making) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        making.rename(template)
    copy = Path(settings.INTRANET_VAR) / f"test-{worker}-{os.getpid()}.sqlite3"
    shutil.copyfile(template, copy)
    return str(copy)


def _postgresql_copy(key: str, worker: str) -> str:
    import psycopg
    from psycopg import sql

    options = _options()
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


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "intranet.settings")
    django.setup()
    copy("template")
