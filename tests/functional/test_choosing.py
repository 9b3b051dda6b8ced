"""Names that are chosen: as chips with a script, and as plain words without one."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.functional.conftest import Desk, Site

pytestmark = pytest.mark.browser

NEW = "/spaces/digital-services/blog/-/new/"
WIKI = "/spaces/digital-services/wiki/"


def test_people_are_chosen_by_name_and_removed_with_the_keyboard(desk: Desk) -> None:
    desk.sign_in("grace")
    desk.open(NEW)
    line = desk.page.get_by_label("Authors")
    chips = desk.page.locator(".choosing", has=desk.page.locator("[name=authors]")).locator(".chips li")
    expect(chips).to_have_count(1)
    line.press_sequentially("lin")
    expect(desk.page.get_by_role("option").first).to_contain_text("Linus")
    line.press("Enter")
    expect(chips).to_have_count(2)
    value = desk.page.locator("[name=authors]").input_value()
    assert re.fullmatch(r"[^()]+ \(grace\), [^()]+ \(linus\)", value)
    line.press("Backspace")
    expect(chips).to_have_count(1)
    chips.get_by_role("button").press("Enter")
    expect(chips).to_have_count(0)
    expect(line).to_be_focused()
    results = Axe().run(desk.page)
    assert results.violations_count == 0, results.generate_report()
    desk.resize(360)
    desk.page.wait_for_function("document.documentElement.scrollWidth <= 360")


def test_tags_become_chips_at_a_comma_and_words_half_typed_are_sent_too(desk: Desk) -> None:
    desk.sign_in("grace")
    desk.open(NEW)
    line = desk.page.get_by_label("Tags")
    line.press_sequentially("annual report,desk")
    assert desk.page.locator("[name=tags]").input_value() == "annual report, desk"
    line.press("Enter")
    expect(desk.page.locator(".choosing", has=desk.page.locator("[name=tags]")).locator(".chips li")).to_have_count(2)
    desk.page.get_by_label("Title").fill("Chosen tags")
    line.press_sequentially("third")
    desk.page.get_by_role("button", name="Publish").click()
    desk.page.wait_for_url("**/blog/chosen-tags*/")
    for tag in ("annual report", "desk", "third"):
        expect(desk.page.locator(".tags").first).to_contain_text(tag)


@pytest.mark.parametrize("desk", ["no script"], indirect=True)
def test_without_a_script_part_of_a_name_is_enough(desk: Desk) -> None:
    desk.sign_in("grace")
    desk.open("/spaces/digital-services/-/members/")
    desk.page.locator("#add-people").fill("Ada")
    desk.page.get_by_role("button", name="Add", exact=True).click()
    expect(desk.page.get_by_text(re.compile("You have added|Already in this space"))).to_be_visible()


def test_who_is_editing_is_said_while_she_is_and_no_longer(browser: Browser, site: Site, desk: Desk) -> None:
    desk.sign_in("grace")
    path = desk.first_path(WIKI, rf"{WIKI}[\w-]+/")
    mary = Desk(browser.new_context(), site.url)
    mary.sign_in("mary")
    desk.open(f"{path}-/edit/")
    mary.open(path)
    notice = mary.page.locator(".presence")
    expect(notice).to_contain_text("is editing this page")
    desk.open(path)
    # What the browser sends when a page is left may arrive after the next page.
    for _again in range(20):
        mary.page.reload()
        if not notice.count():
            break
    expect(notice).to_have_count(0)
    mary.context.close()


def test_a_hint_leads_to_its_words(desk: Desk) -> None:
    desk.sign_in("grace")
    desk.open(NEW)
    area = desk.page.locator("textarea[name=body]")
    area.fill("First.\n\nAsk the XYZQ.\n")
    desk.page.get_by_role("toolbar").get_by_role("button", name="Preview").click()
    desk.page.get_by_role("link", name="XYZQ").click()
    expect(area).to_be_focused()
    chosen = area.evaluate("area => area.value.slice(area.selectionStart, area.selectionEnd)")
    assert chosen == "XYZQ"
