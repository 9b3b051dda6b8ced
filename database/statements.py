"""Statements that are written once and sent with every request."""

from collections.abc import Sequence
from typing import Any


def rows(connection: Any, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows of a statement whose text is always the same; PostgreSQL parses and plans it once for each connection.

    Only for those: a text that differs each time would be kept in the server for nothing.
    """
    cursor = connection.prepared_cursor() if hasattr(connection, "prepared_cursor") else connection.cursor()
    with cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
