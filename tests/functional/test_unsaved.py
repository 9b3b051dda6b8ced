"""Unsaved input comes back, every field of it, to the person who typed it and to nobody else."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.functional.conftest import Desk, Site

pytestmark = pytest.mark.browser

NEW = "/spaces/digital-services/blog/-/new/"
TYPED = {
    "title": "Reorganisation plan",
    "body": "CONFIDENTIAL: we move in May.",
    "summary": "Who moves where.",
    "tags": "moving, desks",
    "authors": "mary, grace",
}


def fill(desk: Desk, **typed: str) -> None:
    for name, value in (typed or TYPED).items():
        desk.page.locator(f"[name={name}]").fill(value)
    expect(desk.page.locator("[data-keeps]")).to_have_text("Saved only in this browser so far")


def standing(desk: Desk) -> dict[str, str]:
    return {name: desk.page.locator(f"[name={name}]").input_value() for name in TYPED}


def bring_back(desk: Desk) -> None:
    desk.page.get_by_role("button", name="Restore unsaved text").first.click()


@pytest.fixture
def mary(desk: Desk) -> Desk:
    desk.sign_in("mary")
    desk.open(NEW)
    return desk


def offers(desk: Desk) -> Any:
    return desk.page.get_by_role("button", name="Restore unsaved text")


def test_after_a_crash_every_field_comes_back(mary: Desk) -> None:
    fill(mary)
    other = mary.context.new_page()
    mary.page.close()
    mary.page = other
    mary.open(NEW)
    expect(offers(mary)).to_have_text(re.compile(r"^Restore unsaved text from \d"))
    bring_back(mary)
    assert standing(mary) == TYPED
    # And once published it is offered no more.
    mary.page.get_by_role("button", name="Publish").click()
    mary.page.wait_for_url(lambda url: "/-/" not in url)
    mary.open(NEW)
    expect(offers(mary)).to_have_count(0)


def test_after_a_reload_every_field_comes_back(mary: Desk) -> None:
    fill(mary)
    mary.page.reload()
    if standing(mary) != TYPED:
        bring_back(mary)
    assert standing(mary) == TYPED


def test_back_loses_nothing(mary: Desk) -> None:
    fill(mary)
    mary.open("/people/")
    mary.page.go_back()
    mary.page.wait_for_selector(".editor-bar")
    if standing(mary) != TYPED:
        bring_back(mary)
    assert standing(mary) == TYPED
    mary.open("/people/")
    mary.open(NEW)
    bring_back(mary)
    assert standing(mary) == TYPED


def test_two_tabs_keep_two_texts(mary: Desk) -> None:
    fill(mary)
    second = mary.context.new_page()
    second.goto(mary.url + NEW)
    second.locator("[name=title]").fill("Second title")
    second.locator("[name=body]").fill("Second text.")
    expect(second.locator("[data-keeps]")).to_have_text("Saved only in this browser so far")
    mary.page.get_by_role("button", name="Save draft").click()
    mary.page.wait_for_url(lambda url: "/-/" not in url)
    second.close()
    mary.open(NEW)
    expect(offers(mary)).to_have_count(1)
    bring_back(mary)
    assert standing(mary)["body"] == "Second text."


def test_who_signs_in_next_at_this_browser_finds_nothing(mary: Desk) -> None:
    fill(mary)
    mary.open("/")
    mary.page.locator("summary", has_text="Mary").click()
    mary.page.get_by_role("button", name="Sign out").click()
    mary.page.wait_for_url("**/sign-in/**")
    assert "CONFIDENTIAL" not in mary.page.evaluate("JSON.stringify(localStorage)")
    mary.sign_in("grace")
    mary.open(NEW)
    expect(offers(mary)).to_have_count(0)
    assert "CONFIDENTIAL" not in mary.page.content()


def test_signing_out_in_another_tab_takes_the_text_along(mary: Desk) -> None:
    fill(mary)
    other = mary.context.new_page()
    other.goto(mary.url + "/")
    other.locator("summary", has_text="Mary").click()
    other.get_by_role("button", name="Sign out").click()
    other.wait_for_url("**/sign-in/**")
    mary.page.wait_for_url("**/sign-in/**")
    assert "CONFIDENTIAL" not in other.evaluate("JSON.stringify(localStorage)")
    mary.page.go_back()
    mary.page.wait_for_url("**/sign-in/**")


def test_a_session_that_ends_keeps_the_text_for_its_writer_and_for_nobody_else(mary: Desk) -> None:
    for name in ("grace", "mary"):
        mary.context.clear_cookies()
        mary.sign_in("mary")
        mary.open(NEW)
        fill(mary)
        mary.context.clear_cookies()
        mary.sign_in(name)
        mary.open(NEW)
        expect(offers(mary)).to_have_count(1 if name == "mary" else 0)
        kept = mary.page.evaluate("JSON.stringify(localStorage)")
        assert ("CONFIDENTIAL" in kept) == (name == "mary")


def test_a_save_that_fails_keeps_the_text_until_it_arrives(mary: Desk) -> None:
    fill(mary)
    mary.page.route("**/-/new/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    mary.page.get_by_role("button", name="Publish").click()
    mary.page.wait_for_timeout(300)
    mary.page.unroute("**/-/new/")
    mary.open("/")
    mary.open(NEW)
    bring_back(mary)
    assert standing(mary) == TYPED


def test_after_a_preview_what_is_offered_is_what_stood_there_last(mary: Desk) -> None:
    fill(mary)
    mary.page.locator("p.actions").get_by_role("button", name="Preview").click()
    mary.page.wait_for_selector(".preview")
    expect(offers(mary)).to_have_count(0)
    assert standing(mary) == TYPED
    mary.page.locator("[name=body]").fill("Other words.")
    expect(mary.page.locator("[data-keeps]")).to_have_text("Saved only in this browser so far")
    mary.page.wait_for_timeout(700)
    mary.open("/")
    mary.open(NEW)
    expect(offers(mary)).to_have_count(1)
    bring_back(mary)
    assert standing(mary)["body"] == "Other words."


def test_leaving_with_unsaved_words_asks(mary: Desk) -> None:
    asked = []
    mary.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    mary.open("/")
    assert asked == []
    mary.open(NEW)
    mary.page.locator("[name=body]").press_sequentially("words")
    mary.open("/")
    assert asked == ["beforeunload"]


def test_control_and_return_does_not_publish(mary: Desk) -> None:
    mary.page.locator("[name=title]").fill("Half a sentence")
    mary.page.locator("[name=body]").press_sequentially("Half a")
    mary.page.locator("[name=body]").press("Control+Enter")
    expect(mary.page.locator(".editor-preview")).to_be_visible()
    assert mary.page.url.endswith(NEW)
    mary.page.keyboard.press("Escape")
    mary.page.locator("[name=body]").press("Control+s")
    mary.page.wait_for_url(lambda url: "/-/" not in url)
    expect(mary.page.get_by_text("is saved as a draft")).to_be_visible()


def test_signed_out_the_toolbar_says_so_and_send_again_works_at_once(mary: Desk, browser: Browser, site: Site) -> None:
    fill(mary)
    mary.context.clear_cookies()
    mary.page.get_by_role("button", name="Preview below").click()
    expect(mary.page.locator("[data-keeps]")).to_contain_text("You are signed out")
    mary.page.get_by_role("button", name="Publish").click()
    expect(mary.page.get_by_role("heading", name="Your text is not saved yet")).to_be_visible()
    other = mary.context.new_page()
    other.goto(f"{site.url}/sign-in/")
    other.get_by_label("Username").fill("mary")
    other.get_by_label("Password").fill("commonplace")
    other.get_by_role("button", name="Sign in").click()
    other.wait_for_url(lambda url: "/sign-in/" not in url)
    mary.page.get_by_role("button", name="Send again").click()
    mary.page.wait_for_url(lambda url: "/-/" not in url)
    expect(mary.page.locator("main")).to_contain_text("CONFIDENTIAL: we move in May.")


# The other forms of more than a line: where, and what is typed.
FORMS = {
    "profile": ("/people/ada/-/edit/", {"job_title": "Head of benches", "about": "CONFIDENTIAL: moving in May."}),
    "new space": ("/spaces/-/new/", {"name": "Gardens", "slug": "gardens", "description": "CONFIDENTIAL: in May."}),
    "space settings": ("/spaces/digital-services/-/settings/", {"description": "CONFIDENTIAL: we move in May."}),
    "new channel": ("/channels/-/new/", {"title": "Gardens", "slug": "gardens", "description": "CONFIDENTIAL: May."}),
    "channel": ("/channels/digital-services/-/edit/", {"author": "Ada", "description": "CONFIDENTIAL: May."}),
    "words": ("/search/words/", {"lines": "CONFIDENTIAL\nbench"}),
    "many people": ("/people/-/accounts/new/", {"lines": "CONFIDENTIAL Example"}),
}


class Typed:
    """One form, and what is typed in it."""

    def __init__(self, desk: Desk, name: str) -> None:
        self.desk = desk
        self.path, self.fields = FORMS[name]
        self.form = f"form:has([data-keeps]):has([name={list(self.fields)[-1]}])"

    def open(self) -> None:
        self.desk.open(self.path)

    def type(self) -> None:
        self.open()
        for name, value in self.fields.items():
            self.desk.page.locator(f"{self.form} [name={name}]").fill(value)
        expect(self.desk.page.locator(f"{self.form} [data-keeps]")).to_have_text("Saved only in this browser so far")

    @property
    def standing(self) -> dict[str, str]:
        return {name: self.desk.page.locator(f"{self.form} [name={name}]").input_value() for name in self.fields}

    def comes_back(self) -> None:
        # The script has come, and says that it keeps what the browser put back, or offers what it did not.
        expect(self.desk.page.locator(f"{self.form} .keeps")).to_contain_text("e")
        if self.standing != self.fields:
            bring_back(self.desk)
        assert self.standing == self.fields


@pytest.mark.parametrize("name", FORMS)
def test_every_form_of_more_than_a_line_keeps_what_was_typed_for_its_writer_alone(desk: Desk, name: str) -> None:
    desk.sign_in("ada")
    typed = Typed(desk, name)
    typed.type()
    desk.page.reload()
    typed.comes_back()
    desk.open("/people/")
    desk.page.go_back()
    typed.comes_back()
    # A crash.
    other = desk.context.new_page()
    desk.page.close()
    desk.page = other
    typed.open()
    bring_back(desk)
    assert typed.standing == typed.fields
    # A second tab has a text of its own; both are offered.
    second = desk.context.new_page()
    second.goto(desk.url + typed.path)
    last = list(typed.fields)[-1]
    second.locator(f"{typed.form} [name={last}]").fill("Second text")
    expect(second.locator(f"{typed.form} [data-keeps]")).to_have_text("Saved only in this browser so far")
    second.close()
    typed.open()
    expect(offers(desk)).not_to_have_count(0)
    kept = desk.page.evaluate("JSON.stringify(localStorage)")
    assert all(words in kept for words in ("CONFIDENTIAL", "Second text"))
    # Signing out.
    desk.open("/")
    desk.page.locator("summary", has_text="Ada").click()
    desk.page.get_by_role("button", name="Sign out").click()
    desk.page.wait_for_url("**/sign-in/**")
    kept = desk.page.evaluate("JSON.stringify(localStorage)")
    assert not any(words in kept for words in ("CONFIDENTIAL", "Second text"))
    desk.sign_in("ada")
    typed.open()
    expect(desk.page.locator(typed.form)).to_be_visible()
    expect(offers(desk)).to_have_count(0)
    assert "CONFIDENTIAL" not in desk.page.content()


def test_what_was_taken_is_offered_no_more_and_what_was_refused_still_is(desk: Desk) -> None:
    desk.sign_in("ada")
    desk.open("/people/ada/-/edit/")
    desk.page.locator("[name=about]").fill("All about benches.")
    broken = {"name": "me.png", "mimeType": "image/png", "buffer": b"not a picture"}
    desk.page.locator("[name=photo]").set_input_files(broken)  # type: ignore[arg-type]
    desk.page.get_by_role("button", name="Save profile").click()
    expect(desk.page.locator(".error-summary")).to_be_visible()
    desk.open("/people/ada/-/edit/")
    bring_back(desk)
    assert desk.page.locator("[name=about]").input_value() == "All about benches."
    desk.page.get_by_role("button", name="Save profile").click()
    expect(desk.page.get_by_text("Your profile is saved")).to_be_visible()
    desk.open("/people/ada/-/edit/")
    expect(desk.page.locator("[name=about]")).to_have_value("All about benches.")
    expect(offers(desk)).to_have_count(0)
