"""The worker's part: who is told of each event. Killed anywhere and run again, or run twice at once, it tells each once."""

import logging
import threading
import time
from typing import Any

from django.db import close_old_connections, transaction
from django.db.models import F, Q
from django.utils import timezone

from news import access, follows, ways
from news.deciding import Followed, Outcome, decide
from news.kinds import EventKind, kind_of
from news.models import DepartmentFollow, Event, Follow, How, LeftOut, Level, Notice, Preferences
from people.models import Membership, Person
from people.repeats import RepeatFilter

logger = logging.getLogger("news.telling")

#: People told in one transaction.
BATCH = 2_000
PAUSE_SECONDS = 1.0
RETRY_SECONDS = 30.0
_reported = RepeatFilter(3_600.0, remembered=1_000)


def run_forever(stop: threading.Event) -> None:
    failed: dict[int, float] = {}
    while not stop.is_set():
        close_old_connections()
        failed = {pk: again for pk, again in failed.items() if again > time.monotonic()}
        for pk in waiting(set(failed)):
            if stop.is_set():
                return
            try:
                tell(pk)
            except Exception:
                # One event must not hold up the others. A database that is away fails all of them, and the next look too.
                if _reported.is_news(pk):
                    logger.exception("nobody could be told of event %s", pk)
                failed[pk] = time.monotonic() + RETRY_SECONDS
        stop.wait(PAUSE_SECONDS)


def waiting(but: set[int] | None = None) -> list[int]:
    found = Event.objects.filter(told_at=None).exclude(pk__in=but or ()).order_by("pk")
    return list(found.values_list("pk", flat=True)[:100])


def tell_all() -> int:
    """Tell everybody of everything that waits; return the number of events."""
    total = 0
    while found := waiting():
        for pk in found:
            tell(pk)
        total += len(found)
    return total


def tell(pk: int) -> None:
    while _tell_some(pk):
        pass


@transaction.atomic
def _tell_some(pk: int) -> bool:
    """Tell the next people of an event; False once all are told, or another worker is at it."""
    event = Event.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk, told_at=None).first()
    if event is None:
        return False
    kind = kind_of(event.kind)
    if kind is not None and not event.told_to and kind.recipients is not None:
        for reason, people in kind.recipients(event).items():
            event.to[reason] = sorted({*event.to.get(reason, ()), *people})
    telling = Telling(event, kind) if kind is not None else None
    people = telling.next_people() if telling is not None else []
    if telling is not None and people:
        telling.tell(people)
        event.told_to = people[-1]
    more = len(people) == BATCH
    event.told_at = None if more else timezone.now()
    event.save(update_fields=["to", "told_to", "told_at"])
    return more


