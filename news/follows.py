"""What can be followed, and how a person follows it."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from news.models import Follow, Level
from pages import searches
from pages.access import visible_to, with_own_drafts
from pages.models import BasePage
from people.models import Space

Kind = Follow.Kind
#: The level of the front pages of spaces in the tree.
SPACE_DEPTH = 4


def target(kind: str, key: Any) -> str:
    return f"{kind}:{key}"


def targets_of_page(page: Any) -> dict[str, int]:
    """What somebody can follow to be told of `page` by its place, each with its nearness: the page, its branches, its space."""
    steps = range(len(page.path), 0, -BasePage.steplen)
    above = BasePage._base_manager.filter(path__in=[page.path[:step] for step in steps])
    branches = list(above.order_by("-depth").values_list("pk", flat=True))
    found = {target(Kind.PAGE, page.pk): 0}
    found |= {target(Kind.BRANCH, pk): nearness for nearness, pk in enumerate(branches, 1)}
    if page.space_id:
        found[target(Kind.SPACE, page.space_id)] = len(branches) + 1
    return found


def level_of(person: Any, followed: str) -> str:
    row = Follow.objects.filter(follower=person, target=followed).values_list("level", flat=True).first()
    return row or Level.NONE


def follow(
    person: Any, kind: str, thing: Any, level: str, *, why: str = Follow.Why.HAND, since: datetime | None = None
) -> None:
    """Set how closely `person` follows `thing`. By hand it always counts; by itself only where there is no row yet."""
    values = {"kind": kind, _COLUMNS[kind]: thing, "level": level, "why": why, "since": since or timezone.now()}
    row = {"follower": person, "target": target(kind, getattr(thing, "pk", thing))}
    if why == Follow.Why.HAND:
        # Another level of what is followed already does not begin anew.
        create = {**values}
        if Follow.objects.filter(**row).exclude(level__in=[Level.NONE, Level.MUTED]).exists():
            del values["since"]
        Follow.objects.update_or_create(**row, defaults=values, create_defaults=create)
    else:
        Follow.objects.bulk_create([Follow(**row, **values)], ignore_conflicts=True)


_COLUMNS: dict[str, str] = {
    Kind.PAGE: "page",
    Kind.BRANCH: "page",
    Kind.SPACE: "space",
    Kind.PERSON: "person",
    Kind.TAG: "tag",
    Kind.SEARCH: "search",
}


def shown(person: Any) -> list[Follow]:
    """What `person` follows or has muted, as far as this person may see it now; a hidden page is not named."""
    pages = with_own_drafts(person, BasePage.objects.all()).filter(pk=OuterRef("page"))
    spaces = Space.objects.visible_to(person).filter(pk=OuterRef("space"))
    tagged = visible_to(person, BasePage.objects.filter(tagged_items__tag=OuterRef("tag")))
    known = (
        Q(kind=Kind.SEARCH)
        | Q(kind=Kind.PERSON, person__is_active=True)
        | Q(kind__in=[Kind.PAGE, Kind.BRANCH]) & Exists(pages)
        | Q(kind=Kind.SPACE) & Exists(spaces)
        | Q(kind=Kind.TAG) & Exists(tagged)
    )
    rows = Follow.objects.filter(known, follower=person).exclude(level=Level.NONE)
    found = rows.select_related("page__space", "space", "person", "tag").order_by("-since", "-pk")
    return list(found.defer(*(f"page__{name}" for name in ("body", "html", "plain", "headings"))))


def clean_search(search: str) -> str:
    """The search as it is stored, or "" if it asks for nothing."""
    return searches.searcher().clean(search[:500])[:500]


def title_of_search(search: str) -> str:
    return searches.searcher().title(search)
