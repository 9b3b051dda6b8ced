"""A channel's feeds as finished documents, so that sending one takes one query."""

import gzip
import hashlib
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connections, router, transaction
from django.db.models import Count
from django.utils import timezone

from database.statements import rows
from syndication.addresses import public_base, resolve, resolve_html
from syndication.models import Channel, FeedDocument, Release
from syndication.writers import atom, json_feed, rss
from syndication.writers.entries import Enclosure, Feed, Item, Podcast
from text.markup import without_box_attributes
from web.bounded import Bounded

MAX_ITEMS = 50
WRITERS = {"rss": rss, "atom": atom, "json": json_feed}


def hub_url() -> str:
    """The WebSub hub that learns of changes, or "": then no feed names one."""
    return getattr(settings, "INTRANET_HUB_URL", "") or ""


def made_for() -> str:
    """The settings that a stored document depends on. If they change, it has to be remade."""
    return f"{public_base()} {hub_url()}".strip()


def feed_of(channel: Channel, format: str, base: str, releases: list[Release]) -> Feed:
    items = tuple(_item(release, channel, base) for release in releases)
    podcast = None
    if any(item.enclosure for item in items):
        podcast = Podcast(
            guid=channel.podcast_guid,
            category=channel.category,
            explicit=channel.explicit,
            author=channel.author,
            owner_email=channel.owner_email,
        )
    return Feed(
        uid=channel.uid,
        title=channel.title,
        description=channel.description,
        url=base + channel.path,
        feed_url=f"{base}{channel.path}feed.{format}",
        language=channel.language,
        author=channel.author,
        updated_at=channel.updated_at,
        items=items,
        picture_url=base + channel.picture,
        hub_url=hub_url(),
        podcast=podcast,
    )


_TABLES = (
    f"{FeedDocument._meta.db_table} document JOIN {Channel._meta.db_table} channel ON channel.id = document.channel_id"
)
_STORED = {
    column: f"SELECT etag, last_modified, {value} FROM {_TABLES}"  # noqa: S608 - our own names
    " WHERE channel.slug = %s AND document.format = %s AND document.made_for = %s"
    for column, value in {
        "": "NULL",
        "body": "CASE WHEN etag <> %s THEN body END",
        "gzipped": "CASE WHEN etag <> %s THEN gzipped END",
    }.items()
}
_cache: Bounded[tuple[str, str, str], tuple[str, bytes]] = Bounded(8 * 1024 * 1024)
"""Bodies with their tags. A tag is a hash of its body, so a tag that matches is current."""


def stored(slug: str, format: str, column: str = "") -> tuple[str, datetime, bytes] | None:
    """Tag, date and `column` ("body", "gzipped" or none) of a document, or None if there is no current one.

    Cached bytes are not fetched again. The SQL is built once: this is the most frequent request, and building the
    statement each time costs more than all the rest.
    """
    key = (slug, format, column)
    held, body = (_cache.get(key) if column else None) or ("", b"")
    found = rows(
        connections[router.db_for_read(FeedDocument)],
        _STORED[column],
        [*([held] if column else []), slug, format, made_for()],
    )
    if not found:
        return None
    etag, moment, fetched = found[0]
    if moment.tzinfo is None:  # SQLite stores UTC without saying so.
        moment = moment.replace(tzinfo=UTC)
    if fetched is not None:
        body = bytes(fetched)
        _cache.put(key, (etag, body), len(body))
    return etag, moment, body


def remake(channel: Channel) -> None:
    """Write all formats of the channel's feed again. Call it in the transaction of the change."""
    base = public_base()
    releases = newest_releases(channel)
    before = {document.format: document for document in channel.documents.defer("body", "gzipped")}
    for format in WRITERS:
        document = write(channel, format, base, releases)
        last = before.get(format)
        if last is not None:
            if last.etag == document.etag and last.made_for == document.made_for:
                continue
            document.pk = last.pk
            document.last_modified = after(last.last_modified)
        document.save()


def remake_stale() -> None:
    """Write the feeds again that were made for another public address or hub than the current one."""
    fresh = FeedDocument.objects.filter(made_for=made_for()).values("channel").annotate(formats=Count("pk"))
    for channel in Channel.objects.exclude(pk__in=fresh.filter(formats=len(WRITERS)).values("channel")):
        with transaction.atomic():
            remake(channel)


def write(channel: Channel, format: str, base: str, releases: list[Release]) -> FeedDocument:
    body = WRITERS[format].write(feed_of(channel, format, base, releases))
    return FeedDocument(
        channel=channel,
        format=format,
        made_for=made_for(),
        body=body,
        # Without a timestamp the same body gives the same bytes.
        gzipped=gzip.compress(body, compresslevel=9, mtime=0),
        etag=hashlib.sha256(body).hexdigest()[:32],
        last_modified=timezone.now().replace(microsecond=0),
    )


def newest_releases(channel: Channel) -> list[Release]:
    return list(Release.objects.live().filter(channel=channel).newest_first()[:MAX_ITEMS])


def after(moment: datetime) -> datetime:
    """Now, but at least a second after `moment`.

    HTTP dates count whole seconds: two changes within one second would cause a false 304.
    """
    return max(timezone.now().replace(microsecond=0), moment + timedelta(seconds=1))


def _item(release: Release, channel: Channel, base: str) -> Item:
    enclosure = None
    if release.enclosure_url:
        enclosure = Enclosure(
            url=resolve(release.enclosure_url, base),
            media_type=release.enclosure_type,
            length=release.enclosure_length,
            duration=release.enclosure_duration,
        )
    return Item(
        uid=release.uid,
        url=f"{base}{channel.path}{release.slug}/",
        title=release.title,
        html=without_box_attributes(resolve_html(release.html, base)),
        published_at=release.released_at,
        updated_at=release.updated_at,
        summary=release.summary,
        authors=tuple(release.authors),
        tags=tuple(release.tags),
        language=release.language,
        enclosure=enclosure,
        season=release.season,
        number=release.number,
    )
