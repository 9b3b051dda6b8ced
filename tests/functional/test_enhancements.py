"""What JavaScript adds: nothing typed is lost, and the hands stay on the keyboard."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.functional.conftest import Desk

pytestmark = pytest.mark.browser

NEW_POST = "/spaces/digital-services/blog/-/new/"


def test_text_that_never_arrived_is_offered_again(desk: Desk) -> None:
    desk.sign_in("grace")
    desk.open(NEW_POST)
    editor, status = desk.page.locator("textarea[name=body]"), desk.page.locator("[data-editor-status]")
    editor.press_sequentially("Half a thought")
    expect(status).to_have_text("Kept in this browser until you save")

    desk.open(NEW_POST)
    expect(editor).to_have_value("")
    status.get_by_role("button").click()
    expect(editor).to_have_value("Half a thought")

    desk.page.get_by_label("Title", exact=True).fill("A whole thought")
    desk.page.get_by_role("button", name="Publish", exact=True).click()
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("A whole thought")
    desk.open(NEW_POST)
    expect(desk.page.get_by_role("toolbar")).to_be_visible()
    expect(status).to_be_empty()


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
    box.press("ArrowDown")
    box.press("Enter")
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
