"""Saves the rows that a factory wrote: running the factory takes a second, restoring its rows ten milliseconds."""

from typing import Any

from django.db import connection

Rows = dict[str, tuple[list[str], list[tuple[Any, ...]]]]


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
