"""Statements of SQLite are put into its own words once, not at every execution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db.backends.sqlite3.base import SQLiteCursorWrapper

LONGEST = 8_000
"""Longer ones are inserts of many rows, which are rarely sent twice."""

_convert: Any = SQLiteCursorWrapper.convert_query


@lru_cache(maxsize=500)
def _converted(query: str) -> str:
    """`%s` as `?`. A regular expression over the whole text, some of it many lists of audiences long."""
    return str(_convert(None, query))


def _convert_query(cursor: Any, query: str, *, param_names: Sequence[str] | Mapping[str, Any] | None = None) -> str:
    if param_names is None and len(query) < LONGEST:
        return _converted(query)
    return str(_convert(cursor, query, param_names=param_names))


def remember() -> None:
    """Called once when the site starts."""
    SQLiteCursorWrapper.convert_query = _convert_query  # type: ignore[method-assign, assignment]
