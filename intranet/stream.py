"""The stream on the home page: new pages by day, newest first, with who wrote each; what is new since the last visit."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from media.models import Picture
from news.models import Follow, Level
from pages import kinds
from pages.entries import Entry
from pages.models import BasePage, PageAuthor
from people.models import Person

#: From this many on, pages of one kind by one person in one space, one after the other, are shown as one line.
FOLDED = 4
#: A pause after which the next look is a new visit.
VISIT_GAP = timedelta(minutes=30)
#: At most one write in this time notes that a person is still there.
NOTED_EVERY = timedelta(minutes=10)
TELLING = frozenset({Level.ALL, Level.NEW})


@dataclass(slots=True)
class Item:
    entry: Entry
    author: Person | None = None
    picture: Picture | None = None
    is_new: bool = False

    @property
    def face(self) -> dict[str, Any]:
        """What the avatar shows, as plain values, so that the rendered item can be remembered."""
        person = self.author
        if person is None:
            return {}
        photo = {"name": person.photo.name} if person.photo else None
        return {"username": person.username, "initials": person.initials, "tint": person.tint, "photo": photo}

    @property
    def thumbnail(self) -> str:
        return self.picture.thumbnail if self.picture else ""

    @property
    def run(self) -> tuple[Any, ...]:
        """What equals that of the next item if they can be told as one: "Ana added 12 wiki pages"."""
        byline = self.entry.byline
        author = byline[0].get("username", "") if len(byline) == 1 else object()
        return author, self.entry.content_type_id, self.entry.space.pk, self.entry.audience_token


@dataclass(slots=True)
class Run:
    """One item, or several that are told in one line."""

    items: list[Item]
    # The reader has seen what follows.
    ends_new: bool = False

    @property
    def first(self) -> Item:
        return self.items[0]

    @property
    def is_new(self) -> bool:
        return self.first.is_new


@dataclass(slots=True)
class Day:
    date: date | None
    runs: list[Run] = field(default_factory=list)

    @property
    def is_today(self) -> bool:
        return self.date == timezone.localdate()

    @property
    def is_this_year(self) -> bool:
        return self.date is not None and self.date.year == timezone.localdate().year


def days(entries: Iterable[Entry], *, since: datetime | None) -> list[Day]:
    """The entries by day of the current time zone; of each day, runs. `since`: when the reader last looked."""
    items = [Item(entry, is_new=_is_new(entry, since)) for entry in entries]
    _add_authors(items)
    _add_pictures(items)
    found = [Day(day, list(_runs(of_day))) for day, of_day in groupby(items, key=_day)]
    runs = [run for day in found for run in day.runs]
    for run, following in pairwise(runs):
        run.ends_new = run.is_new and not following.is_new
    return found


def _is_new(entry: Entry, since: datetime | None) -> bool:
    return since is not None and entry.first_published_at is not None and entry.first_published_at > since


def _day(item: Item) -> date | None:
    moment = item.entry.first_published_at
    return timezone.localdate(moment) if moment else None


def _runs(items: Iterable[Item]) -> Iterator[Run]:
    for _key, found in groupby(items, key=lambda item: (item.run, item.is_new)):
        run = list(found)
        if len(run) >= FOLDED:
            yield Run(run)
        else:
            yield from (Run([item]) for item in run)


def _add_authors(items: list[Item]) -> None:
    """For the face beside a title. Whoever left has no account that could be shown."""
    names = {name for item in items if (name := _first_author(item.entry))}
    if names:
        found = Person.objects.filter(username__in=names).only("username", "first_name", "last_name", "photo")
        people = {person.username: person for person in found}
        for item in items:
            item.author = people.get(_first_author(item.entry))


def _first_author(entry: Entry) -> str:
    return entry.byline[0].get("username", "") if entry.byline and not entry.byline[0].get("gone") else ""


def _add_pictures(items: list[Item]) -> None:
    """The pictures at the head of pages, where all readers of the page may see them."""
    by_type: dict[int, list[Item]] = {}
    for item in items:
        by_type.setdefault(item.entry.content_type_id, []).append(item)
    for content_type, found in by_type.items():
        kind = kinds.kind_of_type(content_type)
        model: Any = kinds.by_name()[kind.name]
        for name in kind.media_fields:
            if model._meta.get_field(name).related_model is not Picture:
                continue
            pages = model.objects.filter(pk__in=[item.entry.pk for item in found], **{f"{name}__isnull": False})
            pages = pages.select_related(name).only("live", "audience_token", "space", name)
            pictures = {page.pk: page.media_in(name) for page in pages}
            for item in found:
                item.picture = pictures.get(item.entry.pk, item.picture)


def followed(person: Any, pages: Any) -> Any:
    """Those of `pages` that are in, by or about what `person` follows."""
    rows = Follow.objects.filter(follower=person, level__in=TELLING).select_related("page")
    by_kind: dict[str, list[Follow]] = {}
    for row in rows.only("kind", "page__path", "space_id", "person_id", "tag_id"):
        by_kind.setdefault(row.kind, []).append(row)
    kind = Follow.Kind
    wanted: Any = Q(pk__in=[row.page_id for row in by_kind.get(kind.PAGE, ())])
    wanted |= Q(space__in=[row.space_id for row in by_kind.get(kind.SPACE, ())])
    for row in by_kind.get(kind.BRANCH, ()):
        wanted |= Q(path__startswith=row.page.path)  # type: ignore[union-attr]
    if people := [row.person_id for row in by_kind.get(kind.PERSON, ())]:
        wanted |= Exists(PageAuthor.objects.filter(page=OuterRef("pk"), person__in=people))
    if tags := [row.tag_id for row in by_kind.get(kind.TAG, ())]:
        through = BasePage._meta.get_field("tagged_items").related_model
        wanted |= Exists(through.objects.filter(content_object=OuterRef("pk"), tag__in=tags))
    return pages.filter(wanted)


def last_visit(person: Any) -> datetime | None:
    """When the visit before this one ended; None on the first. Looking again soon belongs to the same visit.

    Writes at most one row in ten minutes, however often the person looks.
    """
    row = Person.objects.filter(pk=person.pk)
    seen, before = row.values_list("seen_at", "seen_before").get()
    now = timezone.now()
    if seen is None or now - seen > VISIT_GAP:
        row.update(seen_at=now, seen_before=seen)
        return seen  # type: ignore[no-any-return]
    if now - seen > NOTED_EVERY:
        row.update(seen_at=now)
    return before  # type: ignore[no-any-return]
