"""Whether e-mail goes out: for `/health/`, and for the page of administrators."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Sum
from django.utils import timezone

from news.mail import DIGEST, MAIL, outcomes
from news.models import Delivery, DigestRun, MailMinute, Preferences

LATE = timedelta(minutes=15)


def problem(now: datetime | None = None) -> str:
    """What is wrong in a few words without names, or ""."""
    now = now or timezone.now()
    if _waits_since(now - LATE) and not MailMinute.objects.filter(minute__gt=now - LATE, minute__lte=now).exists():
        return "does not move"
    count = failed_mails().count() + failed_digests().count()
    return f"{count} not delivered" if count else ""


def _waits_since(before: datetime) -> bool:
    runs = DigestRun.objects.filter(state=DigestRun.State.OPEN, due_at__lt=before)
    return any(outcomes.waiting(way).filter(due_at__lt=before).exists() for way in (MAIL, DIGEST)) or runs.exists()


def failed_mails() -> Any:
    return Delivery.objects.filter(state=Delivery.State.FAILED).order_by("-done_at", "-pk")


def failed_digests() -> Any:
    return DigestRun.objects.filter(state=DigestRun.State.FAILED).order_by("-done_at", "-pk")


def numbers(now: datetime) -> dict[str, Any]:
    def sent(span: timedelta) -> int:
        rows = MailMinute.objects.filter(minute__gt=now - span, minute__lte=now)
        return rows.aggregate(sum=Sum("sent"))["sum"] or 0

    digests_open = DigestRun.objects.filter(state=DigestRun.State.OPEN, due_at__lte=now).count()
    return {
        "waiting": outcomes.waiting(MAIL).filter(due_at__lte=now).count() + digests_open,
        "hour": sent(timedelta(hours=1)),
        "day": sent(timedelta(days=1)),
        "rate": settings.INTRANET_MAILS_PER_MINUTE,
    }


def send_again(now: datetime) -> int:
    """Put everything that failed back into the queue, and try refused addresses again."""
    values = {"attempts": 0, "due_at": now, "done_at": None}
    mails, digests = failed_mails(), failed_digests()
    people = [*mails.values_list("notice__person", flat=True), *digests.values_list("person", flat=True)]
    accept_again(people)
    moved = mails.filter(way=MAIL).update(state=Delivery.State.WAITING, why="", **values)
    failed_mails().update(state=Delivery.State.WAITING, why="", **values)
    return moved + digests.update(state=DigestRun.State.OPEN, **values)


def forget_failed(now: datetime) -> int:
    """Take note of what failed: it is not sent, and no longer reported."""
    count: int = failed_mails().update(state=Delivery.State.DROPPED, done_at=now)
    return count + failed_digests().update(state=DigestRun.State.EMPTY)


def accept_again(people: Any) -> None:
    rows = Preferences.objects.filter(person__in=people)
    rows.update(refused_address="", refused_answer="", refused_at=None)
