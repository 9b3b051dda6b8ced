"""Private feed links: the pages that one person may read, in a feed reader, and not a moment longer."""

import hashlib
import json
import re
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import feedparser
import pytest
from bs4 import BeautifulSoup
from django.core.signing import b64_decode, b64_encode
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pages.actions import edit_page, set_audience
from pages.models import BasePage
from people.models import Membership
from syndication.actions import create_private_feed
from syndication.models import PrivateFeed
from tests.factories.pages import make_episode, make_post, make_show, make_wiki_page
from tests.factories.syndication import make_picture, make_recording

FORMATS = ("rss", "atom", "json")


def link_of(person: Any, **fields: Any) -> str:
    """The address of a new private feed of `person`, without its ending."""
    return f"/feeds/{create_private_feed(person=person, feed=PrivateFeed(**fields))}/feed"


def titles(client: Client, link: str) -> list[str]:
    answer = client.get(f"{link}.json")
    assert answer.status_code == 200
    return [item["title"] for item in answer.json()["items"]]


def test_a_feed_reader_gets_what_its_owner_may_read_without_a_session(house: Any, stranger: Client) -> None:
    make_post(house.digital, "For all", "Read **this**.")
    make_post(house.operations, "For operators")
    link = link_of(house.mary)

    for format in ("rss", "atom"):
        parsed = feedparser.parse(stranger.get(f"{link}.{format}").content)
        assert [entry.title for entry in parsed.entries][:1] == ["For all"]
        assert parsed.entries[0].content[0].value == "<p>Read <strong>this</strong>.</p>"
    assert "For operators" not in titles(stranger, link)
    assert "For operators" in titles(stranger, link_of(house.linus))


def test_leaving_a_space_empties_the_feed_at_the_next_fetch(house: Any, stranger: Client) -> None:
    page = make_post(house.operations, "For operators")
    link = link_of(house.linus, space=house.operations)
    assert "For operators" in titles(stranger, link)
    Membership.objects.filter(person=house.linus).delete()

    answer = stranger.get(f"{link}.json")
    assert answer.json()["items"] == []
    assert b"Operations" not in answer.content
    assert page.title.encode() not in answer.content


@pytest.mark.parametrize(
    "typed", ["Annual Report", " annual  report ", "annual-report", "C++", "Öffnungszeiten", "報告", "☕"]
)
def test_a_tag_is_typed_for_a_feed_as_for_a_page(house: Any, stranger: Client, typed: str) -> None:
    make_post(house.digital, "Tagged", tags=["Annual report", "C++", "Öffnungszeiten", "報告", "☕"])
    make_post(house.digital, "Not tagged")
    mary = Client()
    mary.force_login(house.mary)
    made = mary.post("/subscriptions/", {"label": "Phone", "tag": typed}).content.decode()
    link = re.search(r"/feeds/[-\w]+/feed", made)
    assert link, made
    assert titles(stranger, link.group()) == ["Tagged"]


def test_a_page_narrowed_to_members_leaves_the_feeds_of_others(house: Any, stranger: Client) -> None:
    post = make_post(house.digital, "For all")
    link = link_of(house.otto)
    assert "For all" in titles(stranger, link)
    set_audience(person=house.grace, page=BasePage.objects.get(pk=post.pk), audience="space")
    assert "For all" not in titles(stranger, link)


def test_a_feed_can_be_narrowed_by_space_kind_tag_and_author(house: Any, stranger: Client) -> None:
    make_post(house.digital, "Tagged", tags=["Annual report"])
    make_post(house.digital, "By mary", by=house.mary)
    make_post(house.people, "Elsewhere", by=house.ada)
    make_wiki_page(house.digital, "A wiki page")

    assert titles(stranger, link_of(house.mary, tag="annual-report")) == ["Tagged"]
    assert titles(stranger, link_of(house.otto, author=house.mary)) == ["By mary"]
    assert "Elsewhere" not in titles(stranger, link_of(house.mary, space=house.digital))
    assert set(titles(stranger, link_of(house.mary, kind="blog"))) == {"Tagged", "By mary", "Elsewhere"}


def test_only_the_owner_revokes_and_then_the_link_is_dead(house: Any, stranger: Client, as_person: Any) -> None:
    make_post(house.digital, "For all")
    link = link_of(house.mary)
    feed = PrivateFeed.objects.get()
    address = f"/subscriptions/{feed.uid}/-/revoke/"

    assert as_person(house.otto).post(address).status_code == 404
    assert stranger.get(f"{link}.rss").status_code == 200
    assert as_person(house.mary).post(address).status_code == 302
    for format in FORMATS:
        answer = stranger.get(f"{link}.{format}")
        assert (answer.status_code, answer.content) == (404, b"Not found\n")


