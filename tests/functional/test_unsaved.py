"""What is typed is saved as a draft, every field of it, for the person who typed it and for nobody else."""

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
SAVED = re.compile("Draft saved|Saved ")


def fill(desk: Desk, **typed: str) -> None:
    desk.type_in(**(typed or TYPED))
    is_saved(desk.page)


def is_saved(page: Any, form: str = "form:has([data-keeps])") -> None:
    expect(page.locator(f"{form} .actions")).to_contain_text(SAVED)
    # And nothing waits to be sent.
    page.wait_for_function("() => !document.querySelector('[data-told]').textContent.includes('browser')")


def standing(desk: Desk) -> dict[str, str]:
    return {name: desk.page.locator(f"[name={name}]").input_value() for name in TYPED}


def kept_here(desk: Desk) -> str:
    return str(desk.page.evaluate("JSON.stringify(localStorage)"))


def sign_out(page: Any) -> None:
    page.goto(re.sub(r"(//[^/]+).*", r"\1/", page.url))
    page.locator("summary", has_text=re.compile("^(Mary|Ada)")).click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in/**")


@pytest.fixture
def mary(desk: Desk) -> Desk:
    """Without drafts of the tests before."""
    desk.sign_in("mary")
    without_drafts(desk)
    desk.open(NEW)
    return desk


def without_drafts(desk: Desk) -> None:
    desk.open("/drafts/")
    while (links := desk.page.locator("li.draft a[href$='/-/discard/']")).count():
        links.first.click()
        desk.page.get_by_role("button", name="Delete draft").click()
        desk.page.wait_for_url("**/drafts/")


def listed(desk: Desk) -> Any:
    desk.open("/drafts/")
    return desk.page.locator("[aria-labelledby=typed-title] li", has_text="Reorganisation plan")


def offers(desk: Desk) -> Any:
    return desk.page.locator("form .notice a[href^='?draft=']")


def crash(desk: Desk) -> None:
    """The tab is gone without a word; the next one begins anew."""
    other = desk.context.new_page()
    desk.page.close(run_before_unload=False)
    desk.page = other


def test_after_a_crash_every_field_comes_back(mary: Desk) -> None:
    fill(mary)
    # Nothing is left in a browser that reaches the server.
    assert "CONFIDENTIAL" not in kept_here(mary)
    crash(mary)
    listed(mary).get_by_role("link").first.click()
    assert standing(mary) == TYPED
    expect(mary.page.get_by_text("This is your draft. Only you can see it.")).to_be_visible()
    # And once published it is offered no more.
    mary.page.get_by_role("button", name="Publish").click()
    mary.page.wait_for_url(lambda url: "/-/" not in url)
    mary.open(NEW)
    expect(offers(mary)).to_have_count(0)


def test_after_a_reload_and_back_every_field_is_there(mary: Desk) -> None:
    fill(mary)
    mary.page.reload()
    assert standing(mary) == TYPED
    mary.open("/people/")
    mary.page.go_back()
    mary.page.wait_for_selector(".editor-bar")
    assert standing(mary) == TYPED
    mary.open(NEW)
    offers(mary).first.click()
    assert standing(mary) == TYPED
    expect(listed(mary)).to_have_count(1)


def test_it_says_how_long_ago_and_says_so_aloud_once(mary: Desk) -> None:
    mary.page.locator("[name=body]").press_sequentially("One. ")
    told, state = mary.page.locator("output[data-told]"), mary.page.locator("[data-keeps]")
    expect(told).to_have_text("Draft saved")
    expect(state).to_have_text(re.compile(r"^Saved \d+ seconds ago$"), timeout=20_000)
    expect(told).to_have_text("")
    with mary.page.expect_response("**/drafts/-/save/**"):
        mary.page.locator("[name=body]").press_sequentially("Two. ")
    expect(told).to_have_text("")


def test_two_tabs_keep_two_texts(mary: Desk) -> None:
    fill(mary)
    second = mary.context.new_page()
    second.goto(mary.url + NEW)
    second.locator("[name=title]").fill("Second title")
    second.locator("[name=body]").fill("Second text.")
    is_saved(second)
    mary.page.get_by_role("button", name="Save draft").click()
    mary.page.wait_for_url(lambda url: "/-/" not in url)
    second.close()
    mary.open(NEW)
    expect(offers(mary)).to_have_count(1)
    offers(mary).click()
    assert standing(mary)["body"] == "Second text."


