"""Private feeds and their media. There is no session: the token in the address identifies the owner.

An unknown or revoked token answers 404.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from syndication import documents
from syndication.documents import WRITERS
from syndication.feed_state import state_of
from syndication.models import PrivateFeed
from syndication.models.private import hash_token
from syndication.private_feeds import feed_of, unsign_media
from web import conditional as http

# A reader that polls every minute must not cause a write every minute.
NOTE_USE_EVERY = timedelta(minutes=5)
CLIENT_LIMIT = 200
View = Callable[..., HttpResponseBase]


def without_session(view: View) -> View:
    """Decorate a view so that it ignores the session, and stays out of logs, shared caches, indexes and referrers."""

    @login_not_required
    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = HttpResponseNotAllowed(["GET", "HEAD"])
        if request.method in {"GET", "HEAD"}:
            try:
                response = view(request, *args, **kwargs)
            except Http404:
                # The site's own 404 page depends on who is signed in; here nobody is.
                response = HttpResponse("Not found\n", status=404, content_type="text/plain; charset=utf-8")
        # Django logs the address of a failed request; this address is a secret.
        response._has_been_logged = True  # type: ignore[attr-defined]
        response["Cache-Control"] = "private, no-cache"
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Content-Type-Options"] = "nosniff"
        return response

    return guarded


@without_session
def private_feed(request: HttpRequest, token: str, format: str) -> HttpResponseBase:
    feed = PrivateFeed.objects.working().select_related("owner", "author").filter(token_hash=hash_token(token)).first()
    if feed is None or format not in WRITERS:
        raise Http404
    etag, since, last_state = _last_seen(feed, format)
    state = state_of(feed)
    last = http.Validators(etag, since)
    if state and state == last_state and http.is_conditional(request) and http.is_fresh(request, last):
        _note_use(request, feed, format, last, state)
        return http.not_modified(request, last)
    writer = WRITERS[format]
    body = writer.write(feed_of(feed, token, format, since))
    if http.etag_of(body) != etag:
        # Something is new, so the feed's date changes, and with it the body and its ETag.
        since = documents.after(since)
        body = writer.write(feed_of(feed, token, format, since))
    _note_use(request, feed, format, http.Validators(http.etag_of(body), since), state)
    return http.send(request, writer.CONTENT_TYPE, body, since)


@without_session
def private_media(request: HttpRequest, signature: str, name: str) -> HttpResponseBase:
    signed = unsign_media(signature)
    feed = PrivateFeed.objects.working().select_related("owner").filter(pk=signed[0]).first() if signed else None
    if signed is None or feed is None or signed[1].rpartition("/")[2] != name:
        raise Http404
    try:
        match = resolve(f"/media/{signed[1]}")
    except Resolver404:
        raise Http404 from None
    # The internal view decides, as for the owner of the feed.
    request.user = feed.owner
    response = match.func(request, *match.args, **match.kwargs)
    del response["Vary"]
    return response


def _last_seen(feed: PrivateFeed, format: str) -> tuple[str, datetime, str]:
    etag, since, *state = feed.seen.get(format, ("", 0))
    return etag, datetime.fromtimestamp(since, tz=timezone.get_default_timezone()), state[0] if state else ""


def _note_use(request: HttpRequest, feed: PrivateFeed, format: str, sent: http.Validators, state: str) -> None:
    now = timezone.now()
    seen = {**feed.seen, format: [sent.etag, int(sent.last_modified.timestamp()), *filter(None, [state])]}
    recently = feed.last_used_at is not None and now - feed.last_used_at < NOTE_USE_EVERY
    if recently and seen == feed.seen:
        return
    client = request.headers.get("User-Agent", "")[:CLIENT_LIMIT]
    PrivateFeed.objects.filter(pk=feed.pk).update(last_used_at=now, last_client=client, seen=seen)
