"""The inbox, as a page and as data."""

import json
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from news import events, inbox
from news.models import Notice, Reason
from web.conditional import send
from web.numbers import whole_number
from web.paging import UncountedPage, page_number

ITEMS = 50


def _asked(values: Any) -> tuple[bool, str]:
    """Whether all notices are asked for rather than the unread ones; and a reason, "waiting", or ""."""
    why = values.get("why", "")
    return values.get("all") == "1", why if why in {*Reason.values, "waiting"} else ""


def _query(everything: bool, why: str) -> str:
    asked = {name: value for name, value in (("all", "1" if everything else ""), ("why", why)) if value}
    return f"?{urlencode(asked)}" if asked else ""


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    person: Any = request.user
    everything, why = _asked(request.GET)
    number = page_number(request.GET)
    unread = inbox.count_unread(person)
    notices = inbox.chosen(person, unread=not everything, reason=why)
    rows = inbox.threads(person, notices, (number - 1) * inbox.SIZE)
    context = {
        "rows": UncountedPage.of_one_more(number, rows, inbox.SIZE),
        "unread": unread,
        "everything": everything,
        "why": why,
        "reasons": Reason.choices,
        "newest": max((row.notice.event_id for row in rows), default=0),
        "people_shown": f":{inbox.PEOPLE_SHOWN}",
    }
    return render(request, "news/inbox.html", context)


@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """`thread` marks one row, `upto` all of the list up to that event, so that nothing unseen is marked."""
    person: Any = request.user
    everything, why = _asked(request.POST)
    thread, newest = request.POST.get("thread", ""), whole_number(request.POST.get("upto", ""), digits=18)
    count = 0
    if thread:
        count = events.mark_read(Notice.objects.filter(person=person, thread=thread[:64]))
    elif newest:
        seen = inbox.chosen(person, unread=True, reason=why).filter(event__lte=newest)
        count = events.mark_read(Notice.objects.filter(person=person, pk__in=seen.values("pk")))
    if count:
        text = ngettext(
            "%(count)s notification is marked as read.", "%(count)s notifications are marked as read.", count
        )
        messages.success(request, text % {"count": count})
    else:
        messages.info(request, _("Nothing was unread."))
    return redirect(f"/inbox/{_query(everything, why)}")


@require_safe
def as_data(request: HttpRequest) -> HttpResponse:
    """The newest notices, one item each; answers 304 while nothing has changed."""
    person: Any = request.user
    everything, why = _asked(request.GET)
    notices = inbox.chosen(person, unread=not everything, reason=why)
    newest = list(notices.order_by("-event").values_list("event", flat=True)[:ITEMS])
    rows = inbox.rows_of(person, notices, newest) if newest else {}
    items = [
        {
            "id": row.notice.pk,
            "event": row.notice.event.kind,
            "why": row.notice.reason,
            "title": row.sentence,
            "url": row.url,
            "at": row.at.isoformat(),
            "read": row.notice.read_at is not None,
        }
        for row in (rows[pk] for pk in newest)
    ]
    body = json.dumps({"unread": inbox.count_unread(person), "items": items}, ensure_ascii=False).encode()
    changed = Notice.objects.filter(person=person).aggregate(at=Max("event__at"), read=Max("read_at"))
    moments = [moment for moment in changed.values() if moment is not None]
    return send(request, "application/json; charset=utf-8", body, max(moments, default=timezone.now()))
