"""What became of a mail: stored in one short transaction after the server's answer."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from news.mail import DIGEST
from news.mail.transport import NotSent
from news.models import Delivery, DigestRun, MailMinute, Preferences

#: After each failure; after the last it is left to an administrator.
RETRIES = [
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 24)),
]
# Why a mail was not sent.
READ, DOOR, CHOICE, ACCOUNT, REFUSED, SERVER = "read", "door", "choice", "account", "refused", "server"


def waiting(way: str) -> Any:
    return Delivery.objects.filter(way=way, state=Delivery.State.WAITING)


@transaction.atomic
def sent(rows: Collection[int], now: datetime, run: DigestRun | None = None) -> None:
    Delivery.objects.filter(pk__in=rows).update(state=Delivery.State.SENT, done_at=now, answer="")
    if run is not None:
        close(run, DigestRun.State.SENT, now)
    minute = MailMinute.of(now)
    if not MailMinute.objects.filter(minute=minute).update(sent=F("sent") + 1):
        MailMinute.objects.create(minute=minute, sent=1)


def dropped(rows: Collection[int], why: str, now: datetime) -> None:
    Delivery.objects.filter(pk__in=rows).update(state=Delivery.State.DROPPED, why=why, done_at=now)


def close(run: DigestRun, state: str, now: datetime, answer: str = "") -> None:
    run.state, run.done_at, run.answer = state, now, answer
    run.save(update_fields=["state", "done_at", "answer"])


@transaction.atomic
def failed(row: Any, error: NotSent, now: datetime) -> None:
    """`row`: a delivery or a digest. It waits for another try, unless that is no use."""
    is_digest = isinstance(row, DigestRun)
    person = row.person if is_digest else row.notice.person
    row.answer, row.attempts = error.answer, row.attempts + 1
    if error.address:
        values = {"refused_address": person.email, "refused_answer": error.answer, "refused_at": now}
        Preferences.objects.update_or_create(person=person, defaults=values)
    if error.for_good or row.attempts > len(RETRIES):
        row.state, row.done_at = "failed", now
    else:
        row.due_at = now + RETRIES[row.attempts - 1]
    if not is_digest:
        row.why = REFUSED if error.address else SERVER
    row.save()
    if is_digest and error.address:
        those = waiting(DIGEST).filter(notice__person=person, notice_id__lte=row.upto)
        those.update(state=Delivery.State.FAILED, why=REFUSED, answer=error.answer, done_at=now)