def test_a_leaver_loses_feeds_and_media_at_once(house: Any, stranger: Client) -> None:
    episode = make_episode(make_show(house.digital, "Talks"), "Talk", recording=make_recording(house.digital))
    link = link_of(house.mary)
    sound = stranger.get(f"{link}.json").json()["items"][0]["attachments"][0]["url"]
    assert episode.title
    assert stranger.get(urlsplit(sound).path).status_code == 200
    house.mary.is_active = False
    house.mary.save()
    assert stranger.get(f"{link}.rss").status_code == 404
    assert stranger.get(urlsplit(sound).path).status_code == 404


def test_sound_and_pictures_open_with_a_signature_that_asks_the_door_again(house: Any, stranger: Client) -> None:
    picture, recording = make_picture(house.operations), make_recording(house.operations)
    show = make_show(house.operations, "Night watch")
    make_episode(show, "Night", f"Look:\n\n![Dark](picture:{picture.pk})", recording=recording)
    link = link_of(house.linus)

    entry = feedparser.parse(stranger.get(f"{link}.rss").content).entries[0]
    sound = urlsplit(entry.enclosures[0].href).path
    answer = stranger.get(sound, headers={"Range": "bytes=0-1"})
    assert (answer.status_code, answer["Content-Range"]) == (206, f"bytes 0-1/{recording.length}")
    assert answer["Referrer-Policy"] == "no-referrer"
    shown = entry.content[0].value.split('src="')[1].split('"')[0]
    assert stranger.get(urlsplit(shown).path).status_code == 200
    # The sound's address is passed on by podcast apps: it must not give away the feed.
    assert link.split("/")[2] not in sound
    tampered = sound.replace("/feeds/media/", "/feeds/media/x")
    assert stranger.get(tampered).status_code == 404

    Membership.objects.filter(person=house.linus).delete()
    assert stranger.get(sound).status_code == 404


CONTENT = {"rss": "{http://purl.org/rss/1.0/modules/content/}encoded", "atom": "{http://www.w3.org/2005/Atom}content"}
LINKS = (
    *(
        "../other/",
        "other/",
        "./",
        "",
        "?x=1&y=2",
        "#part",
        "/spaces/",
        "//example.org/a",
        "https://example.org/?a=1&b=2",
    ),
    *(
        "mailto:press@example.org",
        "tel:+49301234",
        "/media/nowhere",
        "../../../../../../x",
        "[[Hours]]",
        "//[",
        "http://[",
    ),
)


@pytest.mark.parametrize("format", ["rss", "atom", "json"])
def test_every_address_in_a_private_feed_is_whole(house: Any, stranger: Client, format: str) -> None:
    text = "\n\n".join(link if link.startswith("[[") else f"[words](<{link}>)" for link in LINKS)
    make_wiki_page(house.digital, "Links", f'{text}\n\nNote[^1].\n\n[^1]: Below.\n\n`href="../code/"`')
    body = stranger.get(f"{link_of(house.mary, kind='wiki')}.{format}").content
    if format == "json":
        html = json.loads(body)["items"][0]["content_html"]
    else:
        # Not by feedparser, which makes addresses whole itself.
        html = ElementTree.fromstring(body).findtext(f".//{CONTENT[format]}", "")
    addresses = [str(link["href"]) for link in BeautifulSoup(html, "html.parser")("a", href=True)]
    assert len(addresses) > len(LINKS) - 4
    for address in addresses:
        assert re.match(r"(?:https?://[^/]+|mailto:|tel:)", address), address
    wiki = "http://127.0.0.1:8000/spaces/digital-services/wiki/"
    assert {f"{wiki}other/", f"{wiki}links/?x=1&y=2", f"{wiki}links/#part", "https://example.org/a"} <= set(addresses)
    assert "../code/" in html


