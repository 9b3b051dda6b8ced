"""One site for all browser tests, started the way a user starts it, with its demo content; and a real Chromium."""

import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests import chromium

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "commonplace"
# What the installer needs to reach its registry belongs to the machine; what the site reads is ours to set.
KEPT = re.compile(r"(PATH|HOME|LANG|INTRANET_VENV|XDG_\w+|(UV|PIP|SSL)_\w+|\w+_proxy|\w+_PROXY)$")
READY = re.compile(r"^Commonplace is ready: (\S+)$", re.M)


class Site:
    """A site started by `make run` in a folder of its own."""

    def __init__(self, var: Path, **settings: str) -> None:
        self.var = var
        self.output: list[str] = []
        kept = {name: value for name, value in os.environ.items() if KEPT.match(name)}
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            ["make", "run", f"PYTHON={sys.executable}"],
            cwd=ROOT,
            env={**kept, "INTRANET_VAR": str(var), "PORT": "0", **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output.append(line)

    @property
    def said(self) -> str:
        return "".join(self.output)

    def wait_until_ready(self, seconds: float = 300) -> str:
        """The address that it printed. Sets how long it took."""
        while time.monotonic() - self.began < seconds:
            if found := READY.search(self.said):
                self.took = time.monotonic() - self.began
                self.url = found.group(1).rstrip("/")
                return self.url
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise AssertionError(f"make run did not get ready:\n{self.said}")

    def stop(self) -> int:
        """What Ctrl-C or a service manager does; gives the exit code of make."""
        if self.process.poll() is None:
            self.process.terminate()
        code = self.process.wait(40)
        self.reader.join(5)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of state that a first start has prepared, and left."""
    first = Site(tmp_path_factory.mktemp("prepared") / "var")
    try:
        first.wait_until_ready()
    finally:
        first.stop()
    return first.var


@pytest.fixture
def second(prepared: Path) -> Iterator[Site]:
    """Another start on a folder that a first one has prepared. Stopped whatever the test finds."""
    second = Site(prepared)
    try:
        second.wait_until_ready()
        yield second
    finally:
        second.stop()


@pytest.fixture(scope="module")
def own_site(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """For a file of tests that leaves so much behind that pages of others would look different: a copy of the prepared site."""
    own = Site(Path(shutil.copytree(prepared, tmp_path_factory.mktemp("own") / "var")))
    try:
        own.wait_until_ready()
        yield own
    finally:
        own.stop()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("site") / "var")
    try:
        site.wait_until_ready()
        yield site
    finally:
        site.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.ensure(), args=chromium.ARGUMENTS)
        yield browser
        browser.close()


def resize(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    # The browser tells scripts with the next frame, and draws no frames for a window behind others: they are told now.
    page.evaluate("dispatchEvent(new Event('resize'))")


class Desk:
    """A reader at a browser. What the browser complains of fails the test."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.url = url
        self.context = context
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda message: self.complain(message.type, message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.set_default_timeout(15_000)

    def complain(self, kind: str, text: str) -> None:
        # That an address answered 404 is told as an error too; tests of such addresses ask for them on purpose.
        if kind == "error" and "status of 4" not in text:
            self.complaints.append(text)

    def open(self, path: str) -> int:
        """Opens an address of the site and gives its status."""
        response = self.page.goto(self.url + path if path.startswith("/") else path)
        assert response is not None
        return response.status

    def resize(self, width: int, height: int = 800) -> None:
        """Gives the window another size and tells the page's scripts so."""
        resize(self.page, width, height)

    def type_in(self, **typed: str) -> None:
        """Fills the first field of each name that can be seen; of names that are chosen, instead of the chosen ones."""
        for name, value in typed.items():
            field = self.page.locator(f'main form [name="{name}"]:not([type=hidden])').first
            box = self.page.locator("main form .choosing", has=self.page.locator(f'[name="{name}"]'))
            if box.count():
                while box.locator(".chips button").count():
                    box.locator(".chips button").first.click()
                field = box.locator("input:not([name])")
            field.fill(value)

    def sign_in(self, username: str) -> None:
        self.open("/sign-in/")
        self.page.get_by_label("Username").fill(username)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(lambda url: "/sign-in/" not in url)

    def first_path(self, page: str, pattern: str) -> str:
        """The first link of that shape on a page, so that tests name no content but what they need."""
        self.open(page)
        for link in self.page.locator("a[href]").all():
            href = (link.get_attribute("href") or "").removeprefix(self.url)
            if re.fullmatch(pattern, href):
                return href
        raise AssertionError(f"no link like {pattern} on {page}")


@pytest.fixture
def desk(browser: Browser, site: Site, request: pytest.FixtureRequest) -> Iterator[Desk]:
    """A fresh browser profile; a parameter of "no script" switches JavaScript off."""
    context = browser.new_context(java_script_enabled=getattr(request, "param", "") != "no script")
    desk = Desk(context, site.url)
    yield desk
    context.close()
    assert desk.complaints == []
