"""The tree that the visual editor reads: the engine's own, with the place of each node."""

from typing import Any

import pytest

from limits import TEXT_BYTES, TEXT_NESTING
from text.markup import tree_of


def found(nodes: list[Any] | None, tag: str) -> list[Any]:
    here = [node for node in nodes or [] if not isinstance(node, str)]
    return [node for node in here if node[0] == tag] + [inner for node in here for inner in found(node[3], tag)]


def places(text: str, tag: str) -> list[str]:
    """What stands in the text where the tree says that nodes of this tag are, if it is in one line."""
    lines = text.split("\n")
    return [lines[first - 1][start - 1 : end] for _tag, (first, start, _last, end), *_rest in found(tree_of(text), tag)]


def test_marks_are_where_the_tree_says() -> None:
    text = 'Ünï *one* 😀 **two** `three` [four](/five "six")\n\n> - a *seven*\n>   [[Eight|nine]]\n'
    assert places(text, "em") == ["*one*", "*seven*"]
    assert places(text, "strong") == ["**two**"]
    assert places(text, "code") == ["`three`"]
    assert places(text, "a") == ['[four](/five "six")', "[[Eight|nine]]"]


def test_cells_are_where_the_tree_says() -> None:
    assert places("| a | b |\n|:--|---|\n| c \\| d | `e` |\n", "td") == [" c \\| d ", " `e` "]


def test_a_footnote_stands_where_it_is_defined() -> None:
    nodes = tree_of("One[^1].\n\n[^1]: Note\n\n# Two\n")
    assert [node[1] for node in found(nodes, "h1")] == [[5, 1, 5, 5]]
    assert [node[1][0] for node in found(nodes, "li")] == [3]


def test_html_and_code_are_words() -> None:
    assert found(tree_of("<b>x</b>\n\n```html\n<i>\n```\n"), "b") == []
    assert found(tree_of("`<i>`"), "code")[0][3] == ["<i>"]


@pytest.mark.parametrize(
    "text",
    [
        "x" * (TEXT_BYTES + 1),
        "a\u202eb",
        "> " * 200 + "deep",
        f"|{'a|' * 2000}\n|{'-|' * 2000}\n",
        "*a **b " * 400 + "b** a* " * 400,
        "\n".join("  " * level + "- a" for level in range(600)),
        "`a`\n" * 37_000,
    ],
    ids=["too long", "turned around", "quoted too deep", "too wide", "too deep", "too many levels", "too many marks"],
)
def test_a_text_that_is_changed_before_it_is_shown_or_costs_too_much_has_no_tree(text: str) -> None:
    assert tree_of(text) is None


def test_line_ends_of_a_form_are_no_change() -> None:
    tree = tree_of("a\n\nb\n")
    assert tree is not None
    assert tree_of("a\r\n\r\nb\r\n") == tree


def test_lists_as_deep_as_the_marks_of_a_line_may_be_have_a_tree() -> None:
    assert len(found(tree_of("\n".join("  " * level + "- *a*" for level in range(TEXT_NESTING))), "em")) == TEXT_NESTING
