"""The report of what is searched for: what is frequent, finds nothing, or is abandoned, without names."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Max, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from search import counting
from search.curation.views import for_curators, tabs
from search.models import QueryCount

PERIODS = (7, 30, 90)
"""Days."""
MAX_ROWS = 100
LISTS = {
    "frequent": gettext_lazy("Frequent"),
    "failing": gettext_lazy("Without results"),
    "abandoned": gettext_lazy("Abandoned"),
}
ORDERS = {"frequent": "all_searches", "failing": "all_empty", "abandoned": "abandoned"}


@dataclass(frozen=True)
class Row:
    """One query over a period. `abandoned` counts pages of results that were left for something else."""

    query: str
    searches: int
    empty: int
    watched: int
    abandoned: int


def rows(since: dt.date, kind: str) -> list[Row]:
    """Queries since a day by how often they were asked for, found nothing, or were left. Words that could tell of a person
    are not among them."""
    sums = counting.reportable(since).annotate(
        # An annotation called as the column would stand for the column in those after it.
        abandoned=Sum(F("watched") - F("followed")),
        all_searches=Sum("searches"),
        all_empty=Sum("empty"),
        all_watched=Sum("watched"),
        most_hits=Max("hits"),
    )
    if kind != "frequent":
        sums = sums.filter(**{f"{ORDERS[kind]}__gt": 0})
    names = ("query", "all_searches", "all_empty", "all_watched", "abandoned")
    values: list[Any] = list(sums.order_by(f"-{ORDERS[kind]}", "query").values_list(*names)[:MAX_ROWS])
    return [Row(*one) for one in values]


@require_safe
@for_curators
def report(request: HttpRequest) -> HttpResponse:
    """How many searches there were, and the queries of which something can be learnt."""
    asked_for, kind = request.GET.get("days", ""), request.GET.get("list", "")
    days = int(asked_for) if asked_for in map(str, PERIODS) else PERIODS[1]
    kind = kind if kind in LISTS else "frequent"
    since = timezone.localdate() - dt.timedelta(days=days - 1)
    sums = QueryCount.objects.filter(day__gte=since).aggregate(searches=Sum("searches"), empty=Sum("empty"))
    searches, empty = sums["searches"] or 0, sums["empty"] or 0
    context = {
        "days": days,
        "periods": [{"days": one, "current": one == days} for one in PERIODS],
        "kind": kind,
        "lists": [
            {"label": label, "url": "?" + urlencode({"list": name, "days": days}), "current": name == kind}
            for name, label in LISTS.items()
        ],
        "rows": rows(since, kind),
        "stats": [
            {"label": _("searches"), "value": searches},
            {"label": _("without result"), "value": f"{100 * empty / searches:.0f} %" if searches else "–"},
        ],
        "kept": counting.is_counting(),
        "enough": counting.MIN_PERSONS,
        "tabs": tabs("report"),
    }
    return render(request, "search/curation/report.html", context)


@csrf_exempt
@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """A page of results reports how it was left. It counts only with the mark that we put on such a page; no script on
    another site has one, nor a session here (the cookie is SameSite=Lax)."""
    page, followed = request.POST.get("page", "")[:600], request.POST.get("followed") == "1"
    return HttpResponse(status=204 if counting.count_outcome(page, followed=followed) else 400)
