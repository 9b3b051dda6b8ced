"""Fifteen tasks with the keyboard alone, and how many presses of Tab each takes.

The bounds are the measured numbers plus two, for growth of the demo content. A change that makes a task longer raises its
bound here.
"""

import re
from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from tests.functional.conftest import PASSWORD, Desk, Site

pytestmark = pytest.mark.browser

SPACE = "/spaces/digital-services/"
WIKI = SPACE + "wiki/standards/accessibility/"


class Keys:
    """A pair of hands that counts how often it presses Tab."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.page: Page = desk.page
        self.count = 0

    def open(self, path: str, *, skip: bool = False) -> None:
        """Opens an address; `skip` takes the link that leads over the head of the page, which is one press."""
        self.desk.open(path)
        if skip:
            self.to(self.page.locator(".skip-link"))
            self.page.keyboard.press("Enter")

    def to(self, target: Locator, most: int = 90) -> None:
        """Presses Tab until the target has the focus, and it lies in the window."""
        for _ in range(most):
            if target.evaluate("element => element === document.activeElement"):
                expect(target).to_be_in_viewport()
                return
            self.page.keyboard.press("Tab")
            self.count += 1
        raise AssertionError(f"{target} is not reached by {most} presses")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)

    def answered(self, words: str) -> None:
        """What the form did has the focus, so that it is read and the next press of Tab goes on from there."""
        expect(self.page.locator(":focus")).to_contain_text(words)


@pytest.fixture(scope="module")
def desk(browser: Browser, site: Site) -> Iterator[Desk]:
    """One reader for all tasks: what one leaves behind does not matter to the next."""
    desk = Desk(browser.new_context(viewport={"width": 1280, "height": 800}), site.url)
    desk.sign_in("ada")
    yield desk
    desk.context.close()
    assert desk.complaints == []


def sign_in(keys: Keys) -> None:
    keys.desk.context.clear_cookies()
    keys.open("/sign-in/")
    # The browser gives it the focus with the first picture that it draws, which may be after the page is loaded.
    expect(keys.page.get_by_label("Username")).to_be_focused()
    keys.type("ada")
    keys.to(keys.page.get_by_label("Password"))
    keys.type(PASSWORD)
    keys.press("Enter")
    keys.page.wait_for_url(lambda url: "/sign-in/" not in url)


def third_hit(keys: Keys) -> None:
    keys.open("/search/?q=accessibility", skip=True)
    keys.to(keys.page.locator(".result h2 a").nth(2))
    keys.press("Enter")
    keys.page.wait_for_url(lambda url: "/search/" not in url)


def facet(keys: Keys) -> None:
    keys.desk.resize(320)
    keys.open("/search/?q=permit", skip=True)
    keys.to(keys.page.locator(".narrow > summary"))
    keys.press("Enter")
    keys.to(keys.page.locator(".narrow li a").first)
    keys.press("Enter")
    keys.page.wait_for_url("**space=**")
    keys.desk.resize(1280)


def suggestion(keys: Keys) -> None:
    keys.open("/")
    keys.press("/")
    expect(keys.page.locator("[name=q]:focus")).to_be_visible()
    keys.type("parking")
    expect(keys.page.get_by_role("option").first).to_be_visible()
    keys.press("ArrowDown", "Enter")
    keys.page.wait_for_url(lambda url: "parking" in url)


def new_post(keys: Keys) -> None:
    keys.open(SPACE + "blog/-/new/", skip=True)
    keys.to(keys.page.get_by_label("Title", exact=True))
    keys.type("Written without a mouse")
    keys.to(keys.page.locator("textarea[name=body]"))
    keys.type("Words.")
    keys.to(keys.page.get_by_role("button", name="Publish", exact=True))
    keys.press("Enter")
    keys.answered("is published")


def picture(keys: Keys) -> None:
    keys.open(SPACE + "blog/-/new/", skip=True)
    # The arrows move inside the toolbar.
    keys.to(keys.page.get_by_role("toolbar").get_by_role("button").first)
    keys.press("End")
    keys.press("ArrowLeft")
    file = BytesIO()
    Image.new("RGB", (20, 20), "navy").save(file, "PNG")
    with keys.page.expect_file_chooser() as chooser:
        keys.press("Enter")
    chooser.value.set_files({"name": "dot.png", "mimeType": "image/png", "buffer": file.getvalue()})
    keys.to(keys.page.get_by_label("What dot.png shows"))
    keys.type("A dot")
    keys.to(keys.page.get_by_role("button", name="Add description"))
    keys.press("Enter")
    expect(keys.page.locator("textarea[name=body]")).to_have_value(re.compile(r"!\[A dot\]\(picture:"))


def edit_wiki(keys: Keys) -> None:
    keys.open(WIKI, skip=True)
    keys.to(keys.page.locator(".page-actions").get_by_role("link", name="Edit"))
    keys.press("Enter")
    keys.page.wait_for_url("**/-/edit/")
    keys.to(keys.page.locator("textarea[name=body]"))
    keys.press("ControlOrMeta+End")
    keys.type("\n\nOne more line.")
    keys.to(keys.page.get_by_role("button", name="Publish", exact=True))
    keys.press("Enter")
    keys.answered("is published")


def compare(keys: Keys) -> None:
    keys.open(WIKI + "-/history/", skip=True)
    keys.to(keys.page.get_by_role("button", name="Compare the selected versions"))
    keys.press("Enter")
    keys.page.wait_for_url("**/-/diff/**")


def restore(keys: Keys) -> None:
    keys.open(WIKI + "-/history/", skip=True)
    keys.to(keys.page.locator(".history li").nth(1).get_by_role("link").first)
    keys.press("Enter")
    keys.page.wait_for_url("**/-/history/*/")
    keys.to(keys.page.get_by_role("button", name="Publish this version again"))
    keys.press("Enter")
    keys.answered("is published again")


def add_member(keys: Keys) -> None:
    keys.open(SPACE + "-/members/", skip=True)
    keys.to(keys.page.locator("#add-people"))
    keys.type("nobody-of-this-name")
    keys.press("Enter")
    keys.answered("No one here")
    keys.to(keys.page.get_by_role("link", name="No one here"))
    keys.press("Enter")
    expect(keys.page.locator("#add-people")).to_be_focused()
    keys.press("ControlOrMeta+a")
    keys.type("linus")
    # The first press takes what is suggested, the second sends the form.
    expect(keys.page.get_by_role("option").first).to_be_visible()
    keys.press("Enter")
    expect(keys.page.locator(".chips li")).to_have_count(1)
    keys.press("Enter")
    keys.answered("You have added")


def change_role(keys: Keys) -> None:
    keys.open(SPACE + "-/members/", skip=True)
    keys.to(keys.page.get_by_label("Role of").nth(1))
    keys.to(keys.page.locator(".member button").nth(1))
    keys.press("Enter")
    keys.answered("The role of")


def feed_link(keys: Keys) -> None:
    keys.open("/subscriptions/", skip=True)
    keys.to(keys.page.get_by_role("button", name="Create feed link"))
    keys.press("Enter")
    keys.answered("Copy it now")


def revoke(keys: Keys) -> None:
    keys.open("/subscriptions/", skip=True)
    keys.to(keys.page.get_by_role("link", name="Revoke").first)
    keys.press("Enter")
    keys.to(keys.page.get_by_role("button", name="Revoke the link"))
    keys.press("Enter")
    keys.answered("is revoked")


def release(keys: Keys) -> None:
    keys.open(SPACE + "blog/one-thing-at-a-time/", skip=True)
    keys.to(keys.page.locator("summary", has_text="More"))
    keys.press("Enter")
    keys.to(keys.page.locator('main a[href^="/publish/"]').first)
    keys.press("Enter")
    keys.page.wait_for_url("**/publish/**")
    keys.to(keys.page.locator("main a[href^='?channel='], main input[name=channel]").first)
    keys.press("Space")
    keys.to(keys.page.get_by_role("button", name="Check what the public will read"))
    keys.press("Enter")
    keys.page.wait_for_url("**channel=**")
    keys.to(keys.page.get_by_role("button", name="Release to the public"))
    keys.press("Enter")
    keys.answered("is released to the public")


def sign_out(keys: Keys) -> None:
    keys.open("/")
    keys.to(keys.page.locator(".menu > summary", has_text="Ada"))
    keys.press("Enter")
    keys.to(keys.page.get_by_role("button", name="Sign out"))
    keys.press("Enter")
    keys.page.wait_for_url("**/sign-in/")


# In this order: who is signed out at the end was signed in at the beginning.
TASKS: dict[Callable[[Keys], None], int] = {
    sign_in: 1,
    third_hit: 18,
    facet: 13,
    suggestion: 0,
    new_post: 20,
    picture: 15,
    # Past the names chosen and the fold with the times of publishing.
    edit_wiki: 39,
    compare: 20,
    restore: 38,
    add_member: 9,
    change_role: 16,
    feed_link: 6,
    revoke: 14,
    release: 34,
    # Past the notifications, and what a person keeps and follows.
    sign_out: 24,
}


@pytest.mark.parametrize(("task", "measured"), TASKS.items(), ids=lambda each: getattr(each, "__name__", ""))
def test_a_task_is_done_without_a_mouse_in_few_presses(desk: Desk, task: Callable[[Keys], None], measured: int) -> None:
    keys = Keys(desk)
    task(keys)
    assert keys.count <= measured + 2, f"{keys.count} presses"
