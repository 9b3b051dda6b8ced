"""Names for what may be wider than the page and scrolls: tables and blocks of code. Each is a stop of the Tab key, so it has one.

The name is made of the text's own words, which need no translation: a table is called by its header cells, code by its first line.
"""

import re
from collections import Counter
from collections.abc import Iterable
from html import escape

MAX_NAME = 80


class BoxNames:
    """The names of one text: two boxes never share one."""

    def __init__(self) -> None:
        self._given: Counter[str] = Counter()

    def table(self, cells: Iterable[str]) -> str:
        return self._unique(", ".join(filter(None, (" ".join(cell.split()) for cell in cells))))

    def code(self, text: str) -> str:
        lines = (" ".join(line.split()) for line in text.splitlines())
        return self._unique(next(filter(None, lines), ""))

    def _unique(self, words: str) -> str:
        name = words[:MAX_NAME].strip() or "…"
        self._given[name] += 1
        return f"{name} ({self._given[name]})" if self._given[name] > 1 else name


def box_attributes(name: str) -> str:
    """What makes a box one that a keyboard can scroll and a screen reader can name."""
    return f' tabindex="0" role="region" aria-label="{escape(name)}"'


_BOX_ATTRIBUTES = re.compile(r' tabindex="0" role="region" aria-label="[^"]*"')


def without_box_attributes(html: str) -> str:
    """HTML for feed readers, which have keys of their own and take such attributes for a fault."""
    return _BOX_ATTRIBUTES.sub("", html).replace(' tabindex="0"', "")
