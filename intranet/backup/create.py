"""Makes a backup: first the rows, all as of the same moment, then their files, while the site is running."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.storage import storages
from django.db import connection, models, transaction
from django.utils import timezone

from intranet.backup import Refused, archive, columns, inventory, recorded_settings, schema
from intranet.importing.progress import Progress

README = """\
This is a backup of a Commonplace site: all that its people wrote and uploaded, persons with their hashed passwords,
closed spaces, drafts. Keep it as you would keep the site.

To bring it back:      manage.py restore THIS-FILE
To check it by hand:   unzip it, and in its folder: sha256sum -c SHA256SUMS
To read it by hand:    rows/TABLE.jsonl holds one row a line, as JSON; moments are in UTC, bytes in base64.
                       media/default holds uploads, media/public copies for the public, both as they are.
                       manifest.json tells when and with what it was made, and what was left out.
"""


@dataclass
class Made:
    rows: int = 0
    files: int = 0
    missing: list[str] = field(default_factory=list)


def back_up(path: Path, *, force: bool = False, stream: IO[str] | None = None) -> Made:
    """Write the whole site into a new file at `path`; raises `Refused`. Progress goes to `stream`."""
    if settings.INTRANET_ROLE == "public":
        raise Refused(
            "A process of the public site reads nothing but releases. Make the backup where the internal site is."
        )
    if not path.parent.is_dir():
        raise Refused(f"{path.parent} is not a folder.")
    made = Made()
    with archive.written_whole(path, force=force) as file, archive.Writer(file) as writer:
        writer.add(archive.README, README.encode())
        with one_moment():
            manifest = _manifest(schema.check_whole())
            files = _write_rows(writer, manifest, made, stream)
        _write_files(writer, sorted(files), made, stream)
        writer.end({**manifest, "missing": made.missing})
    return made


@contextmanager
def one_moment() -> Iterator[None]:
    """A snapshot for all reads, which does not block writers."""
    if connection.vendor == "postgresql":
        with transaction.atomic():
            connection.cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    with connection.cursor() as cursor:
        # Not Django's transaction, which on SQLite would lock out writers.
        cursor.execute("BEGIN")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def _manifest(state: schema.State) -> dict[str, Any]:
    migrations: dict[str, list[str]] = {}
    for app, name in sorted(state.applied):
        migrations.setdefault(app, []).append(name)
    return {
        "program": "Commonplace",
        "format": archive.FORMAT,
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "settings": recorded_settings.recorded(),
        "left_out": inventory.LEFT_OUT,
        "migrations": migrations,
        "tables": [],
    }


def _write_rows(
    writer: archive.Writer, manifest: dict[str, Any], made: Made, stream: IO[str] | None
) -> set[tuple[str, str]]:
    files: set[tuple[str, str]] = set()
    kept = inventory.backed_up_models()
    progress = Progress("rows", sum(model._base_manager.count() for model in kept), stream)
    for model in kept:
        count = 0
        with writer.member(f"rows/{model._meta.db_table}.jsonl") as write:
            for row, named in _rows(model):
                write(columns.encode(row))
                files.update(named)
                count += 1
                progress.add(1)
        manifest["tables"].append(_described(model, count))
        made.rows += count
    progress.close()
    return files


def _rows(model: type[models.Model]) -> Iterator[tuple[dict[str, Any], list[tuple[str, str]]]]:
    label = model._meta.label
    blank = inventory.BLANKED.get(label, {})
    condition = inventory.CONDITIONS.get(label, "")
    kinds, order = columns.kinds_of(model), str(model._meta.pk.column)
    for row in columns.read(model._meta.db_table, kinds, order=order, condition=condition):
        row |= blank
        yield row, list(inventory.files_of(model, row))


def _described(model: type[models.Model], count: int) -> dict[str, Any]:
    table, kinds = model._meta.db_table, columns.kinds_of(model)
    numbers = [column for column, kind in kinds.items() if kind in columns.NUMBERED]
    last = {column: columns.last_number(table, column) for column in numbers}
    return {"model": model._meta.label, "table": table, "rows": count, "last": last, "columns": kinds}


def _write_files(writer: archive.Writer, files: list[tuple[str, str]], made: Made, stream: IO[str] | None) -> None:
    """Files never change, so they match the rows; one that was deleted since is reported as missing."""
    progress = Progress("files", len(files), stream)
    for alias, name in files:
        progress.add(1)
        try:
            if not archive.is_safe(name):
                raise FileNotFoundError
            source = storages[alias].open(name)
        except (FileNotFoundError, IsADirectoryError):
            made.missing.append(f"{alias}/{name}")
            continue
        with source, writer.member(f"media/{alias}/{name}", packed=False) as write:
            while chunk := source.read(archive.CHUNK_BYTES):
                write(chunk)
        made.files += 1
    progress.close()
