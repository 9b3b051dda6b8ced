"""Answers from the database, for a site without an index of its own or while the index cannot be read."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from modelsearch.backends import get_search_backend

from pages.access import audience_tokens, visible_to
from pages.models import BasePage
from people.models import Person
from search import documents, engines
from search.engine.snippets import Marker
from search.parameters import PAGE_SIZE, Parameters, labels, marks

if TYPE_CHECKING:
    from search.finding import Found

MOST = 1_000
"""Pages that are looked at for facets."""


def kinds() -> dict[str, Any]:
    """Kinds of pages and what they are called."""
    from django.apps import apps

    models = [model for model in apps.get_models() if issubclass(model, BasePage) and model.kind]
    return {model.kind: model.kind_label for model in models}


def label(name: str, value: str) -> str:
    """What a facet's mark is called where the mark itself says it."""
    if name == "kind":
        own = {"person": _("Person"), "picture": _("Picture"), "file": _("File")}
        return str(own.get(value) or kinds().get(value) or value)
    return value


def find(parameters: Parameters, person: Any) -> Found:
    """Pages alone, by the words of the query; filters by kind, space, author, tag and year; newest first."""
    from search.finding import Found

    pages = _narrowed(visible_to(person, BasePage.objects.all()), parameters)
    text = " ".join(parameters.parsed.words())
    if text and not engines.keeps_outbox():
        found = list(get_search_backend().search(text, pages.order_by(), operator="and")[:MOST])
        keys = [page.pk for page in found]
    else:
        for word in parameters.parsed.words()[:12]:
            pages = pages.filter(Q(title__icontains=word) | Q(plain__icontains=word) | Q(summary__icontains=word))
        keys = list(pages.order_by("-first_published_at", "-pk").values_list("pk", flat=True)[:MOST])
    start = (parameters.page - 1) * PAGE_SIZE
    shown = [str(pk) for pk in keys[start : start + PAGE_SIZE]]
    by_key = documents.PageSource().results(shown, person, audience_tokens(person))
    results = [by_key[key] for key in shown if key in by_key]
    marker = Marker(parameters.parsed.words())
    for result in results:
        result.snippet = marker.snippet(result.text, result.language)
    return Found(parameters, len(keys), results, _facets(keys), degraded=engines.keeps_outbox())


def _narrowed(pages: QuerySet[Any], parameters: Parameters) -> QuerySet[Any]:
    pages = pages.filter(content_type__in=_content_types(list(kinds())))
    for name, value in (*parameters.narrowed, *parameters.parsed.filters):
        wanted = marks(name, value)
        if name == "kind":
            pages = pages.filter(content_type__in=_content_types(wanted))
        elif name == "space":
            pages = pages.filter(space__in=[pk for pk in wanted if pk.isdigit()])
        elif name == "author":
            pages = pages.filter(page_authors__person__username__in=wanted)
        elif name == "tag":
            pages = pages.filter(tagged_items__tag__slug__in=wanted)
        elif name == "lang":
            pages = pages.filter(language__in=wanted)
        elif value.isascii() and value.isdigit() and len(value) == 4:
            pages = pages.filter(first_published_at__year=int(value))
        else:
            pages = pages.none()
    return pages.distinct()


def _content_types(wanted: Any) -> list[Any]:
    from django.apps import apps
    from django.contrib.contenttypes.models import ContentType

    models = [model for model in apps.get_models() if issubclass(model, BasePage) and model.kind in wanted]
    return [found.pk for found in ContentType.objects.get_for_models(*models).values()] if models else []


def _facets(keys: list[int]) -> dict[str, list[dict[str, Any]]]:
    kind_counts: Counter[str] = Counter()
    space_counts: Counter[str] = Counter()
    for page in BasePage.objects.filter(pk__in=keys).only("content_type", "space"):
        kind_counts[page.specific_kind] += 1
        space_counts[str(page.space_id)] += 1
    named = labels("space", list(space_counts))
    return {
        "kind": [{"value": v, "label": label("kind", v), "count": n} for v, n in kind_counts.most_common()],
        "space": [{**named[v], "count": n} for v, n in space_counts.most_common(12) if v in named],
    }


def suggestions(typed: str, person: Any, count: int) -> list[dict[str, Any]]:
    """Titles and names that hold what was typed."""
    pages = visible_to(person, BasePage.objects.filter(title__icontains=typed)).select_related("space")[:count]
    found = [
        {
            "uid": str(page.uid),
            "kind": page.specific_kind,
            "kind_label": str(page.specific_kind_label),
            "title": page.title,
            "url": page.get_absolute_url(),
            "space": page.space.name if page.space else "",
        }
        for page in pages
        if page.specific_kind
    ]
    people = Person.objects.filter(is_active=True).filter(
        Q(username__istartswith=typed) | Q(first_name__istartswith=typed) | Q(last_name__istartswith=typed)
    )[:count]
    found += [
        {
            "uid": f"person:{one.username}",
            "kind": "person",
            "kind_label": _("Person"),
            "title": one.name,
            "url": one.get_absolute_url(),
            "space": "",
        }
        for one in people
    ]
    return found[:count]
