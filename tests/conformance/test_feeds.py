"""The feeds, fetched over HTTP from a real server and checked by validators that know nothing of this project."""

import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import feedparser
import pytest
from django.utils import timezone

from syndication import documents
from syndication.actions import create_private_feed
from syndication.models import Channel, FeedDocument, PrivateFeed
from tests.beside import SHARED, needs
from tests.factories.pages import make_episode, make_house, make_post, make_show
from tests.factories.syndication import make_channel, make_picture, make_recording, make_release

CHECKS = SHARED / "checks" / "feeds"

pytestmark = [
    pytest.mark.slow,
    needs("checks/feeds"),
]


@dataclass
class Site:
    public: str
    private: str
    # Searches that are followed: one that finds, and one that finds nothing.
    searches: list[str]

    @property
    def feeds(self) -> list[str]:
        slugs, formats = ("news", "talks"), ("rss", "atom", "json")
        return [f"{self.public}/{slug}/feed.{format}" for slug in slugs for format in formats]


@pytest.fixture
def site(server_url: str, settings: Any) -> Site:
    """A news channel with a rich post, a podcast with two episodes, and a private feed of mary's."""
    settings.INTRANET_URL = server_url
    settings.INTRANET_PUBLIC_URL = f"{server_url}/public"
    settings.INTRANET_HUB_URL = "https://hub.example.org/"
    house = make_house()
    picture = make_picture(house.digital)
    rich = (
        f"# Title\n\n![The door](picture:{picture.pk})\n\n[Top](#title), [web](https://example.org/?a=1&b=2).\n\n"
        "<script>x</script> a\x0bb"
    )
    news = make_channel(house.ada)
    make_release(
        house.ada, make_post(house.digital, "Fish & <Chips>", rich, summary="A & B", tags=["R&D"], hero=picture), news
    )
    for number in range(3):
        make_release(house.ada, make_post(house.digital, f"Post {number}", "Words. " * 50), news)
    talks = make_channel(house.ada, "talks", owner_email="press@example.org", category="News, Politics")
    show = make_show(house.digital, "Talks")
    for number in (1, 2):
        recording = make_recording(house.digital, title=f"Talk {number}", seconds=1.0 + number)
        episode = make_episode(show, f"Talk {number}", "Notes.", recording=recording, season=1, number=number)
        make_release(house.ada, episode, talks)
    # As if that had been a while ago: a feed that changed within this second has no date yet to be asked for by.
    FeedDocument.objects.update(last_modified=timezone.now() - timedelta(hours=1))
    tokens = [
        create_private_feed(person=house.mary, feed=PrivateFeed(search=search)) for search in ("", "q=post", "q=xyzzy")
    ]
    private, *searches = (f"{server_url}/feeds/{token}" for token in tokens)
    return Site(public=f"{server_url}/public", private=private, searches=searches)


def check(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own: the checkers leave connections open, which is an error in this one."""
    command = [sys.executable, str(CHECKS / script), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def get(address: str) -> bytes:
    with urlopen(address) as answer:
        return answer.read()


def saved(folder: Path, address: str) -> str:
    file = folder / re.sub(r"\W", "-", address)
    file.write_bytes(get(address))
    return str(file)


def test_public_feeds_behave_over_http(site: Site) -> None:
    outcome = check("http_check.py", *site.feeds, f"{site.public}/channels.opml")
    assert "FAIL" not in outcome.stdout, outcome.stdout
    assert outcome.returncode == 0, outcome.stderr


def test_without_a_hub_only_the_hub_is_missed(site: Site, settings: Any) -> None:
    """No hub is named that does not exist: that one line of the checker stays open, knowingly."""
    settings.INTRANET_HUB_URL = ""
    documents.remake(Channel.objects.get(slug="news"))
    outcome = check("http_check.py", f"{site.public}/news/feed.rss")
    assert re.findall(r"FAIL (.*)", outcome.stdout) == ["WebSub Link header (hub+self)"]


def test_private_feeds_behave_over_http(site: Site) -> None:
    feeds = [f"{base}/feed.{format}" for base in (site.private, *site.searches) for format in ("rss", "atom", "json")]
    outcome = check("http_check.py", "--private", *feeds)
    # The checker puts a wrong token only into addresses of the form /p/<token>/; tests/syndication does it for ours.
    assert set(re.findall(r"FAIL (.*)", outcome.stdout)) == {"wrong token -> 200"}


def test_a_podcast_is_one_to_directories(site: Site) -> None:
    outcome = check("podcast_check.py", "--net", f"{site.public}/talks/feed.rss")
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_json_feeds_follow_the_specification(site: Site, tmp_path: Path) -> None:
    addresses = [*site.feeds[2::3], *(f"{base}/feed.json" for base in (site.private, *site.searches))]
    outcome = check("jsonfeed_check.py", *[saved(tmp_path, address) for address in addresses])
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_the_subscription_list_is_opml(site: Site, tmp_path: Path) -> None:
    outcome = check("opml_check.py", saved(tmp_path, f"{site.public}/channels.opml"))
    if "No module named 'listparser'" in outcome.stderr:
        pytest.skip("listparser is not installed.")
    assert "([], 'listparser: 2 feeds" in outcome.stdout, outcome.stdout + outcome.stderr


def test_feedparser_reads_every_xml_feed_without_complaint(site: Site) -> None:
    for address in (*site.feeds, f"{site.private}/feed.rss", f"{site.private}/feed.atom"):
        if not address.endswith(".json"):
            parsed = feedparser.parse(get(address))
            assert not parsed.bozo, f"{address}: {parsed.bozo_exception}"
            assert parsed.entries
    assert not feedparser.parse(get(f"{site.searches[1]}/feed.atom")).bozo
