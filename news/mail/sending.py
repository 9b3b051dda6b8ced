"""The worker's part: sends what is due, one mail at a time, and asks again whether it may and should be sent.

Killed anywhere and run again, or run by several workers at once, it sends each mail once. One moment remains: a worker
that dies after the server took a mail and before that is stored sends it again, with the same Message-ID.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connections
from django.utils import timezone

from news.mail import DIGEST, MAIL, digests, messages, outcomes
from news.mail.choices import Choices, reachable
from news.mail.items import readable
from news.mail.transport import NotSent, Transport
from news.mail.turn import sole_sender
from news.models import Delivery, DigestRun, How, MailMinute
from news.models.event import PERSONAL

logger = logging.getLogger("news.mail")

BATCH = 100
PAUSE_SECONDS = 5.0
SWEEP_SECONDS = 60.0
#: Between two tries while no mail gets through.
MAX_PAUSE_SECONDS = 300.0
#: Longer than any wait; what is due later was planned by a clock that was wrong.
LONGEST_WAIT = outcomes.RETRIES[-1] + timedelta(days=1)
KEPT = timedelta(days=90)
Now = Callable[[], datetime]


def run_forever(stop: threading.Event) -> None:
    away, sweep_at = 0, 0.0
    while not stop.is_set():
        if time.monotonic() >= sweep_at:
            sweep(timezone.now())
            sweep_at = time.monotonic() + SWEEP_SECONDS
        away = away + 1 if send_due(stop) else 0
        connections.close_all()
        stop.wait(min(MAX_PAUSE_SECONDS, PAUSE_SECONDS * 2**away))


def send_due(stop: threading.Event | None = None, now: Now = timezone.now) -> NotSent | None:
    """Send everything that is due, as far as the rate allows. The error, if the mail server takes nothing now."""
    digests.open_due(now())
    transport = Transport()
    try:
        while found := due(now()):
            for kind, pk in found:
                if stop is not None and stop.is_set():
                    return None
                with sole_sender() as mine:
                    if not mine or not allowed(now()):
                        return None
                    error = (_send_digest if kind == DIGEST else _send_one)(pk, transport, now)
                if error is not None and error.server:
                    logger.warning("no e-mail gets through: %s", error.answer)
                    return error
    finally:
        transport.close()
    return None


def allowed(now: datetime) -> bool:
    row = MailMinute.objects.filter(minute=MailMinute.of(now)).first()
    return row is None or row.sent < settings.INTRANET_MAILS_PER_MINUTE


def due(now: datetime) -> list[tuple[str, int]]:
    """What is meant for one person first, then the rest, then digests."""
    mails = outcomes.waiting(MAIL).filter(due_at__lte=now).order_by("due_at", "pk").values_list("pk", flat=True)
    personal = list(mails.filter(notice__reason__in=PERSONAL)[:BATCH])
    if personal:
        return [(MAIL, pk) for pk in personal]
    if others := list(mails[:BATCH]):
        return [(MAIL, pk) for pk in others]
    runs = DigestRun.objects.filter(state=DigestRun.State.OPEN, due_at__lte=now).order_by("due_at", "pk")
    return [(DIGEST, pk) for pk in runs.values_list("pk", flat=True)[:BATCH]]


def _send_one(pk: int, transport: Transport, now: Now) -> NotSent | None:
    rows = outcomes.waiting(MAIL).filter(due_at__lte=now()).select_related("notice__person", "notice__event__page")
    row = rows.filter(pk=pk).first()
    if row is None:
        return None
    if why := _why_not(row, now()):
        outcomes.dropped([row.pk], why, now())
        return None
    person = row.notice.person
    items = readable(person, [row.notice_id])
    if not items:
        outcomes.dropped([row.pk], outcomes.DOOR, now())
        return None
    return _hand_over(row, lambda: messages.of_notice(person, items[0]), [row.pk], transport, now)


def _why_not(row: Any, now: datetime) -> str:
    notice = row.notice
    if notice.read_at is not None:
        return outcomes.READ
    choices = Choices([notice.person_id])
    if not reachable([notice.person_id]):
        return outcomes.REFUSED if choices.of(notice.person_id).refuses(notice.person.email) else outcomes.ACCOUNT
    how = choices.how(notice.person_id, notice.reason, notice.event)
    if how == How.DIGEST:
        due_at = choices.next_digest(notice.person_id, now)
        Delivery.objects.get_or_create(notice=notice, way=DIGEST, defaults={"due_at": due_at})
    return "" if how == How.MAIL else outcomes.CHOICE


def _send_digest(pk: int, transport: Transport, now: Now) -> NotSent | None:
    found = digests.content(pk, now())
    if found is None:
        return None
    run, items, rows = found
    return _hand_over(run, lambda: messages.of_digest(run.person, run, items), rows, transport, now)


def _hand_over(row: Any, compose: Callable[[], Any], rows: list[int], transport: Transport, now: Now) -> NotSent | None:
    try:
        transport.send(compose())
    except NotSent as error:
        outcomes.failed(row, error, now())
        return error
    except DatabaseError:
        raise
    except Exception as error:
        # One that cannot be written must not hold up the others.
        logger.exception("a mail could not be made")
        outcomes.failed(row, NotSent(type(error).__name__), now())
        return None
    outcomes.sent(rows, now(), row if isinstance(row, DigestRun) else None)
    return None


def sweep(now: datetime) -> None:
    """Bring back what a clock that was wrong has put off, and forget what is old."""
    outcomes.waiting(MAIL).filter(due_at__gt=now + LONGEST_WAIT).update(due_at=now)
    lost = DigestRun.objects.filter(state=DigestRun.State.OPEN, due_at__gt=now + LONGEST_WAIT)
    lost.update(due_at=now)
    digests.plan_again(outcomes.waiting(DIGEST).filter(due_at__gt=now + digests.LONGEST_WAIT), now)
    MailMinute.objects.filter(minute__lt=now - KEPT).delete()
