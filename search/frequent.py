"""Queries that many ask for, as completion and the start page offer them; none that could tell of a person."""

from __future__ import annotations

import datetime as dt
import time
from bisect import bisect_left
from itertools import islice

from django.db.models import Max, Sum
from django.utils import timezone

from search import asking, counting
from search.curation.current import normal
from search.engine.reader import STAFF
from search.engines import Engine
from search.query import parse
from search.request import SearchRequest

DAYS = 30
MAX_QUERIES = 2_000
REFRESH_SECONDS = 600.0
MAX_INDEX_LOOKUPS = 20
"""Queries with the same beginning that are looked up in the index."""

_known: list[tuple[str, int]] = []
_due = 0.0
_answered: tuple[str, dict[str, bool]] = ("", {})


def queries(prefix: str = "", count: int = 5) -> list[str]:
    """Queries of many people that begin so, most frequent first; all of them for "". Costs a statement in ten minutes.

    Each was asked by enough persons, and a page for all staff holds all of its words. Whoever offers one shows it only to
    a reader for whom it finds something at that moment.
    """
    start = normal(prefix)
    if not counting.is_counting() or (prefix.strip() and not start):
        return []
    rows = _rows()
    same: list[tuple[int, str]] = []
    for words, searches in islice(rows, bisect_left(rows, (start, 0)), None):
        if not words.startswith(start):
            break
        if words != start:
            same.append((-searches, words))
    some = [words for _, words in sorted(same)[:MAX_INDEX_LOOKUPS]]
    nothing: list[str] = []
    found, _degraded = asking.ask(
        lambda engine: [words for words in some if _is_answered(engine, words)], nothing, use_fallback=False
    )
    return found[:count]


def _rows() -> list[tuple[str, int]]:
    """(query, searches) in the order of the words."""
    global _known, _due
    if time.monotonic() >= _due:
        recent = counting.reportable(timezone.localdate() - dt.timedelta(days=DAYS))
        sums = recent.annotate(number=Sum("searches"), found=Max("hits"))
        many = sums.filter(found__gt=0).order_by("-number").values_list("query", "number")
        _known, _due = sorted(many[:MAX_QUERIES]), time.monotonic() + REFRESH_SECONDS
    return _known


def _is_answered(engine: Engine, words: str) -> bool:
    """Whether a page for all staff holds every word. Remembered while the index exists, or for a minute."""
    global _answered
    state = engine.state or f"minute {time.monotonic() // 60}"
    if _answered[0] != state:
        _answered = (state, {})
    if words not in _answered[1]:
        request = SearchRequest(parse(words), frozenset({STAFF}), count=1, strict=True)
        _answered[1][words] = bool(engine.answer(request).total)
    return _answered[1][words]


def forget() -> None:
    """Asks the database again at the next call; for tests."""
    global _due, _answered
    _due, _answered = 0.0, ("", {})
