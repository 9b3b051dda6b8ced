"""The podcast namespace, "Podcasting 2.0": https://github.com/Podcastindex-org/podcast-namespace."""

from uuid import UUID, uuid5

from syndication.writers.characters import one_line
from syndication.writers.elements import PODCAST, Element, add
from syndication.writers.entries import Feed, Item

# The namespace that the specification of podcast:guid fixes.
GUID_NAMESPACE = UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
PERSON_LIMIT = 128


def podcast_guid(feed_url: str) -> UUID:
    """The guid of a podcast, from its first address without scheme and trailing slash. It survives moves."""
    return uuid5(GUID_NAMESPACE, feed_url.partition("://")[2].rstrip("/"))


def describe_channel(channel: Element, feed: Feed) -> None:
    if feed.private:
        add(channel, f"{{{PODCAST}}}block", "yes")
    if not feed.podcast:
        return
    add(channel, f"{{{PODCAST}}}guid", str(feed.podcast.guid))
    add(channel, f"{{{PODCAST}}}medium", "podcast")
    # Locked: no other host may import the feed.
    add(channel, f"{{{PODCAST}}}locked", "yes")


def describe_item(element: Element, feed: Feed, item: Item) -> None:
    if not (feed.podcast and item.enclosure):
        return
    if item.season and item.season > 0:
        add(element, f"{{{PODCAST}}}season", str(item.season))
    if item.number and item.number > 0:
        add(element, f"{{{PODCAST}}}episode", str(item.number))
    for name in item.authors:
        add(element, f"{{{PODCAST}}}person", one_line(name)[:PERSON_LIMIT], role="host")
