"""Prepared queries (`database.prepared`) with the access rules of `pages.access`.

A query is a function of a reader and named values that returns a queryset. It is called once for each number of
audiences, with a placeholder for the reader, so that `pages.access` itself writes the condition; after that only the
values change. On one core this halves the cost of reading an article (`make bench`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connections
from django.db.models import QuerySet

from database.prepared import Statement, placeholders_of
from pages.access import visible_to
from people.audiences import audience_tokens


def _token(place: int) -> str:
    return f"placeholder audience {place}"


class StandIn:
    """A reader with this many audiences and no permissions, for whom the access condition is compiled."""

    is_active = is_authenticated = True
    is_superuser = False

    def __init__(self, audiences: int) -> None:
        self._audience_tokens = frozenset(map(_token, range(audiences)))
        self._roles_by_space: dict[int, str] = {}


class PreparedQuery:
    """Calls such as `query(person, url_path="…")` return a list: objects, or tuples if it selects columns.

    `types` declares the values: `PreparedQuery(build, url_path=str)`. `build(reader, **values)` must use each value as
    it is, in a comparison or `__startswith`, and must filter with `pages.access`.
    """

    def __init__(self, build: Callable[..., QuerySet[Any]], **types: type) -> None:
        self.build, self.types = build, types
        self._statements: dict[tuple[str, int], Statement] = {}

    def __call__(self, person: Any, **values: Any) -> list[Any]:
        return self._run(person, values, Statement.__call__)

    def stored(self, person: Any, **values: Any) -> list[tuple[Any, ...]]:
        """The rows as the database returns them, not yet converted."""
        return self._run(person, values, Statement.stored)

    def _run(self, person: Any, values: dict[str, Any], run: Callable[[Statement, dict[str, Any]], list[Any]]) -> Any:
        tokens = _padded(sorted(audience_tokens(person)))
        if not tokens:
            return []
        key = (connections["default"].vendor, len(tokens))
        if key not in self._statements:
            self._statements[key] = self._statement(len(tokens))
        return run(self._statements[key], {**values, **{_token(place): token for place, token in enumerate(tokens)}})

    def _statement(self, audiences: int) -> Statement:
        values = placeholders_of(self.types)
        tokens = {_token(place): _token(place) for place in range(audiences)}
        return Statement(self.build(StandIn(audiences), **values), values | tokens)


def at_address(pages: Callable[[], Any]) -> PreparedQuery:
    """The one of `pages()` at a `url_path`, if the reader can see it. A function, since models are not ready at import."""
    return PreparedQuery(
        lambda reader, url_path: visible_to(reader, pages().filter(url_path=url_path))[:1], url_path=str
    )


def _padded(tokens: list[str]) -> list[str]:
    """Repeat the last token up to a power of two, to have fewer different statements."""
    return tokens + tokens[-1:] * ((1 << (len(tokens) - 1).bit_length()) - len(tokens)) if tokens else []
