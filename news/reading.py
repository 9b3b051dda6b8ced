"""Notices of a page are read when their person opens the page. No query for people who have no unread ones."""

from typing import Any

from news import events
from news.follows import SPACE_DEPTH
from news.inbox import WAITING
from news.models import Notice


def opened(person: Any, page: Any) -> None:
    """What waits for an answer stays unread until it is answered."""
    if not person.unread_notices:
        return
    about = Notice.objects.filter(person=person.pk, read_at=None).exclude(reason__in=WAITING)
    notices = about.filter(event__page=page.pk)
    if page.depth == SPACE_DEPTH:
        notices = notices | about.filter(event__space=page.space_id)
    person.unread_notices = max(0, person.unread_notices - events.mark_read(notices))
