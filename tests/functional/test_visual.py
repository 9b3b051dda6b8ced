"""The visual mode of the editor: what is typed and pressed becomes Markdown in the field of the form."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.functional.conftest import Desk

pytestmark = pytest.mark.browser

NEW_POST = "/spaces/digital-services/blog/-/new/"
WORD = """<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·</span>Passport</p>
<p class=MsoListParagraph style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>o</span>valid</p>
<p class=MsoNormal>All <span style='font-weight:700'>must</span> <a href="https://example.org/">book</a></p>
<table><tr><td><p>A</p></td><td><p>B | C</p></td></tr><tr><td>1</td><td><p>2</p><p>3</p></td></tr></table>"""
PASTE = """(html) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  document.querySelector(".visual").dispatchEvent(event);
}"""


def open_visually(desk: Desk) -> None:
    desk.open(NEW_POST)
    desk.page.get_by_role("group", name="How you write").get_by_role("button", name="Visual").click()
    expect(desk.page.locator(".visual")).to_be_visible()


def test_what_is_written_visually_is_saved_as_markdown_and_the_mode_is_remembered(desk: Desk) -> None:
    desk.sign_in("grace")
    open_visually(desk)
    text, field, keys = desk.page.locator(".visual"), desk.page.locator("textarea[name=body]"), desk.page.keyboard
    text.click()
    keys.type("## Before you go")
    keys.press("Enter")
    keys.type("- Passport, **valid**")
    keys.press("Enter")
    keys.type("Tickets")
    keys.press("Enter")
    keys.press("Enter")
    keys.type("/tabl")
    expect(desk.page.get_by_role("option", name="Table")).to_be_visible()
    keys.press("Enter")
    keys.type("Grade | class")
    table = "| Grade \\| class |  |  |\n| --- | --- | --- |\n|  |  |  |\n|  |  |  |\n"
    expect(field).to_have_value(f"## Before you go\n\n- Passport, **valid**\n- Tickets\n\n{table}")
    tools = desk.page.get_by_role("toolbar")
    tools.get_by_role("button", name="Remove column").click()
    for number, words in enumerate(("Grade", "Class")):
        text.locator("th").nth(number).click()
        keys.type(words)
    tools.get_by_role("button", name="Add row").click()
    body = "## Before you go\n\n- Passport, **valid**\n- Tickets\n\n| Grade | Class |\n| --- | --- |\n"
    expect(field).to_have_value(body + "|  |  |\n" * 3)

    axe = Axe().run(desk.page)
    assert axe.violations_count == 0, axe.generate_report()
    # Tab leaves the text.
    text.focus()
    keys.press("Tab")
    expect(text).not_to_be_focused()

    desk.page.get_by_label("Title", exact=True).fill("Written visually")
    desk.page.get_by_role("button", name="Publish", exact=True).click()
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("Written visually")
    expect(desk.page.locator(".prose li").first).to_have_text("Passport, valid")

    desk.open(NEW_POST)
    expect(text).to_be_visible()
    desk.page.get_by_role("group", name="How you write").get_by_role("button", name="Markdown").click()
    expect(field).to_be_visible()
    desk.open(NEW_POST)
    expect(field).to_be_visible()
    expect(text).to_have_count(0)


def test_what_is_pasted_from_word_keeps_lists_links_and_tables(desk: Desk) -> None:
    desk.sign_in("linus")
    desk.open("/spaces/operations/blog/-/new/")
    desk.page.get_by_role("button", name="Visual").click()
    desk.page.locator(".visual").click()
    desk.page.evaluate(PASTE, WORD)
    expect(desk.page.locator("textarea[name=body]")).to_have_value(
        "- Passport\n  - valid\n\nAll **must** [book](https://example.org/)\n\n| A | B \\| C |\n| --- | --- |\n| 1 | 2<br>3 |\n"
    )


#: Made to run something, or to hold the browser, by a page from which somebody copies.
HOSTILE = {
    "a level that no list has": "<p style='mso-list:l0 level99999999 lfo1'>deep</p>",
    "joined cells": "<table>" + "<tr><td colspan=1000>x</td></tr>" * 2000 + "</table>",
    "beginnings of styles": "<p>x</p>" + "<style " * 100_000,
    "beginnings of tags": "<p>x</p>" + "<a " * 100_000,
    "beginnings of Office's own": "<p>x</p>" + "<o:p>" * 100_000,
    "spaces": f"<p>x{' ' * 200_000}y</p>",
    "a long style": "<p style='" + "text-decoration" * 20_000 + "'>x</p>",
    "a long word": f"<p>{'x' * 200_000}</p>",
    "dashes": f"<p>{'-+' * 60_000}</p>",
    "brackets": f"<p>{'[a ' * 60_000}</p>",
    "an address that is none": '<p><a href="https://www.google.com/url?q=%E0%A4%A">x</a></p>',
    "scripts": """<p>x</p><script>window.ran = 1</script><img src="data:x" onerror="window.ran = 1"><svg onload="window.ran = 1"></svg>
<a href="java\nscript:window.ran=1">l</a><iframe srcdoc="<script>parent.ran = 1</script>"></iframe><b data-pm-slice onmouseover="window.ran = 1">b</b>""",
}


@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE)
def test_nothing_that_is_pasted_runs_or_holds_the_browser(desk: Desk, html: str) -> None:
    desk.sign_in("grace")
    open_visually(desk)
    desk.page.locator(".visual").click()
    desk.page.set_default_timeout(20_000)
    desk.page.evaluate(PASTE, html)
    expect(desk.page.locator("textarea[name=body]")).not_to_have_value("")
    assert desk.page.evaluate("window.ran") is None


def test_two_presses_open_one_editor(desk: Desk) -> None:
    desk.sign_in("mary")
    desk.open("/spaces/digital-services/wiki/-/new/")
    desk.page.get_by_role("group", name="How you write").get_by_role("button", name="Visual").dblclick()
    expect(desk.page.locator(".visual")).to_be_visible()
    desk.page.wait_for_load_state("networkidle")
    expect(desk.page.locator(".visual")).to_have_count(1)


@pytest.mark.parametrize("mark", ["", " data-pm-slice='1 1 []'"], ids=["from a page", "as if from this editor"])
def test_no_pasted_words_are_hidden_from_who_pastes_them(desk: Desk, mark: str) -> None:
    """Another page may put on the clipboard what the editor itself would, with a source that is not what is shown."""
    desk.sign_in("grace")
    open_visually(desk)
    text = desk.page.locator(".visual")
    text.click()
    parts = (
        "<span data-reference='Kestrel one'>Seen</span>",
        "<span data-picture='https://e.org/a.png' data-alt='seen' data-title='Kestrel two'>Seen</span>",
        "<span data-reference='[[x|Kestrel three]]'>Seen</span>",
    )
    desk.page.evaluate(PASTE, f"<p{mark}>" + "".join(parts) + "</p>")
    expect(desk.page.locator("textarea[name=body]")).not_to_have_value("")
    said = desk.page.locator("textarea[name=body]").input_value()
    shown = text.inner_text()
    assert not [word for word in ("one", "three") if f"Kestrel {word}" in said and f"Kestrel {word}" not in shown]
