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
from web.paging import paginate_uncounted

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


def visible_changes(person: Any) -> Any:
    """What was published while `person` could read it."""
    return Change.objects.filter(token_filter(person), published=True)


def without_minor(request: HttpRequest, changes: Any) -> tuple[Any, bool]:
    """The changes that the request asks for, and whether minor ones are among them (`?minor=1`)."""
    with_minor = request.GET.get("minor") == "1"
    return changes if with_minor else changes.filter(minor=False), with_minor


def for_list(changes: Any) -> Any:
    """With what a list says of each; without the long texts."""
    return changes.select_related("person", "page__space").defer(*(f"page__{name}" for name in HEAVY))


def _render(request: HttpRequest, **context: Any) -> HttpResponse:
    """The newest changes of all pages that the person can read; with `author`, only that person's."""
    # Pages that people read, rather than rooms and shows.
    pages = of_kinds(BasePage.objects.all(), kinds.items())
    visible = visible_changes(request.user)
    changes = visible.filter(Exists(visible_to(request.user, pages).filter(pk=OuterRef("page"))))
    if author := context.get("author"):
        changes = changes.filter(person=author)
    changes, with_minor = without_minor(request, changes.order_by("-at", "-pk"))
    page = paginate_uncounted(request, for_list(changes), ROWS)
    page.object_list = with_sizes(page, visible)
    return render(request, "desk/changes.html", {"changes": page, "with_minor": with_minor, **context})


@require_safe
def everywhere(request: HttpRequest) -> HttpResponse:
    return _render(request)


@require_safe
def of_person(request: HttpRequest, username: str) -> HttpResponse:
    return _render(request, author=get_object_or_404(Person.objects.named([username]), is_active=True))
