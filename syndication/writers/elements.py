"""Helpers on top of ElementTree, shared by the XML writers."""

import re
from datetime import datetime
from email.utils import format_datetime
from xml.etree import ElementTree

from django.utils.timezone import get_default_timezone

from syndication.writers.characters import clean

Element = ElementTree.Element

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
# Without a trailing slash: with one, readers ignore every podcast: tag.
PODCAST = "https://podcastindex.org/namespace/1.0"

# Titles are plain text. Readers that treat them as HTML decode `&amp;lt;` and `&lt;` again, but not numeric references:
# https://www.rssboard.org/rss-profile#data-types-characterdata
_TITLE = re.compile(rb"<title(?: type=\"text\")?>[^<]*</title>")
_NAMED = re.compile(rb"&(?:amp|lt|gt);")
_NUMBERS = {b"&amp;": b"&#x26;", b"&lt;": b"&#x3C;", b"&gt;": b"&#x3E;"}

for prefix, name in (
    ("atom", ATOM),
    ("content", CONTENT),
    ("dc", DUBLIN_CORE),
    ("itunes", ITUNES),
    ("podcast", PODCAST),
):
    ElementTree.register_namespace(prefix, name)


def add(parent: Element, tag: str, text: str = "", /, **attributes: str) -> Element:
    child = ElementTree.SubElement(parent, tag, {key: clean(value) for key, value in attributes.items()})
    if text:
        child.text = clean(text)
    return child


def rfc822(moment: datetime) -> str:
    """A date for RSS and OPML, in the time zone of the site: `Sat, 21 Nov 2026 23:29:12 +0000`."""
    return format_datetime(moment.astimezone(get_default_timezone()))


def rfc3339(moment: datetime, timespec: str = "seconds") -> str:
    """A date for Atom and JSON Feed, in the time zone of the site: `2026-11-21T23:29:12Z`."""
    return moment.astimezone(get_default_timezone()).isoformat(timespec=timespec).replace("+00:00", "Z")


def document(root: Element) -> bytes:
    """The document as UTF-8 bytes, with nothing before the XML declaration."""
    written = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return _TITLE.sub(lambda found: _NAMED.sub(lambda name: _NUMBERS[name[0]], found[0]), written)
