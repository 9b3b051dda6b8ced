"""JavaScript enhancements: they lose nothing that was typed, and work from the keyboard."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.functional import looking
from tests.functional.conftest import Desk

pytestmark = pytest.mark.browser

NEW_POST = "/spaces/digital-services/blog/-/new/"


def test_the_toolbar_marks_text_and_the_browser_can_undo_it(desk: Desk) -> None:
    desk.sign_in("grace")
    desk.open(NEW_POST)
    editor = desk.page.locator("textarea[name=body]")
    expect(desk.page.get_by_role("toolbar")).to_be_visible()
    editor.fill("bench")
    editor.select_text()
    editor.press("ControlOrMeta+b")
    expect(editor).to_have_value("**bench**")
    editor.press("ControlOrMeta+b")
    expect(editor).to_have_value("bench")
    desk.page.get_by_role("toolbar").get_by_role("button", name="List").click()
    expect(editor).to_have_value("- bench")
    editor.press("ControlOrMeta+z")
    expect(editor).to_have_value("bench")


def test_the_preview_is_what_the_server_would_publish(desk: Desk) -> None:
    desk.sign_in("grace")
    desk.open(NEW_POST)
    desk.page.locator("textarea[name=body]").fill("A **bold** word <script>alert(1)</script>")
    desk.page.get_by_role("toolbar").get_by_role("button", name="Preview").click()
    preview = desk.page.get_by_role("region", name="Preview")
    expect(preview.locator("strong")).to_have_text("bold")
    expect(preview.locator("script")).to_have_count(0)


def test_a_slash_leads_to_search_and_a_suggestion_to_its_page(desk: Desk) -> None:
    desk.sign_in("mary")
    desk.open("/")
    box = desk.page.get_by_role("combobox", name="Search")
    expect(box).to_be_visible()
    desk.page.keyboard.press("/")
    expect(box).to_be_focused()
    box.press_sequentially("form patt")
    expect(desk.page.get_by_role("option").first).to_contain_text("Form patterns")
    expect(desk.page.get_by_role("option").first.locator("bdi")).to_have_attribute("lang", "en")
    box.press("ArrowDown")
    box.press("Enter")
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("Form patterns")


def test_pages_that_were_read_are_suggested_first_to_their_reader_alone(desk: Desk) -> None:
    desk.sign_in("mary")
    desk.open("/")
    box = desk.page.get_by_role("combobox", name="Search")
    pages = desk.page.get_by_role("group", name="Pages and files").get_by_role("option")
    box.press_sequentially("form")
    expect(pages.nth(1)).to_be_visible()
    last = pages.last.inner_text()
    pages.last.click()
    expect(desk.page).to_have_url(re.compile("/spaces/"))
    desk.open("/")
    box.press_sequentially("form")
    expect(pages.first).to_have_text(last)
    desk.page.context.clear_cookies()
    desk.sign_in("grace")
    assert not desk.page.evaluate("(localStorage.getItem('commonplace-read') ?? '').includes('/spaces/')")


def test_a_press_on_a_suggestion_can_be_taken_back(desk: Desk) -> None:
    """WCAG 2.2, 2.5.2: nothing is done while the button goes down."""
    desk.sign_in("mary")
    desk.open("/people/")
    box = desk.page.get_by_role("combobox", name="Search")
    box.press_sequentially("form patt")
    option = desk.page.get_by_role("option").first
    option.hover()
    desk.page.mouse.down()
    desk.page.mouse.move(5, 5)
    desk.page.mouse.up()
    expect(box).to_have_value("form patt")
    assert desk.page.url.endswith("/people/")
    option.click()
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("Form patterns")


def test_a_link_to_a_second_moves_the_player(desk: Desk) -> None:
    desk.sign_in("mary")
    desk.open("/spaces/digital-services/podcasts/plain-speaking/the-word-keeper/#t=11")
    desk.page.wait_for_function("document.querySelector('audio').currentTime >= 11")


def test_completion_is_grouped_and_walked_through_with_the_keyboard(desk: Desk) -> None:
    desk.sign_in("mary")
    desk.open("/search/")
    box = desk.page.get_by_role("combobox", name="What are you looking for?")
    box.press_sequentially("di")
    expect(desk.page.get_by_role("group", name="Spaces").get_by_role("option").first).to_contain_text(
        "Digital Services"
    )
    expect(box).to_have_attribute("aria-expanded", "true")
    violations = Axe().run(desk.page).response["violations"]
    assert [violation["id"] for violation in violations] == []
    # A step up from the field is the last of all groups; two down from there the second.
    box.press("ArrowUp")
    last = desk.page.get_by_role("option").last
    expect(last).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", last.get_attribute("id") or "")
    box.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press("Enter")
    desk.page.wait_for_url("**/search/?q=di")


def test_similar_pages_come_when_the_reader_nears_the_foot(desk: Desk) -> None:
    desk.sign_in("mary")
    desk.open("/spaces/digital-services/wiki/standards/accessibility/")
    foot = desk.page.locator("[data-related]")
    foot.scroll_into_view_if_needed()
    expect(foot.get_by_role("listitem").first).to_be_visible()
    foot.get_by_role("link").first.click()
    expect(desk.page.get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark", "forced"])
def test_the_chosen_suggestion_can_be_seen_and_lies_in_the_window(desk: Desk, scheme: str) -> None:
    desk.sign_in("mary")
    desk.page.emulate_media(
        color_scheme="light" if scheme == "light" else "dark", forced_colors="active" if scheme == "forced" else "none"
    )
    # As narrow and low as the search stands in the head; on a telephone the search page has it.
    desk.resize(740, 400)
    desk.open("/")
    box = desk.page.get_by_role("combobox", name="Search")
    box.press_sequentially("parking")
    options = desk.page.get_by_role("option")
    expect(options.first).to_be_visible()
    # Where the mouse lies is no choice, and takes nothing from the one that is.
    options.first.hover()
    box.press("ArrowUp")
    chosen = desk.page.get_by_role("option", selected=True)
    expect(chosen).to_be_in_viewport(ratio=0.9)
    assert looking.legible(chosen) >= 4.5
    assert looking.contrast(looking.colours(chosen)[0], looking.colours(options.nth(1))[0]) >= 3
    box.press("ArrowDown")
    expect(desk.page.get_by_role("option", selected=True)).to_be_in_viewport(ratio=0.9)
    box.press("Tab")
    expect(options).to_have_count(0)
    expect(box).not_to_be_focused()
    assert desk.page.url == f"{desk.url}/"


def test_completion_stands_at_the_caret_and_inside_the_window(desk: Desk) -> None:
    desk.sign_in("grace")
    desk.resize(1280, 700)
    desk.open(NEW_POST)
    editor = desk.page.locator("textarea[name=body]")
    editor.click()
    for lines in (1, 14):
        editor.fill("word\n" * lines)
        editor.press("End")
        editor.press_sequentially("[[Acce")
        chosen = desk.page.locator(".editor [aria-selected=true]")
        expect(chosen).to_be_in_viewport(ratio=1)
        at = desk.page.locator(".editor .suggestions").bounding_box()
        frame = editor.bounding_box()
        assert at is not None
        assert frame is not None
        assert at["x"] > frame["x"]
        assert at["y"] >= 0
        assert at["y"] + at["height"] <= 700
        editor.press("Escape")
    # Whoever enlarges the page while the list is open need not scroll sideways (WCAG 2.2, 1.4.10).
    editor.fill("a line that reaches far to the right, where a telephone has nothing ")
    editor.press("End")
    editor.press_sequentially("[[Acce")
    expect(chosen).to_be_visible()
    desk.resize(320, 700)
    desk.page.wait_for_function("document.documentElement.scrollWidth === 320")


@pytest.mark.parametrize(("word", "before"), [("quorum", ""), ("minutes", "| h | i |\n|---|---|\n| ")])
def test_completion_types_a_link_that_leads_to_the_page_whatever_its_title(desk: Desk, word: str, before: str) -> None:
    desk.sign_in("grace")
    title = f"a | {word} [1] ]]"
    desk.open("/spaces/digital-services/wiki/-/new/")
    desk.page.get_by_label("Title").fill(title)
    desk.page.locator("textarea[name=body]").fill("Text.")
    desk.page.get_by_role("button", name="Publish").click()
    expect(desk.page.get_by_role("heading", level=1)).to_have_text(title)
    address = desk.page.url
    desk.open("/spaces/digital-services/wiki/-/new/")
    desk.page.get_by_label("Title").fill(f"Links to {word}")
    editor = desk.page.locator("textarea[name=body]")
    chosen = desk.page.locator(".editor [aria-selected=true]")
    for _try in range(30):
        editor.fill(before)
        editor.press("Control+End")
        editor.press_sequentially(rf"[[a \| {word}")
        desk.page.wait_for_timeout(500)
        # Until the page is in the index.
        if chosen.count() and title in (chosen.text_content() or ""):
            break
    editor.press("Enter")
    editor.press_sequentially(" |" if before else ".")
    desk.page.get_by_role("button", name="Publish").click()
    link = desk.page.locator("article").get_by_role("link", name=title)
    expect(link).to_have_attribute("href", address.removeprefix(desk.url))


def test_the_slash_can_be_switched_off(desk: Desk) -> None:
    desk.sign_in("otto")
    desk.open("/people/otto/-/edit/")
    desk.page.get_by_label("Use the / key to go to the search box").uncheck()
    desk.page.get_by_role("button", name="Save profile").click()
    answer = desk.page.locator(":focus")
    expect(answer).to_have_text("Your profile is saved.")
    desk.page.keyboard.press("/")
    expect(answer).to_be_focused()
    desk.open("/people/otto/-/edit/")
    desk.page.get_by_label("Use the / key to go to the search box").check()
    desk.page.get_by_role("button", name="Save profile").click()
    expect(desk.page.locator(":focus")).to_have_text("Your profile is saved.")
    desk.page.keyboard.press("Control+/")
    expect(desk.page.get_by_role("combobox", name="Search")).not_to_be_focused()
    desk.page.keyboard.press("/")
    expect(desk.page.get_by_role("combobox", name="Search")).to_be_focused()


def test_an_open_menu_closes_when_the_tab_key_leaves_it(desk: Desk) -> None:
    desk.sign_in("mary")
    desk.open("/")
    desk.page.locator(".menu > summary", has_text="Mary").focus()
    desk.page.keyboard.press("Enter")
    sign_out = desk.page.get_by_role("button", name="Sign out")
    expect(sign_out).to_be_visible()
    sign_out.focus()
    desk.page.keyboard.press("Tab")
    expect(sign_out).to_be_hidden()
    expect(desk.page.locator(".page a:focus")).to_have_count(1)


def test_a_preview_that_fails_says_so_and_one_that_opens_closes_by_escape(desk: Desk) -> None:
    desk.sign_in("grace")
    desk.open(NEW_POST)
    editor = desk.page.locator("textarea[name=body]")
    editor.fill("abc")
    toolbar = desk.page.get_by_role("toolbar")
    toggle = toolbar.get_by_role("button", name="Preview below")
    desk.page.route("**/*fragment*", lambda route: route.abort())
    toggle.click()
    expect(desk.page.locator("[data-told]")).to_contain_text("could not be loaded")
    expect(editor).to_be_visible()
    desk.complaints.clear()
    desk.page.unroute("**/*fragment*")
    toggle.click()
    expect(desk.page.get_by_role("region", name="Preview below")).to_be_visible()
    expect(toolbar.get_by_role("button", name="List")).to_be_disabled()
    desk.page.keyboard.press("Escape")
    expect(editor).to_be_focused()
    expect(editor).to_have_value("abc")
    toolbar.get_by_role("button", name="Bold").focus()
    desk.page.keyboard.press("End")
    expect(toggle).to_be_focused()
    desk.page.keyboard.press("Home")
    expect(toolbar.get_by_role("button", name="Bold")).to_be_focused()


@pytest.mark.parametrize("desk", ["script", "no script"], indirect=True)
def test_the_answer_of_a_form_has_the_focus_and_a_ring_with_and_without_script(desk: Desk) -> None:
    desk.open("/sign-in/")
    desk.page.get_by_label("Username").fill("mary")
    desk.page.get_by_label("Password").fill("wrong")
    desk.page.get_by_role("button", name="Sign in").click()
    summary = desk.page.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(summary).to_have_css("outline-style", "solid")
    assert desk.page.title().startswith("Error:")


def test_a_history_is_printed_with_its_versions(desk: Desk) -> None:
    desk.sign_in("mary")
    desk.open("/spaces/digital-services/wiki/standards/accessibility/-/history/")
    desk.page.emulate_media(media="print")
    expect(desk.page.locator(".history li").first).to_be_visible()
    for control in desk.page.locator("main :is(button, input)").all():
        expect(control).to_be_hidden()


@pytest.mark.parametrize("address", ["/spaces/digital-services/blog/-/new/", "/spaces/digital-services/wiki/-/new/"])
def test_the_fields_of_a_row_begin_and_end_at_the_same_height(desk: Desk, address: str) -> None:
    desk.sign_in("mary")
    desk.resize(1280)
    desk.open(address)
    rows = desk.page.evaluate(
        """() => {
          document.querySelectorAll("main details").forEach((each) => { each.open = true; });
          const place = (part, side) => Math.round(part.getBoundingClientRect()[side]);
          return [...document.querySelectorAll(".form-row")].map((row) => {
            const fields = [...row.querySelectorAll(":scope > .field:not(.is-check)")];
            return [
              fields.map((field) => place(field.querySelector("label"), "top")),
              fields.map((field) => place(field.querySelector("input, select"), "bottom")),
            ];
          });
        }"""
    )
    assert max(len(tops) for tops, _ in rows) > 1
    for tops, bottoms in rows:
        assert len(set(tops)) <= 1, "labels"
        assert len(set(bottoms)) <= 1, "inputs"
