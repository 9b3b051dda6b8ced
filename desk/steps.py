"""What happened to a version besides its text: it was scheduled, published by the clock, or not published after all.

Read from Wagtail's log, in which its admin writes the same. For people who can edit the page.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import PageLogEntry

from desk.when import moment_words
from pages import approval, scheduling
from pages.models import Change


@dataclass(frozen=True, slots=True)
class Step:
    at: datetime
    words: str
    comment: str = ""


def _scheduled(entry: Any, at: str) -> str:
    return _("%(name)s scheduled this version for %(moment)s.") % {"name": _name(entry), "moment": at}


def _cancelled(entry: Any, at: str) -> str:
    if entry.data.get("reason") == "bin":
        return _("It was to be published on %(moment)s, but %(name)s deleted the page.") % {
            "name": _name(entry),
            "moment": at,
        }
    return _("%(name)s cancelled the publication on %(moment)s.") % {"name": _name(entry), "moment": at}


def _refused(entry: Any, at: str) -> str:
    name = entry.data.get("name") or _("the person who scheduled it")
    why = {
        "account": _("the account of %(name)s is deactivated"),
        "rights": _("%(name)s can no longer edit this page"),
        "approval": _("this space now asks for approval before publication"),
    }
    reason = why.get(entry.data.get("reason", ""), "%(name)s") % {"name": name}
    return _("Not published on %(moment)s: %(reason)s.") % {"moment": at, "reason": reason}


def _said(words: Any) -> Callable[[Any, str], str]:
    return lambda entry, _at: str(words) % {"name": _name(entry)}


#: By action in the log.
WORDS: dict[str, Callable[[Any, str], str]] = {
    scheduling.SCHEDULED: _scheduled,
    scheduling.CANCELLED: _cancelled,
    scheduling.REFUSED: _refused,
    "wagtail.workflow.start": _said(gettext_lazy("%(name)s asked for approval.")),
    "wagtail.workflow.resume": _said(gettext_lazy("%(name)s asked for approval again.")),
    "wagtail.workflow.approve": _said(gettext_lazy("%(name)s approved this version.")),
    "wagtail.workflow.reject": _said(gettext_lazy("%(name)s sent this version back:")),
    "wagtail.workflow.cancel": _said(gettext_lazy("%(name)s withdrew the request for approval.")),
    approval.COMMENT: _said(gettext_lazy("%(name)s commented:")),
    "wagtail.publish.scheduled": lambda _entry, _at: _("Published at its time."),
    "wagtail.unpublish.scheduled": lambda _entry, _at: _("Expired: readers no longer see the page."),
}


def _name(entry: Any) -> str:
    return entry.user.name if entry.user else _("Someone")


def with_steps(changes: Iterable[Change], page: Any, person: Any) -> list[Any]:
    """These changes, the newest first, each with its `steps`, the oldest first. One query, and one for the people."""
    found: list[Any] = list(changes)
    for change in found:
        change.steps = []
    entries = PageLogEntry.objects.filter(page=page.pk, action__in=WORDS).order_by("timestamp", "pk")
    by_revision = {change.revision_id: change for change in found}
    for entry in entries.prefetch_related("user"):
        if entry.revision_id is None:
            about = next((each for each in found if each.at <= entry.timestamp), None)
        else:
            about = by_revision.get(entry.revision_id)
        if about is not None:
            typed = (entry.data.get("revision") or {}).get("go_live_at")
            moment = parse_datetime(typed) if typed else None
            words = WORDS[entry.action](entry, moment_words(moment, person) if moment else "")
            about.steps.append(Step(entry.timestamp, words, entry.data.get("comment", "")))
    return found
