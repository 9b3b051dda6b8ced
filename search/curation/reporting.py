"""The report of what is searched for, and who looks after which query."""

from __future__ import annotations

import csv
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.models import Person, Space
from people.once import taken
from people.permissions import may_write
from search import asked, report
from search.curation import actions
from search.curation.current import normal
from search.curation.models import QueryTask
from search.curation.permissions import may_curate
from search.curation.views import for_curators, tabs
from text import phrases

LISTS = {
    "frequent": gettext_lazy("Frequent"),
    "failing": gettext_lazy("Without results"),
    "abandoned": gettext_lazy("Abandoned"),
    "tasks": gettext_lazy("Assigned"),
}
PLACES = 8
"""Wikis in which a missing page can be started, on the page of one query."""


@csrf_exempt
@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """A page of results tells how it was left. It counts only with the mark that we put on such a page; no script on
    another site has one, nor a session here (the cookie is SameSite=Lax)."""
    told = asked.tell(request.POST.get("page", "")[:600], followed=request.POST.get("followed") == "1")
    return HttpResponse(status=204 if told else 400)


class TaskForm(forms.Form):
    owner = forms.CharField(
        label=gettext_lazy("Assigned to"),
        max_length=150,
        required=False,
        help_text=gettext_lazy("A username, such as ada."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
    )
    state = forms.ChoiceField(label=gettext_lazy("Status"), choices=QueryTask.State.choices)
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean_owner(self) -> Person | None:
        name = self.cleaned_data["owner"].strip()
        found = Person.objects.named([name]).filter(is_active=True).first() if name else None
        if name and found is None:
            raise forms.ValidationError(phrases.NO_SUCH_USERNAME % {"name": name[:40]})
        return found


def _days(request: HttpRequest) -> int:
    asked_for = request.GET.get("days", "")
    return int(asked_for) if asked_for in {str(days) for days in report.PERIODS} else report.PERIODS[1]


@require_safe
@for_curators
def overview(request: HttpRequest) -> HttpResponse:
    """Searches a day, and the queries of which something can be learnt."""
    days, kind = _days(request), request.GET.get("list", "")
    kind = kind if kind in LISTS else "frequent"
    by_day = report.days_of(days)
    searches, empty = sum(day.searches for day in by_day), sum(day.empty for day in by_day)
    rows = report.rows(days, kind) if kind != "tasks" else []
    context = {
        "days": days,
        "periods": [{"days": one, "current": one == days} for one in report.PERIODS],
        "kind": kind,
        "lists": [
            {"label": label, "url": "?" + urlencode({"list": name, "days": days}), "current": name == kind}
            for name, label in LISTS.items()
        ],
        "rows": rows,
        "tasks": QueryTask.objects.select_related("owner").order_by("state", "query")[:500] if kind == "tasks" else [],
        "chart": report.chart(by_day),
        "stats": [
            {"label": _("searches"), "value": searches},
            {"label": _("without result"), "value": f"{100 * empty / searches:.0f} %" if searches else "–"},
        ],
        "kept": asked.is_counting(),
        "enough": asked.MIN_PERSONS,
        "tabs": tabs("report"),
    }
    return render(request, "search/curation/report.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def one_query(request: HttpRequest) -> HttpResponse:
    """One query of the report: how it goes, who looks after it, and what can be done. Its owner may open it too."""
    query = normal(request.GET.get("q", "").replace("\x00", ""))[: asked.LONGEST]
    task = QueryTask.objects.select_related("owner").filter(query=query).first()
    curates = may_curate(request.user)
    owns = task is not None and task.owner_id == request.user.pk
    rows = report.rows(report.PERIODS[-1], query=query) if query else []
    # Words that nobody looks after and too few asked for are no page: its being there would tell of them.
    if not (curates or owns) or not (rows or task):
        raise Http404
    given = {"owner": task.owner.username if task and task.owner else "", "state": "open", "note": ""}
    if task:
        given |= {"state": task.state, "note": task.note}
    form = TaskForm(request.POST or None, initial=given)
    if not curates:
        del form.fields["owner"]
    if request.method == "POST" and form.is_valid():
        owner: Any = form.cleaned_data["owner"] if curates else request.user
        values = {name: form.cleaned_data[name] for name in ("state", "note")}
        actions.look_after(person=request.user, query=query, owner=owner, **values)
        messages.success(request, _("Saved."))
        return taken(request, redirect(f"{request.path}?{urlencode({'q': query})}"))
    writes = [space for space in Space.objects.visible_to(request.user) if may_write(request.user, space)]
    context = {
        "form": form,
        "query": query,
        "row": rows[0] if rows else None,
        "chart": report.chart(report.days_of(report.PERIODS[1], query)) if rows else None,
        "curates": curates,
        "places": [
            {"label": space.name, "url": f"{space.get_absolute_url()}wiki/-/new/?{urlencode({'title': query})}"}
            for space in writes[:PLACES]
        ],
    }
    return render(request, "search/curation/query.html", context, status=422 if form.errors else 200)


@require_safe
@for_curators
def table(request: HttpRequest) -> HttpResponse:
    """The report as CSV. A cell that a spreadsheet would take for a formula is led by an apostrophe."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="searches.csv"'
    writer = csv.writer(response)
    writer.writerow(
        ["query", "searches", "without result", "watched", "abandoned", "results", "last", "owner", "state"]
    )
    for row in report.rows(_days(request), count=report.MAX_ROWS):
        owner = row.task.owner.username if row.task and row.task.owner else ""
        state = row.task.state if row.task else ""
        cells = [row.query, row.searches, row.empty, row.watched, row.abandoned, row.hits, row.last, owner, state]
        writer.writerow([f"'{cell}" if str(cell)[:1] in "=+-@\t\r" and str(cell) else cell for cell in cells])
    return response
