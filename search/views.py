"""The page of results, its twin in JSON, and completion. None of them fails, whatever is asked."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pages.access import page_or_404, visible_to
from pages.entries import COLUMNS, Entry, news
from pages.models import BasePage
from pages.prepared import PreparedQuery
from people.models import Space
from people.permissions import may_write, roles_of
from search import completing, counting, explaining, fallback, finding
from search.engine.snippets import Marker
from search.engine.store import IndexUnavailable
from search.engine.words import fold
from search.parameters import LAST_PAGE, PAGE_SIZE, Parameters, labels
from search.related import related
from search.results import Result
from text.slugs import slug
from web.paging import UncountedPage

FACET_LABELS = {
    "space": lambda: _("Space"),
    "type": lambda: _("File type"),
    "author": lambda: _("Author"),
    "tag": lambda: _("Tag"),
    "year": lambda: _("Year"),
    "lang": lambda: _("Language"),
}
NAMED_APART = frozenset({"lang", "type"})
"""Facets whose values are called the same for everybody, also where nothing is found."""
FIRST_CHOICES = 6
"""Choices of a facet that are open; the others are a press away."""
MY_SPACES = 12
newest = PreparedQuery(
    lambda reader: visible_to(reader, news(BasePage.objects.all())).newest_first().values_list(*COLUMNS)[:5]
)


def _page(number: int, total: int) -> UncountedPage:
    """Beyond `LAST_PAGE` nobody looks, so the number of pages is not told."""
    last = min(max(1, -(-total // PAGE_SIZE)), LAST_PAGE)
    return UncountedPage(number, (), more=number < last, last=last)


@require_safe
@never_cache
def search(request: HttpRequest) -> HttpResponse:
    parameters = Parameters.read(request.GET)
    found = finding.find(parameters, request.user)
    parameters = found.parameters
    facets = _facets(parameters, found)
    context = {
        "parameters": parameters,
        "found": found,
        # Other words than those typed are help, and no answer: what finds only them counts as having found nothing.
        "asked": ""
        if found.degraded
        else counting.count_search(request.user, parameters, 0 if found.suggestion else found.total),
        "total": number_format(found.total, force_grouping=True),
        "rows": [_marked(row, found.marker) for row in found.results],
        "tabs": _tabs(parameters, found),
        # Once, for its two places: above the results of a narrow window, beside those of a wide one.
        "facets": render_to_string("components/facets.html", {"facets": facets}) if facets else "",
        "chosen": _chosen(parameters, found),
        "sorts": _sorts(parameters),
        "follow_url": _follow_url(parameters),
        "result_page": _page(parameters.page, found.total),
        "insisting_url": parameters.address(q=found.insisting),
    }
    if parameters.empty:
        context["start"] = _start(request.user)
    elif found.poor or not found.total:
        context |= {"start_places": _start_places(request.user, parameters), "looser": _looser(parameters)}
    return render(request, "search/search.html", context)


def _marked(row: Result, marker: Marker) -> tuple[Result, str, str]:
    """A result with its title and its passage as HTML, both escaped by the marker."""
    return row, mark_safe(marker.title(row.title, row.language)), mark_safe(row.snippet)  # noqa: S308


def _start(person: Any) -> dict[str, Any]:
    """What is below an empty box: what is new, where one is at home, what others look for."""
    roles = roles_of(person)
    return {
        "newest": [Entry.of(row) for row in newest(person)],
        "spaces": list(Space.objects.filter(pk__in=roles).order_by("sort_key")[:MY_SPACES]) if roles else [],
        "queries": [
            {"label": query, "url": f"?{urlencode({'q': query})}"} for query in completing.frequent_for(person)
        ],
    }


def _looser(parameters: Parameters) -> dict[str, str] | None:
    """The same words with nothing asked of their order, place or date; None where that is the query already."""
    words = " ".join(parameters.parsed.words())
    if not words or (words == fold(parameters.query) and not parameters.narrowed):
        return None
    return {"words": words, "url": f"?{urlencode({'q': words})}"}


def _follow_url(parameters: Parameters) -> str:
    """Where a private feed of this search is made."""
    return f"{reverse('syndication:subscriptions')}?{urlencode({'search': parameters.address(sort=None)[1:]})}"


def _tabs(parameters: Parameters, found: finding.Found) -> list[dict[str, Any]]:
    """All kinds, each with its number of hits."""
    values = found.facets.get("kind", [])
    chosen = dict(parameters.narrowed).get("kind")
    if not values:
        return []
    total = sum(value["count"] for value in values)
    tabs = [{"label": _labelled(_("Everything"), total), "url": parameters.address(kind=None), "current": not chosen}]
    for value in values:
        words = _labelled(value["label"], value["count"])
        url = parameters.address(kind=value["value"])
        tabs.append({"label": words, "url": url, "current": value["value"] == chosen})
    return tabs


def _labelled(name: str, count: int) -> str:
    return format_html('{} <span class="count">{}</span>', name, number_format(count, force_grouping=True))


def _facets(parameters: Parameters, found: finding.Found) -> list[dict[str, Any]]:
    chosen = dict(parameters.narrowed)
    facets: list[dict[str, Any]] = []
    for name, label in FACET_LABELS.items():
        values = found.facets.get(name, [])
        if len(values) < 2 and name not in chosen:
            continue
        choices = [_choice(parameters, name, value, chosen.get(name) == value["value"]) for value in values]
        shown = max(FIRST_CHOICES, 1 + max((place for place, one in enumerate(choices) if one["selected"]), default=0))
        # One choice alone is not worth a press.
        shown = shown if len(choices) > shown + 1 else len(choices)
        facets.append({"label": label(), "values": choices[:shown], "more": choices[shown:]})
    return facets


def _choice(parameters: Parameters, name: str, value: dict[str, Any], selected: bool) -> dict[str, Any]:
    """One choice of a facet; a chosen one leads back."""
    return {
        "label": value["label"],
        "count": number_format(value["count"], force_grouping=True),
        "selected": selected,
        "url": parameters.address(**{name: None if selected else value["value"]}),
    }


def _chosen(parameters: Parameters, found: finding.Found) -> list[dict[str, str]]:
    """What narrows the search, each with the address without it."""
    chosen: list[dict[str, str]] = []
    if parameters.parsed.dated:
        chosen.append({"label": parameters.parsed.dated, "url": parameters.address(dates="words")})
    for name, value in parameters.narrowed:
        named = {entry["value"]: entry["label"] for entry in found.facets.get(name, [])}
        label = named.get(value) or labels(name, [value] if name in NAMED_APART else []).get(value, {}).get("label")
        chosen.append({"label": str(label or fallback.label(name, value)), "url": parameters.address(**{name: None})})
    return chosen


def _sorts(parameters: Parameters) -> list[dict[str, Any]]:
    named = {"relevance": _("Best match"), "date": _("Newest")}
    return [
        {"label": label, "url": parameters.address(sort=value), "current": parameters.sort == value}
        for value, label in named.items()
    ]


def _start_places(person: Any, parameters: Parameters) -> list[dict[str, str]]:
    """Wikis in which the person could write the page that was not found."""
    if not parameters.query:
        return []
    spaces = Space.objects.filter(memberships__person=person).order_by("sort_key")[:5]
    title = urlencode({"title": parameters.query[:100]})
    return [
        {"label": space.name, "url": f"{space.get_absolute_url()}wiki/-/new/?{title}"}
        for space in spaces
        if may_write(person, space)
    ]


@require_safe
@never_cache
def search_json(request: HttpRequest) -> JsonResponse:
    parameters = Parameters.read(request.GET)
    found = finding.find(parameters, request.user)
    return JsonResponse(
        {
            "query": parameters.query,
            "total": found.total,
            "took_ms": found.took_ms,
            "suggestion": found.suggestion,
            "loose": found.loose,
            "poor": found.poor,
            "dated": found.parameters.parsed.dated,
            "degraded": found.degraded,
            "facets": found.facets,
            "hits": [_hit(row) for row in found.results],
        }
    )


def _hit(row: Result) -> dict[str, Any]:
    return {
        "uid": row.uid,
        "kind": row.kind,
        "title": row.title,
        "url": row.url,
        "space": {"slug": row.space.slug, "name": row.space.name} if row.space else None,
        "authors": row.authors,
        "published_at": row.published_at.isoformat() if row.published_at else None,
        "snippet": row.snippet,
        "source_path": row.source_path,
        "second": row.second,
    }


@require_safe
@never_cache
def suggest(request: HttpRequest) -> JsonResponse:
    typed = request.GET.get("q", "").replace("\x00", "")
    if request.GET.get("only") == "tag":
        tags = completing.tags(typed, request.user)
        return JsonResponse({"query": typed, "suggestions": tags})
    within = request.GET.get("in")
    found = completing.suggestions(typed, request.user, within=None if within is None else slug(within))
    return JsonResponse({"query": typed, "suggestions": found})


@require_safe
@never_cache
def like(request: HttpRequest, path: str) -> HttpResponse:
    """Pages like the one at this address; with `?part=list` the list alone, which the foot of that page loads."""
    pages = BasePage.objects.only("title", "url_path", "language", "labels", "summary", "plain", "audience_token")
    page = page_or_404(request.user, pages, f"/spaces/{path}/")
    template = "search/_like.html" if request.GET.get("part") == "list" else "search/like.html"
    return render(request, template, {"page": page, "rows": related(page, request.user)})


@require_safe
@never_cache
def explain(request: HttpRequest) -> HttpResponse:
    """Why a hit ranks where it does, for whoever may read it."""
    parameters = Parameters.read(request.GET)
    uid = request.GET.get("uid", "").replace("\x00", "")[:200]
    try:
        told = explaining.explain(parameters, request.user, uid)
    except IndexUnavailable:
        return render(request, "search/curation/explain.html", {"parameters": parameters, "told": None})
    if told is None:
        raise Http404
    bars = [(part, f"{part.share:.1f}", f"{part.share:.0f}") for part in told.parts]
    return render(request, "search/curation/explain.html", {"parameters": parameters, "told": told, "bars": bars})
