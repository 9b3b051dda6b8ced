"""What can be followed, and how a person follows it."""

from typing import Any

from taggit.models import Tag

from news.models import Follow, Level
from pages.models import BasePage
from people.models import Person, Space

Kind = Follow.Kind


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


def follow(person: Any, kind: str, thing: Any, level: str, *, why: str = Follow.Why.HAND) -> None:
    """Set how closely `person` follows `thing`. By hand it always counts; by itself only where there is no row yet."""
    values = {"kind": kind, _COLUMNS[kind]: thing, "level": level, "why": why}
    row = {"follower": person, "target": target(kind, getattr(thing, "pk", thing))}
    if why == Follow.Why.HAND:
        Follow.objects.update_or_create(**row, defaults=values)
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
MODELS: dict[str, Any] = {Kind.PERSON: Person, Kind.SPACE: Space, Kind.TAG: Tag}
