"""Atom 1.0: RFC 4287."""

from datetime import datetime
from xml.etree import ElementTree

from syndication.writers.characters import one_line
from syndication.writers.elements import ATOM, Element, add, document, rfc3339
from syndication.writers.entries import Feed, Item

CONTENT_TYPE = "application/atom+xml; charset=utf-8"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def write(feed: Feed) -> bytes:
    root = ElementTree.Element("feed", {"xmlns": ATOM, XML_LANG: feed.language})
    add(root, "id", feed.uid.urn)
    _write_text(root, "title", feed.title)
    if feed.description:
        _write_text(root, "subtitle", feed.description)
    add(root, "updated", rfc3339(feed.updated_at))
    add(root, "link", rel="self", type="application/atom+xml", href=feed.feed_url)
    add(root, "link", rel="alternate", type="text/html", href=feed.url)
    if feed.hub_url:
        add(root, "link", rel="hub", href=feed.hub_url)
    # Stands in for entries without an author (RFC 4287, section 4.1.1).
    _write_author(root, feed.author or feed.title)
    if feed.picture_url:
        add(root, "logo", feed.picture_url)
    for item in feed.items:
        _write_entry(root, item)
    return document(root)


def _write_entry(root: Element, item: Item) -> None:
    entry = add(root, "entry")
    if item.language:
        entry.set(XML_LANG, item.language)
    add(entry, "id", item.guid)
    _write_text(entry, "title", item.title)
    add(entry, "published", rfc3339(item.published_at))
    add(entry, "updated", rfc3339(_distinct_update(item), "microseconds"))
    add(entry, "link", rel="alternate", type="text/html", href=item.url)
    if item.enclosure:
        enclosure = item.enclosure
        add(
            entry,
            "link",
            rel="enclosure",
            type=enclosure.media_type,
            # Only a hint (RFC 4287, 4.2.7.6), so it is left out if unknown.
            **({"length": str(enclosure.length)} if enclosure.length else {}),
            href=enclosure.url,
        )
    for name in item.authors:
        _write_author(entry, name)
    for tag in item.tags:
        add(entry, "category", term=one_line(tag))
    if item.summary or not item.content:
        _write_text(entry, "summary", item.summary or item.title)
    if item.content:
        add(entry, "content", item.content, type="html")


def _distinct_update(item: Item) -> datetime:
    """When the item changed, with microseconds made from its id.

    Feed readers sort by it, and items imported or released together would otherwise have the same date.
    """
    return item.updated_at.replace(microsecond=item.uid.int % 1_000_000)


def _write_text(parent: Element, name: str, text: str) -> None:
    add(parent, name, one_line(text), type="text")


def _write_author(parent: Element, name: str) -> None:
    add(add(parent, "author"), "name", one_line(name))
