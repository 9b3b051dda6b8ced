"""JSON Feed 1.1: https://www.jsonfeed.org/version/1.1/."""

import json
from typing import Any

from syndication.writers.characters import clean, one_line
from syndication.writers.elements import rfc3339
from syndication.writers.entries import Feed, Item

CONTENT_TYPE = "application/feed+json; charset=utf-8"
VERSION = "https://jsonfeed.org/version/1.1"


def write(feed: Feed) -> bytes:
    document: dict[str, Any] = {
        "version": VERSION,
        "title": one_line(feed.title),
        "description": one_line(feed.description),
        "home_page_url": feed.url,
        "feed_url": feed.feed_url,
        "language": feed.language,
        "icon": feed.picture_url,
        "authors": _authors((feed.author,) if feed.author else ()),
        "hubs": [{"type": "WebSub", "url": feed.hub_url}] if feed.hub_url else [],
    }
    document = _filled(document) | {"items": [_item(item) for item in feed.items]}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _item(item: Item) -> dict[str, Any]:
    attachments = []
    if item.enclosure:
        enclosure = item.enclosure
        attachments = [
            _filled(
                {
                    "url": enclosure.url,
                    "mime_type": enclosure.media_type,
                    "size_in_bytes": enclosure.length,
                    "duration_in_seconds": enclosure.duration,
                }
            )
        ]
    described = {
        "id": item.guid,
        "url": item.url,
        "title": one_line(item.title),
        "summary": one_line(item.summary),
        "date_published": rfc3339(item.published_at),
        "date_modified": rfc3339(item.updated_at),
        "authors": _authors(item.authors),
        "tags": [one_line(tag) for tag in item.tags],
        "language": item.language,
        "attachments": attachments,
    }
    return _filled(described) | {"content_html": clean(item.content)}


def _authors(names: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"name": one_line(name)} for name in names]


def _filled(members: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in members.items() if value}