def test_one_draft_in_two_windows_is_two_texts_and_says_so(mary: Desk) -> None:
    fill(mary)
    second = mary.context.new_page()
    second.goto(mary.page.url)
    assert "?draft=" in second.url
    second.locator("[name=body]").fill("Newer words.")
    is_saved(second)
    mary.page.locator("[name=body]").fill("Words of the first window.")
    expect(mary.page.locator("output[data-told]")).to_contain_text("Both texts are kept")
    expect(listed(mary)).to_have_count(2)


def test_who_signs_in_next_at_this_browser_finds_nothing(mary: Desk) -> None:
    fill(mary)
    sign_out(mary.page)
    assert "CONFIDENTIAL" not in kept_here(mary)
    mary.sign_in("grace")
    mary.open(NEW)
    # What she has begun herself is offered, and nothing else.
    assert "CONFIDENTIAL" not in mary.page.content()
    mary.open("/drafts/")
    assert "CONFIDENTIAL" not in mary.page.content()


def test_signing_out_in_another_tab_takes_the_text_along(mary: Desk) -> None:
    fill(mary)
    other = mary.context.new_page()
    other.goto(mary.url + "/")
    sign_out(other)
    mary.page.wait_for_url("**/sign-in/**")
    assert "CONFIDENTIAL" not in other.evaluate("JSON.stringify(localStorage)")
    mary.page.go_back()
    mary.page.wait_for_url("**/sign-in/**")


def test_when_the_session_has_ended_the_text_waits_for_its_writer_and_for_nobody_else(mary: Desk) -> None:
    mary.context.clear_cookies()
    mary.type_in(**TYPED)
    told = mary.page.locator("output[data-told]")
    expect(told).to_contain_text("You are signed out")
    assert "CONFIDENTIAL" in kept_here(mary)
    # In another tab, as the form proposes.
    other = mary.context.new_page()
    other.goto(f"{mary.url}/sign-in/")
    other.get_by_label("Username").fill("mary")
    other.get_by_label("Password").fill("commonplace")
    other.get_by_role("button", name="Sign in").click()
    other.wait_for_url(lambda url: "/sign-in/" not in url)
    # The page that she reaches delivers it; the form goes on by itself.
    expect(told).to_have_text("Draft saved", timeout=30_000)
    assert "CONFIDENTIAL" not in kept_here(mary)
    mary.page.get_by_role("button", name="Publish").click()
    mary.page.wait_for_url(lambda url: "/-/" not in url)
    expect(mary.page.locator("main")).to_contain_text("CONFIDENTIAL: we move in May.")


def test_what_waited_in_this_browser_is_not_for_somebody_else(mary: Desk) -> None:
    for name in ("mary", "grace"):
        mary.context.clear_cookies()
        mary.sign_in("mary")
        without_drafts(mary)
        mary.open(NEW)
        mary.context.clear_cookies()
        mary.type_in(**TYPED)
        expect(mary.page.locator("output[data-told]")).to_contain_text("You are signed out")
        crash(mary)
        mary.sign_in(name)
        expect(mary.page.locator("main")).to_be_visible()
        mary.page.wait_for_function("() => !JSON.stringify(localStorage).includes('CONFIDENTIAL')")
        expect(listed(mary)).to_have_count(int(name == "mary"))


def test_while_the_site_cannot_be_reached_the_browser_keeps_it(mary: Desk) -> None:
    mary.page.route("**/drafts/-/save/**", lambda route: route.abort())
    mary.type_in(**TYPED)
    expect(mary.page.locator("output[data-told]")).to_contain_text("cannot be reached")
    assert "CONFIDENTIAL" in kept_here(mary)
    # Still out of reach when the tab goes: the form tries again every fifteen seconds.
    crash(mary)
    mary.complaints.clear()
    mary.open(NEW)
    mary.page.get_by_role("link", name="Continue it").evaluate("link => { link.target = ''; }")
    mary.page.get_by_role("link", name="Continue it").click()
    expect(mary.page.locator("[name=title]")).to_have_value(TYPED["title"])
    assert standing(mary) == TYPED
    assert "CONFIDENTIAL" not in kept_here(mary)


