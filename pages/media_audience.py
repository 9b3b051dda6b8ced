"""Pictures, recordings and files have the audience of the pages that show them.

What a writer has added is hers alone until she saves a page that shows it.
Old versions keep showing what was edited out, so the media keep following the page. They are for all staff while a
published page for all staff shows them, or showed them when all staff could read it; otherwise for members.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from database.prepared import Prepared
from media.models import Attachment, InSpace, Picture, Recording
from pages.models import Shown
from people.audiences import STAFF

MODELS: dict[str, Any] = {"picture": Picture, "recording": Recording, "file": Attachment}
KINDS = {model: kind for kind, model in MODELS.items()}
# In any form: inline link, reference, with a title.
IN_TEXT = re.compile(r"\b(picture|recording|file):(\d{1,12})\b")

Named = tuple[str, int]
WRITER = InSpace.Audience.WRITER


_shown_by = Prepared(lambda page: Shown.objects.filter(page=page), page=int)


def wanted_by(page: Any) -> set[Named]:
    named = {(kind, int(number)) for kind, number in IN_TEXT.findall(page.body)}
    # Wagtail moves a page as an object of the base class, without its specific fields.
    kind = page if page._state.adding or isinstance(page, page.specific_class) else page.specific
    return named | {(KINDS[type(item)], item.pk) for item in kind.shown_media}


@dataclass(frozen=True, slots=True)
class Synced:
    """What a page shows or showed, as rows for `record`, and the media whose audience changed."""

    rows: list[Shown] = field(default_factory=list)
    changed: list[Any] = field(default_factory=list)


def sync(page: Any, *, new: bool = False) -> Synced:
    """Before `page` is saved: give its media its audience. `new`: there are no rows yet."""
    wanted = wanted_by(page)
    rows = {(row.kind, row.number): row for row in _shown_by(page=page.pk)} if page.pk and not new else {}
    if not wanted and not rows:
        return Synced()
    items = media({*wanted, *rows})
    for named, item in items.items():
        row = rows.setdefault(named, Shown(page_id=page.pk, kind=named[0], number=named[1]))
        is_here = page.space_id is not None and item.space_id == page.space_id and _may_take(page, item)
        # A number that was typed while the page was in another space, and edited out there, shows nothing of this one.
        row.own = is_here and (named in wanted or row.own or row.was_open)
    for named, row in rows.items():
        row.now = named in wanted
        row.was_open = row.was_open or (row.own and row.now and page.live and page.audience_token == STAFF)
    open_by_page = {named for named, row in rows.items() if row.own and (row.now or row.was_open)}
    if not (page.live and page.audience == STAFF):
        open_by_page = set()
    own = {named: item for named, item in items.items() if rows[named].own}
    changed = _give(own, {*open_by_page, *_open_by_others(own, but=[page.pk])})
    return Synced(list(rows.values()), changed)


def adopt(page: Any, *, by: Any) -> list[Any]:
    """After a draft of a published page was saved: what `by` has added to it is for those who can edit the page.

    Returns those that changed.
    """
    items = media(wanted_by(page))
    own = {named: item for named, item in items.items() if item.audience == WRITER and item.space_id == page.space_id}
    return _give({named: item for named, item in own.items() if item.writer_id == by.pk}, set())


def _may_take(page: Any, item: Any) -> bool:
    """Nobody can open what somebody else has only just added by typing its number."""
    if item.audience != WRITER:
        return True
    writer = page.latest_revision.user_id if page.latest_revision_id else page.owner_id
    return writer is not None and writer == item.writer_id


def record(pk: int, synced: Synced) -> None:
    for row in synced.rows:
        row.page_id = pk
    if synced.rows:
        Shown.objects.bulk_create(
            synced.rows,
            update_conflicts=True,
            unique_fields=["page", "kind", "number"],
            update_fields=["own", "now", "was_open"],
        )


def recompute(named: Iterable[Named]) -> list[Any]:
    """After pages were deleted: give these media the audience that the other pages leave; return those that changed."""
    items = media(named)
    return _give(items, _open_by_others(items))


def named_by(pages: Sequence[int], **where: Any) -> set[Named]:
    """Media of their own space that these pages show or showed."""
    return set(Shown.objects.filter(page__in=pages, own=True, **where).values_list("kind", "number"))


def media(named: Iterable[Named]) -> dict[Named, Any]:
    return {
        (kind, pk): item
        for kind, wanted in _by_kind(named).items()
        for pk, item in MODELS[kind].objects.in_bulk(wanted).items()
    }


def move_with_pages(pages: Sequence[int], *, before: Any, space: Any) -> list[Any]:
    """Media of pages that moved out of the space `before` go with them, unless a page that stayed shows them too.

    Returns those that changed.
    """
    moved = media(named_by(pages)) if before is not None else {}
    moved = {named: item for named, item in moved.items() if item.space_id == before.pk}
    stay = _rows_of(moved).exclude(page__in=pages).filter(page__space=before) if moved else Shown.objects.none()
    staying = set(stay.values_list("kind", "number"))
    gone = {named: item for named, item in moved.items() if named not in staying}
    for item in gone.values():
        item.space = space
    _rows_of({named: moved[named] for named in staying}).filter(page__in=pages).update(own=False)
    remember_open(pages)
    open_now = _open_by_others(moved)
    changed = _give(moved, open_now)
    for item in gone.values():
        if item not in changed:
            item.save()
    return [*changed, *(item for item in gone.values() if item not in changed)]


def remember_open(pages: Any) -> None:
    """After a change of audience: note what these pages show to all staff now."""
    shown = Shown.objects.filter(page__in=pages, own=True, now=True, was_open=False)
    shown.filter(page__live=True, page__audience_token=STAFF).update(was_open=True)


def _give(items: dict[Named, Any], opened: set[Named]) -> list[Any]:
    changed = []
    for named, item in items.items():
        audience = STAFF if named in opened else "space"
        if item.audience != audience:
            item.audience = audience
            # Saved one by one, so that the search index is notified of each.
            item.save()
            changed.append(item)
    return changed


def _by_kind(named: Iterable[Named]) -> dict[str, list[int]]:
    numbers: dict[str, list[int]] = defaultdict(list)
    for kind, number in named:
        numbers[kind].append(number)
    return numbers


def shown(named: Iterable[Named]) -> Any:
    """Rows for any of these media. One condition per kind, because SQLite limits the depth of an expression."""
    wanted = Q(pk__in=[])
    for kind, some in _by_kind(named).items():
        wanted |= Q(kind=kind, number__in=some)
    return Shown.objects.filter(wanted)


def _rows_of(named: Iterable[Named]) -> Any:
    """Only for pages of the media's own space."""
    return shown(named).filter(own=True)


def _open_by_others(items: dict[Named, Any], but: Sequence[Any] = ()) -> set[Named]:
    """Those that a published page of their space for all staff shows, or showed when all staff could read it."""
    if not items:
        return set()
    rows = _rows_of(items).filter(Q(now=True) | Q(was_open=True), page__live=True, page__audience=STAFF)
    found = rows.exclude(page__in=[pk for pk in but if pk]).values_list("kind", "number", "page__space")
    return {(kind, number) for kind, number, space in found if items[kind, number].space_id == space}
