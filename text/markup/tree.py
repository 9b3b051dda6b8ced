"""A text as a tree in which each node says where it is: what the visual editor is opened with.

It is the engine's own HTML, read back, so there is one parser for readers and writers.
"""

import re
from html import unescape
from itertools import accumulate
from typing import Any

from limits import TREE_LEVELS
from text.markup.bounds import flatten_deep_lines, flatten_large_tables, is_crowded
from text.markup.engine import ComrakRenderer
from text.markup.limits import check_growth, check_tags, tidy
from text.markup.linking import attributes_of
from text.markup.rendered import TextTooLong

#: Words, or [tag, position, attributes, children]; a position is first line, first column, last line, last column,
#: counted from 1 in characters.
Node = str | list[Any]

_engine = ComrakRenderer(positions=True)
_TAGS = re.compile(r"(<[^>]*>)")
_VOID = frozenset({"br", "hr", "img", "input"})
_NUMBERS = re.compile(r"\d+")


def tree_of(text: str) -> list[Node] | None:
    """The top nodes of `text`; None if it is too long or too deep, or not shown exactly as it was typed."""
    typed = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        if flatten_large_tables(flatten_deep_lines(tidy(typed))) != typed:
            return None
        html = _engine.to_html(typed, addresses=not is_crowded(typed))
        check_growth(html, woven=True)
        check_tags(html)
        return _read(html, _Columns(typed))
    except TextTooLong:
        return None


class _Columns:
    """Turns the engine's columns, which count bytes, into characters."""

    def __init__(self, text: str) -> None:
        self._lines = [] if text.isascii() else text.split("\n")
        self._known: dict[int, list[int]] = {}

    def of(self, line: int, byte: int) -> int:
        if not self._lines or byte < 1 or self._lines[line - 1].isascii():
            return byte
        if line not in self._known:
            raw = self._lines[line - 1].encode()
            self._known[line] = [0, *accumulate(each & 0xC0 != 0x80 for each in raw)]
        counted = self._known[line]
        beyond = max(0, byte - len(counted) + 1)
        return counted[byte - beyond] + beyond


def _read(html: str, columns: _Columns) -> list[Node]:
    top: list[Node] = []
    open_tags: list[tuple[str, list[Node]]] = [("", top)]
    for number, piece in enumerate(_TAGS.split(html)):
        if not number % 2:
            if piece:
                open_tags[-1][1].append(unescape(piece))
        elif piece[1] == "/":
            name = piece[2:-1]
            # The list of footnotes is opened at the first and closed at the end of the text, wherever they stand.
            if any(name == opened for opened, _children in open_tags):
                while open_tags.pop()[0] != name:
                    pass
        else:
            name = piece[1:-1].split(" ", 1)[0].rstrip("/")
            attributes = attributes_of(piece) if " " in piece else {}
            position = [int(each) for each in _NUMBERS.findall(attributes.pop("data-sourcepos", ""))]
            position[1::2] = map(columns.of, position[::2], position[1::2])
            children: list[Node] = []
            open_tags[-1][1].append([name, position, attributes, children])
            if name not in _VOID:
                open_tags.append((name, children))
            if len(open_tags) > TREE_LEVELS:
                raise TextTooLong("The text is nested too deeply to be edited visually.")
    return top
