"""An endless word in every field, and a text that runs from right to left: on a phone nothing scrolls sideways."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.functional.conftest import Desk, Site

pytestmark = pytest.mark.browser

WORD = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverleihungsurkunde" * 3
TAG = WORD[:99]
BODY = "\n\n".join(
    (
        f"{WORD} [[{WORD[:150]}]] https://example.org/{'x' * 200} @{'y' * 100}",
        f"## {WORD}",
        f"- {WORD}\n  - {WORD}",
        f"> {WORD}",
        f"1. **{WORD}** `{WORD}`",
        f"| {WORD} | b |\n|---|--:|\n| a | {WORD} |",
        f"```\n{WORD}\n```",
        f"> [!NOTE]\n> {WORD}",
        f"A note.[^1]\n\n[^1]: {WORD}",
        f"## {WORD} two\n\n### {WORD} three\n\n## {WORD} four",
    )
)
SPACE = "/spaces/long-words/"
ARABIC = "دليل العمل المشترك."
FIELDS = {"title": WORD[:250], "summary": WORD, "body": BODY, "tags": f"{TAG}, {TAG[1:]}", "change_note": WORD[:200]}


@pytest.fixture(scope="module")
def site(own_site: Site) -> Site:
    return own_site


@pytest.fixture(scope="module")
def desk(browser: Browser, site: Site) -> Iterator[Desk]:
    context = browser.new_context(viewport={"width": 360, "height": 800}, reduced_motion="reduce")
    desk = Desk(context, site.url)
    desk.sign_in("ada")
    yield desk
    context.close()


def send(desk: Desk, path: str, button: str, fields: dict[str, str], **chosen: str) -> str:
    """Fills what the form has of `fields`, presses a button, and gives the address that it led to."""
    assert desk.open(path) == 200
    desk.page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    for name, value in fields.items():
        if desk.page.locator(f'main form [name="{name}"]:not([type=hidden])').count():
            desk.type_in(**{name: value})
    for name, value in chosen.items():
        desk.page.locator(f'main form [name="{name}"]').first.select_option(value)
    desk.page.locator(button).first.click()
    desk.page.wait_for_load_state()
    assert not desk.page.locator(".field-error").count(), desk.page.locator(".field-error").all_inner_texts()
    return desk.page.url.removeprefix(desk.url)


@pytest.fixture(scope="module")
def places(desk: Desk) -> dict[str, str]:
    """Everything that can be written, with long words all over."""
    publish = 'main button[value="publish"]:visible'
    save = "main form .actions button:visible"
    named = {"name": WORD[:200], "slug": "long-words", "description": WORD}
    send(desk, "/spaces/-/new/", save, named)
    send(
        desk,
        "/people/ada/-/edit/",
        save,
        {"job_title": WORD[:190], "about": WORD, "skills": f"{WORD[:60]}, {WORD[1:60]}"},
    )
    post = send(desk, f"{SPACE}blog/-/new/", publish, FIELDS)
    page = send(desk, f"{SPACE}wiki/-/new/", publish, FIELDS)
    below = send(desk, f"{SPACE}wiki/-/new/?parent={page.removeprefix(f'{SPACE}wiki/').strip('/')}", publish, FIELDS)
    send(desk, f"{page}-/edit/", publish, {"body": f"{BODY}\n\nx{WORD}", "change_note": WORD[:200]})
    show = send(desk, f"{SPACE}podcasts/-/new/", publish, FIELDS)
    episode = send(desk, f"{show}-/new/", publish, {**FIELDS, "transcript": f"{WORD}: {WORD}"})
    arabic = send(
        desk,
        f"{SPACE}blog/-/new/",
        publish,
        {
            "title": ARABIC,
            "summary": ARABIC,
            "body": f"{ARABIC}\n\n- {ARABIC}\n\n| {ARABIC} | ب |\n|-|-|\n| أ | ب |\n\nAn English line.",
        },
        language="ar",
    )
    channel = send(
        desk,
        "/channels/-/new/",
        save,
        {"title": WORD[:190], "slug": "long-words", "description": WORD, "author": WORD[:190]},
    )
    return {
        "home": "/",
        "spaces": "/spaces/",
        "space": SPACE,
        "members": f"{SPACE}-/members/",
        "settings": f"{SPACE}-/policies/",
        "blog": f"{SPACE}blog/",
        "post": post,
        "post edit": f"{post}-/edit/",
        "post history": f"{post}-/history/",
        "wiki": f"{SPACE}wiki/",
        "page": page,
        "below": below,
        "edit": f"{page}-/edit/",
        "history": f"{page}-/history/",
        **{name: f"{page}-/{name}/" for name in ("diff", "backlinks", "move", "delete", "audience", "related")},
        **{f"wiki {name}": f"{SPACE}wiki/-/{name}/" for name in ("pages", "changes", "wanted", "orphans", "new")},
        "podcasts": f"{SPACE}podcasts/",
        "show": show,
        "episode": episode,
        "people": "/people/",
        "person": "/people/ada/",
        "own profile": "/people/ada/-/edit/",
        "write": "/write/",
        "arabic": arabic,
        "channels": "/channels/",
        "channel": channel,
        "search": f"/search/?q={WORD[:20]}",
        "tag": f"/search/?q={WORD}",
        "public": "/public/",
        "public channel": "/public/long-words/",
    }


def test_nothing_scrolls_sideways_however_long_the_words(desk: Desk, places: dict[str, str]) -> None:
    wide = []
    for name, path in places.items():
        status = desk.open(path)
        assert status in {200, 404}, (name, path, status)
        if status == 200:
            for width in (360, 1280):
                desk.resize(width)
                found = desk.page.evaluate("document.documentElement.scrollWidth")
                if found > width:
                    wide.append(f"{name} ({path}) at {width}: {found} pixels")
    assert not wide, "\n".join(wide)


def test_a_text_from_right_to_left_runs_so_and_says_its_language(desk: Desk, places: dict[str, str]) -> None:
    desk.open(places["arabic"])
    ask = "(chosen) => { const one = document.querySelector(chosen); return [getComputedStyle(one).direction, one.closest('[lang]').lang] }"
    for chosen in ("h1", ".aside p", ".prose p", ".prose li", ".prose table", ".prose td"):
        assert desk.page.evaluate(ask, chosen) == ["rtl", "ar"], chosen
    assert desk.page.evaluate(ask, "header.shell") == ["ltr", "en"]
    for path in ("/", f"{SPACE}blog/", SPACE):
        desk.open(path)
        entry = f':is(.entry, .stream-item) :is(h2, h3):has(> a[href="{places["arabic"]}"])'
        assert desk.page.evaluate(ask, entry) == ["rtl", "ar"], path
    desk.open(f"{places['arabic']}-/edit/")
    for name in ("title", "body"):
        assert desk.page.evaluate(ask, f'[name="{name}"]')[0] == "rtl", name
    assert desk.page.locator('[name="language"]').input_value() == "ar"
