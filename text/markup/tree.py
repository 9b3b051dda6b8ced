"""A text as a tree in which each node says where it is: what the visual editor is opened with.

It is the engine's own HTML, read back, so there is one parser for readers and writers.
"""

import re
from html import unescape
from typing import Any

from text.markup.bounds import flatten_deep_lines, flatten_large_tables, is_crowded
from text.markup.engine import ComrakRenderer
from text.markup.limits import check_growth, tidy
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
    """The top nodes of `text`; None if it is too long, or not shown exactly as it was typed."""
    typed = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        if flatten_large_tables(flatten_deep_lines(tidy(typed))) != typed:
            return None
        html = _engine.to_html(typed, addresses=not is_crowded(typed))
        check_growth(html, woven=True)
    except TextTooLong:
        return None
    return _read(html)


def _read(html: str) -> list[Node]:
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
            children: list[Node] = []
            open_tags[-1][1].append([name, position, attributes, children])
            if name not in _VOID:
                open_tags.append((name, children))
    return top
