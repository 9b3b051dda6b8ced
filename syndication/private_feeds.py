"""The content of a private feed: what its owner can read at the time of the request."""

import re
from collections.abc import Container
from datetime import datetime
from functools import partial
from html import escape, unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext as _

from media.models import Recording
from pages import kinds, searches
from pages.access import visible_to
from pages.entries import news
from pages.feed_entry import Sound
from pages.models import BasePage
from pages.texts import whole
from people.models import Space
from syndication.models import PrivateFeed
from syndication.schemes import with_scheme
from syndication.writers.entries import Enclosure, Feed, Item
from text.markup import without_box_attributes

MAX_ITEMS = 50
# Without a timestamp: an unchanged feed is the same bytes each time.
_signer = signing.Signer(salt="syndication.private-media")
# Only inside a tag: text and code may contain `href="…"` too, but each "<" in them is escaped.
_ADDRESS = re.compile(r'(<[a-z](?:[^<>"]|"[^"]*")*?\s(?:href|src)=")([^"]*)(?=")')


def kind_choices() -> list[tuple[str, Any]]:
    return [(kind.name, kind.label) for kind in kinds.kinds() if kind.is_item]


def pages_of(feed: PrivateFeed) -> Any:
    """The feed's newest pages that its owner can see; the number of queries does not depend on how many there are."""
    everything = BasePage.objects.all()
    if feed.search:
        everything = searches.searcher().pages(feed.search, feed.owner, sorted(kinds.items()), MAX_ITEMS)
    pages = selected(visible_to(feed.owner, everything), feed.kind, **narrowed(feed))
    found = list(pages.specific()[:MAX_ITEMS])
    _fetch_recordings(found)
    return found


def narrowed(feed: PrivateFeed) -> dict[str, Any]:
    """The filters of the feed, except for its kind and its search."""
    wanted = {"space": feed.space_id, "tag": feed.tag, "author": feed.author_id}
    return {name: value for name, value in wanted.items() if value}


def selected(pages: Any, kind: str, *, space: Any = None, tag: Any = None, author: Any = None) -> Any:
    """Those of `pages` that belong in such a feed, newest first."""
    found = news(pages, kinds.items() & {kind} if kind else kinds.items())
    if space:
        found = found.filter(space=space)
    if tag:
        found = found.filter(tagged_items__tag__slug=tag).distinct()
    if author:
        found = found.filter(page_authors__person=author).distinct()
    return found.newest_first()


def title_of(feed: PrivateFeed, visible_spaces: Container[int] | None = None) -> str:
    """The owner's name for the feed, or else what is in it. A space that the owner no longer sees is not named.

    `visible_spaces`: ids of the spaces, if the caller has them for several feeds.
    """
    if feed.label:
        return feed.label
    parts = []
    if feed.search:
        parts.append(searches.searcher().title(feed.search))
    if feed.space_id:
        if visible_spaces is None:
            visible_spaces = set(Space.objects.visible_to(feed.owner).values_list("pk", flat=True))
        parts.append(feed.space.name if feed.space and feed.space_id in visible_spaces else _("a space"))
    if feed.kind:
        parts.append(kinds.label_of(feed.kind))
    if feed.tag:
        parts.append(f"#{feed.tag}")
    if feed.author:
        parts.append(feed.author.name)
    return "Commonplace: " + (" · ".join(parts) or _("everything I can read"))


def feed_of(feed: PrivateFeed, token: str, format: str, updated_at: datetime) -> Feed:
    """The feed, ready to be written. Links to media have their own signature rather than the feed's token."""
    base = settings.INTRANET_URL.rstrip("/")
    return Feed(
        uid=feed.uid,
        title=title_of(feed),
        description=_("This feed link is private. Do not share it: anyone who has it can read what you can read."),
        url=f"{base}/",
        feed_url=f"{base}/feeds/{token}/feed.{format}",
        language=settings.LANGUAGE_CODE,
        author="Commonplace",
        updated_at=updated_at,
        items=tuple(_item(page, feed, base) for page in pages_of(feed)),
        private=True,
    )


def sign_media(feed: PrivateFeed, path: str) -> str:
    """An internal address for a media file, valid while the feed is and its owner can see the file."""
    inner = path.removeprefix("/media/")
    return f"/feeds/media/{_signer.sign_object([feed.pk, inner])}/{inner.rpartition('/')[2]}"


def unsign_media(signature: str) -> tuple[int, str] | None:
    """Feed id and path below /media/, or None for a signature that is not ours."""
    try:
        pk, inner = _signer.unsign_object(signature)
    except (signing.BadSignature, ValueError):
        return None
    return pk, inner


def _item(page: Any, feed: PrivateFeed, base: str) -> Item:
    entry = whole(page).feed_entry()
    address = partial(_address, feed=feed, base=base, page_url=entry.url)
    published_at = entry.published_at or timezone.now()
    return Item(
        uid=entry.uid,
        url=base + entry.url,
        title=entry.title,
        html=without_box_attributes(
            _ADDRESS.sub(lambda found: found[1] + escape(address(unescape(found[2]))), entry.html)
        ),
        published_at=published_at,
        updated_at=max(entry.updated_at or published_at, published_at),
        summary=entry.summary,
        authors=entry.authors,
        tags=entry.tags,
        language=entry.language,
        enclosure=_enclosure(entry.sound, address),
        season=entry.season,
        number=entry.number,
    )


def _address(address: str, *, feed: PrivateFeed, base: str, page_url: str) -> str:
    """An address in the text of the page at `page_url`, made absolute for a feed reader."""
    try:
        parts = urlsplit(address)
        if parts.scheme:
            return address
        if address.startswith("//"):
            # Without a host it leads to the page that it is in.
            return with_scheme(address) or base + page_url
        path = urljoin(base + page_url, address).removeprefix(base)
    except ValueError:
        return address
    return base + (sign_media(feed, path) if path.startswith("/media/") else path)


def _enclosure(sound: Sound | None, address: Any) -> Enclosure | None:
    if sound is None:
        return None
    url = address(sound.recording.get_absolute_url()) if sound.recording else sound.url
    return Enclosure(url, sound.media_type, sound.length, sound.duration)


def _fetch_recordings(pages: list[Any]) -> None:
    # One query for all. What some readers of the page may not hear, the page itself keeps back.
    fields = [
        (page, field)
        for page in pages
        for field in map(page._meta.get_field, page.kind.media_fields)
        if field.related_model is Recording
    ]
    wanted = {pk for page, field in fields if (pk := field.value_from_object(page))}
    found = Recording.objects.in_bulk(wanted) if wanted else {}
    for page, field in fields:
        setattr(page, field.name, found.get(field.value_from_object(page)))
