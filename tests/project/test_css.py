"""The served style sheets match their sources, stay small, and define every colour in one place."""

import gzip
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command

from intranet import style_sheets
from intranet.static_storage import QuickCompressor
from intranet.style_sheets import BUNDLES, PARTS, bundle

MOST_BYTES_COMPRESSED = 15_000
# Was 8,000 before the tree, folded navigation and contents that follow the reader, and 9,500 before the conversation below a page
# (`talk.js`, 0.9 kB), which pages without one do not load; the first view has 60 kB for everything.
MOST_SCRIPT_BYTES_COMPRESSED = 10_500
# Where people write, the draft is saved besides (`draft.js`, 2 kB), a switch leads to the visual mode (`modes.js`, 0.7 kB), names
# are chosen (`choosing.js`, 1 kB), it is told who else is editing (`present.js`, 0.4 kB), and files are noticed that are pasted or
# dropped (0.5 kB). The editing page has 70 kB for everything.
MOST_SCRIPT_BYTES_OF_WRITING = 13_000


@pytest.mark.parametrize("name", BUNDLES)
def test_a_part_that_is_edited_is_served_at_once(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = shutil.copytree(PARTS, tmp_path / "css")
    monkeypatch.setattr(style_sheets, "PARTS", parts)
    for number in range(3):
        (parts / "tokens.css").write_text(f"html {{ order: {number}; }} /* a word of ours */")
        served = Path(finders.find(name) or "").read_text(encoding="utf-8")
        assert f"order: {number}" in served
        assert "a word of ours" not in served


def test_collecting_static_files_makes_the_style_sheets(tmp_path: Path, settings: Any) -> None:
    settings.STATIC_ROOT = tmp_path / "static"
    call_command("collectstatic", interactive=False, verbosity=0)
    assert {name: (tmp_path / "static" / name).read_text() for name in BUNDLES} == {
        name: bundle(name) for name in BUNDLES
    }


@pytest.mark.parametrize("name", BUNDLES)
def test_the_served_style_sheet_is_small(name: str) -> None:
    assert len(gzip.compress(bundle(name).encode())) <= MOST_BYTES_COMPRESSED


SCRIPTS = PARTS.parent / "js"
IMPORTED = re.compile(r"""^import .* from "\./(\w+)\.js";$""", re.M)
# By the selector in site.js that loads it. A page where people write has an editor, every page has the box of the search.
WRITING = ("editor", "draft", "suggest", "choosing", "present")


def loaded(*names: str) -> set[str]:
    """These modules and all that they import."""
    found: set[str] = set()
    queue = list(names)
    while queue:
        if (name := queue.pop()) not in found:
            found.add(name)
            queue += IMPORTED.findall((SCRIPTS / f"{name}.js").read_text(encoding="utf-8"))
    return found


def enhancements() -> set[str]:
    return set(re.findall(r"""import\("\./(\w+)\.js"\)""", (SCRIPTS / "site.js").read_text(encoding="utf-8")))


PAGES = {
    "writing": loaded("site", *WRITING),
    "reading": loaded("site", *enhancements() - {"editor", "draft"}),
    "public": loaded("public"),
    "admin": loaded("admin_editor"),
}


@pytest.mark.parametrize("page", PAGES)
def test_all_scripts_of_a_page_together_are_small(page: str) -> None:
    scripts = b"".join((SCRIPTS / f"{name}.js").read_bytes() for name in sorted(PAGES[page]))
    most = MOST_SCRIPT_BYTES_OF_WRITING if page == "writing" else MOST_SCRIPT_BYTES_COMPRESSED
    assert len(gzip.compress(scripts)) <= most


def test_every_script_is_loaded_by_some_page() -> None:
    assert set.union(*PAGES.values()) == {path.stem for path in SCRIPTS.glob("*.js")}


VISUAL = SCRIPTS / "visual"
# What the visual mode may add to a page where people write, with the library that it is made of: beside the 70 kB of the page
# itself no more than 270.
MOST_VISUAL_BYTES_COMPRESSED = 200_000


def test_the_visual_mode_is_loaded_by_its_switch_alone_and_is_small() -> None:
    texts = {path.relative_to(SCRIPTS).as_posix(): path.read_text(encoding="utf-8") for path in SCRIPTS.glob("**/*.js")}
    assert [name for name, text in texts.items() if "/visual/" in text] == ["modes.js"]
    used = {"view"} | {part for text in texts.values() for part in re.findall(r"""from "\./(\w+)\.js";$""", text, re.M)}
    assert {path.stem for path in VISUAL.glob("*.js")} <= used
    library = Path(finders.find("django_prose_editor/editor.js") or "").read_bytes()
    # Each file by itself, as it is served.
    served = [library, *(path.read_bytes() for path in VISUAL.glob("*.js"))]
    assert sum(len(QuickCompressor.compress_brotli(each)) for each in served) <= MOST_VISUAL_BYTES_COMPRESSED


def test_every_part_is_served() -> None:
    assert {path.stem for path in PARTS.glob("*.css")} == {*BUNDLES["css/site.css"], *BUNDLES["css/admin_editor.css"]}


def test_every_custom_property_that_is_used_has_a_value() -> None:
    text = bundle("css/site.css")
    used = set(re.findall(r"var\((--[\w-]+)", text))
    assert used <= set(re.findall(r"(--[\w-]+):", text))


def test_nothing_is_loaded_from_elsewhere() -> None:
    for path in (*PARTS.glob("*.css"), *(PARTS.parent / "js").glob("*.js")):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"url\(|@import|http://", text), path.name


def test_every_colour_has_a_name() -> None:
    for part in BUNDLES["css/site.css"]:
        if part in {"tokens", "print"}:  # Paper is white whatever the screen is.
            continue
        text = (PARTS / f"{part}.css").read_text(encoding="utf-8")
        assert not re.search(r"#[0-9a-f]{3,8}\b|rgb\(|hsl\(", text), part
