"""The public site as readers, feed readers and robots meet it."""

import json
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from intranet.worker import leases
from intranet.worker.runner import drain
from people.models import Person
from syndication import documents, hub
from syndication.actions import edit_channel, withdraw
from syndication.models import Channel, FeedDocument, Release
from tests.factories.syndication import make_channel

FORMATS = ("rss", "atom", "json")


@pytest.fixture
def channel(ada: Person) -> Channel:
    return make_channel(ada)


@pytest.fixture
def release(channel: Channel) -> Release:
    """A row as the actions write it; no house is needed to read it, and making one takes longer than the test."""
    now = timezone.now()
    release = Release.objects.create(
        uid=uuid4(),
        channel=channel,
        slug="opening-hours",
        kind="blog",
        title="Opening hours",
        html="<p>We open at nine.</p>" * 40,
        authors=["Grace Example"],
        language="en",
        released_at=now,
        updated_at=now,
    )
    documents.remake(channel)
    return release


def many(channel: Channel, number: int) -> None:
    now = timezone.now()
    Release.objects.bulk_create(
        Release(
            uid=f"00000000-0000-4000-8000-{place:012d}",
            channel=channel,
            slug=f"item-{place}",
            kind="blog",
            title=f"Item {place}",
            html="<p>Words.</p>",
            language="en",
            released_at=now - timedelta(minutes=number - place),
            updated_at=now,
        )
        for place in range(number)
    )
    FeedDocument.objects.all().delete()


def test_everybody_finds_channels_items_and_feeds(release: Release, stranger: Client) -> None:
    assert "/public/news/" in stranger.get("/public/").content.decode()
    page = stranger.get("/public/news/").content.decode()
    assert "/public/news/opening-hours/" in page
    for format in FORMATS:
        assert f'href="http://127.0.0.1:8000/public/news/feed.{format}"' in page
    outlines = ElementTree.fromstring(stranger.get("/public/channels.opml").content).findall("body/outline")
    assert [outline.get("xmlUrl") for outline in outlines] == ["http://127.0.0.1:8000/public/news/feed.rss"]
    assert "/public/news/opening-hours/" in stranger.get("/public/sitemap.xml").content.decode()
    assert "Sitemap: http://127.0.0.1:8000/public/sitemap.xml" in stranger.get("/public/robots.txt").content.decode()


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("number", [1, 20])
def test_a_feed_costs_one_query_full_or_not_modified(
    release: Release, stranger: Client, format: str, number: int
) -> None:
    many(release.channel, number)
    address = f"/public/news/feed.{format}"
    stranger.get(address)

    with CaptureQueriesContext(connection) as full:
        answer = stranger.get(address)
    with CaptureQueriesContext(connection) as same:
        again = stranger.get(address, headers={"If-None-Match": answer["ETag"]})
    assert (answer.status_code, len(full)) == (200, 1)
    assert (again.status_code, again.content, len(same)) == (304, b"", 1)
    assert "body" not in same[0]["sql"]
    assert "gzipped" not in same[0]["sql"]


@pytest.mark.parametrize("address", ["/public/", "/public/news/", "/public/sitemap.xml", "/public/channels.opml"])
def test_lists_cost_the_same_queries_however_long_they_are(release: Release, stranger: Client, address: str) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert stranger.get(address).status_code == 200
        return len(queries)

    one = count()
    many(release.channel, 19)
    assert count() == one <= 4


def test_a_feed_holds_the_newest_fifty(release: Release, stranger: Client) -> None:
    many(release.channel, 60)
    items = stranger.get("/public/news/feed.json").json()["items"]
    assert len(items) == 50
    assert items[1]["title"] == "Item 59"


