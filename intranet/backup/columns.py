"""Column values in a form that all databases share: JSON, times in UTC, bytes as base64.

Rows are read and written as rows, without model instances: no signals are sent, nothing is derived again, and tables of
an earlier version can be filled. Django's converters are used, by column type.
"""

import base64
import datetime as dt
import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import Value

#: Types that databases represent differently; text and numbers are the same everywhere.
CONVERTED = frozenset(
    "BinaryField BooleanField DateField DateTimeField DecimalField DurationField GenericIPAddressField JSONField TimeField UUIDField".split()
)
NUMBERED = frozenset({"AutoField", "BigAutoField", "SmallAutoField"})
BATCH_ROWS = 200

Convert = Callable[[Any], Any]


def kinds_of(model: type[models.Model]) -> dict[str, str]:
    return {str(field.column): _kind(field) for field in model._meta.local_concrete_fields}


def _kind(field: Any) -> str:
    if field.remote_field is None:
        return str(field.get_internal_type())
    while field.remote_field is not None:
        field = field.target_field
    kind = str(field.get_internal_type())
    # A foreign key holds a number but does not generate it.
    return kind.replace("BigAutoField", "BigIntegerField").replace("AutoField", "IntegerField")


def is_known(kind: str) -> bool:
    return issubclass(getattr(models, kind, int), models.Field)


def from_database(kind: str) -> Convert | None:
    """A function from the database's value to one for JSON; None if it needs none."""
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
    """One line of JSON. Text is unescaped, except for lone surrogates, which SQLite allows but UTF-8 does not."""
    try:
        return json.dumps(row, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:
        return json.dumps(row).encode() + b"\n"


def read(table: str, kinds: dict[str, str], *, order: str, condition: str = "") -> Iterator[dict[str, Any]]:
    quote = connection.ops.quote_name
    where = f" WHERE {condition}" if condition else ""
    sql = f"SELECT {', '.join(map(quote, kinds))} FROM {quote(table)}{where} ORDER BY {quote(order)}"  # noqa: S608 - our names
    converters = [(column, convert) for column, kind in kinds.items() if (convert := from_database(kind))]
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql)
        while rows := cursor.fetchmany(BATCH_ROWS):
            for values in rows:
                row = dict(zip(kinds, values, strict=True))
                for column, convert in converters:
                    row[column] = convert(row[column])
                yield row


def last_number(table: str, column: str) -> int | None:
    """The last id that a table has given out, even if that row was deleted; None if it has given none."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        else:
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [connection.ops.quote_name(table), column])
            cursor.execute(f"SELECT CASE WHEN is_called THEN last_value END FROM {cursor.fetchone()[0]}")  # noqa: S608
        found = cursor.fetchone()
    return found[0] if found else None


def bump_sequence(table: str, column: str, last: int | None) -> None:
    """Continue ids after all rows of the table and after `last`.

    The id of a deleted row is not used again, because other data may still refer to it.
    """
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
