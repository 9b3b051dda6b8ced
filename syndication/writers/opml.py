"""OPML 2.0 subscription lists: http://opml.org/spec2.opml."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree

from syndication.writers.characters import one_line
from syndication.writers.elements import add, document, rfc822

CONTENT_TYPE = "text/x-opml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Subscription:
    title: str
    description: str
    feed_url: str
    url: str
    language: str


def write(title: str, modified_at: datetime, subscriptions: Iterable[Subscription]) -> bytes:
    """A flat list. An empty one gets a plain outline, because an OPML body must not be empty."""
    root = ElementTree.Element("opml", {"version": "2.0"})
    head = add(root, "head")
    add(head, "title", one_line(title))
    add(head, "dateModified", rfc822(modified_at))
    body = add(root, "body")
    for one in subscriptions:
        name = one_line(one.title)
        outline = add(body, "outline", text=name, type="rss", title=name, xmlUrl=one.feed_url, htmlUrl=one.url)
        outline.set("description", one_line(one.description))
        outline.set("language", one.language)
        outline.set("version", "RSS2")
    if not len(body):
        add(body, "outline", text=one_line(title))
    return document(root)
