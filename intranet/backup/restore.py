"""Restores a backup: first everything is checked, then rows are replaced in one transaction, files before and after it.

If it is killed before the end of the transaction, the old site is intact. After that, a note says that the restore is
unfinished (`unfinished`), and the same command completes it.
"""

import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.db import DatabaseError, connection, transaction

from intranet.backup import Refused, columns, inventory, recorded_settings, schema, unfinished
from intranet.backup.archive import Reader, is_safe
from intranet.backup.files import Files, Name
from intranet.importing.progress import Progress
from intranet.models import WorkerHeartbeat
from intranet.state_folder import InUse, alone_in
from intranet.statistics import refresh_statistics
from intranet.worker import leases
from people.models import Person
from search import engines, indexer

TABLE = re.compile(r"[a-z0-9_]+")


@dataclass
class Restored:
    made_at: str
    rows: int = 0
    files: int = 0
    missing: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def restore(path: Path, *, replace: bool = False, stream: IO[str] | None = None) -> Restored:
    """Replace this site with the backup at `path`, except for the search index.

    Raises `Refused` with the reason if nothing was changed. `replace` allows deleting the content of a site with
    accounts. Progress goes to `stream`.
    """
    if settings.INTRANET_ROLE == "public":
        raise Refused("A process of the public site cannot restore. Run the restore where the internal site runs.")
    # No other process may prepare or restore the site at the same time.
    try:
        with alone_in(settings.INTRANET_VAR), Reader(path) as reader:
            return _restore(reader, replace=replace, stream=stream)
    except InUse as in_use:
        raise Refused(str(in_use)) from None


def _restore(reader: Reader, *, replace: bool, stream: IO[str] | None) -> Restored:
    verify(reader, stream)
    contents = Contents(reader)
    begun, leftovers = unfinished.read()
    schema.check(contents.migrations)
    _check_free(replace=replace or begun == reader.mark)
    schema.migrate_to(contents.migrations)
    contents.check_columns()
    leftovers = (leftovers | _current_files()) - set(contents.files)
    files = Files(reader, contents.files)
    try:
        files.put(stream)
        with connection.constraint_checks_disabled(), transaction.atomic():
            restored = contents.fill(stream)
            # With the note, whichever database is found, the same command completes the restore.
            unfinished.begin(reader.mark, leftovers)
            _forget_what_was_prepared()
            # After a power cut, rows must not exist without their files.
            os.sync()
    except BaseException:
        files.remove_new()
        if not begun:
            unfinished.end()
        raise
    files.replace_old()
    for alias, name in leftovers:
        storages[alias].delete(name)
    _finish(restored)
    unfinished.end()
    return restored


def verify(reader: Reader, stream: IO[str] | None = None) -> None:
    progress = Progress("checked", sum(map(reader.size, reader.sums)), stream, unit="B")
    reader.verify(progress.add)
    progress.close()


def _check_free(*, replace: bool) -> None:
    known = schema.tables()
    if WorkerHeartbeat._meta.db_table in known and leases.living_workers():
        raise Refused("The site is running: a worker was active in the last half minute. Stop the site first.")
    if replace or Person._meta.db_table not in known:
        return
    if names := list(Person.objects.order_by("pk").values_list("username", flat=True)[:3]):
        raise Refused(
            f"This site already has accounts ({', '.join(names)}). Use --replace to delete all its content, including"
            " demo content, and restore the backup in its place."
        )