@pytest.mark.parametrize("format", FORMATS)
def test_what_a_private_feed_tells_caches_robots_and_scripts(house: Any, stranger: Client, format: str) -> None:
    make_post(house.digital, "For all", "Words. " * 60)
    link = link_of(house.mary)
    answer = stranger.get(f"{link}.{format}")

    assert answer["Cache-Control"] == "private, no-cache"
    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["Vary"] == "Accept-Encoding"
    for header in ("Access-Control-Allow-Origin", "Link", "Set-Cookie"):
        assert header not in answer
    assert b'rel="hub"' not in answer.content
    again = stranger.get(f"{link}.{format}", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    since = stranger.get(f"{link}.{format}", headers={"If-Modified-Since": answer["Last-Modified"]})
    assert since.status_code == 304


def test_a_change_is_no_304_even_within_the_same_second(house: Any, stranger: Client) -> None:
    post = make_post(house.digital, "For all", "One.")
    link = link_of(house.mary)
    before = stranger.get(f"{link}.rss")
    post.body = "Two."
    edit_page(person=house.grace, page=post)
    after = stranger.get(f"{link}.rss", headers={"If-Modified-Since": before["Last-Modified"]})
    assert (after.status_code, after["ETag"] != before["ETag"]) == (200, True)


def test_the_token_is_shown_once_and_kept_as_a_hash(house: Any, as_person: Any, stranger: Client) -> None:
    make_post(house.digital, "For all")
    client = as_person(house.mary)
    shown = client.post("/subscriptions/", {"label": "Phone"})
    token = shown.content.decode().split("/feeds/")[1].split("/")[0]

    assert shown["Cache-Control"] == "no-store"
    assert titles(stranger, f"/feeds/{token}/feed") == ["For all"] or "For all" in titles(
        stranger, f"/feeds/{token}/feed"
    )
    assert PrivateFeed.objects.get().token_hash == hashlib.sha256(token.encode()).hexdigest()
    page = client.get("/subscriptions/").content.decode()
    assert token not in page
    assert "Phone" in page
    assert "last used" in page


def test_one_sees_only_ones_own_links(house: Any, as_person: Any) -> None:
    link_of(house.mary, label="Telephone of Mary")
    assert "Telephone of Mary" not in as_person(house.otto).get("/subscriptions/").content.decode()


def test_nobody_can_make_a_link_for_a_space_that_she_may_not_see(house: Any, as_person: Any) -> None:
    answer = as_person(house.otto).post("/subscriptions/", {"space": house.operations.pk})
    assert answer.status_code == 422
    assert "Operations" not in answer.content.decode()
    assert not PrivateFeed.objects.exists()


@pytest.mark.sqlite_only
def test_the_queries_of_a_private_feed_do_not_grow_with_its_entries(house: Any, stranger: Client) -> None:
    show = make_show(house.digital, "Talks")

    def fill(number: int) -> None:
        for place in range(number):
            make_post(house.digital, f"Post {number} {place}")
            make_wiki_page(house.digital, f"Page {number} {place}")
            make_episode(show, f"Talk {number} {place}", recording=make_recording(house.digital))

    def count() -> int:
        stranger.get(f"{link}.rss")
        with CaptureQueriesContext(connection) as queries:
            assert stranger.get(f"{link}.rss").status_code == 200
        return len(queries)

    link = link_of(house.mary)
    fill(1)
    few = count()
    fill(6)
    assert count() == few <= 9


@pytest.mark.parametrize("token", ["x", "media", "0" * 43, "-"])
def test_a_wrong_token_finds_nothing_and_no_token_is_logged(
    house: Any, stranger: Client, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert stranger.get(f"/feeds/{token}/feed.rss").status_code == 404
    assert stranger.get(f"/feeds/{token}/feed.exe").status_code == 404
    assert stranger.post(f"/feeds/{token}/feed.rss").status_code == 405
    assert "feeds" not in caplog.text


def test_a_recording_that_the_owner_may_not_hear_is_not_enclosed(house: Any, stranger: Client) -> None:
    show = make_show(house.digital, "Talks")
    heard, closed = make_recording(house.digital), make_recording(house.operations)
    for title, recording in (("Open", heard), ("Closed", closed)):
        episode = make_episode(show, title)
        type(episode).objects.filter(pk=episode.pk).update(recording=recording)
    items = stranger.get(f"{link_of(house.mary, kind='episode')}.json").json()["items"]
    assert {item["title"]: "attachments" in item for item in items} == {"Open": True, "Closed": False}


def test_an_address_of_media_that_the_site_did_not_sign_opens_nothing(house: Any, stranger: Client) -> None:
    make_episode(make_show(house.digital, "Talks"), "Talk", recording=make_recording(house.digital))
    link = link_of(house.mary)
    sound = urlsplit(stranger.get(f"{link}.json").json()["items"][0]["attachments"][0]["url"]).path
    assert stranger.get(sound).status_code == 200
    _feeds, _media, signed, name = sound.strip("/").split("/")
    value, _colon, signature = signed.rpartition(":")
    # The same file again, in other bytes than those that were signed.
    forged = b64_encode(b64_decode(value.encode()).replace(b",", b", ")).decode()
    assert forged != value
    assert stranger.get(f"/feeds/media/{forged}:{signature}/{name}").status_code == 404
