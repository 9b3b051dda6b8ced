"""Values of columns in a form that every database shares: what JSON can hold, moments in UTC, bytes as base64.

Rows are read and written as rows: no model is made, so no signal is sent, nothing is derived again, and a table of an
earlier version can be filled as well. Django's own converters are used, by the kind of a column.
"""

import base64
import datetime as dt
import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import Value

CONVERTED = frozenset(
    "BinaryField BooleanField DateField DateTimeField DecimalField DurationField GenericIPAddressField JSONField TimeField UUIDField".split()
)
"""Kinds whose values databases hold in different ways; texts and numbers are the same everywhere."""
NUMBERED = frozenset({"AutoField", "BigAutoField", "SmallAutoField"})
ROWS_AT_ONCE = 200

Convert = Callable[[Any], Any]


def kinds_of(model: type[models.Model]) -> dict[str, str]:
    """Column and kind of each column of a table; the kinds have the names of Django's fields."""
    return {str(field.column): _kind(field) for field in model._meta.local_concrete_fields}


def _kind(field: Any) -> str:
    if field.remote_field is None:
        return str(field.get_internal_type())
    while field.remote_field is not None:
        field = field.target_field
    kind = str(field.get_internal_type())
    # It holds a number, and gives none.
    return kind.replace("BigAutoField", "BigIntegerField").replace("AutoField", "IntegerField")


def is_known(kind: str) -> bool:
    return issubclass(getattr(models, kind, int), models.Field)


def from_database(kind: str) -> Convert | None:
    """What makes of a value, as the database gives it, one that JSON can hold; None where it is one."""
    if kind not in CONVERTED:
        return None
    field = getattr(models, kind)()
    expression = Value(None, output_field=field)
    converters = [*connection.ops.get_db_converters(expression), *field.get_db_converters(connection)]

    def convert(value: Any) -> Any:
        for converter in converters:
            value = converter(value, expression, connection)
        return value if kind == "JSONField" else _plain(value)

    return convert


def to_database(kind: str) -> Convert | None:
    """The way back."""
    if kind not in CONVERTED:
        return None
    field = getattr(models, kind)()
    return lambda value: None if value is None else field.get_db_prep_save(field.to_python(value), connection)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    if isinstance(value, UUID):
        return str(value)
    return str(value)


def encode(row: dict[str, Any]) -> bytes:
    """One line. Letters as they are, except for halves of a pair, which are not UTF-8 and which SQLite lets in."""
    try:
        return json.dumps(row, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:
        return json.dumps(row).encode() + b"\n"


def read(table: str, kinds: dict[str, str], *, order: str, condition: str = "") -> Iterator[dict[str, Any]]:
    """Every row of a table, a few hundred in memory at a time."""
    quote = connection.ops.quote_name
    where = f" WHERE {condition}" if condition else ""
    sql = f"SELECT {', '.join(map(quote, kinds))} FROM {quote(table)}{where} ORDER BY {quote(order)}"  # noqa: S608 - our names
    converters = [(column, convert) for column, kind in kinds.items() if (convert := from_database(kind))]
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql)
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            for values in rows:
                row = dict(zip(kinds, values, strict=True))
                for column, convert in converters:
                    row[column] = convert(row[column])
                yield row


def last_number(table: str, column: str) -> int | None:
    """The last number that a table gave to a row, whether or not that row still exists; None where it gave none."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        else:
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [connection.ops.quote_name(table), column])
            cursor.execute(f"SELECT CASE WHEN is_called THEN last_value END FROM {cursor.fetchone()[0]}")  # noqa: S608
        found = cursor.fetchone()
    return found[0] if found else None


def go_on_from(table: str, column: str, last: int | None) -> None:
    """The next number is given after all rows of the table and after `last`: the number of what was deleted is not given
    again, so that nothing which still names it means something else."""
    quoted, name = connection.ops.quote_name(table), connection.ops.quote_name(column)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
            cursor.execute(
                f"INSERT INTO sqlite_sequence (name, seq) SELECT %s, max(coalesce(max({name}), 0), %s) FROM {quoted}",  # noqa: S608
                [table, last or 0],
            )
        else:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence(%s, %s), greatest(max({name}), %s, 1),"  # noqa: S608
                f" greatest(max({name}), %s) IS NOT NULL) FROM {quoted}",
                [quoted, column, last, last],
            )
