"""The served style sheets hold what their parts say, stay small and name every colour in one place."""

import gzip
import re

import pytest

from scripts.bundle_css import BUNDLES, FOLDER, bundle

MOST_BYTES_COMPRESSED = 15_000
MOST_SCRIPT_BYTES_COMPRESSED = 8_000


@pytest.mark.parametrize("name", BUNDLES)
def test_the_served_style_sheet_is_in_step_with_its_parts(name: str) -> None:
    served = (FOLDER / name).read_text(encoding="utf-8")
    assert served == bundle(name), "run `python scripts/bundle_css.py`"


@pytest.mark.parametrize("name", BUNDLES)
def test_the_served_style_sheet_is_small(name: str) -> None:
    assert len(gzip.compress((FOLDER / name).read_bytes())) <= MOST_BYTES_COMPRESSED


EVERYWHERE = {"site", "suggest", "choices"}
WRITING = EVERYWHERE | {"editor", "completion", "caret", "draft"}
READING = {path.stem for path in (FOLDER.parent / "js").glob("*.js")} - WRITING | EVERYWHERE


@pytest.mark.parametrize("loaded", [WRITING, READING], ids=["writing", "reading"])
def test_all_scripts_of_a_page_together_are_small(loaded: set[str]) -> None:
    scripts = b"".join((FOLDER.parent / "js" / f"{name}.js").read_bytes() for name in sorted(loaded))
    assert len(gzip.compress(scripts)) <= MOST_SCRIPT_BYTES_COMPRESSED


def test_every_part_is_served() -> None:
    parts = {path.stem for path in FOLDER.glob("*.css")} - {name.removesuffix(".css") for name in BUNDLES}
    assert parts == set(BUNDLES["site.css"])


def test_every_custom_property_that_is_used_has_a_value() -> None:
    text = bundle("site.css")
    used = set(re.findall(r"var\((--[\w-]+)", text))
    assert used <= set(re.findall(r"(--[\w-]+):", text))


def test_nothing_is_loaded_from_elsewhere() -> None:
    for path in (*FOLDER.glob("*.css"), *(FOLDER.parent / "js").glob("*.js")):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"url\(|@import|http://", text), path.name


def test_every_colour_has_a_name() -> None:
    for part in BUNDLES["site.css"]:
        if part in {"tokens", "print"}:  # Paper is white whatever the screen is.
            continue
        text = (FOLDER / f"{part}.css").read_text(encoding="utf-8")
        assert not re.search(r"#[0-9a-f]{3,8}\b|rgb\(|hsl\(", text), part
