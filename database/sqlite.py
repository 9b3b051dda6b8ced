"""Converts the placeholders of SQLite statements once instead of at each execution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db.backends.sqlite3.base import SQLiteCursorWrapper

#: In characters. Longer statements insert many rows, and are rarely repeated.
MAX_CACHED_CHARACTERS = 8_000

_convert: Any = SQLiteCursorWrapper.convert_query


@lru_cache(maxsize=500)
def _converted(query: str) -> str:
    return str(_convert(None, query))


def _convert_query(cursor: Any, query: str, *, param_names: Sequence[str] | Mapping[str, Any] | None = None) -> str:
    if param_names is None and len(query) < MAX_CACHED_CHARACTERS:
        return _converted(query)
    return str(_convert(cursor, query, param_names=param_names))


def cache_conversion() -> None:
    SQLiteCursorWrapper.convert_query = _convert_query  # type: ignore[method-assign, assignment]
