"""What the report says of searches: sums over days, and the words of those that enough persons asked for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Max, Sum
from django.utils import timezone

from search import asked
from search.curation.models import Asked, QueryTask

PERIODS = (7, 30, 90)
SHOWN = 100
MAX_ROWS = 5_000
"""Rows of a table for other programs."""


@dataclass(frozen=True)
class Row:
    """One query over a period. `abandoned` counts pages of results that were left for something else."""

    query: str
    searches: int
    empty: int
    watched: int
    abandoned: int
    hits: int
    last: dt.date
    task: QueryTask | None = None


@dataclass(frozen=True)
class Day:
    day: dt.date
    searches: int
    empty: int


ORDERS = {"frequent": "all_searches", "failing": "all_empty", "abandoned": "abandoned"}


def since(days: int) -> dt.date:
    return timezone.localdate() - dt.timedelta(days=days - 1)


def rows(days: int, kind: str = "frequent", *, query: str | None = None, count: int = SHOWN) -> list[Row]:
    """Queries of the last days by how often they were asked for, found nothing, or were left. Words that could tell of a
    person are not among them."""
    found = asked.reportable(since(days))
    if query is not None:
        found = found.filter(query=query)
    sums = found.annotate(
        # An annotation called as the column would stand for the column in those after it.
        abandoned=Sum(F("watched") - F("followed")),
        all_searches=Sum("searches"),
        all_empty=Sum("empty"),
        all_watched=Sum("watched"),
        most_hits=Max("hits"),
        last=Max("day"),
    )
    if kind != "frequent":
        sums = sums.filter(**{f"{ORDERS[kind]}__gt": 0})
    names = ("query", "all_searches", "all_empty", "all_watched", "abandoned", "most_hits", "last")
    values: list[Any] = list(sums.order_by(f"-{ORDERS[kind]}", "query").values_list(*names)[:count])
    tasks = {task.query: task for task in QueryTask.objects.select_related("owner")}
    return [
        Row(query, searches, empty, watched, abandoned, hits, last, tasks.get(query))
        for query, searches, empty, watched, abandoned, hits, last in values
    ]


def days_of(days: int, query: str | None = None) -> list[Day]:
    """Searches of each day of the period, also of those without any; of one query, or of all."""
    found = Asked.objects.filter(day__gte=since(days))
    if query is not None:
        found = found.filter(query=query)
    sums = {
        one["day"]: one for one in found.values("day").annotate(all=Sum("searches"), none=Sum("empty")).order_by("day")
    }
    dates = [since(days) + dt.timedelta(days=number) for number in range(days)]
    return [Day(day, sums[day]["all"], sums[day]["none"]) if day in sums else Day(day, 0, 0) for day in dates]


def chart(days: list[Day], *, width: int = 720, height: int = 120) -> dict[str, Any]:
    """The bars of a picture of so many units: each with its day, its place, and the part of it that found nothing."""
    most = max((day.searches for day in days), default=0)
    step = width / len(days) if days else width
    bars = []
    for number, day in enumerate(days):
        tall = height * day.searches / most if most else 0
        none = height * day.empty / most if most else 0
        bars.append(
            {
                "day": day,
                "x": f"{number * step + step * 0.1:.2f}",
                "width": f"{step * 0.8:.2f}",
                "y": f"{height - tall:.2f}",
                "height": f"{tall:.2f}",
                "empty_y": f"{height - none:.2f}",
                "empty_height": f"{none:.2f}",
            }
        )
    return {"bars": bars, "most": most, "width": width, "height": height}
