"""Scheduled publishing and expiry, both set in Wagtail's admin.

The worker checks every few seconds. A page that cannot be published, for example because its address is taken, is
retried and does not block others; `/health/` counts the late ones.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from wagtail.models import Revision

from pages.locking import writing_pages
from pages.models import BasePage
from people.repeats import RepeatFilter

logger = logging.getLogger("pages.scheduling")

LATE_AFTER = timedelta(minutes=5)
# Failures are retried every few seconds, and logged once per hour.
_reported = RepeatFilter(3_600.0, remembered=1_000)


def _due_revisions(before: Any) -> Any:
    return Revision.page_revisions.filter(approved_go_live_at__lte=before).order_by("approved_go_live_at", "pk")


def _due_pages(before: Any) -> Any:
    return BasePage.objects.filter(live=True, expire_at__lte=before).order_by("expire_at", "pk")


def run_due() -> int:
    now = timezone.now()
    expiring, going_live = _due_pages(now), _due_revisions(now)
    return sum(
        [
            *(_tried(_expire, pk) for pk in list(expiring.values_list("pk", flat=True))),
            *(_tried(_go_live, pk) for pk in list(going_live.values_list("pk", flat=True))),
        ]
    )


def late() -> int:
    """The number of pages that are due for more than LATE_AFTER."""
    before = timezone.now() - LATE_AFTER
    revisions, pages = (due.order_by().values("pk") for due in (_due_revisions(before), _due_pages(before)))
    return int(revisions.union(pages, all=True).count())


def forget_schedule(page: Any) -> None:
    """A person is publishing `page` now, so drop older scheduled versions and an expiry in the past."""
    now = timezone.now()
    page.expired = False
    if page.go_live_at and page.go_live_at > now:
        page.go_live_at = None
    if page.expire_at and page.expire_at <= now:
        page.expire_at = None
    if page.pk:
        page.revisions.exclude(approved_go_live_at=None).update(approved_go_live_at=None)


def _tried(action: Callable[[int], bool], pk: int) -> bool:
    try:
        with writing_pages():
            return action(pk)
    except Exception:
        # One page must not block the others. Log its number only, because its title may be confidential.
        if _reported.is_news((action.__name__, pk)):
            logger.exception("%s: not done on time for %s", action.__name__, pk)
        return False


def _go_live(pk: int) -> bool:
    # Another worker may have done it, or somebody may have removed the schedule.
    revision = _due_revisions(timezone.now()).filter(pk=pk).first()
    if revision is None:
        return False
    revision.publish(log_action="wagtail.publish.scheduled")
    return True


def _expire(pk: int) -> bool:
    page = _due_pages(timezone.now()).filter(pk=pk).first()
    if page is None:
        return False
    page.specific.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    return True
