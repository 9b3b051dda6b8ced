"""The first day of a site: one person sets up the first account in a browser and invites another, who sets a password."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.functional.conftest import Desk, Site, resize

pytestmark = pytest.mark.browser

SETUP = re.compile(r"http://\S+/-/setup/\S+")
LINK = re.compile(r"http://\S+/-/link/\S+")
CHOSEN = "a bridge of nine arches"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("empty") / "var", INTRANET_DEMO="0")
    try:
        site.wait_until_ready()
        yield site
    finally:
        site.stop()


def usable(page: Page) -> None:
    """Nothing that axe finds, and nothing cut off on a narrow telephone."""
    resize(page, 320, 900)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in found.response["violations"]] == []


def test_an_empty_site_is_set_up_and_the_first_colleague_comes_in(empty: Site, browser: Browser) -> None:
    found = SETUP.search(empty.said)
    assert found, empty.said
    desk = Desk(browser.new_context(reduced_motion="reduce"), empty.url)
    assert desk.open(found.group()) == 200
    usable(desk.page)
    send = desk.page.get_by_role("button", name="Set up the site")
    send.click()
    assert desk.page.title().startswith("Error: ")
    usable(desk.page)
    for label, words in {
        "Name of your organisation": "Landkreis Musterstadt",
        "First name": "Nadia",
        "Username": "nadia",
        "Password": CHOSEN,
        "Type the password again": CHOSEN,
        "Name of the first department": "Bürgerdienste",
        "One person per line": "Omar Said",
    }.items():
        desk.page.get_by_label(label, exact=label == "Password").fill(words)
    send.click()
    desk.page.get_by_role("heading", name="Your site is ready").wait_for()
    usable(desk.page)
    link = LINK.search(desk.page.inner_text("main"))
    assert link, desk.page.inner_text("main")

    other = Desk(browser.new_context(reduced_motion="reduce"), empty.url)
    assert other.open(link.group()) == 200
    usable(other.page)
    for field in other.page.locator("input[type=password]").all():
        field.fill(CHOSEN)
    other.page.get_by_role("button", name="Set password and sign in").click()
    other.page.get_by_text("Welcome, Omar Said").wait_for()
    assert other.open(link.group()) == 404
    usable(other.page)
    assert desk.complaints == other.complaints == []
