"""Recording what happened. People are told by the background worker (`news.telling`), never in the request."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Count, F
from django.db.models.functions import Greatest
from django.utils import timezone

from news.kinds import kind_of
from news.models import Event, Notice
from people.models import Person


def record(
    *,
    kind: str,
    key: str,
    by: Any = None,
    page: Any = None,
    space: Any = None,
    to: Mapping[Any, Iterable[Any]] | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """Record an event, in the transaction of what happened. One query; a second call with the same `key` does nothing.

        events.record(
            kind="commented", key=f"comment:{comment.pk}", by=person, page=page,
            to={Reason.REPLY: [parent.person], Reason.MENTIONED: mentioned}, data={"comment": comment.pk},
        )

    `kind` is registered with `news.kinds.register(EventKind(…))` in the app's `ready`. `key` says what happened, not
    who pressed which button, so that a retry is no second event. `to` has people (or their ids) by `Reason`; followers
    of the page or space are found later, if the kind has `levels`. Nobody is told of their own doing, of a page or
    space they may not see (asked again whenever it is shown), or of what they muted.

    `page` is whatever the event is about, with its readers; `space` alone if it is about a space; neither if only the
    people in `to` may ever know of it. `data` holds ids, never words: those are read when somebody looks.
    """
    if kind_of(kind) is None:
        raise ValueError(f"No kind of event {kind!r} is registered.")
    named = {str(reason): sorted({getattr(one, "pk", one) for one in people}) for reason, people in (to or {}).items()}
    event = Event(
        kind=kind,
        key=key,
        by=by,
        page_id=page.pk if page is not None else None,
        space=space,
        audience_token=page.audience_token if page is not None and page.live else "",
        to={reason: people for reason, people in named.items() if people},
        data=data or {},
    )
    Event.objects.bulk_create([event], ignore_conflicts=True)


@transaction.atomic
def forget(*keys: str) -> None:
    """Take events back, with all notices of them: a comment was deleted, a request withdrawn."""
    gone = Event.objects.filter(key__in=keys)
    unread = Notice.objects.filter(event__in=gone, read_at=None).order_by()
    for pk, count in list(unread.values_list("person").annotate(count=Count("pk")).order_by("person")):
        less_unread(pk, count)
    gone.delete()


def less_unread(person: int, count: int) -> None:
    Person.objects.filter(pk=person).update(unread_notices=Greatest(F("unread_notices") - count, 0))


@transaction.atomic
def mark_read(notices: Any) -> int:
    """Mark those of `notices` that are unread, of one person; return how many."""
    unread = notices.filter(read_at=None)
    person = unread.values_list("person", flat=True).first()
    if person is None:
        return 0
    count = Notice.objects.filter(pk__in=unread.values("pk"), read_at=None).update(read_at=timezone.now())
    less_unread(person, count)
    return count
