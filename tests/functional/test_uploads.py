"""Pictures and files put into a text while one writes: by paste, drop and button, in both modes."""

import base64
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Route, expect

from tests.functional.conftest import Desk

pytestmark = pytest.mark.browser

NEW_POST = "/spaces/digital-services/blog/-/new/"
BRING = """([event, files]) => {
  const data = new DataTransfer();
  for (const { name, type, bytes } of files) data.items.add(new File([Uint8Array.from(bytes)], name, { type }));
  const field = document.querySelector(".visual") ?? document.querySelector("textarea[name=body]");
  const { left, top } = field.getBoundingClientRect();
  const at = { bubbles: true, cancelable: true, clientX: left + 200, clientY: top + 30 };
  field.dispatchEvent(event === "paste" ? new ClipboardEvent("paste", { ...at, clipboardData: data }) : new DragEvent("drop", { ...at, dataTransfer: data }));
}"""


def file(name: str, content: bytes = b"%PDF-1.4 text") -> dict[str, Any]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def picture(name: str = "dot.png", colour: str = "navy") -> dict[str, Any]:
    content = BytesIO()
    Image.new("RGB", (400, 300), colour).save(content, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": content.getvalue()}


def by_button(desk: Desk, *files: dict[str, Any]) -> None:
    with desk.page.expect_file_chooser() as chooser:
        desk.page.get_by_role("button", name="Picture or file").first.click()
    chooser.value.set_files(list(files))


def by_event(event: str) -> Callable[..., None]:
    def bring(desk: Desk, *files: dict[str, Any]) -> None:
        sent = [{"name": each["name"], "type": each["mimeType"], "bytes": list(each["buffer"])} for each in files]
        desk.page.evaluate(BRING, [event, sent])

    return bring


def open_as(desk: Desk, mode: str, body: str = "") -> None:
    desk.sign_in("grace")
    desk.open(NEW_POST)
    field, visual = desk.page.locator("textarea[name=body]"), desk.page.locator(".visual")
    modes = desk.page.get_by_role("group", name="How you write")
    # The mode of last time opens by itself.
    expect(visual).to_have_count(1 if field.get_attribute("data-mode") == "visual" else 0)
    if visual.count():
        modes.get_by_role("button", name="Markdown").click()
    field.fill(body)
    if mode == "Visual":
        modes.get_by_role("button", name="Visual").click()
        expect(visual.locator("p").first).to_be_visible()


@pytest.mark.parametrize("bring", [by_button, by_event("paste"), by_event("drop")], ids=["button", "paste", "drop"])
@pytest.mark.parametrize("mode", ["Markdown", "Visual"])
def test_several_at_once_are_put_into_the_text_and_described(desk: Desk, mode: str, bring: Any) -> None:
    open_as(desk, mode, "One\n\nTwo\n")
    field = desk.page.locator("textarea[name=body]")
    (desk.page.locator(".visual p").first if mode == "Visual" else field).click(position={"x": 2, "y": 2})
    desk.page.keyboard.press("End")
    bring(desk, picture(), file("Budget_2026.pdf"), file("tool.exe", b"MZ"))
    expect(desk.page.locator(".uploads .is-wrong")).to_contain_text("“tool.exe” was not added")
    question = desk.page.get_by_label("What dot.png shows")
    expect(question).to_be_visible()
    expect(field).to_have_value(re.compile(r"!\[\]\(picture:\d+\)"))
    expect(field).to_have_value(re.compile(r"\[Budget 2026\]\(file:\d+\)"))
    question.fill("A [blue] dot")
    question.press("Enter")
    expect(question).to_have_count(0)
    expect(field).to_have_value(re.compile(r"^One.*!\[A \\\[blue\\\] dot\]\(picture:\d+\).*Two", re.S))
    if mode == "Visual":
        expect(desk.page.locator(".visual-picture img")).to_be_visible()
    axe = Axe().run(desk.page)
    assert axe.violations_count == 0, axe.generate_report()
    desk.page.get_by_label("Title", exact=True).fill(f"With files {mode}")
    desk.page.get_by_role("button", name="Publish", exact=True).click()
    desk.page.wait_for_url(lambda url: "/-/" not in url)
    expect(desk.page.locator(".prose img")).to_have_attribute("alt", "A [blue] dot")
    expect(desk.page.locator(".prose a.file")).to_have_text("Budget 2026 (PDF, 13\xa0bytes)")


def test_an_upload_is_cancelled_and_the_form_waits_for_one(desk: Desk) -> None:
    open_as(desk, "Markdown", "One")
    held: list[Route] = []
    desk.page.route("**/*?upload", lambda route: held.append(route))
    by_button(desk, picture("first.png"), picture("second.png"))
    expect(desk.page.get_by_role("progressbar")).to_have_count(2)
    desk.page.get_by_label("Title", exact=True).fill("Waits")
    desk.page.get_by_role("button", name="Publish", exact=True).click()
    expect(desk.page.get_by_text("Some files are still uploading")).to_be_visible()
    for _number in range(2):
        desk.page.get_by_role("button", name=re.compile("^Cancel: ")).first.click()
    expect(desk.page.locator(".uploads li")).to_have_count(0)
    expect(desk.page.locator("textarea[name=body]")).to_have_value("One")
    for each in held:
        each.abort()


PASTE = """([html, rtf]) => {
  const data = new DataTransfer();
  for (const [type, text] of [["text/html", html], ["text/plain", "x"], ["text/rtf", rtf]]) data.setData(type, text);
  document.querySelector(".visual").dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
#: A picture in the text; on the disk of Word, which puts it into the RTF; of another site; on a disk without any RTF.
PASTED = (
    '<p>A</p><p><img src="data:image/png;base64,{encoded}"></p><p>B</p>'
    '<p class=MsoNormal><img src="file:///C:/Temp/clip_image001.png"></p><p><img src="https://example.org/a.png" alt="C"></p>'
)
RTF = r"{\rtf1 {\*\shppict{\pict{\*\picprop{\sp{\sn a}{\sv 1}}}\picw9\pngblip\bliptag-12{\*\blipuid 8a}%s}}{\nonshppict{\pict\wmetafile8 01}}}"


def test_pictures_inside_what_is_pasted_are_uploaded_where_they_stood(desk: Desk) -> None:
    open_as(desk, "Visual")
    desk.page.locator(".visual").click()
    content = picture()["buffer"]
    html = PASTED.format(encoded=base64.b64encode(content).decode())
    desk.page.evaluate(PASTE, [html, RTF % content.hex("\n", 64)])
    number = r"!\[\]\(picture:\d+\)"
    expected = rf"^A\n\n{number}\n\nB\n\n{number}\n\n!\[C\]\(https://example.org/a.png\)\n$"
    expect(desk.page.locator("textarea[name=body]")).to_have_value(re.compile(expected))
    desk.page.evaluate(PASTE, [html, ""])
    expect(desk.page.locator(".editor-status")).to_contain_text("Pictures that could not be pasted: 1")


def test_wagtails_admin_has_the_same_editor(desk: Desk) -> None:
    desk.sign_in("ada")
    # Wagtail's own link to the page that is shown.
    desk.open("/admin/pages/search/?q=Digital+Services+wiki")
    address = desk.page.locator("a[href^='/admin/pages/'][href$='/edit/']").first.get_attribute("href")
    desk.open(str(address))
    field, visual = desk.page.locator("textarea[name=body]"), desk.page.locator(".visual")
    before = field.input_value()
    if field.get_attribute("data-mode") != "visual":
        desk.page.get_by_role("group", name="How you write").get_by_role("button", name="Visual").click()
    expect(visual).to_be_visible()
    expect(field).to_have_value(before)
    visual.click()
    by_button(desk, picture("admin.png"))
    question = desk.page.get_by_label("What admin.png shows")
    question.fill("Blue")
    question.press("Enter")
    expect(field).to_have_value(re.compile(r"!\[Blue\]\(picture:\d+\)"))
