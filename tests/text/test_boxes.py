"""Tables and code blocks can be scrolled from the keyboard, so each has a role and a name of its own."""

import re
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.text.markup_oracle import complaints
from text.markup import RenderContext, render, without_box_attributes

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
BOX = re.compile(r'<(?:div class="table-scroll"|pre)([^>]*)>')
NAME = re.compile(r'aria-label="([^"]+)"')


def names(html: str) -> list[str]:
    boxes = BOX.findall(html)
    assert all('tabindex="0"' in attributes and 'role="region"' in attributes for attributes in boxes)
    return [unescape(found[1]) if (found := NAME.search(attributes)) else "" for attributes in boxes]


def html(text: str) -> str:
    rendered = render(text, context=RenderContext()).html
    assert complaints(rendered) == []
    return rendered


def test_a_table_is_called_by_its_header_cells_and_code_by_its_first_line() -> None:
    text = "| Name | **Ty**pe |\n|--|--|\n| a | b |\n\n```python\n\nrun <this>\nthen that\n```\n"
    assert names(html(text)) == ["Name, Type", "run <this>"]


cell = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(st.lists(st.lists(cell, min_size=1, max_size=3), min_size=1, max_size=4), st.lists(cell, max_size=3))
def test_every_box_has_a_name_that_no_other_in_the_text_has(tables: list[list[str]], codes: list[str]) -> None:
    parts = ["| " + " | ".join(cells) + " |\n" + "|--" * len(cells) + "|\n| x |" for cells in tables]
    parts += [f"~~~\n{code}\n~~~" for code in codes]
    found = names(html("\n\n".join(parts)))
    assert all(found)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_template_has_a_box_without_a_name(path: Path) -> None:
    markup = re.sub(r"\{%.*?%\}", "", path.read_text(encoding="utf-8"))
    for attributes in BOX.findall(markup):
        assert all(word in attributes for word in ('tabindex="0"', "role=", "aria-label=")), attributes


def test_a_feed_gets_the_same_text_without_them() -> None:
    inside = html("| A |\n|--|\n| b |\n\n    code")
    outside = without_box_attributes(inside)
    assert "tabindex" not in outside
    assert "aria-label" not in outside
    assert re.sub(r"<[^>]+>", "", outside) == re.sub(r"<[^>]+>", "", inside)
