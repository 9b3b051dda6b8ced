"""The sections of a text: the lines from a heading to the next one that is not below it.

The engine says where headings are, so that nothing else has to know what a heading looks like.
"""

import re
from typing import NamedTuple

from text.markup.bounds import flatten_deep_lines, flatten_large_tables
from text.markup.engine import ComrakRenderer
from text.markup.limits import tidy

_engine = ComrakRenderer(positions=True)
# In the order of the HTML that readers get, which has footnotes at its end.
_engine.parsing.leave_footnote_definitions = False
_PLACE = re.compile(r'<h([1-6]) data-sourcepos="(\d+):')
_ID = re.compile(r'<h[1-6] id="([^"]*)"')
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


class Section(NamedTuple):
    """A text in three parts; `after` begins with the blank lines that part it from the section."""

    before: str
    source: str
    after: str

    def within(self, text: str) -> str | None:
        """The section in a `text` that `with_source` made; None if anything else has changed in it."""
        rest = self.after.lstrip("\r\n")
        if not text.startswith(self.before) or not text.endswith(rest):
            return None
        return text[len(self.before) : len(text) - len(rest)].rstrip("\r\n")

    def with_source(self, source: str) -> str:
        """The whole text with another source for the section. What follows it stays a block of its own."""
        if source.splitlines() == self.source.splitlines():
            return "".join(self)
        rest = self.after.lstrip("\r\n")
        gap = self.after[: len(self.after) - len(rest)]
        if rest and gap.count("\n") < 2:
            gap = "\n\n"
        source = source.rstrip("\r\n")
        return self.before + (source + gap if source else "") + rest


def section_of(text: str, html: str, wanted: str) -> Section | None:
    """The section of `text` under the heading with the id `wanted` in its `html`. Raises `TextTooLong`."""
    shown = flatten_large_tables(flatten_deep_lines(tidy(text)))
    # Which lines are headings does not depend on addresses, and finding those costs the square of their number.
    places = _PLACE.findall(_engine.to_html(shown, addresses=False))
    ids = _ID.findall(html)
    if wanted not in ids or len(places) != len(ids):
        return None
    at = ids.index(wanted)
    level, start = int(places[at][0]), int(places[at][1])
    following = (int(line) for other, line in places[at + 1 :] if int(other) <= level and int(line) > start)
    lines = _LINES.findall(text)
    end = next(following, len(lines) + 1)
    source = "".join(lines[start - 1 : end - 1])
    words = source.rstrip("\r\n")
    return Section("".join(lines[: start - 1]), words, source[len(words) :] + "".join(lines[end - 1 :]))
