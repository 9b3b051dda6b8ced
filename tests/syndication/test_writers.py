"""The feed writers, from a description to bytes that parsers accept."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import feedparser
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from syndication.writers import atom, json_feed, opml, rss
from syndication.writers.characters import one_line
from syndication.writers.elements import ATOM, CONTENT, ITUNES
from syndication.writers.entries import Enclosure, Feed, Item, Podcast
from syndication.writers.podcasting import podcast_guid

MOMENT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
UID = UUID("6b9dd185-f87e-4968-ad6b-667366d0a3c8")


def feed(title: str = "A title", html: str = "<p>Words</p>", **fields: Any) -> Feed:
    item = Item(
        uid=UID,
        url="https://public.example.org/news/a/",
        title=title,
        html=html,
        published_at=MOMENT,
        updated_at=MOMENT,
        summary=title,
        authors=(title,),
        tags=(title,),
        enclosure=fields.pop("enclosure", None),
    )
    described = {
        "uid": UID,
        "title": title,
        "description": title,
        "url": "https://public.example.org/news/",
        "feed_url": "https://public.example.org/news/feed.rss",
        "language": "en",
        "author": "Department of Examples",
        "updated_at": MOMENT,
        "items": (item,),
    }
    return Feed(**{**described, **fields})


def test_the_three_formats_name_an_entry_alike() -> None:
    assert feedparser.parse(rss.write(feed())).entries[0].id == UID.urn
    assert feedparser.parse(atom.write(feed())).entries[0].id == UID.urn
    assert json.loads(json_feed.write(feed()))["items"][0]["id"] == UID.urn
    assert b'<guid isPermaLink="false">' in rss.write(feed())


@given(st.text())
def test_no_text_breaks_a_feed(text: str) -> None:
    for writer in (rss, atom):
        parsed = feedparser.parse(writer.write(feed(text, text)))
        assert not parsed.bozo
        assert parsed.entries[0].id == UID.urn
    assert json.loads(json_feed.write(feed(text, text)).decode())["items"]
    subscription = opml.Subscription(text, text, "https://e.org/feed", "https://e.org/", "en")
    assert ElementTree.fromstring(opml.write(text, MOMENT, [subscription]))


@given(st.text())
def test_a_title_is_plain_text_and_arrives_as_typed(text: str) -> None:
    wanted = " ".join(text.split())
    if not wanted.isprintable():
        return
    root = ElementTree.fromstring(rss.write(feed(text)))
    assert root.findtext("channel/item/title", "") == wanted


@given(st.text(alphabet=st.one_of(st.sampled_from("<>&\"';/ab \x80\x85\x9f\ufdd0\ufffd\U0001fffe"), st.characters())))
def test_words_mean_the_same_in_every_format_and_place(text: str) -> None:
    """A description of RSS is HTML, everything else says or is known to be plain text; no reader loses a word."""
    typed = one_line(text)
    described = feed(text)
    channel = ElementTree.fromstring(rss.write(described)).find("channel")
    assert channel is not None
    for description in (channel.findtext("description", ""), channel.findtext("item/description", "")):
        # Within an element, so that no text is taken for the name of a file.
        read = BeautifulSoup(f"<p>{description}</p>", "html.parser").p
        assert read is not None
        assert not read.find_all(True)
        assert read.get_text() == typed
    root = ElementTree.fromstring(atom.write(described))
    for path in ("title", "subtitle", "entry/title", "entry/summary"):
        for construct in root.findall("/".join(f"{{{ATOM}}}{step}" for step in path.split("/"))):
            assert construct.get("type") == "text"
            assert (construct.text or "") == typed
    assert not re.search("[\x7f-\x9f\ufdd0-\ufdef\ufffd]", atom.write(described).decode())


def test_a_title_is_no_markup_even_for_readers_that_decode_it_twice() -> None:
    for written in (rss.write(feed("A <b> & &lt;c")), atom.write(feed("A <b> & &lt;c"))):
        assert b"A &#x3C;b&#x3E; &#x26; &#x26;lt;c</title>" in written


def test_a_podcast_guid_is_that_of_the_specification() -> None:
    # The example of https://podcasting2.org/docs/podcast-namespace/tags/guid
    assert podcast_guid("https://podnews.net/rss") == UUID("9b024349-ccf0-5f69-a609-6b82873eab3c")
    assert podcast_guid("http://podnews.net/rss/") == podcast_guid("https://podnews.net/rss")


def test_a_private_feed_asks_directories_to_stay_away() -> None:
    sound = Enclosure("https://public.example.org/a.mp3", "audio/mpeg", 12, 3)
    podcast = Podcast(UID, "News, Politics", False, "Department", "press@example.org")
    written = rss.write(feed(private=True, enclosure=sound, podcast=podcast))
    assert b"<itunes:block>Yes</itunes:block>" in written
    assert b"<podcast:block>yes</podcast:block>" in written
    assert b"press@example.org" not in written


def test_a_private_feed_says_all_that_its_podcast_tags_ask_for() -> None:
    """W3C's validator warns of a channel that has one of Apple's tags without the two required ones."""
    channel = ElementTree.fromstring(rss.write(feed(private=True))).find("channel")
    assert channel is not None
    names = {element.tag.partition(ITUNES)[2][1:] for element in channel if ITUNES in element.tag}
    assert names == {"block", "explicit", "category"}
    assert ITUNES.encode() not in rss.write(feed())


@given(st.lists(st.tuples(st.uuids(), st.integers(0, 1)), min_size=2, max_size=20, unique_by=lambda one: one[0]))
def test_entries_of_one_moment_are_told_apart_in_atom(made: list[tuple[UUID, int]]) -> None:
    """Imports and releases in bulk fall into one second, and days without a time into one moment."""
    plain = feed().items[0]
    items = tuple(replace(plain, uid=uid, updated_at=MOMENT + timedelta(seconds=later)) for uid, later in made)
    entries = ElementTree.fromstring(atom.write(feed(items=items))).findall(f"{{{ATOM}}}entry")
    written = [entry.findtext(f"{{{ATOM}}}updated", "") for entry in entries]
    fractions = {(uid.int % 1_000_000, later) for uid, later in made}
    assert len(set(written)) == len(fractions)
    assert [datetime.fromisoformat(at).replace(microsecond=0) for at in written] == [one.updated_at for one in items]
    again = ElementTree.fromstring(atom.write(feed(items=items[1:]))).findall(f"{{{ATOM}}}entry")
    assert [entry.findtext(f"{{{ATOM}}}updated", "") for entry in again] == written[1:], "what leaves moves no other"


@pytest.mark.parametrize("html", ["", "<p>Words</p>"])
@pytest.mark.parametrize("summary", ["", "A summary"])
def test_an_item_says_something_in_every_format_whatever_it_lacks(html: str, summary: str) -> None:
    made = feed("A title", html)
    made = replace(made, items=(replace(made.items[0], summary=summary),))
    (item,) = ElementTree.fromstring(rss.write(made)).findall("channel/item")
    assert item.findtext("description") == summary or (not summary and item.findtext("description") == "A title")
    names = [element.tag for element in item]
    assert f"{{{CONTENT}}}encoded" not in names or names.index("description") < names.index(f"{{{CONTENT}}}encoded")
    (entry,) = ElementTree.fromstring(atom.write(made)).findall(f"{{{ATOM}}}entry")
    said = [entry.findtext(f"{{{ATOM}}}{name}") for name in ("summary", "content")]
    assert any(said)
    assert "" not in said, "nothing is there and empty"


def test_an_empty_subscription_list_is_still_opml() -> None:
    assert ElementTree.fromstring(opml.write("None", MOMENT, [])).findall("body/outline")
