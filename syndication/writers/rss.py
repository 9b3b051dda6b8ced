"""RSS 2.0 (https://www.rssboard.org/rss-specification).

It has Atom's self link, content:encoded and Dublin Core authors; podcasts and private feeds also get the podcast tags.
"""

from html import escape
from xml.etree import ElementTree

from syndication.writers import itunes, podcasting
from syndication.writers.characters import one_line
from syndication.writers.elements import ATOM, CONTENT, DUBLIN_CORE, Element, add, document, rfc822
from syndication.writers.entries import Feed, Item

CONTENT_TYPE = "application/rss+xml; charset=utf-8"
TTL_MINUTES = "60"


def write(feed: Feed) -> bytes:
    root = ElementTree.Element("rss", {"version": "2.0"})
    channel = add(root, "channel")
    add(channel, "title", one_line(feed.title))
    add(channel, "link", feed.url)
    add(channel, "description", _as_html(feed.description or feed.title))
    add(channel, "language", feed.language)
    add(channel, "lastBuildDate", rfc822(feed.updated_at))
    add(channel, "ttl", TTL_MINUTES)
    add(channel, f"{{{ATOM}}}link", rel="self", type="application/rss+xml", href=feed.feed_url)
    if feed.hub_url:
        add(channel, f"{{{ATOM}}}link", rel="hub", href=feed.hub_url)
    if feed.picture_url:
        image = add(channel, "image")
        add(image, "url", feed.picture_url)
        # Title and link repeat the channel's own, as the specification asks.
        add(image, "title", one_line(feed.title))
        add(image, "link", feed.url)
    itunes.describe_channel(channel, feed)
    podcasting.describe_channel(channel, feed)
    for item in feed.items:
        _write_item(channel, feed, item)
    return document(root)


def _write_item(channel: Element, feed: Feed, item: Item) -> None:
    element = add(channel, "item")
    add(element, "title", one_line(item.title))
    add(element, "link", item.url)
    add(element, "guid", item.guid, isPermaLink="false")
    add(element, "pubDate", rfc822(item.published_at))
    # The core `author` element must be a mail address; names go to Dublin Core.
    for name in item.authors or ((feed.author,) if feed.author else ()):
        add(element, f"{{{DUBLIN_CORE}}}creator", one_line(name))
    if item.language and item.language != feed.language:
        add(element, f"{{{DUBLIN_CORE}}}language", item.language)
    for tag in item.tags:
        add(element, "category", one_line(tag))
    # Readers that do not know content:encoded show this, so there is always one.
    add(element, "description", _as_html(item.summary or item.title))
    if item.html:
        add(element, f"{{{CONTENT}}}encoded", item.content)
    if item.enclosure:
        enclosure = item.enclosure
        add(element, "enclosure", url=enclosure.url, length=str(enclosure.length), type=enclosure.media_type)
    itunes.describe_item(element, feed, item)
    podcasting.describe_item(element, feed, item)


def _as_html(text: str) -> str:
    """Plain text escaped as HTML, which a description is: a reader shows `<label>` as typed."""
    return escape(one_line(text), quote=False)