def test_gzip_carries_the_same_bytes_under_a_tag_of_its_own(release: Release, stranger: Client) -> None:
    import gzip

    plain = stranger.get("/public/news/feed.rss")
    packed = stranger.get("/public/news/feed.rss", headers={"Accept-Encoding": "gzip, br"})
    assert gzip.decompress(packed.content) == plain.content
    assert packed["ETag"] != plain["ETag"]
    for tag in (packed["ETag"], plain["ETag"], f"W/{plain['ETag']}", f'"x", {packed["ETag"]}'):
        for encoding in ("gzip", "identity"):
            headers = {"If-None-Match": tag, "Accept-Encoding": encoding}
            assert stranger.get("/public/news/feed.rss", headers=headers).status_code == 304
    refused = stranger.get("/public/news/feed.rss", headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in refused


@pytest.mark.parametrize("format", FORMATS)
def test_taking_out_an_old_item_is_no_304_for_who_asks_by_date(
    ada: Person, release: Release, stranger: Client, format: str
) -> None:
    address = f"/public/news/feed.{format}"
    before = stranger.get(address)
    withdraw(person=ada, release=release)

    after = stranger.get(address, headers={"If-Modified-Since": before["Last-Modified"]})
    assert after.status_code == 200
    assert after["ETag"] != before["ETag"]


def test_an_edited_channel_renews_its_feeds(ada: Person, release: Release, stranger: Client) -> None:
    channel = Channel.objects.get()
    channel.title = "Better news"
    edit_channel(person=ada, channel=channel)
    assert stranger.get("/public/news/feed.json").json()["title"] == "Better news"


def test_a_move_of_the_public_site_changes_addresses_but_no_guid(
    release: Release, stranger: Client, settings: Any
) -> None:
    before = stranger.get("/public/news/feed.json").json()["items"][0]
    settings.INTRANET_PUBLIC_URL = "https://public.example.org"
    after = stranger.get("/public/news/feed.json").json()
    assert after["items"][0]["url"] == "https://public.example.org/news/opening-hours/"
    assert after["feed_url"] == "https://public.example.org/news/feed.json"
    assert after["items"][0]["id"] == before["id"]


def test_no_public_answer_sets_a_cookie_or_varies_by_one(release: Release, stranger: Client) -> None:
    addresses = [
        "",
        "news/",
        "news/opening-hours/",
        "news/feed.rss",
        "nowhere/",
        "news",
        "channels.opml",
        "sitemap.xml",
    ]
    stranger.cookies["session"] = "somebodys-session"
    for address in addresses:
        answer = stranger.get(f"/public/{address}")
        assert not answer.cookies
        assert "Cookie" not in answer.get("Vary", "")
        assert "private" not in answer["Cache-Control"]


@pytest.mark.parametrize(
    "address", ["nowhere/", "news/nothing/", "news/feed.xml", "media/" + "0" * 64 + "/x.jpg", "a/b/c/", "%00", "-/"]
)
def test_unknown_addresses_are_plainly_not_found(release: Release, stranger: Client, address: str) -> None:
    answer = stranger.get(f"/public/{address}")
    assert answer.status_code == 404
    assert b"sign-in" not in answer.content


@pytest.mark.parametrize("junk", ["?page=x", "?page=-1", "?page=99999999999999999999", "?page=%00", "?q=%ff"])
def test_junk_parameters_are_no_error(release: Release, stranger: Client, junk: str) -> None:
    for address in ("", "news/", "news/opening-hours/", "news/feed.rss"):
        assert stranger.get(f"/public/{address}{junk}").status_code == 200


def test_writing_methods_are_refused(release: Release) -> None:
    client = Client(enforce_csrf_checks=True)
    for address in ("", "news/", "news/opening-hours/", "news/feed.rss", "channels.opml"):
        assert client.post(f"/public/{address}").status_code == 405
        assert client.head(f"/public/{address}").status_code == 200


def test_a_hub_is_named_only_where_there_is_one(ada: Person, release: Release, stranger: Client, settings: Any) -> None:
    answer = stranger.get("/public/news/feed.rss")
    assert "hub" not in answer["Link"]
    assert b'rel="hub"' not in answer.content
    settings.INTRANET_HUB_URL = "https://hub.example.org/"
    answer = stranger.get("/public/news/feed.rss")
    assert 'rel="hub"' in answer["Link"]
    assert b'rel="hub"' in answer.content
    assert json.loads(stranger.get("/public/news/feed.json").content)["hubs"]


def test_a_start_stores_the_feeds_anew_after_the_public_site_moved(release: Release, settings: Any) -> None:
    settings.INTRANET_PUBLIC_URL = "https://public.example.org"
    documents.remake_stale()
    stored = FeedDocument.objects.get(format="rss")
    assert b"https://public.example.org/news/opening-hours/" in bytes(stored.body)
    with CaptureQueriesContext(connection) as queries:
        documents.remake_stale()
    assert len(queries) == 1


def test_a_process_that_may_not_write_still_sends_a_feed_for_its_new_address(
    release: Release, stranger: Client, settings: Any
) -> None:
    assert stranger.get("/public/").status_code == 200  # Addresses are mounted once, by the role of the first request.
    settings.INTRANET_ROLE = "public"
    settings.INTRANET_PUBLIC_URL = "https://public.example.org"
    with CaptureQueriesContext(connection) as queries:
        body = stranger.get("/public/news/feed.rss").content
    assert b"https://public.example.org/news/opening-hours/" in body
    assert all(query["sql"].startswith("SELECT") for query in queries)


def test_the_hub_is_told_of_every_feed_once_the_change_is_stored(
    ada: Person,
    release: Release,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    told: list[str] = []
    settings.INTRANET_HUB_URL = "https://hub.example.org"
    monkeypatch.setattr(type(hub.ping), "enqueue", lambda self, topic: told.append(topic))
    with django_capture_on_commit_callbacks(execute=True):
        withdraw(person=ada, release=release)
        assert told == []
    base = "http://127.0.0.1:8000/public/news/feed"
    assert told == [f"{base}.rss", f"{base}.atom", f"{base}.json"]


def test_a_hub_that_refuses_is_asked_again_ever_more_seldom_and_feed_by_feed(
    db: None, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[str] = []
    answers = iter([503, 200, 200, 0])

    class Hub(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            asked.append(form["hub.url"][0])
            assert form["hub.mode"] == ["publish"]
            assert self.headers["User-Agent"].startswith("Commonplace (+http")
            status = next(answers, 503)
            if not status:
                self.wfile.write(b"no HTTP at all\r\n")
                return
            self.send_response(status)
            self.end_headers()

        def log_message(self, *arguments: Any) -> None:
            pass

    feeds = [f"https://public.example.org/news/feed.{format}" for format in ("rss", "atom", "json")]
    waiting = DBTaskResult.objects.filter(task_path="syndication.hub.ping")
    with HTTPServer(("127.0.0.1", 0), Hub) as server:
        settings.INTRANET_HUB_URL = f"http://127.0.0.1:{server.server_port}/"
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        for feed in feeds:
            hub.ping.enqueue(feed)
        assert drain_all() == 3
        # The first was refused, the others got through all the same.
        assert asked == feeds
        [later] = waiting.filter(status="READY")
        assert later.args_kwargs["args"] == [feeds[0], 1]
        pauses = []
        while later is not None:
            pauses.append(later.run_after - timezone.now())
            waiting.filter(pk=later.pk).update(run_after=timezone.now() - timedelta(seconds=1))
            assert drain_all() == 1
            later = waiting.filter(status="READY").first()
        server.shutdown()
    assert pauses == sorted(pauses)
    assert timedelta(days=1) < sum(pauses, timedelta()) < timedelta(days=3)
    assert "No more tries" in caplog.text
    assert not waiting.filter(status="FAILED").exists()


def drain_all() -> int:
    leases.beat("a-worker")
    return drain("a-worker")
