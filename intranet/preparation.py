"""Whether `prepare` has anything to do, decided without setting up Django, which would take longer.

A stamp in the state folder records the inputs (migrations, static sources, locked packages, settings) and the state of
the database afterwards. If either differs or cannot be read, everything is prepared again; each step changes only what
it needs to.
"""

import contextlib
import hashlib
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection

from intranet.exposure import unready

#: Then `prepare` runs again anyway, to refresh the statistics of the database.
STAMP_SECONDS = 30 * 24 * 3600
ROOT = Path(__file__).resolve().parent.parent
# Only these keys, because Django adds defaults to the dictionaries later.
SERVICES = {"DATABASES": ("ENGINE", "NAME", "HOST", "PORT"), "CACHES": ("BACKEND", "LOCATION")}
SERVICES["WAGTAILSEARCH_BACKENDS"] = ("BACKEND", "PATH", "INDEX_PREFIX")
SETTINGS = (
    "STATIC_ROOT",
    "MEDIA_ROOT",
    "INTRANET_PUBLIC_MEDIA_ROOT",
    "INTRANET_X_ACCEL",
    "INTRANET_ROLE",
    "INTRANET_DEMO",
    "DEBUG",
    "INSTALLED_APPS",
)


def stamp_of(settings: Any) -> Path:
    return Path(settings.INTRANET_VAR) / ".prepared"


def is_prepared(settings: Any) -> bool:
    try:
        if time.time() - stamp_of(settings).stat().st_mtime > STAMP_SECONDS:
            return False
        stamp = json.loads(stamp_of(settings).read_text())
        return stamp == {"sources": sources(settings), "state": state(settings)} and not _restoring(settings)
    except (OSError, ValueError, DatabaseError):
        return False
    finally:
        connection.close()


def note(settings: Any) -> None:
    stamp = {"sources": sources(settings), "state": state(settings)}
    with contextlib.suppress(OSError):
        stamp_of(settings).write_text(json.dumps(stamp))


def forget(settings: Any) -> None:
    with contextlib.suppress(OSError):
        stamp_of(settings).unlink(missing_ok=True)


def sources(settings: Any) -> str:
    digest = hashlib.sha256()
    for path in _files():
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(path.read_bytes())
    for name, parts in SERVICES.items():
        service = getattr(settings, name)["default"]
        digest.update(f"{name}={[str(service.get(part, '')) for part in parts]}\0".encode())
    for name in SETTINGS:
        digest.update(f"{name}={getattr(settings, name)}\0".encode())
    return digest.hexdigest()


def _files() -> Iterator[Path]:
    yield ROOT / "requirements" / "base.txt"
    yield from sorted(ROOT.glob("*/migrations/*.py"))
    yield from sorted(path for path in (ROOT / "static").rglob("*") if path.is_file())
    yield from sorted(ROOT.glob("text/markup/*.py"))
    yield from sorted(path for name in ("rendering", "targets", "texts") for path in ROOT.glob(f"pages/{name}.py"))
    yield from (ROOT / "intranet" / name for name in ("static_storage.py", "style_sheets.py", "preparation.py"))
    yield ROOT / "intranet" / "management" / "commands" / "prepare.py"


def state(settings: Any) -> str:
    """Changes if the database, static files or index are replaced or go back to an earlier state."""
    found: list[object] = []
    with unready(), connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        found.append(cursor.fetchall())
        cursor.execute("SELECT 1 FROM people_person LIMIT 1")
        found.append(cursor.fetchone() is not None or not settings.INTRANET_DEMO)
        cache = settings.CACHES["default"]
        if cache["BACKEND"].endswith("DatabaseCache"):
            cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(cache['LOCATION'])} WHERE 1 = 0")  # noqa: S608
    found.append(hashlib.sha256((Path(settings.STATIC_ROOT) / "staticfiles.json").read_bytes()).hexdigest())
    for folder in (settings.MEDIA_ROOT, settings.INTRANET_PUBLIC_MEDIA_ROOT):
        with contextlib.suppress(FileNotFoundError):
            at = Path(folder).stat()
            found.append((at.st_mode, at.st_gid))
    for search in settings.WAGTAILSEARCH_BACKENDS.values():
        path = str(search.get("PATH", ""))
        found.append(not path or Path(path).exists())
    return hashlib.sha256(repr(found).encode()).hexdigest()


def _restoring(settings: Any) -> bool:
    return (Path(settings.INTRANET_VAR) / "restore-unfinished").exists()
