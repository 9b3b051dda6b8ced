"""Saves what a factory made: running the factory takes up to seconds, restoring its rows ten milliseconds."""

import copy
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import connection

from tests import environment

Rows = dict[str, tuple[list[str], list[tuple[Any, ...]]]]
P = ParamSpec("P")
T = TypeVar("T")
_kept: dict[Callable[..., Any], tuple[Any, Rows]] = {}


def remembered(make: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """What `make` returns, with the rows, files and index that it writes: made once in each process, and then put back.

    It has to make the same each time, starting from the same rows.
    """
    if make not in _kept:
        before = rows()
        made = make(*arguments, **named)
        _kept[make] = copy.deepcopy(made), changed(before, rows())
        for folder, kept in _folders(make):
            if folder.exists():
                shutil.copytree(folder, kept)
        return made
    made, lines = _kept[make]
    put_back(lines)
    for folder, kept in _folders(make):
        if kept.exists():
            shutil.copytree(kept, folder, dirs_exist_ok=True)
    return copy.deepcopy(made)


def _folders(make: Callable[..., Any]) -> list[tuple[Path, Path]]:
    """Where a test keeps its files and its index, and where those of `make` are kept for the next test."""
    kept = Path(environment.folder, "remembered", f"{make.__module__}.{make.__qualname__}")
    here = (settings.MEDIA_ROOT, settings.INTRANET_PUBLIC_MEDIA_ROOT, settings.MODELSEARCH_BACKENDS["default"]["PATH"])
    return [(Path(folder), kept / Path(folder).name) for folder in here]


def rows() -> Rows:
    """Every row of every table, as the database gives them."""
    found: Rows = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = (
                [column[0] for column in cursor.description or ()],
                [tuple(row) for row in cursor.fetchall()],
            )
    return found


def changed(before: Rows, after: Rows) -> Rows:
    return {
        table: content
        for table, content in after.items()
        if sorted(map(repr, before[table][1])) != sorted(map(repr, content[1]))
    }


def put_back(content: Rows) -> None:
    """Makes the tables of `content` hold just these rows. Foreign keys are checked at the end of a transaction only."""
    with connection.cursor() as cursor:
        for table in content:
            cursor.execute(f'DELETE FROM "{table}"')
        for table, (columns, lines) in content.items():
            if lines:
                names = ", ".join(f'"{column}"' for column in columns)
                places = ", ".join(["%s"] * len(columns))
                cursor.executemany(
                    f'INSERT INTO "{table}" ({names}) VALUES ({places})', [_plain(line) for line in lines]
                )


def _plain(line: tuple[Any, ...]) -> tuple[Any, ...]:
    if connection.vendor != "postgresql":
        return line
    from psycopg.types.json import Jsonb

    return tuple(Jsonb(value) if isinstance(value, dict | list) else value for value in line)
