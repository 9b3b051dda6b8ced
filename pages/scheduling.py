"""Publishing and expiry at a time that somebody has set, on the site or in Wagtail's admin.

The worker checks every few seconds. Whoever set the time must still be allowed to publish the page when it comes, else
the page is not published and its history says why; expiry happens in any case, because it only takes something away. A
page that cannot be published, for example because its address is taken, is retried and does not block others;
`/health/` counts the late ones.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from wagtail.models import PageLogEntry, Revision, TaskState
from wagtail.utils.timestamps import ensure_utc

from pages.locking import writing_pages
from pages.log_entries import log_change
from pages.models import BasePage
from pages.permissions import may_change
from people.models import Person
from people.permissions import may_approve, publishes_alone
from people.repeats import RepeatFilter

logger = logging.getLogger("pages.scheduling")

LATE_AFTER = timedelta(minutes=5)
# Failures are retried every few seconds, and logged once per hour.
_reported = RepeatFilter(3_600.0, remembered=1_000)

#: Actions in Wagtail's log; the history of a page shows them.
SCHEDULED, CANCELLED, REFUSED = "wagtail.publish.schedule", "wagtail.schedule.cancel", "pages.schedule.refuse"


@dataclass(frozen=True, slots=True)
class When:
    """What a person has typed: from when to when readers see a page. None: from now, for ever."""

    publish_at: datetime | None = None
    expire_at: datetime | None = None

    def put_on(self, page: Any) -> None:
        page.go_live_at, page.expire_at = self.publish_at, self.expire_at


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


def scheduled_of(page: Any) -> Revision | None:
    """The version of `page` that waits for its time."""
    return page.revisions.exclude(approved_go_live_at=None).first()  # type: ignore[no-any-return]


def schedule(page: Any, *, by: Any) -> None:
    """Let the newest version of `page` be published at its `go_live_at`, in place of any other that waits."""
    revision = page.latest_revision
    _set(page.revisions.exclude(pk=revision.pk).exclude(approved_go_live_at=None), None)
    _set(Revision.objects.filter(pk=revision.pk), page.go_live_at)
    log_change(page, SCHEDULED, by=by, revision=revision, data=_facts(revision, page.go_live_at, page))


def reschedule(page: Any, revision: Revision, when: When, *, by: Any) -> None:
    """Change the time of a version that waits. For callers that have checked permissions, as all functions here."""
    _type_into(revision, when)
    Revision.objects.filter(pk=revision.pk).update(content=revision.content, approved_go_live_at=when.publish_at)
    if not page.live:
        BasePage.objects.filter(pk=page.pk).update(go_live_at=when.publish_at, expire_at=when.expire_at)
    log_change(page, SCHEDULED, by=by, revision=revision, data=_facts(revision, when.publish_at, page))


def publish_now(revision: Revision, *, by: Any) -> None:
    """Publish a version that waits, by the way on which its time would have published it."""
    revision.content["go_live_at"] = None
    Revision.objects.filter(pk=revision.pk).update(content=revision.content)
    revision.publish(user=by, skip_permission_checks=True)


def cancel(page: Any, *, by: Any, action: str = CANCELLED, **told: Any) -> None:
    """The version that waits is not published; it stays in the history. `told` goes into the log."""
    for revision in page.revisions.exclude(approved_go_live_at=None):
        at = revision.approved_go_live_at
        revision.content["go_live_at"] = None
        Revision.objects.filter(pk=revision.pk).update(content=revision.content, approved_go_live_at=None)
        log_change(page, action, by=by, revision=revision, data=_facts(revision, at, page) | told)
    if not page.live:
        BasePage.objects.filter(pk=page.pk).update(go_live_at=None)
        page.go_live_at = None


def set_expiry(page: Any, at: datetime | None) -> None:
    """Of a published page, also in versions that are newer than what readers see."""
    BasePage.objects.filter(pk=page.pk).update(expire_at=at)


def forget_schedule(page: Any) -> None:
    """A person is publishing `page` now, so drop older scheduled versions and an expiry in the past."""
    now = timezone.now()
    page.expired = False
    if page.go_live_at and page.go_live_at > now:
        page.go_live_at = None
    if page.expire_at and page.expire_at <= now:
        page.expire_at = None
    if page.pk:
        _set(page.revisions.exclude(approved_go_live_at=None), None)


def _set(revisions: Any, at: datetime | None) -> None:
    revisions.update(approved_go_live_at=at)


def _type_into(revision: Revision, when: When) -> None:
    for name, moment in (("go_live_at", when.publish_at), ("expire_at", when.expire_at)):
        revision.content[name] = moment and ensure_utc(moment)


def _facts(revision: Revision, at: datetime | None, page: Any) -> dict[str, Any]:
    """As Wagtail's own entries have it, so that its history reads ours."""
    return {
        "revision": {
            "id": revision.pk,
            "created": ensure_utc(revision.created_at),
            "go_live_at": at and ensure_utc(at),
            "has_live_version": page.live,
        }
    }


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
    page = BasePage.objects.select_related("space").filter(pk=int(revision.object_id)).first()
    if page is None:
        _set(Revision.objects.filter(pk=pk), None)
        return False
    person = scheduled_by([revision])[pk]
    if reason := _refusal(person, page, revision):
        cancel(page, by=None, action=REFUSED, reason=reason, name=person.name if person else "")
        return False
    revision.publish(log_action="wagtail.publish.scheduled")
    return True


def scheduled_by(revisions: list[Revision]) -> dict[int, Person | None]:
    """Who set the time of each version last, by the id of the version; its writer, if the log does not say."""
    entries = PageLogEntry.objects.filter(action=SCHEDULED, revision__in=[each.pk for each in revisions])
    ids = {each.pk: each.user_id for each in revisions}
    ids |= dict(entries.order_by("timestamp", "pk").values_list("revision_id", "user_id"))
    people = Person.objects.in_bulk({pk for pk in ids.values() if pk})
    return {revision: people.get(person or 0) for revision, person in ids.items()}


def _refusal(person: Person | None, page: Any, revision: Revision) -> str:
    """Why a version that `person` has scheduled is not published; "" if it is."""
    if person is None or not person.is_active:
        return "account"
    if not may_change(person, page):
        return "rights"
    return "" if may_set_time(person, page, revision) else "approval"


def may_set_time(person: Any, page: Any, revision: Revision) -> bool:
    """Whether `person` can publish this version alone, or can approve, and somebody has approved it."""
    if publishes_alone(person, page.space):
        return True
    approved = revision.task_states.filter(status=TaskState.STATUS_APPROVED)
    return may_approve(person, page.space) and approved.exists()


def _expire(pk: int) -> bool:
    page = _due_pages(timezone.now()).filter(pk=pk).first()
    if page is None:
        return False
    page.specific.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    return True