class Telling:
    """One event, and who follows what it is about."""

    def __init__(self, event: Event, kind: EventKind) -> None:
        self.event, self.kind = event, kind
        self.is_new = Level.NEW in kind.levels
        self.places, self.others = _targets(event) if kind.levels else ({}, [])
        self.departments: list[int] = []
        if self.is_new and (space := _space_of(event)):
            rows = DepartmentFollow.objects.filter(space=space)
            self.departments = list(rows.values_list("members_of", flat=True))

    def next_people(self) -> list[int]:
        after = self.event.told_to
        named = {pk for people in self.event.to.values() for pk in people if pk > after}
        targets = [*self.places, *self.others]
        following = self.follows().filter(target__in=targets, follower__gt=after).order_by().values_list("follower")
        members = Membership.objects.filter(space__in=self.departments, person__gt=after).order_by()
        found = following.union(members.values_list("person")).order_by("follower")[:BATCH]
        known = {pk for (pk,) in found} if targets or self.departments else set()
        return sorted(known | named)[:BATCH]

    def follows(self) -> Any:
        """Who begins to follow later is not told of what was before; who wants to be told of less is heard at once."""
        less = Q(level__in=[Level.MENTIONS, Level.MUTED, Level.NONE])
        return Follow.objects.filter(Q(since__lte=self.event.at) | less)

    def tell(self, people: list[int]) -> None:
        event = self.event
        # Locked in order, because two workers raise the counts of the same people.
        locked = Person.objects.filter(pk__in=people).order_by("pk").select_for_update(no_key=True)
        active = dict(locked.values_list("pk", "is_active"))
        done = set(Notice.objects.filter(event=event, person__in=people).values_list("person", flat=True))
        outcomes = silenced(self.outcomes([pk for pk in people if pk in active and pk not in done]))
        may_know = access.may_know(event, [pk for pk, outcome in outcomes.items() if outcome.reason])
        thread = thread_of(event, self.kind)
        notices, left_out = [], []
        for pk, outcome in outcomes.items():
            why = outcome.left_out
            if outcome.reason and pk not in may_know:
                why = LeftOut.Why.DOOR if active[pk] else LeftOut.Why.ACCOUNT
            if why:
                left_out.append(LeftOut(event=event, person_id=pk, why=why))
            else:
                notices.append(Notice(event=event, person_id=pk, reason=outcome.reason, thread=thread))
        LeftOut.objects.bulk_create(left_out, ignore_conflicts=True)
        deliver(event, notices)

    def outcomes(self, people: list[int]) -> dict[int, Outcome]:
        rows = self.follows().filter(target__in=[*self.places, *self.others], follower__in=people).order_by()
        followed: dict[int, list[Followed]] = {}
        doer = follows.target(Follow.Kind.PERSON, self.event.by_id)
        for pk, target, kind, level, why in rows.values_list("follower", "target", "kind", "level", "why"):
            if kind == Follow.Kind.PERSON and level == Level.MUTED and target != doer:
                continue  # muting people is about what they do, not about pages that they once wrote
            followed.setdefault(pk, []).append(Followed(kind, level, why, self.places.get(target, 0)))
        members = Membership.objects.filter(space__in=self.departments, person__in=people)
        in_department = set(members.values_list("person", flat=True)) if self.departments else set()
        named = {pk: [reason for reason, named in self.event.to.items() if pk in named] for pk in people}
        return {
            pk: Outcome(left_out=LeftOut.Why.OWN)
            if pk == self.event.by_id
            else decide(
                named=named[pk],
                follows=followed.get(pk, ()),
                in_department=pk in in_department,
                levels=self.kind.levels,
                is_new=self.is_new,
            )
            for pk in people
        }


def silenced(outcomes: dict[int, Outcome]) -> dict[int, Outcome]:
    """The outcomes, without those for which people chose to be told nothing."""
    told = [pk for pk, outcome in outcomes.items() if outcome.reason]
    choices = {row.person_id: row for row in Preferences.objects.filter(person__in=told)}
    return {
        pk: Outcome(left_out=LeftOut.Why.CHOICE)
        if pk in choices and outcome.reason and choices[pk].how(outcome.reason) == How.NOTHING
        else outcome
        for pk, outcome in outcomes.items()
    }


def deliver(event: Event, notices: list[Notice]) -> None:
    """Store these notices, with the counts of unread ones and what other ways send. In a transaction."""
    if notices:
        made: Any = Notice.objects.bulk_create(notices)
        told = Person.objects.filter(pk__in=[notice.person_id for notice in made])
        told.update(unread_notices=F("unread_notices") + 1)
        ways.queue(event, made)


def thread_of(event: Event, kind: EventKind) -> str:
    if kind.stands_alone or (event.page_id is None and event.space_id is None):
        return f"event:{event.pk}"
    return f"page:{event.page_id}" if event.page_id is not None else f"space:{event.space_id}"


def _space_of(event: Event) -> int | None:
    return event.page.space_id if event.page is not None else event.space_id


def _targets(event: Event) -> tuple[dict[str, int], list[str]]:
    """What somebody can follow to be told of this event: places by nearness, and others."""
    others = [follows.target(Follow.Kind.PERSON, event.by_id)] if event.by_id else []
    if event.page is None:
        space = {follows.target(Follow.Kind.SPACE, event.space_id): 0} if event.space_id else {}
        return space, others
    authors = event.page.page_authors.values_list("person_id", flat=True)
    tags = event.page.tagged_items.values_list("tag_id", flat=True)
    others += [follows.target(Follow.Kind.PERSON, pk) for pk in authors]
    others += [follows.target(Follow.Kind.TAG, pk) for pk in tags]
    return follows.targets_of_page(event.page), list(dict.fromkeys(others))
