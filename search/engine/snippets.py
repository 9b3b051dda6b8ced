"""The best passage of a text with the found words marked. Text in, safe HTML out; nothing is stored for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

from search.engine.analysis import LANGUAGES, STEMMERS
from search.engine.matches import BEFORE, LENGTH, Place, Terms, best_place, low_letters, matches
from search.engine.words import visible

SCANNED = 20_000
"""Characters of a text that are looked at."""
LEAD = 120
"""Characters before the found words among which the beginning of a sentence is looked for."""
_BLANKS = re.compile(r"\s+")
_SENTENCE_END = re.compile(r"[.!?…][\"”’»)\]]*\s+|[。！？]|\s*\n\s*")
_MARKUP = re.compile(r"\*{2,}|_{2,}|`{3}\w*|\]\([^)\s]*\)?|\\(?=[\[\]*_])|\|[\s|:]*-{2,}[\s|:-]*|(?:^|(?<=\n))#{1,6}\s")
"""What a text that was imported may have kept of its markup."""


class Passage(NamedTuple):
    """Part of a text, as HTML, how many different words of the query are in it, and where the first of them is."""

    html: str
    words: int
    place: int


class Marker:
    """Finds the words of one query in texts of any language; made once a request."""

    def __init__(self, words: Iterable[str], prefixes: Iterable[str] = (), runs: Iterable[Sequence[str]] = ()) -> None:
        self.words = tuple(dict.fromkeys(words))
        self.prefixes = tuple(filter(None, prefixes))
        self._terms: dict[str, Terms] = {}
        # Marked as a whole, stop words too. Written with accents, each word is marked alone.
        phrases = "|".join(r"\W+".join(map(re.escape, run)) for run in runs if len(run) > 1)
        self._runs = re.compile(rf"(?<!\w)(?:{phrases})(?!\w)", re.IGNORECASE) if phrases else None

    def _of(self, language: str) -> Terms:
        language = language[:2] if language[:2] in STEMMERS else LANGUAGES[0]
        if language not in self._terms:
            self._terms[language] = Terms(language, self.words, self.prefixes)
        return self._terms[language]

    def snippet(self, text: str, language: str = "en") -> str:
        """The passage with most of the query's words, marked. The beginning of the text where it holds none of them."""
        return self.passage(text[:SCANNED], language).html

    def passage(self, text: str, language: str = "en") -> Passage:
        """The passage that `snippet` shows, of a text of any length."""
        text = visible(text)
        terms = self._of(language)
        low = low_letters(text, terms)
        run = self._runs.search(text) if self._runs else None
        place = run.start() if run else best_place(text, low, terms)
        start, whole = _beginning(text, place)
        most = max(start + LENGTH, place + LENGTH - BEFORE)
        end = len(text) if len(text) <= most + 40 else text.rfind(" ", start, most)
        end = end if end > place else min(len(text), most)
        shown = matches(text, low, terms, start, end)
        html = marked(text, self._with_runs(text, shown, start, end), start, end, cut=not whole)
        return Passage(html, len({stem for _begin, _end, stem in shown}), place)

    def title(self, text: str, language: str = "en") -> str:
        """A whole text, marked."""
        text = visible(text)
        terms = self._of(language)
        found = matches(text, low_letters(text, terms), terms, 0, len(text))
        return marked(text, self._with_runs(text, found, 0, len(text)), 0, len(text))

    def _with_runs(self, text: str, found: list[Place], start: int, end: int) -> list[Place]:
        runs = [(*run.span(), "") for run in self._runs.finditer(text, start, end)] if self._runs else []
        return sorted([*found, *runs], key=lambda place: (place[0], -place[1])) if runs else found


def _beginning(text: str, place: int) -> tuple[int, bool]:
    """Where a passage with this place begins, and whether that is a sentence; else between words."""
    if place <= LEAD:
        return 0, True
    if ends := [sentence.end() for sentence in _SENTENCE_END.finditer(text, place - LEAD, place)]:
        return ends[-1], True
    start = text.rfind(" ", 0, place - BEFORE) + 1
    # Some scripts part no words: what was found must be in the passage all the same.
    return (place if place - start > 2 * BEFORE else start), False


def marked(text: str, found: list[Place], start: int, end: int, *, cut: bool = False) -> str:
    """The passage as HTML: everything escaped, found words in <mark>. `cut` says that it begins within a sentence."""
    parts: list[str] = ["… "] if cut else []
    at = start
    for begin, stop, _stem in found:
        stop = min(stop, end)
        if begin < at or begin >= end:
            continue
        parts += [_plain(text[at:begin]), "<mark>", escape(text[begin:stop]), "</mark>"]
        at = stop
    parts.append(_plain(text[at:end]))
    if end < len(text):
        parts.append(" …")
    return "".join(parts).strip()


def _plain(text: str) -> str:
    return escape(_BLANKS.sub(" ", _MARKUP.sub(" ", text)))
