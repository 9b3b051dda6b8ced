"""Forms that could not be saved: nothing typed is lost. The form goes to the page's new address, or is shown again.

This is one place for whatever a view raises, so that no view can forget it: a former address, a page that is deleted or
closed, a full disk, our own bugs; sign-in and CSRF use it for a session or a form that has expired.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.core import signing
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _

from desk.models import Draft
from pages import former, kinds
from pages.bin_views import gone
from pages.permissions import may_write
from people.models import Space
from web.numbers import whole_number
from web.unavailable import HEADERS, is_away

logger = logging.getLogger("desk.unsaved")

#: Fields with text that took time to write; the first that was posted is shown large.
WRITTEN = ("body", "about", "description", "transcript", "lines", "note", "reason", "queries", "comment")
#: Fields about the form itself, and passwords, which must not appear in a page.
NEVER_SHOWN = frozenset(
    {"csrfmiddlewaretoken", "sent_again", "password", "old_password", "new_password1", "new_password2"}
)
#: Fields that do not apply when the text of a deleted page becomes a new page.
PAGE_FIELDS = frozenset({"slug", "base_revision", "audience_seen", "form_key", "minor", "action"})
SENT_AGAIN = signing.TimestampSigner(salt="sent again")
SENT_AGAIN_SECONDS = 14 * 24 * 3600

UNREADABLE = (SuspiciousOperation, UnreadablePostError, MultiPartParserError)
#: Of a form that is read again: a text and a picture.
MAX_BYTES = 24 * 1024 * 1024
DISK_FULL_MESSAGES = ("disk is full", "no space left", "disk full", "could not extend file", "quota exceeded")


class UnsavedTextMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        if isinstance(exception, UNREADABLE):
            return None
        if is_away(exception) and not is_full(exception):
            # The user cannot be loaded now; the error page shows what was typed without a query.
            return None
        if not hasattr(request, "user") or not request.user.is_authenticated:
            return _later(full_disk(request)) if is_full(exception) else None
        if isinstance(exception, Http404):
            led = self._led_on(request, exception) or _draft_of_lost_form(request)
            return led if led is not None else _of_deleted_page(request) or typed_again(request, "gone", status=404)
        if isinstance(exception, PermissionDenied):
            return typed_again(request, "refused", status=403)
        if is_full(exception):
            logger.exception("Nothing can be written: the disk is full")
            return _later(typed_again(request, "full", status=503) or full_disk(request))
        again = typed_again(request, "fault", status=500)
        if again is not None:
            logger.exception("Internal Server Error: %s", request.path)
        return again

    def _led_on(self, request: HttpRequest, refusal: Http404) -> HttpResponseBase | None:
        """The response at the new address. A form is passed on here, because browsers drop its data on a redirect."""
        address = former.new_address(request, refusal) if not hasattr(request, "led_on") else None
        if address is None:
            return None
        query = request.META.get("QUERY_STRING", "")
        if request.method in {"GET", "HEAD"}:
            return HttpResponseRedirect(f"{address}?{query}" if query else address)
        request.led_on = True  # type: ignore[attr-defined]
        try:
            request.resolver_match = resolve(address)
        except Resolver404:
            return None
        request.path = request.path_info = address
        return self.view_of(request)

    def view_of(self, request: HttpRequest) -> HttpResponseBase | None:
        """The response of the view for the current path, or None if its exception is not handled here."""
        match: Any = request.resolver_match
        try:
            response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
        except Exception as error:
            return self.process_exception(request, error)
        return response


def _of_deleted_page(request: HttpRequest) -> HttpResponse | None:
    address = request.path_info.partition(former.MARK)[0]
    if request.method not in {"GET", "HEAD"} or not former.OF_PAGES.fullmatch(address):
        return None
    return gone(request, address)


def _draft_of_lost_form(request: HttpRequest) -> HttpResponseBase | None:
    """Where the draft can still be read that was to be continued in a form that is gone, or closed to its writer."""
    try:
        key = uuid.UUID(request.GET.get("draft", ""))
    except ValueError:
        return None
    if request.method != "GET" or not Draft.objects.filter(person_id=request.user.pk, key=key).exists():
        return None
    return HttpResponseRedirect(f"{reverse('desk:draft', args=[key])}?shut=1")


def _announced(request: HttpRequest) -> int:
    return whole_number(request.META.get("CONTENT_LENGTH") or "0") or 0


def is_full(exception: Exception) -> bool:
    if not isinstance(exception, OSError | DatabaseError):
        return False
    return any(words in str(exception).lower() for words in DISK_FULL_MESSAGES)


def full_disk(request: HttpRequest) -> HttpResponse:
    context = {
        "title": _("You cannot save anything at the moment"),
        "text": _("The site’s disk is full. You can still read pages. Try again later, or tell an administrator."),
    }
    return render(request, "refused.html", context, status=503)


def _later(response: HttpResponse) -> HttpResponse:
    """With what tells programs when to try again."""
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response


def typed_again(request: HttpRequest, why: str, *, status: int = 403) -> HttpResponse | None:
    """A page with everything that was typed, or None if there was no text.

    It can be sent again from there only if it came from this site: a form on another site must not write in anyone's
    name.
    """
    context = _typed_in(request, why)
    if context is None:
        return None
    if "fragment" in request.GET:
        # Requested by a script, which keeps the text and reports the error.
        return HttpResponse(status=status)
    return render(request, "desk/typed_again.html", context, status=status)


def typed_while_away(request: HttpRequest) -> HttpResponse | None:
    """The same without any query, not even for the author, while the database does not answer."""
    try:
        context = _typed_in(request, "away")
        if context is None:
            return None
        context["csrf_token"] = get_token(request)
    except UNREADABLE:
        return None
    text = "" if "fragment" in request.GET else render_to_string("desk/typed_again.html", context)
    return HttpResponse(text, status=503, headers=HEADERS)


def _typed_in(request: HttpRequest, why: str) -> dict[str, Any] | None:
    if request.method != "POST" or _announced(request) > MAX_BYTES:
        return None
    text_name = next((name for name in WRITTEN if request.POST.get(name)), "body" if "body" in request.POST else "")
    if not text_name:
        return None
    sent = [(name, value) for name, values in request.POST.lists() if name not in NEVER_SHOWN for value in values]
    new_url = _where_to_begin_anew(request) if why == "gone" else ""
    if new_url:
        sent = [(name, value) for name, value in sent if name not in PAGE_FIELDS]
        sent.append(("action", "preview"))
    return {
        "why": why,
        "signed_out": why == "signed_out",
        "own_site": from_this_site(request),
        "again_url": new_url if why == "gone" else request.get_full_path(),
        "sent_again": SENT_AGAIN.sign("1"),
        "text_name": text_name,
        "text": request.POST[text_name],
        "has_title": "title" in request.POST,
        "title": request.POST.get("title", ""),
        "others": (others := [(name, value) for name, value in sent if name not in {"title", text_name}]),
        "shown": [(name, value) for name, value in others if value and name not in PAGE_FIELDS],
        "files": [upload.name for upload in request.FILES.values()],
    }


def from_this_site(request: HttpRequest) -> bool:
    """Whether the browser says that the form was on this site; other sites cannot forge that."""
    origin = urlsplit(request.headers.get("Origin") or request.headers.get("Referer") or "")
    return (origin.scheme, origin.netloc) == (request.scheme, request.get_host())


def was_shown_again(request: HttpRequest) -> bool:
    """Whether the form comes from `typed_again`, whose CSRF token is from before the sign-in."""
    try:
        SENT_AGAIN.unsign(request.POST.get("sent_again", ""), max_age=SENT_AGAIN_SECONDS)
    except signing.BadSignature:
        return False
    return from_this_site(request)


def _where_to_begin_anew(request: HttpRequest) -> str:
    """The form for a new page of the same kind, if the page is deleted and the author can write in its space."""
    match = request.resolver_match
    space = Space.objects.filter(slug=(match.kwargs if match else {}).get("space", "")).first()
    if space is None or "body" not in request.POST or not may_write(request.user, space):
        return ""
    place = request.path_info.split("/")[3:4]
    return next((room.new_address(space) for room in kinds.rooms() if room.write_label and [room.slug] == place), "")
