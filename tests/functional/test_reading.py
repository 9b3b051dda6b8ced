"""What a page costs before its first word, and where its columns are, in a real browser."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.functional.conftest import Desk, Site
from tests.functional.test_accessibility import ANONYMOUS, BLOG, PODCASTS, SIGNED_IN, SLUG, WIKI, desks

pytestmark = pytest.mark.browser

# From the top of the window to the first word of the text, or to the picture or recording that begins it.
BUDGET = {1280: 260, 360: 300}
READ: dict[str, str | tuple[str, str]] = {
    "post": (BLOG, BLOG + SLUG),
    "wiki": WIKI,
    "wiki page": WIKI + "standards/accessibility/",
    "show": (PODCASTS, PODCASTS + SLUG),
    "episode": PODCASTS + "plain-speaking/the-word-keeper/",
}
LONG = WIKI + "standards/writing/"
CODE = WIKI + "how-we-work/decision-records/"
FIRST_WORD = """() => {
  const text = document.querySelector(".player, .hero") ?? document.querySelector("main .prose");
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  let node = walker.nextNode();
  while (node && !node.textContent.trim()) node = walker.nextNode();
  const range = document.createRange();
  range.selectNode(text.matches(".player, .hero") ? text : node);
  return range.getClientRects()[0].top + scrollY;
}"""
SIDES = """() => {
  const boxes = [...document.querySelectorAll(".tree, .main-column, .layout > .aside, .contents")]
    .map((element) => element.getBoundingClientRect()).filter((box) => box.width);
  return [Math.min(...boxes.map((box) => box.left)), innerWidth - Math.max(...boxes.map((box) => box.right))];
}"""


@pytest.fixture(scope="module")
def reader(browser: Browser, site: Site) -> Iterator[Desk]:
    desk = desks(browser, site, "ada")["light"]
    yield desk
    desk.context.close()


def head(desk: Desk, where: str | tuple[str, str]) -> dict[int, float]:
    desk.open(where if isinstance(where, str) else desk.first_path(*where))
    found = {}
    for width in BUDGET:
        desk.resize(width)
        found[width] = desk.page.evaluate(FIRST_WORD)
    return {width: top for width, top in found.items() if top > BUDGET[width]}


@pytest.mark.parametrize("name", READ)
def test_the_text_begins_near_the_top(reader: Desk, name: str) -> None:
    assert head(reader, READ[name]) == {}


def test_a_public_page_begins_near_the_top_and_does_not_look_like_an_internal_one(reader: Desk) -> None:
    assert head(reader, ANONYMOUS["public item"]) == {}
    ground = "getComputedStyle(document.querySelector('.shell')).backgroundColor"
    public = reader.page.evaluate(ground)
    expect(reader.page.locator(".audience")).to_have_count(0)
    reader.open(WIKI)
    assert reader.page.evaluate(ground) != public
    expect(reader.page.locator(".page-head .audience")).to_be_visible()


@pytest.mark.parametrize("name", sorted(SIGNED_IN.keys() - {"not found"}))
def test_no_page_leaves_one_side_of_a_wide_screen_empty(reader: Desk, name: str) -> None:
    reader.resize(1280, 900)
    where = SIGNED_IN[name]
    reader.open(where if isinstance(where, str) else reader.first_path(*where))
    left, right = reader.page.evaluate(SIDES)
    assert abs(left - right) <= 48, (left, right)
    reader.complaints.clear()


def test_the_tree_opens_in_its_place_and_shows_where_one_is(reader: Desk) -> None:
    reader.resize(1280, 900)
    reader.open(WIKI)
    tree = reader.page.get_by_role("navigation", name="Pages of this wiki")
    expect(tree.get_by_role("link", name="Accessibility checks")).to_have_count(0)
    branch = tree.get_by_role("button", name="Pages below: Standards")
    branch.focus()
    reader.page.keyboard.press("Enter")
    expect(branch).to_have_attribute("aria-expanded", "true")
    tree.get_by_role("link", name="Accessibility checks").click()
    expect(tree.locator("[aria-current=page]")).to_have_text("Accessibility checks")
    expect(tree.locator("[aria-current=page]")).to_be_in_viewport()
    reader.resize(360, 740)
    expect(tree.get_by_role("link", name="Accessibility checks")).to_be_hidden()
    reader.page.get_by_text("pages of this wiki").click()
    expect(tree.get_by_role("link", name="Accessibility checks")).to_be_visible()


@pytest.mark.parametrize("desk", ["no script"], indirect=True)
def test_without_a_script_the_tree_and_the_ways_through_the_site_are_there(desk: Desk) -> None:
    desk.sign_in("mary")
    desk.open(WIKI + "standards/accessibility/")
    desk.resize(1280, 900)
    expect(desk.page.get_by_role("link", name="Form patterns").first).to_be_visible()
    expect(desk.page.get_by_role("link", name="People").first).to_be_visible()
    desk.resize(360, 740)
    desk.page.get_by_text("pages of this wiki").click()
    desk.page.get_by_role("link", name="User research").first.click()
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("User research")


def test_contents_follow_the_reader_and_fold_above_the_text_on_a_phone(reader: Desk) -> None:
    reader.resize(1280, 700)
    reader.open(LONG)
    contents = reader.page.get_by_role("navigation", name="Contents")
    last = contents.get_by_role("link").last
    last.click()
    expect(contents.locator("[aria-current]")).to_have_text(last.inner_text())
    expect(last).to_be_in_viewport()
    reader.page.evaluate("scrollTo(0, 0)")
    expect(contents.locator("[aria-current]")).not_to_have_text(last.inner_text())
    reader.resize(360, 740)
    expect(last).to_be_hidden()
    fold = reader.page.locator(".contents summary")
    assert fold.bounding_box()["y"] < reader.page.evaluate(FIRST_WORD)  # type: ignore[index]
    fold.click()
    last.click()
    expect(last).to_be_hidden()


def test_a_heading_shows_its_tools_to_the_keyboard(reader: Desk) -> None:
    reader.resize(1280, 700)
    reader.open(LONG)
    link = reader.page.locator(".heading-tools .anchor").first
    expect(link).to_have_css("opacity", "0")
    link.focus()
    expect(link).to_have_css("opacity", "1")
    reader.page.locator(".heading-tools a:not(.anchor)").first.click()
    expect(reader.page.locator("textarea[name=body]")).to_have_value(re.compile(r"^##? "))


def test_code_can_be_copied_and_reached(reader: Desk) -> None:
    reader.context.grant_permissions(["clipboard-read", "clipboard-write"])
    reader.open(CODE)
    block = reader.page.locator(".code pre").first
    reader.page.get_by_role("button", name="Copy").first.click()
    expect(reader.page.get_by_role("button", name="Copied").first).to_be_visible()
    assert reader.page.evaluate("navigator.clipboard.readText()") == block.inner_text()