class Contents:
    def __init__(self, reader: Reader) -> None:
        self.reader, manifest = reader, reader.manifest
        try:
            self.migrations = {(app, name) for app, names in manifest["migrations"].items() for name in names}
            self.tables = {one["table"]: one for one in manifest["tables"]}
            self.restored = Restored(manifest["made_at"], missing=list(manifest["missing"]))
            self.restored.notices = recorded_settings.differences(manifest["settings"])
            kinds = {kind for one in self.tables.values() for kind in one["columns"].values()}
            well = all(map(columns.is_known, kinds)) and all(
                TABLE.fullmatch(table) and set(one["last"]) <= set(one["columns"]) and one["rows"] >= 0
                for table, one in self.tables.items()
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            well = False
        named = {f"rows/{table}.jsonl" for table in self.tables} if well else set()
        if not well or named != {name for name in reader.sums if name.startswith("rows/")}:
            raise Refused(f"{reader.path} is damaged: its manifest does not describe what it holds.")
        self.files = {(alias, name): member for member, alias, name in reader.media()}
        if odd := {alias for alias, _name in self.files} - inventory.STORAGES:
            raise Refused(f"{reader.path} is refused: it names an unknown storage {min(odd)!r}.")

    def check_columns(self) -> None:
        known = schema.tables() - {"django_migrations"}
        for table, one in self.tables.items():
            if table not in known or schema.columns_of(table) != set(one["columns"]):
                raise Refused(f"The backup does not fit this version: its table {table} has different columns.")

    def fill(self, stream: IO[str] | None) -> Restored:
        """Empty all tables and insert the rows of the backup; call it in a transaction."""
        _empty(set(self.tables))
        progress = Progress("rows", sum(one["rows"] for one in self.tables.values()), stream)
        for table, one in self.tables.items():
            count = self._fill_table(table, one["columns"], progress.add)
            if count != one["rows"]:
                raise Refused(f"{self.reader.path} is damaged: {table} holds {count} rows instead of {one['rows']}.")
            for column, last in one["last"].items():
                columns.bump_sequence(table, column, last)
            self.restored.rows += count
        progress.close()
        connection.check_constraints()
        self.restored.files = len(self.files)
        return self.restored

    def _fill_table(self, table: str, kinds: dict[str, str], progress: Callable[[int], Any]) -> int:
        quote = connection.ops.quote_name
        places = ", ".join(["%s"] * len(kinds))
        sql = f"INSERT INTO {quote(table)} ({', '.join(map(quote, kinds))}) VALUES ({places})"  # noqa: S608 - checked names
        converters = {column: columns.to_database(kind) for column, kind in kinds.items()}
        lines, count = self.reader.lines(f"rows/{table}.jsonl"), 0
        while some := list(islice(lines, columns.BATCH_ROWS)):
            _insert(table, sql, [_values(table, line, converters) for line in some])
            count += len(some)
            progress(len(some))
        return count


def _values(table: str, line: bytes, converters: dict[str, Callable[[Any], Any] | None]) -> list[Any]:
    try:
        row = json.loads(line)
        return [convert(row[column]) if convert else row[column] for column, convert in converters.items()]
    except (ValueError, KeyError, TypeError, ValidationError) as error:
        raise Refused(f"The backup is damaged: a row of {table} cannot be read ({error}).") from None


def _empty(tables: set[str]) -> None:
    there = schema.tables() & (tables | {model._meta.db_table for model in inventory.all_models()})
    quoted = [connection.ops.quote_name(table) for table in sorted(there)]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Do not wait for ever for a process that was not stopped, such as the public site's.
            cursor.execute("SET LOCAL lock_timeout = '30s'")
            cursor.execute(f"TRUNCATE {', '.join(quoted)}")
            return
        for table in quoted:
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - tables of the database


def _insert(table: str, sql: str, rows: list[list[Any]]) -> None:
    with connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.executemany(sql, rows)
        except (DatabaseError, ValueError):
            for row in rows:
                try:
                    with transaction.atomic():
                        cursor.execute(sql, row)
                except (DatabaseError, ValueError) as error:
                    # PostgreSQL is stricter than SQLite about lengths and NUL.
                    raise Refused(f"The database does not take row {row[0]} of {table}: {error}") from error


def _current_files() -> set[Name]:
    """The files of the current site's rows, including tables that are never backed up."""
    named: set[Name] = set()
    known = schema.tables()
    for model in inventory.all_models():
        table, wanted = model._meta.db_table, inventory.naming_columns(model)
        if wanted and table in known and set(wanted) <= schema.columns_of(table):
            for row in columns.read(table, dict.fromkeys(wanted, "CharField"), order=wanted[0]):
                named.update(inventory.files_of(model, row))
    return {(alias, name) for alias, name in named if is_safe(name)}


def _forget_what_was_prepared() -> None:
    (settings.INTRANET_VAR / ".prepared").unlink(missing_ok=True)
    if engines.keeps_outbox():
        indexer.request_rebuild()


def _finish(restored: Restored) -> None:
    ContentType.objects.clear_cache()
    schema.migrate_forward()
    refresh_statistics()
    if connection.vendor == "sqlite":
        # Only data that has left the write-ahead log survives a power cut.
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for name in settings.CACHES:
        try:
            caches[name].clear()
        except Exception as error:
            restored.notices.append(f"The cache {name!r} could not be emptied ({error}): empty it before you start.")
