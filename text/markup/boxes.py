"""Names for boxes that scroll: tables and code blocks. They can be reached by keyboard, so they need a name.

It is made from the text, which needs no translation: the header cells of a table, the first line of a code block.
"""

import re
from collections import Counter
from collections.abc import Iterable
from html import escape

MAX_NAME = 80


class BoxNames:
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
    return f' tabindex="0" role="region" aria-label="{escape(name)}"'


_BOX_ATTRIBUTES = re.compile(r' tabindex="0" role="region" aria-label="[^"]*"')


def without_box_attributes(html: str) -> str:
    """HTML for feeds: feed validators report these attributes as errors."""
    return _BOX_ATTRIBUTES.sub("", html).replace(' tabindex="0"', "")
