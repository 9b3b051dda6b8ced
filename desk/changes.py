"""Lists of changes: who changed what, when, why, and by how much."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Length
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from wagtail.models import Revision

from pages import kinds
from pages.access import visible_to
from pages.entries import of_kinds
from pages.models import BasePage, Change
from people.audiences import token_filter
from people.models import Person
from web.paging import UncountedPage, page_number

ROWS = 50
HEAVY = ("body", "html", "plain", "headings")


def with_sizes(changes: Iterable[Change], visible: Any) -> list[Change]:
    """These changes, each with `size`: by how many characters the text became longer (or shorter, below 0).

    Compared with the change before it among the `visible` ones of its page; None for the first one. Two queries.
    """
    found = list(changes)
    earlier = visible.filter(page=OuterRef("page"), at__lt=OuterRef("at")).order_by("-at", "-pk")
    rows = Change.objects.filter(pk__in=[change.pk for change in found]).order_by()
    before = dict(rows.values_list("revision_id", Subquery(earlier.values("revision_id")[:1])))
    wanted = {pk for pk in (*before, *before.values()) if pk is not None}
    length = Length(KeyTextTransform("body", "content"))
    lengths = dict(Revision.objects.filter(pk__in=wanted).values_list("pk", length))
    for change in found:
        number: Any = before.get(change.revision_id)
        known = number is not None and None not in (lengths.get(number), lengths.get(change.revision_id))
        change.size = lengths[change.revision_id] - lengths[number] if known else None  # type: ignore[attr-defined]
    return found


def changes_in(person: Any, pages: Any, *, with_minor: bool) -> Any:
    """What was published in these pages, as far as `person` can read them and could read them then; the newest first."""
    readable = visible_to(person, pages).filter(pk=OuterRef("page"))
    changes = Change.objects.filter(token_filter(person), Exists(readable), published=True).order_by("-at", "-pk")
    return changes if with_minor else changes.filter(minor=False)


def _pages() -> Any:
    """Pages that people read, rather than rooms and shows."""
    return of_kinds(BasePage.objects.all(), kinds.items())


def _listed(request: HttpRequest, changes: Any) -> UncountedPage:
    """A page of `changes`, with their pages and sizes, read from the newest on until it is full."""
    number = page_number(request.GET)
    shown = changes.select_related("person", "page__space").defer(*(f"page__{name}" for name in HEAVY))
    start = (number - 1) * ROWS
    rows = list(shown[start : start + ROWS + 1])
    page = UncountedPage.of_one_more(number, rows, ROWS)
    page.object_list = with_sizes(page.object_list, Change.objects.filter(token_filter(request.user), published=True))
    return page


def _render(request: HttpRequest, changes: Any, **context: Any) -> HttpResponse:
    context = {"changes": _listed(request, changes), "with_minor": request.GET.get("minor") == "1", **context}
    return render(request, "desk/changes.html", context)


@require_safe
def everywhere(request: HttpRequest) -> HttpResponse:
    """The changes of everything that the person can read."""
    with_minor = request.GET.get("minor") == "1"
    return _render(request, changes_in(request.user, _pages(), with_minor=with_minor))


@require_safe
def of_person(request: HttpRequest, username: str) -> HttpResponse:
    """What somebody changed, as far as the reader can read it."""
    found = get_object_or_404(Person.objects.named([username]), is_active=True)
    with_minor = request.GET.get("minor") == "1"
    changes = changes_in(request.user, _pages(), with_minor=with_minor).filter(person=found)
    return _render(request, changes, author=found)
