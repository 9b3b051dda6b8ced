"""What people are told about pages: implements `pages.announcing`."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from news import events, follows, kinds
from news.kinds import Details, EventKind
from news.mentions import mentioned
from news.models import Event, Follow, Level, Notice, Reason
from pages.models import AuthorInvitation, Change
from people.audiences import token_filter
from people.models import Person

SAYS_BY = {
    Reason.MENTIONED: _("%(by)s mentioned you in %(title)s"),
    Reason.NAMED: _("%(by)s named you as an author of %(title)s"),
}


class PageNews:
    def version_saved(self, page: Any, change: Change, *, named: list[Any]) -> None:
        """One event per published version. A minor one tells only the people who are named in it as authors."""
        if not change.published:
            return
        is_new = page.first_published_at == page.last_published_at
        if change.minor and not is_new and not named:
            return
        kind = PAGE_NEW if is_new else PAGE_CREDIT if change.minor else PAGE_CHANGED
        events.record(
            kind=kind.name, key=f"change:{change.pk}", by=change.person, page=page, data={"change": change.pk}
        )

    def credit_answered(self, page: Any, person: Any) -> None:
        """Nothing waits any more, so the notice is read."""
        events.mark_read(Notice.objects.filter(person=person, reason=Reason.NAMED, event__page=page))


def recipients(event: Event) -> Mapping[Any, list[int]]:
    """People mentioned here and not in the version before, and authors who were not told yet; its writer follows it."""
    change = Change.objects.select_related("revision").filter(pk=event.data.get("change")).first()
    if change is None:
        return {}
    if event.by is not None and event.page is not None:
        follows.follow(event.by, Follow.Kind.PAGE, event.page, Level.ALL, why=Follow.Why.WROTE, since=event.at)
    to = {Reason.NAMED: _newly_named(event)}
    if event.kind != PAGE_CREDIT.name:
        to[Reason.MENTIONED] = _newly_mentioned(change)
    return to


def _newly_mentioned(change: Change) -> list[int]:
    now = mentioned(change.revision.content.get("body", ""))
    if not now:
        return []
    earlier = Change.objects.filter(page=change.page_id, published=True, revision_id__lt=change.revision_id)
    before = earlier.select_related("revision").order_by("-revision_id").first()
    known = mentioned(before.revision.content.get("body", "")) if before else set()
    old = set(Person.objects.named(known).values_list("pk", flat=True))
    return [pk for pk in Person.objects.named(now).values_list("pk", flat=True) if pk not in old]


def _newly_named(event: Event) -> list[int]:
    told = Notice.objects.filter(event__page=event.page_id, reason=Reason.NAMED).exclude(event=event)
    waiting = AuthorInvitation.objects.filter(page=event.page_id, answer="").exclude(person__in=told.values("person"))
    return list(waiting.values_list("person", flat=True))


def details(person: Any, found: list[Event]) -> Mapping[int, Details]:
    """The note of each change and the way to its differences, if the person could read the page when it was saved."""
    of_change = {event.data["change"]: event for event in found}
    changes = Change.objects.filter(token_filter(person), pk__in=of_change, published=True)
    shown = {}
    for pk, note, revision in changes.values_list("pk", "note", "revision_id"):
        event = of_change[pk]
        has_history = event.kind == PAGE_CHANGED.name and not event.page.specific_kind.holds_others
        shown[event.pk] = Details(
            note, changes=f"{event.page.get_absolute_url()}-/diff/?to={revision}" if has_history else ""
        )
    return shown


PAGE_NEW = EventKind(
    name="page_new",
    says=_("%(by)s published %(title)s"),
    says_by=SAYS_BY,
    levels=frozenset({Level.ALL, Level.NEW}),
    recipients=recipients,
)
PAGE_CHANGED = EventKind(
    name="page_changed",
    says=_("%(by)s changed %(title)s"),
    says_by=SAYS_BY,
    levels=frozenset({Level.ALL}),
    recipients=recipients,
    details=details,
)
PAGE_CREDIT = EventKind(name="page_credit", says=SAYS_BY[Reason.NAMED], recipients=recipients)
kinds.register(PAGE_NEW, PAGE_CHANGED, PAGE_CREDIT)
