"""Prepared queries: querysets compiled to SQL once and run many times, with the access rules of `pages.access`.

A query is a function of a reader and named values that returns a queryset. It is called once for each number of
audiences, with a placeholder for the reader, so that `pages.access` itself writes the condition; after that only the
values change. On one core this halves the cost of reading an article (`make bench`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import connections
from django.db.models import QuerySet
from django.db.models.query import ModelIterable, get_related_populators
from django.utils import timezone

from database.statements import rows
from people.audiences import audience_tokens

STAND_IN_AUDIENCE = "stand-in audience "
#: Placeholder values, which occur in no row.
STAND_INS: dict[type, Callable[[int], Any]] = {
    str: lambda place: f"stand-in text {place}",
    int: lambda place: 2_000_000_011 + place,
    datetime: lambda place: datetime(1001, 1, 1, 0, 0, place, 7, tzinfo=timezone.get_default_timezone()),
}


class StandIn:
    """A reader with this many audiences and no permissions, for whom the access condition is compiled."""

    is_active = is_authenticated = True
    is_superuser = False

    def __init__(self, audiences: int) -> None:
        self._audience_tokens = frozenset(f"{STAND_IN_AUDIENCE}{place}" for place in range(audiences))
        self._roles_by_space: dict[int, str] = {}


class PreparedQuery:
    """Calls such as `query(person, url_path="…")` return a list: objects, or tuples if it selects columns.

    `types` declares the values: `PreparedQuery(build, url_path=str)`. `build(reader, **values)` must use each value as
    it is, in a comparison or `__startswith`, and must filter with `pages.access`.
    """

    def __init__(self, build: Callable[..., QuerySet[Any]], **types: type) -> None:
        self.build, self.types = build, types
        self._asked: dict[tuple[str, int], _Prepared] = {}

    def __call__(self, person: Any, **values: Any) -> list[Any]:
        tokens = _padded(sorted(audience_tokens(person)))
        if not tokens:
            return []
        connection = connections["default"]
        prepared = self._prepared(connection, len(tokens))
        given = {name: _adapted(connection, value) for name, value in values.items()}
        parameters = [_filled(kind, value, tokens, given, connection) for kind, value in prepared.places]
        return prepared.objects(rows(connection, prepared.sql, parameters))

    def _prepared(self, connection: Any, audiences: int) -> _Prepared:
        key = (connection.vendor, audiences)
        if key not in self._asked:
            stand_ins = {name: STAND_INS[kind](place) for place, (name, kind) in enumerate(self.types.items())}
            known = {_adapted(connection, value): name for name, value in stand_ins.items()}
            self._asked[key] = _Prepared(self.build(StandIn(audiences), **stand_ins), known)
        return self._asked[key]


class _Prepared:
    """One statement with the positions of its values, and how its rows become objects."""

    def __init__(self, pages: QuerySet[Any], known: dict[Any, str]) -> None:
        compiler: Any = pages.query.get_compiler(using="default")
        self.sql, parameters = compiler.as_sql()
        self.places = [_place(parameter, known) for parameter in parameters]
        if unused := set(known.values()) - {value for kind, value in self.places if kind in {"value", "prefix"}}:
            raise ValueError(f"The question does not use {', '.join(sorted(unused))} as it is.")
        self.compiler = compiler
        self.converters = compiler.get_converters([column[0] for column in compiler.select[: compiler.col_count]])
        self.info = compiler.klass_info if pages._iterable_class is ModelIterable else None  # type: ignore[attr-defined]
        if self.info:
            # As django.db.models.query.ModelIterable does (Django 5.2) for each query.
            fields = self.info["select_fields"]
            self.columns = slice(fields[0], fields[-1] + 1)
            self.names = [column[0].target.attname for column in compiler.select[self.columns]]
            self.related = get_related_populators(self.info, compiler.select, "default")

    def objects(self, rows: list[Any]) -> list[Any]:
        converted = self.compiler.apply_converters(rows, self.converters) if self.converters else rows
        if not self.info:
            return [tuple(row) for row in converted]
        found = []
        for row in converted:
            item = self.info["model"].from_db("default", self.names, row[self.columns])
            for populator in self.related:
                populator.populate(row, item)
            found.append(item)
        return found


def _padded(tokens: list[str]) -> list[str]:
    """Repeat the last token up to a power of two, to have fewer different statements."""
    return tokens + tokens[-1:] * ((1 << (len(tokens) - 1).bit_length()) - len(tokens)) if tokens else []


def _filled(kind: str, value: Any, tokens: list[str], given: dict[str, Any], connection: Any) -> Any:
    if kind == "fixed":
        return value
    if kind == "token":
        return tokens[value]
    return given[value] if kind == "value" else f"{connection.ops.prep_for_like_query(given[value])}%"


def _place(parameter: Any, known: dict[Any, str]) -> tuple[str, Any]:
    if isinstance(parameter, str) and parameter.startswith(STAND_IN_AUDIENCE):
        return "token", int(parameter.removeprefix(STAND_IN_AUDIENCE))
    if isinstance(parameter, str) and parameter.endswith("%") and parameter[:-1] in known:
        return "prefix", known[parameter[:-1]]
    if isinstance(parameter, str | int | datetime) and not isinstance(parameter, bool) and parameter in known:
        return "value", known[parameter]
    return "fixed", parameter


def _adapted(connection: Any, value: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
