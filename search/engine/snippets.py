"""The best passage of a text with the found words marked. Text in, safe HTML out; nothing is stored for it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import NamedTuple

from search.engine.analysis import LANGUAGES, STEMMERS, analyzer, fold, visible

SCANNED = 20_000
"""Characters of a text that are looked at."""
MOST = 60
"""Places of one word that are looked at where the whole text has to be."""
LENGTH = 240
"""Characters of a snippet, roughly: it begins and ends between words."""
BEFORE = 60
"""Characters of it before the found words, roughly."""
RAREST, TRIED = 2, 6
"""The best passage is looked for around the first places of the words that the text holds least often: so many of each."""

_WORD = re.compile(r"\w+")
_BLANKS = re.compile(r"\s+")
INFLECTED_IN_FRONT = frozenset({"ar"})
"""Languages whose words change at their beginning: an article is written to the noun."""

Place = tuple[int, int, str]
"""Where a found word begins and ends, and its stem."""


# The letters of western Europe in lower case and without accents, one for one, so that places stay what they were.
_PLAIN = bytes(ord(plain[0]) if (plain := fold(chr(code))) and plain[0].isascii() else 0 for code in range(256))


class _Terms(dict[str, str]):
    """Written word to its stem if the query asks for it, else "": texts repeat the same words."""

    def __init__(self, language: str, words: Iterable[str], prefixes: tuple[str, ...]) -> None:
        self.term, self.prefixes = analyzer(language).term, prefixes
        stems: dict[str, str] = {stem: word for word in words if (stem := self.term(word))}
        self.stems = frozenset(stems)
        starts = set(filter(None, prefixes))
        for stem, word in stems.items():
            # A stem may end otherwise than the word (policies, polici): look for what they share.
            shared = next((at for at, (a, b) in enumerate(zip(stem, word, strict=False)) if a != b), len(stem))
            start = stem[:shared] or stem
            # In the folded text, an ß is one s.
            starts.add(start[: start.find("ss") + 1 or None] if language == "de" else start)
        self.starts = tuple(sorted(starts))
        """Beginnings that every form of a word of the query has."""
        self.plain = all(map(str.isascii, starts)) and language[:2] not in INFLECTED_IN_FRONT
        """Whether they can be looked for in the bytes of a text, which is much faster."""

    def __missing__(self, written: str) -> str:
        word = fold(written)
        stem = self.term(word)
        asked = stem in self.stems or (self.prefixes and word.startswith(self.prefixes))
        self[written] = found = (stem or word) if asked else ""
        return found


class Passage(NamedTuple):
    """Part of a text, as HTML, how many different words of the query stand in it, and where the first of them is."""

    html: str
    words: int
    place: int


class Marker:
    """Finds the words of one query in texts of any language; made once a request."""

    def __init__(self, words: Iterable[str], prefixes: Iterable[str] = ()) -> None:
        self.words = tuple(dict.fromkeys(words))
        self.prefixes = tuple(filter(None, prefixes))
        self._terms: dict[str, _Terms] = {}

    def _of(self, language: str) -> _Terms:
        language = language[:2] if language[:2] in STEMMERS else LANGUAGES[0]
        if language not in self._terms:
            self._terms[language] = _Terms(language, self.words, self.prefixes)
        return self._terms[language]

    def snippet(self, text: str, language: str = "en") -> str:
        """The passage with most of the query's words, marked. The beginning of the text where it holds none of them."""
        return self.passage(text[:SCANNED], language).html

    def passage(self, text: str, language: str = "en") -> Passage:
        """The passage that `snippet` shows, of a text of any length."""
        text = visible(text)
        terms = self._of(language)
        low = _folded(text) if terms.plain else b""
        place = _best_place(text, low, terms) if terms.plain else best_window(_matches(text, low, terms, 0, len(text)))
        start = text.rfind(" ", 0, max(0, place - BEFORE)) + 1 if place > BEFORE + 20 else 0
        end = len(text) if len(text) - start <= LENGTH + 40 else text.rfind(" ", start, start + LENGTH)
        end = end if end > start else min(len(text), start + LENGTH)
        shown = _matches(text, low, terms, start, end)
        return Passage(marked(text, shown, start, end), len({stem for _begin, _end, stem in shown}), place)

    def title(self, text: str, language: str = "en") -> str:
        """A whole text, marked."""
        text = visible(text)
        found = _matches(text, _folded(text), self._of(language), 0, len(text))
        return marked(text, found, 0, len(text))


def _folded(text: str) -> bytes:
    """The text as it is searched, a byte a letter; letters of other alphabets are lost."""
    return text.encode("latin-1", "replace").translate(_PLAIN)


def _beginnings(text: str, low: bytes, start: str, at: int, end: int, most: int) -> list[int]:
    """Where words of a stretch of text begin with `start`. Plain finding is many times faster than a pattern here."""
    sought = start.encode()
    places: list[int] = []
    at = low.find(sought, at, end)
    while at >= 0 and len(places) < most:
        if at == 0 or not text[at - 1].isalnum():
            places.append(at)
        at = low.find(sought, at + 1, end)
    return places


def _verified(text: str, places: Iterable[int], terms: _Terms) -> list[Place]:
    """The words at these places that the query asks for: many begin like them."""
    found: list[Place] = []
    for begin in places:
        match = _WORD.match(text, begin)
        if match is not None and (stem := terms[match.group()]):
            found.append((begin, match.end(), stem))
    return found


def _matches(text: str, low: bytes, terms: _Terms, start: int, end: int) -> list[Place]:
    """The found words of a stretch of text, in order."""
    if terms.plain:
        places = sorted({at for word in terms.starts for at in _beginnings(text, low, word, start, end, MOST)})
    else:
        places = [match.start() for match in _WORD.finditer(text, start, end)]
    return _verified(text, places, terms)


def _best_place(text: str, low: bytes, terms: _Terms) -> int:
    """Where the stretch with most different words of the query lies, among those that hold its rarest words."""
    counts = sorted((count, start) for start in terms.starts if (count := low.count(start.encode())))
    there = [start.encode() for _count, start in counts]
    best = place = rare = 0
    for _count, start in counts:
        here = _verified(text, _beginnings(text, low, start, 0, len(low), TRIED), terms)
        for begin, _end, _stem in here:
            first, last = max(0, begin - BEFORE), begin + LENGTH - BEFORE
            worth = sum(low.find(other, first, last) >= 0 for other in there)
            if worth > best:
                best, place = worth, begin
        rare += bool(here)
        if rare == RAREST or best == len(there):
            break
    return place


def best_window(found: list[Place]) -> int:
    """Where the stretch of a snippet's length with most different words begins; most words, where that is even."""
    best, start = (0, 0), 0
    first = 0
    for last, (_begin, end, _stem) in enumerate(found):
        while end - found[first][0] > LENGTH - BEFORE:
            first += 1
        inside = found[first : last + 1]
        worth = (len({stem for _, _, stem in inside}), len(inside))
        if worth > best:
            best, start = worth, found[first][0]
    return start


def marked(text: str, found: list[Place], start: int, end: int) -> str:
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
    return escape(_BLANKS.sub(" ", text))
