"""The inbox: notices that their person may see, folded by thread, in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Q
from django.utils.translation import gettext as _

from news.access import visible_notices
from news.kinds import Details, details_of, kind_of
from news.models import Notice, Reason
from people.models import Person

SIZE = 30
PEOPLE_SHOWN = 3
#: These stay unread until they are answered, or marked as read by hand.
WAITING = (Reason.NAMED, Reason.ASKED)
HEAVY = ("body", "html", "plain", "headings", "byline", "labels")


@dataclass(slots=True)
class Row:
    """A thread: its newest event, and what is unread of it."""

    notice: Notice
    sentence: str
    url: str
    details: Details
    unread: int = 0
    count: int = 1
    people: list[str] = field(default_factory=list)

    @property
    def thread(self) -> str:
        return self.notice.thread

    @property
    def at(self) -> datetime:
        return self.notice.event.at

    @property
    def why(self) -> str:
        return str(Reason(self.notice.reason).label)

    @property
    def others(self) -> int:
        return max(0, len(self.people) - PEOPLE_SHOWN)


def chosen(person: Any, *, unread: bool = False, reason: str = "") -> Any:
    found = visible_notices(person)
    if unread:
        found = found.filter(read_at=None)
    if reason == "waiting":
        return found.filter(reason__in=WAITING, read_at=None)
    return found.filter(reason=reason) if reason else found


def threads(person: Any, notices: Any, start: int, size: int = SIZE) -> list[Row]:
    """Up to `size + 1` rows, so that the caller knows whether there are more."""
    grouped = notices.order_by().values("thread").annotate(
        last=Max("event"), first=Min("event", filter=Q(read_at=None)), count=Count("pk"),
        unread=Count("pk", filter=Q(read_at=None)),
    )  # fmt: skip
    groups = list(grouped.order_by("-last")[start : start + size + 1])
    if not groups:
        return []
    shown = rows_of(person, notices, {pk for group in groups for pk in (group["last"], group["first"]) if pk})
    people = _people(notices, [group["thread"] for group in groups if group["count"] > 1])
    rows = []
    for group in groups:
        row = shown[group["last"]]
        row.count, row.unread, row.people = group["count"], group["unread"], people.get(group["thread"], [])
        # Reading goes on where it stopped.
        row.url = shown[group["first"] or group["last"]].url
        rows.append(row)
    return rows


def rows_of(person: Any, notices: Any, events: Iterable[int]) -> dict[int, Row]:
    """The notices of these events, by event id."""
    found = notices.filter(event__in=events).select_related(
        "event__by", "event__page__space", "event__space"
    ).defer(*(f"event__page__{name}" for name in HEAVY))  # fmt: skip
    by_event = {notice.event_id: notice for notice in found}
    details = details_of(person, [notice.event for notice in by_event.values()])
    return {pk: _row(notice, details.get(pk, Details())) for pk, notice in by_event.items()}


def _row(notice: Notice, details: Details) -> Row:
    event = notice.event
    about = event.page or event.space
    title = "" if about is None else event.page.title if event.page else event.space.name
    kind = kind_of(event.kind)
    by = event.by.name if event.by else _("Someone")
    sentence = kind.sentence(notice.reason) % {"by": by, "title": f"“{title}”"} if kind is not None else title
    url = details.url or (about.get_absolute_url() if about is not None else "/inbox/")
    if notice.reason == Reason.NAMED:
        url = "/named/"
    return Row(notice, sentence, url, details, unread=int(notice.read_at is None))


def _people(notices: Any, threads: list[str]) -> dict[str, list[str]]:
    """Who did what the notices of these threads are about, the latest first."""
    if not threads:
        return {}
    names = ("event__by__first_name", "event__by__last_name", "event__by__username")
    rows = notices.filter(thread__in=threads).exclude(event__by=None).order_by()
    found: dict[str, list[str]] = {}
    for thread, first, last, username, _at in (
        rows.values_list("thread", *names).annotate(at=Max("event")).order_by("-at")
    ):
        found.setdefault(thread, []).append(Person(first_name=first, last_name=last, username=username).name)
    return found


def count_unread(person: Any) -> int:
    """Counted, and stored where every page reads it: notices become visible and hidden with their pages."""
    count = int(visible_notices(person).filter(read_at=None).count())
    if count != person.unread_notices:
        Person.objects.filter(pk=person.pk).update(unread_notices=count)
        person.unread_notices = count
    return count


def count_waiting(person: Any) -> int:
    """How many notices wait for an answer of this person; no query for people who have no unread ones."""
    return int(chosen(person, reason="waiting").count()) if person.unread_notices else 0
