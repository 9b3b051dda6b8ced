"""Who has a page open to edit: shown in the form, and on the page to people who can edit it.

The rows are those of Wagtail's admin, so it and our forms tell of one another. A form with a script renews its row
every `PING_SECONDS`; without one the row is renewed whenever the form is opened or sent.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast
from django.http import Http404, HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from wagtail.admin.models import EditingSession

from pages.access import visible_to, with_own_drafts
from pages.models import BasePage
from pages.permissions import may_edit
from pages.prepared import PreparedQuery
from people.models import Person
from web.numbers import whole_number

PING_SECONDS = 20
#: Two pings and a little: a person who left without a word is gone within a minute.
SHOWN_SECONDS = 45
MAX_NAMED = 3


def since() -> datetime:
    return timezone.now() - timedelta(seconds=SHOWN_SECONDS)


def with_editors(pages: Any, person_id: Any, since: Any) -> Any:
    """`is_being_edited`: by anybody but this person. A condition in the query of the page, so it costs no other."""
    sessions = EditingSession.objects.filter(
        object_id=Cast(OuterRef("pk"), CharField()), content_type=OuterRef("content_type"), last_seen_at__gt=since
    )
    return pages.annotate(is_being_edited=Exists(sessions.exclude(user=person_id)))


def page_at_address(pages: Callable[[], Any]) -> PreparedQuery:
    """As `pages.prepared.at_address`, with `is_being_edited`."""
    return PreparedQuery(
        lambda reader, url_path, person_id, since: with_editors(
            visible_to(reader, pages().filter(url_path=url_path)), person_id, since
        )[:1],
        url_path=str,
        person_id=int,
        since=datetime,
    )


def asked_by(person: Any) -> dict[str, Any]:
    """The values of `with_editors` for a reader."""
    return {"person_id": person.pk, "since": since()}


def notice(page: Any, person: Any) -> str:
    """Who else is editing, on the page itself: for people who can edit it, and only if the page's query found somebody."""
    return words(page, person) if getattr(page, "is_being_edited", False) and may_edit(person, page) else ""


def words(page: Any, person: Any) -> str:
    sessions = _sessions(page).filter(last_seen_at__gt=since()).exclude(user=person.pk)
    people = Person.objects.filter(pk__in=sessions.values("user"), is_active=True).order_by("sort_key", "pk")
    names = [one.name for one in people[: MAX_NAMED + 1]]
    if not names:
        return ""
    if len(names) > MAX_NAMED:
        return _("Several people are editing this page.")
    return ngettext("%(names)s is editing this page.", "%(names)s are editing this page.", len(names)) % {
        "names": ", ".join(names)
    }


def _sessions(page: Any) -> Any:
    return EditingSession.objects.filter(content_type=page.content_type_id, object_id=str(page.pk))


def arrive(page: Any, person: Any) -> None:
    now = timezone.now()
    if not _sessions(page).filter(user=person.pk).update(last_seen_at=now, is_editing=True):
        EditingSession.objects.create(
            user_id=person.pk,
            content_type_id=page.content_type_id,
            object_id=str(page.pk),
            last_seen_at=now,
            is_editing=True,
        )


def leave(page: Any, person: Any) -> None:
    _sessions(page).filter(user=person.pk).delete()


@require_POST
def present(request: HttpRequest) -> JsonResponse:
    """What an open form sends: `page`, and `left` when it is closed. `{"words": …}` says who else has the page open."""
    number = whole_number(request.POST.get("page", ""))
    page = with_own_drafts(request.user, BasePage.objects.filter(pk=number or 0)).select_related("space").first()
    if page is None or not may_edit(request.user, page):
        raise Http404
    if "left" in request.POST:
        leave(page, request.user)
        return JsonResponse({"words": ""})
    arrive(page, request.user)
    return JsonResponse({"words": words(page, request.user)})


def forget_old() -> None:
    EditingSession.cleanup()
