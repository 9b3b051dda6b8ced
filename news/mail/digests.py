"""Digests: one row for each, with what it contains fixed when it is made, so that nothing is sent twice or lost."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max

from news.mail import DIGEST, outcomes
from news.mail.choices import Choices, reachable
from news.mail.items import Item, readable
from news.models import Delivery, DigestRun, How

MAX_PEOPLE = 500
LONGEST_WAIT = timedelta(days=8)


def open_due(now: datetime) -> None:
    """Make a digest for everyone for whom something is due. Two workers at once make one."""
    working = DigestRun.objects.filter(state=DigestRun.State.OPEN).values("person")
    due = outcomes.waiting(DIGEST).filter(due_at__lte=now).exclude(notice__person__in=working)
    while people := list(due.values_list("notice__person", flat=True).distinct()[:MAX_PEOPLE]):
        choices = Choices(people)
        for person in people:
            _open(person, choices, now)


@transaction.atomic
def _open(person: int, choices: Choices, now: datetime) -> None:
    those = outcomes.waiting(DIGEST).filter(notice__person=person)
    upto = those.aggregate(last=Max("notice"))["last"]
    if upto is None:
        return
    day = choices.day_of(person, now)
    run, is_new = DigestRun.objects.get_or_create(person_id=person, day=day, defaults={"upto": upto, "due_at": now})
    if not is_new and run.state != DigestRun.State.OPEN:
        # There was one for this day, so this waits for the next.
        those.filter(due_at__lte=now).update(due_at=choices.next_digest(person, now))


def content(pk: int, now: datetime) -> tuple[DigestRun, list[Item], list[int]] | None:
    """What is left to send of an open digest. What is not to be sent is stored as such; None if nothing is left."""
    runs = DigestRun.objects.filter(pk=pk, state=DigestRun.State.OPEN, due_at__lte=now)
    run = runs.select_related("person").first()
    if run is None:
        return None
    rows = outcomes.waiting(DIGEST).filter(notice__person=run.person, notice_id__lte=run.upto)
    found = list(rows.select_related("notice__event__page").order_by("notice"))
    kept = _sorted_out(run, found, now)
    items = readable(run.person, [row.notice_id for row in kept])
    told = {item.notice.pk for item in items}
    outcomes.dropped([row.pk for row in kept if row.notice_id not in told], outcomes.DOOR, now)
    if not items:
        outcomes.close(run, DigestRun.State.EMPTY, now)
        return None
    return run, items, [row.pk for row in kept if row.notice_id in told]


def _sorted_out(run: DigestRun, rows: list[Any], now: datetime) -> list[Any]:
    choices = Choices([run.person_id])
    if not reachable([run.person_id]):
        refused = choices.of(run.person_id).refuses(run.person.email)
        outcomes.dropped([row.pk for row in rows], outcomes.REFUSED if refused else outcomes.ACCOUNT, now)
        return []
    read = [row.pk for row in rows if row.notice.read_at is not None]
    outcomes.dropped(read, outcomes.READ, now)
    # Who has since chosen e-mail at once still gets here what was not sent that way.
    wanted = {How.DIGEST, How.MAIL}
    rows = [row for row in rows if row.pk not in set(read)]
    hows = {row.pk: choices.how(run.person_id, row.notice.reason, row.notice.event) for row in rows}
    outcomes.dropped([pk for pk, how in hows.items() if how not in wanted], outcomes.CHOICE, now)
    return [row for row in rows if hows[row.pk] in wanted]


def plan_again(rows: Any, now: datetime) -> None:
    """For a person who chose another time, and for what a wrong clock planned."""
    people = list(rows.values_list("notice__person", flat=True).distinct())
    choices = Choices(people)
    for person in people:
        pks = list(rows.filter(notice__person=person).values_list("pk", flat=True))
        Delivery.objects.filter(pk__in=pks).update(due_at=choices.next_digest(person, now))
