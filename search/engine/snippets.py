"""The best passage of a text with the found words marked. Text in, safe HTML out; nothing is stored for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from typing import NamedTuple

from search.engine.analysis import LANGUAGES, STEMMERS, analyzer, fold

SCANNED = 20_000
"""Characters of a text that are looked at."""
MOST = 60
"""Places of one word that are looked at."""
LENGTH = 240
"""Characters of a snippet, roughly: it begins and ends between words."""

_WORD = re.compile(r"\w+")


class Passage(NamedTuple):
    """Part of a text, as HTML, how many different words of the query stand in it, and where the first of them is."""

    html: str
    words: int
    place: int


class Marker:
    """Finds the words of one query in texts of any language; made once a request."""

    def __init__(self, words: Iterable[str], prefixes: Iterable[str] = ()) -> None:
        self.words = tuple(dict.fromkeys(words))
        self.prefixes = tuple(prefixes)
        self._by_language: dict[str, tuple[tuple[str, ...], frozenset[str]]] = {}

    def _starts(self, language: str) -> tuple[tuple[str, ...], frozenset[str]]:
        """Beginnings that every form of a word of the query has, and the stems that a found word must have."""
        if language not in self._by_language:
            term = analyzer(language).term
            stems: dict[str, str] = {stem: word for word in self.words if (stem := term(word))}
            starts = {prefix for prefix in self.prefixes if prefix}
            for stem, word in stems.items():
                # A stem may end otherwise than the word (policies, polici): look for what they share.
                shared = next((at for at, (a, b) in enumerate(zip(stem, word, strict=False)) if a != b), len(stem))
                starts.add(stem[:shared] or stem)
            self._by_language[language] = tuple(sorted(starts)), frozenset(stems)
        return self._by_language[language]

    def matches(self, text: str, language: str) -> list[tuple[int, int, str]]:
        """Start, end and stem of each found word, in order."""
        language = language[:2] if language[:2] in STEMMERS else LANGUAGES[0]
        starts, stems = self._starts(language)
        term = analyzer(language).term
        places: Iterable[int]
        if language == LANGUAGES[0] or text.isascii():
            places = sorted(set(_beginnings(text, starts)))
        else:
            # Where accents are common, one may stand in the text and not in the query: every word is looked at.
            places = (match.start() for match in _WORD.finditer(text))
        found: list[tuple[int, int, str]] = []
        for begin in places:
            match = _WORD.match(text, begin)
            if match is None:
                continue
            word = fold(match.group())
            stem = term(word)
            if stem in stems or (self.prefixes and word.startswith(self.prefixes)):
                found.append((begin, match.end(), stem))
        return found

    def snippet(self, text: str, language: str = "en") -> str:
        """The passage with most of the query's words, marked. The beginning of the text where it holds none of them."""
        return self.passage(text[:SCANNED], language).html

    def passage(self, text: str, language: str = "en") -> Passage:
        """The passage that `snippet` shows, of a text of any length."""
        found = self.matches(text, language)
        place = best_window(found)
        words = len({stem for begin, end, stem in found if begin >= place and end <= place + LENGTH})
        start = place
        start = text.rfind(" ", 0, max(0, start - 60)) + 1 if start > 80 else 0
        end = len(text) if len(text) - start <= LENGTH + 40 else text.rfind(" ", start, start + LENGTH)
        end = end if end > start else min(len(text), start + LENGTH)
        return Passage(marked(text, found, start, end), words, place)

    def title(self, text: str, language: str = "en") -> str:
        """A whole text, marked."""
        return marked(text, self.matches(text, language), 0, len(text))


def _beginnings(text: str, starts: Iterable[str]) -> Iterator[int]:
    """Where a word of the text begins with one of `starts`. Plain finding is many times faster than a pattern here."""
    low = text.lower()
    if len(low) != len(text):
        low = text
    for start in starts:
        at, found = low.find(start), 0
        while at >= 0 and found < MOST:
            if at == 0 or not low[at - 1].isalnum():
                yield at
                found += 1
            at = low.find(start, at + 1)


def best_window(found: list[tuple[int, int, str]]) -> int:
    """Where the stretch of a snippet's length with most different words begins; most words, where that is even."""
    best, start = (0, 0), 0
    first = 0
    for last, (_begin, end, _stem) in enumerate(found):
        while end - found[first][0] > LENGTH - 60:
            first += 1
        inside = found[first : last + 1]
        worth = (len({stem for _, _, stem in inside}), len(inside))
        if worth > best:
            best, start = worth, found[first][0]
    return start


def marked(text: str, found: list[tuple[int, int, str]], start: int, end: int) -> str:
    """The passage as HTML: everything escaped, found words in <mark>."""
    parts: list[str] = ["… "] if start else []
    at = start
    for begin, stop, _stem in found:
        if begin < at or stop > end:
            continue
        parts += [_plain(text[at:begin]), "<mark>", escape(text[begin:stop]), "</mark>"]
        at = stop
    parts.append(_plain(text[at:end]))
    if end < len(text):
        parts.append(" …")
    return "".join(parts).strip()


def _plain(text: str) -> str:
    return escape(re.sub(r"\s+", " ", text))
