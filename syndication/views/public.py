"""The public site. It reads only channels, releases and feed documents, and knows no session, cookie or person."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Count, Max, Q
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponsePermanentRedirect,
)
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from media.serving import serve
from syndication import copies, documents
from syndication.addresses import public_base, resolve, resolve_html
from syndication.media import public_storage
from syndication.models import Channel, FeedDocument, Release, ReleasedMedia
from syndication.models.channel import by_title
from syndication.writers import opml, sitemap
from text import phrases
from web import conditional as http
from web.paging import page_number

PAGE_MAX_AGE = "public, max-age=60"
FEED_MAX_AGE = "public, max-age=300"
FOR_EVER = "public, max-age=31536000, immutable"
ITEMS = 20
FORMATS = documents.WRITERS
View = Callable[..., HttpResponseBase]


def public(view: View) -> View:
    """Decorate a view for the public: only GET and HEAD, and errors that reveal nothing internal."""

    @login_not_required
    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.is_public = True  # type: ignore[attr-defined]
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        try:
            response = view(request, *args, **kwargs)
        except Http404:
            response = _page("public/404.html", {}, status=404)
        response.headers.setdefault("Cache-Control", PAGE_MAX_AGE)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        return response

    return guarded


@public
def channel_list(request: HttpRequest) -> HttpResponseBase:
    live = Q(releases__withdrawn_at=None)
    channels = Channel.objects.annotate(
        items=Count("releases", filter=live), newest_at=Max("releases__released_at", filter=live)
    )
    return _page("public/channel_list.html", {"channels": by_title(channels), "canonical": public_base()})


@public
def channel(request: HttpRequest, channel: str) -> HttpResponseBase:
    found = _channel_or_404(channel)
    releases = Release.objects.live().filter(channel=found).newest_first().defer("html")
    page = Paginator(releases, ITEMS).get_page(page_number(request.GET))
    base = public_base()
    context = {
        "channel": found,
        "page": page,
        "feeds": _feeds(found, base),
        "is_podcast": any(release.enclosure_url for release in page),
        "canonical": base + found.path,
        "picture": base + found.picture,
    }
    return _page("public/channel.html", context)


@public
def item(request: HttpRequest, channel: str, slug: str) -> HttpResponseBase:
    release = Release.objects.select_related("channel").filter(channel__slug=channel, slug=slug).first()
    if release is None:
        raise Http404
    if release.withdrawn_at is not None:
        return _page("public/gone.html", {"channel": release.channel}, status=410)
    base = public_base()
    context = {
        "release": release,
        "channel": release.channel,
        "html": resolve_html(release.html, _base_path()),
        "lead": "" if copies.begins_with(release.html, release.summary) else release.summary,
        "sound": resolve(release.enclosure_url, _base_path()),
        "hero": resolve(release.picture, _base_path()),
        "feeds": _feeds(release.channel, base),
        "canonical": base + release.path,
        "picture": resolve(release.picture, base) or base + release.channel.picture,
        "is_renewed": timezone.localtime(release.updated_at).date() > timezone.localtime(release.released_at).date(),
    }
    return _page("public/item.html", context)


@public
def feed(request: HttpRequest, channel: str, format: str) -> HttpResponseBase:
    """A finished document. A reader that already has it costs one query, for the tag."""
    if format not in FORMATS:
        raise Http404
    if http.is_conditional(request) and (known := documents.stored(channel, format)):
        validators = http.Validators(*known[:2])
        if http.is_fresh(request, validators):
            return _as_feed(http.not_modified(request, validators), channel, format)
    compressed = http.wants_gzip(request)
    column = "gzipped" if compressed else "body"
    etag, last_modified, body = documents.stored(channel, format, column) or _remade(channel, format, column)
    validators = http.Validators(etag, last_modified)
    if http.is_fresh(request, validators):
        return _as_feed(http.not_modified(request, validators), channel, format)
    response = http.full(request, validators, FORMATS[format].CONTENT_TYPE, body, compressed=compressed)
    return _as_feed(response, channel, format)


@public
def media(request: HttpRequest, sha256: str, name: str) -> HttpResponseBase:
    found = ReleasedMedia.objects.filter(sha256=sha256, name=name).first()
    if found is None:
        raise Http404
    file = SimpleNamespace(path=public_storage().path(found.storage_name), name=found.storage_name)
    response = serve(
        request,
        file,
        name=found.name,
        media_type=found.media_type,
        accelerated="/-/public-media/",
        etag=f'"{sha256}"',
    )
    del response["Vary"]
    response["Cache-Control"] = FOR_EVER
    response["Access-Control-Allow-Origin"] = "*"
    return response


@public
def channels_opml(request: HttpRequest) -> HttpResponseBase:
    base = public_base()
    channels = by_title(Channel.objects.all())
    subscriptions = [
        opml.Subscription(one.title, one.description, f"{base}{one.path}feed.rss", base + one.path, one.language)
        for one in channels
    ]
    changed_at = max((one.updated_at for one in channels), default=timezone.now())
    body = opml.write(str(phrases.ALL_CHANNELS), changed_at, subscriptions)
    return _open_to_all(http.send(request, opml.CONTENT_TYPE, body, changed_at))


@public
def site_map(request: HttpRequest) -> HttpResponseBase:
    base = public_base()
    channels = list(Channel.objects.all())
    releases = Release.objects.live().newest_first().values_list("channel__slug", "slug", "updated_at")
    places = [(base + one.path, one.updated_at) for one in channels]
    places += [
        (f"{base}{one}/{slug}/", changed_at) for one, slug, changed_at in releases[: sitemap.LIMIT - len(places)]
    ]
    changed_at = max((changed_at for _place, changed_at in places), default=timezone.now())
    return http.send(request, sitemap.CONTENT_TYPE, sitemap.write(places), changed_at)


@public
def robots(request: HttpRequest) -> HttpResponseBase:
    lines = ["User-agent: *", "Allow: /", f"Sitemap: {public_base()}sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@public
def with_slash(request: HttpRequest, path: str) -> HttpResponseBase:
    return HttpResponsePermanentRedirect(f"{_base_path()}{path}/")


@public
def nothing_here(request: HttpRequest, path: str) -> HttpResponseBase:
    raise Http404


def _channel_or_404(slug: str) -> Channel:
    found = Channel.objects.filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def _remade(slug: str, format: str, column: str) -> tuple[str, datetime, bytes]:
    channel = _channel_or_404(slug)
    if settings.INTRANET_ROLE == "public":
        # This process may have no right to write.
        document = documents.write(channel, format, public_base(), documents.newest_releases(channel))
    else:
        documents.remake(channel)
        document = FeedDocument.objects.get(channel=channel, format=format)
    return document.etag, document.last_modified, bytes(getattr(document, column))


def _as_feed(response: HttpResponse, channel: str, format: str) -> HttpResponse:
    links = [f'<{public_base()}{channel}/feed.{format}>; rel="self"']
    if hub := documents.hub_url():
        links.append(f'<{hub}>; rel="hub"')
    response["Link"] = ", ".join(links)
    response["Cache-Control"] = FEED_MAX_AGE
    return _open_to_all(response)


def _open_to_all(response: HttpResponse) -> HttpResponse:
    # Web feed readers and players are scripts of other sites.
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _feeds(channel: Channel, base: str) -> list[dict[str, str]]:
    return [
        {
            "label": label,
            "title": f"{channel.title} ({label})",
            "type": FORMATS[format].CONTENT_TYPE.partition(";")[0],
            "url": f"{base}{channel.path}feed.{format}",
        }
        for format, label in FeedDocument.Format.choices
    ]


def _base_path() -> str:
    # Without the host: links on public pages stay on the host of the request.
    return urlsplit(public_base()).path


def _page(template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    # Rendered without the request, so that no context processor can depend on the reader.
    return HttpResponse(render_to_string(template, {"public_root": _base_path(), **context}), status=status)
