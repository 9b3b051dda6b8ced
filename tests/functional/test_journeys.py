"""A day of each kind of user in a real browser: writing, searching, subscribing from outside."""

import re
import urllib.request
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.functional.conftest import Desk

pytestmark = pytest.mark.browser
with_and_without_script = pytest.mark.parametrize("desk", ["script", "no script"], indirect=True)


def read(url: str) -> tuple[int, str, str]:
    """What a program without a session gets: status, media type, text."""
    try:
        with urllib.request.urlopen(url, timeout=20) as response:
            return response.status, response.headers["Content-Type"], response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers["Content-Type"], error.read().decode()


@with_and_without_script
def test_a_writer_writes_a_post_and_a_wiki_page_and_releases_one_to_the_public(desk: Desk) -> None:
    desk.sign_in("ada")
    page = desk.page
    mark = uuid4().hex[:8]

    desk.open("/spaces/digital-services/blog/-/new/")
    page.get_by_label("Title", exact=True).fill(f"A bench by the canal {mark}")
    page.get_by_label(re.compile("^Summary")).fill("Why we sat outside.")
    page.locator("textarea[name=body]").fill(
        "## Where\n\nBy the **canal**, where it is quiet.\n\n> [!NOTE]\n> Bring a hat."
    )
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"A bench by the canal {mark}")
    expect(page.get_by_role("heading", name="Where")).to_be_visible()
    expect(page.locator("main strong", has_text="canal")).to_be_visible()
    post = page.url

    desk.open("/spaces/digital-services/wiki/-/new/")
    page.get_by_label("Title", exact=True).fill(f"Benches {mark}")
    page.locator("textarea[name=body]").fill(f"See [[Nobody wrote this {mark}]] and [[Start here]].")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Benches {mark}")
    expect(page.get_by_role("link", name=f"Nobody wrote this {mark}")).to_be_visible()

    page.goto(post)
    page.locator("summary", has_text="More").click()
    page.locator('a[href^="/publish/"]').first.click()
    page.get_by_label("Digital Services, in public").check()
    page.get_by_role("button", name="Check what the public will read").click()
    expect(page.get_by_text(f"A bench by the canal {mark}").first).to_be_visible()
    page.get_by_role("button", name=re.compile("Release to the public")).click()

    status, _, text = read(f"{desk.url}/public/digital-services/feed.rss")
    assert status == 200
    assert f"A bench by the canal {mark}" in text
    assert f"Benches {mark}" not in text, "what nobody released is not public"

    desk.open("/")
    expect(page.get_by_role("link", name=f"A bench by the canal {mark}")).to_be_visible()


@with_and_without_script
def test_a_searcher_searches_narrows_and_opens(desk: Desk) -> None:
    desk.sign_in("otto")
    page = desk.page
    desk.open("/")
    search = page.locator("header input[name=q]")
    search.fill("permit")
    search.press("Enter")
    page.wait_for_url(re.compile(r"/search/\?.*q=permit"))
    hits = page.locator("main a[href^='/spaces/']")
    expect(hits.first).to_be_visible()
    assert page.locator("main mark").count() > 0, "the words that were looked for are marked"

    desk.open("/search/?q=permit&kind=wiki")
    narrowed = [link.get_attribute("href") or "" for link in page.locator("main h2 a, main h3 a").all()]
    assert narrowed
    assert all("/wiki/" in address for address in narrowed)
    page.locator("main h2 a, main h3 a").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert "/wiki/" in page.url

    desk.open("/search/?q=quieter+alerts")
    assert "/spaces/operations/" not in page.content(), "Operations is seen by its members only"


def test_a_subscriber_reads_a_public_channel_and_its_feed_and_nothing_else(desk: Desk) -> None:
    page = desk.page
    assert desk.open("/public/") == 200
    page.get_by_role("link", name="Digital Services, in public").first.click()
    feed = page.locator('link[rel="alternate"][type="application/rss+xml"]').first.get_attribute("href")
    assert feed is not None
    status, media_type, text = read(feed if feed.startswith("http") else desk.url + feed)
    assert status == 200
    assert media_type.startswith("application/rss+xml")
    titles = re.findall(r"<item>.*?<title>(.*?)</title>", text, flags=re.S)
    assert titles

    item = page.locator("main a[href*='/public/digital-services/']").first
    title = item.inner_text()
    item.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)

    for path in ("/", "/spaces/", "/spaces/digital-services/blog/", "/search/?q=permit", "/people/", "/admin/"):
        desk.open(path)
        assert "/sign-in/" in page.url, path
    assert desk.open("/public/no-such-channel/") == 404
    assert "Operations" not in text