def test_a_save_that_fails_keeps_the_text_until_it_arrives(mary: Desk) -> None:
    mary.type_in(**TYPED)
    mary.page.route("**/-/new/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    mary.page.get_by_role("button", name="Publish").click()
    mary.page.wait_for_timeout(300)
    mary.page.unroute("**/-/new/**")
    mary.open("/")
    mary.page.wait_for_function("() => !JSON.stringify(localStorage).includes('CONFIDENTIAL')")
    mary.open(NEW)
    offers(mary).first.click()
    assert standing(mary) == TYPED


def test_after_a_preview_the_same_draft_goes_on(mary: Desk) -> None:
    fill(mary)
    mary.page.locator("p.actions").get_by_role("button", name="Preview").click()
    mary.page.wait_for_selector(".preview")
    shown = standing(mary)
    # The names were found, and are spelt in full.
    assert re.fullmatch(r"[^()]+ \(mary\), [^()]+ \(grace\)", shown["authors"])
    assert shown | {"authors": TYPED["authors"]} == TYPED
    mary.page.locator("[name=body]").fill("Other words.")
    is_saved(mary.page)
    expect(listed(mary)).to_have_count(1)
    listed(mary).get_by_role("link").first.click()
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
    mary.open(NEW)
    fill(mary)
    mary.open("/")
    assert asked == ["beforeunload"]


def test_neither_shortcut_publishes_and_control_s_saves_the_draft(mary: Desk) -> None:
    mary.page.locator("[name=title]").fill("Half a sentence")
    mary.page.locator("[name=body]").press_sequentially("Half a")
    mary.page.locator("[name=body]").press("Control+Enter")
    expect(mary.page.locator(".editor-preview")).to_be_visible()
    assert mary.page.url.partition("?")[0].endswith(NEW)
    mary.page.keyboard.press("Escape")
    mary.page.locator("[name=body]").press_sequentially(" sentence")
    mary.page.locator("[name=body]").press("Control+s")
    expect(mary.page.locator("output[data-told]")).to_have_text("Draft saved")
    assert mary.page.url.partition("?")[0].endswith(NEW)
    expect(mary.page.locator("[name=body]")).to_be_focused()
    crash(mary)
    mary.open("/drafts/")
    mary.page.get_by_role("link", name="Half a sentence", exact=True).click()
    expect(mary.page.locator("[name=body]")).to_have_value("Half a sentence")


def test_signed_out_the_toolbar_says_so_and_send_again_works_at_once(mary: Desk, browser: Browser, site: Site) -> None:
    fill(mary)
    mary.context.clear_cookies()
    mary.page.get_by_role("button", name="Preview below").click()
    expect(mary.page.locator("[data-told]")).to_contain_text("You are signed out")
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

    def open(self, path: str = "") -> None:
        self.desk.open(path or self.path)

    def type(self) -> None:
        self.open()
        for name, value in self.fields.items():
            self.desk.page.locator(f"{self.form} [name={name}]").fill(value)
        is_saved(self.desk.page, self.form)

    @property
    def standing(self) -> dict[str, str]:
        return {name: self.desk.page.locator(f"{self.form} [name={name}]").input_value() for name in self.fields}


@pytest.mark.parametrize("name", FORMS)
def test_every_form_of_more_than_a_line_saves_what_was_typed_for_its_writer_alone(desk: Desk, name: str) -> None:
    desk.sign_in("ada")
    without_drafts(desk)
    typed = Typed(desk, name)
    typed.type()
    desk.page.reload()
    assert typed.standing == typed.fields
    desk.open("/people/")
    desk.page.go_back()
    expect(desk.page.locator(f"{typed.form} [name={list(typed.fields)[-1]}]")).to_have_value(
        list(typed.fields.values())[-1]
    )
    crash(desk)
    typed.open()
    offers(desk).first.click()
    assert typed.standing == typed.fields
    assert "CONFIDENTIAL" not in kept_here(desk)
    # On another device, after signing out here.
    sign_out(desk.page)
    desk.sign_in("ada")
    typed.open()
    offers(desk).first.click()
    assert typed.standing == typed.fields


def test_what_was_taken_is_offered_no_more_and_what_was_refused_still_is(desk: Desk) -> None:
    desk.sign_in("ada")
    without_drafts(desk)
    desk.open("/people/ada/-/edit/")
    desk.page.locator("[name=about]").fill("All about benches.")
    broken = {"name": "me.png", "mimeType": "image/png", "buffer": b"not a picture"}
    desk.page.locator("[name=photo]").set_input_files(broken)  # type: ignore[arg-type]
    desk.page.get_by_role("button", name="Save profile").click()
    expect(desk.page.locator(".error-summary")).to_be_visible()
    is_saved(desk.page)
    desk.open("/people/ada/-/edit/")
    offers(desk).first.click()
    assert desk.page.locator("[name=about]").input_value() == "All about benches."
    desk.page.get_by_role("button", name="Save profile").click()
    expect(desk.page.get_by_text("Your profile is saved")).to_be_visible()
    desk.open("/people/ada/-/edit/")
    expect(desk.page.locator("[name=about]")).to_have_value("All about benches.")
    expect(offers(desk)).to_have_count(0)
