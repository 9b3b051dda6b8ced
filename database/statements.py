"""Fixed SQL statements that are sent with most requests."""

from collections.abc import Sequence
from typing import Any


def rows(connection: Any, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows of a statement whose text never changes. PostgreSQL plans it once per connection.

    Do not use it for generated text: each variant would stay prepared on the server.
    """
    cursor = connection.prepared_cursor() if hasattr(connection, "prepared_cursor") else connection.cursor()
    with cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
