"""Counts what is searched for, and keeps no name: docs/features/search.md, "What is counted", says what and for how long.

A search costs a few microseconds: it is added up in the memory of the process and written half a minute later, after an
answer was sent. What cannot be written is lost, and no search is.
"""

from __future__ import annotations

import datetime as dt
import hmac
import logging
import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import connections, router, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from search.curation.current import normal
from search.curation.models import QueryCount, QueryCountKey
from search.parameters import SORTS, Parameters

logger = logging.getLogger(__name__)

MIN_PERSONS = 3
"""Words that fewer different persons asked for in a week are shown to nobody."""
HELD_SECONDS = 30.0
MAX_HELD_QUERIES = 500
"""Different queries that are added up before they are written; of more, only the number is kept."""
LONGEST = 100
"""Letters of a query whose words are kept: a longer one tells a story, and is counted alone."""
PAGE_AGE = dt.timedelta(hours=12)
"""How long a page of results may say what became of it."""

_signer = signing.TimestampSigner(salt="search.asked")


@dataclass
class Tally:
    """What happened to one query since the last writing. `persons` are primary keys, and are forgotten with it."""

    searches: int = 0
    empty: int = 0
    watched: int = 0
    followed: int = 0
    hits: int = 0
    persons: set[int] = field(default_factory=set)


_held: dict[tuple[dt.date, str], Tally] = {}
_lock = threading.Lock()
_due = 0.0
_tidied: dt.date | None = None


def reportable(day: dt.date) -> QuerySet[Any, Any]:
    """Queries since a day, one row each, of those that enough persons asked for: of no others may any words be shown."""
    found = QueryCount.objects.filter(day__gte=day).exclude(query="").values("query")
    return found.annotate(most_persons=Max("persons")).filter(most_persons__gte=MIN_PERSONS)


def is_counting() -> bool:
    """Whether searches are counted at all."""
    return bool(settings.INTRANET_SEARCH_REPORT_DAYS)


def count_search(person: Any, parameters: Parameters, hits: int) -> str:
    """Counts one search, and returns what the page of its results may tell later (`count_outcome`); "" where nothing is counted.

    Narrowing, sorting and leafing go on with a search, and begin none.
    """
    goes_on = parameters.narrowed or parameters.page > 1 or parameters.sort != SORTS[0]
    words = "" if goes_on or not is_counting() else normal(parameters.query)
    if not words:
        return ""
    with _lock:
        tally = _tally(words)
        tally.searches += 1
        tally.empty += not hits
        tally.hits = bucket(hits)
        # One more than enough need not be told apart.
        if len(tally.persons) < MIN_PERSONS:
            tally.persons.add(person.pk)
    return _signer.sign(words[:LONGEST]) if hits else ""


def count_outcome(page: str, *, followed: bool) -> bool:
    """Counts how a page of results was left: by following a result, or not. False for a page that we did not make."""
    try:
        words = _signer.unsign(page, max_age=PAGE_AGE)
    except signing.BadSignature:
        return False
    if is_counting():
        with _lock:
            tally = _tally(words)
            tally.watched += 1
            tally.followed += followed
    return True


def _tally(words: str) -> Tally:
    global _due
    key = (timezone.localdate(), words if len(words) <= LONGEST else "")
    if key not in _held and len(_held) >= MAX_HELD_QUERIES:
        key = (key[0], "")
    if not _held:
        _due = time.monotonic() + HELD_SECONDS
    return _held.setdefault(key, Tally())


def bucket(hits: int) -> int:
    """The number of results, roughly: 0, 1, 10, 100 and so on, or more."""
    return 10 ** (len(str(hits)) - 1) if hits else 0


def after_response(**kwargs: Any) -> None:
    """A receiver of `request_finished`: writes what is due."""
    if _held and time.monotonic() >= _due:
        flush()


def flush() -> None:
    """Writes what was added up."""
    global _due
    with _lock:
        tallies, _due = dict(_held), time.monotonic() + HELD_SECONDS
        _held.clear()
    try:
        with transaction.atomic():
            _tidy(timezone.localdate())
            for week in {_week(day) for day, _ in tallies}:
                _write(week, {key: tally for key, tally in tallies.items() if _week(key[0]) == week})
    except Exception:
        logger.warning("%d counts of searches are lost", len(tallies), exc_info=True)


def _week(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def _write(week: dt.date, tallies: dict[tuple[dt.date, str], Tally]) -> None:
    key = QueryCountKey.objects.get_or_create(week=week, defaults={"key": secrets.token_hex(32)})[0].key
    texts = {words for _, words in tallies}
    # In one order, so that two processes do not wait for one another.
    QueryCount.objects.bulk_create(
        [QueryCount(day=day, query=words) for day, words in sorted(tallies)], ignore_conflicts=True
    )
    rows: dict[str, list[QueryCount]] = {}
    for row in QueryCount.objects.filter(day__gte=week, day__lt=week + dt.timedelta(days=7), query__in=texts):
        rows.setdefault(row.query, []).append(row)
    added: list[tuple[int, tuple[Any, ...]]] = []
    cleared: list[int] = []
    for (day, words), tally in tallies.items():
        marks = {_mark(key, words, person) for person in tally.persons} if words else set()
        known = {mark for row in rows[words] for mark in row.marks}
        persons = max([len(known | marks), *(row.persons for row in rows[words])])
        enough = persons >= MIN_PERSONS
        for row in rows[words]:
            # Once there are enough, nothing tells anybody apart any more.
            if row.day == day:
                row.persons = min(persons, MIN_PERSONS)
                row.marks = [] if enough else sorted(marks | set(row.marks))
                added.append((row.pk, _added(row, tally)))
            elif enough and row.marks:
                row.marks = []
                cleared.append(row.pk)
    QueryCount.objects.filter(pk__in=cleared).update(marks=[])
    # One statement for all: row by row, some hundred queries took as long as a search.
    with connections[router.db_for_write(QueryCount)].cursor() as cursor:
        cursor.executemany(ADD, [values for _row, values in sorted(added)])


ADD = f"""
    UPDATE {QueryCount._meta.db_table} SET searches = searches + %s, empty = empty + %s, watched = watched + %s,
    followed = followed + %s, hits = COALESCE(%s, hits), persons = %s, marks = %s WHERE id = %s
"""  # noqa: S608 - our own names


def _added(row: QueryCount, tally: Tally) -> tuple[Any, ...]:
    connection = connections[router.db_for_write(QueryCount)]
    marks = QueryCount._meta.get_field("marks").get_db_prep_save(row.marks, connection)
    hits = tally.hits if tally.searches else None
    return tally.searches, tally.empty, tally.watched, tally.followed, hits, row.persons, marks, row.pk


def _mark(key: str, words: str, person: int) -> str:
    """Tells the askers of one query apart in one week, and says nothing else: other queries give the same person another."""
    return hmac.digest(key.encode(), f"{person} {words}".encode(), "sha256").hex()[:12]


def _tidy(today: dt.date) -> None:
    """Once a day: forgets what is too old, and the secret and the marks of the weeks that are over."""
    global _tidied
    if _tidied == today:
        return
    QueryCount.objects.filter(day__lt=today - dt.timedelta(days=settings.INTRANET_SEARCH_REPORT_DAYS)).delete()
    QueryCountKey.objects.filter(week__lt=_week(today)).delete()
    QueryCount.objects.filter(day__lt=_week(today)).exclude(marks=[]).update(marks=[])
    _tidied = today
