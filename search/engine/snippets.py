"""The best passage of a text with the found words marked. Text in, safe HTML out; nothing is stored for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html import escape

from search.engine.analysis import LANGUAGES, STEMMERS, analyzer, fold

SCANNED = 20_000
"""Characters of a text that are looked at."""
LENGTH = 240
"""Characters of a snippet, roughly: it begins and ends between words."""

_WORD = re.compile(r"\w+")


class Marker:
    """Finds the words of one query in texts of any language; made once a request."""

    def __init__(self, words: Iterable[str], prefixes: Iterable[str] = ()) -> None:
        self.words = tuple(dict.fromkeys(words))
        self.prefixes = tuple(prefixes)
        self._by_language: dict[str, Callable[[str], str]] = {}
        self._patterns: dict[str, re.Pattern[str] | None] = {}

    def _pattern(self, language: str) -> re.Pattern[str] | None:
        """Matches every word that could share a stem with a word of the query; what it matches is then stemmed."""
        if language not in self._patterns:
            term = analyzer(language).term
            starts: set[str] = {prefix for prefix in self.prefixes if prefix}
            for word in self.words:
                stem = term(word)
                if stem:
                    # A stem may end otherwise than the word (policies, polici): compare what they share.
                    shared = next(
                        (at for at, pair in enumerate(zip(stem, word, strict=False)) if pair[0] != pair[1]), len(stem)
                    )
                    starts.add(stem[: max(1, min(shared, len(stem)))])
            self._patterns[language] = (
                re.compile(
                    rf"\b(?:{'|'.join(sorted(map(re.escape, starts), key=len, reverse=True))})\w*", re.IGNORECASE
                )
                if starts
                else None
            )
        return self._patterns[language]

    def matches(self, text: str, language: str) -> list[tuple[int, int, str]]:
        """Start, end and stem of each found word."""
        language = language[:2] if language[:2] in STEMMERS else LANGUAGES[0]
        pattern = self._pattern(language)
        if pattern is None:
            return []
        term = analyzer(language).term
        stems = {term(word) for word in self.words} - {""}
        # Where accents are common, one may stand in the text and not in the query: then every word is looked at.
        candidates = (pattern if language == "en" or text.isascii() else _WORD).finditer(text)
        found: list[tuple[int, int, str]] = []
        for match in candidates:
            word = fold(match.group())
            stem = term(word)
            if stem in stems or (self.prefixes and word.startswith(self.prefixes)):
                found.append((match.start(), match.end(), stem))
        return found

    def snippet(self, text: str, language: str = "en") -> str:
        """The passage with most of the query's words, marked. The beginning of the text where it holds none of them."""
        text = text[:SCANNED]
        found = self.matches(text, language)
        start = best_window(found)
        start = text.rfind(" ", 0, max(0, start - 60)) + 1 if start > 80 else 0
        end = len(text) if len(text) - start <= LENGTH + 40 else text.rfind(" ", start, start + LENGTH)
        end = end if end > start else min(len(text), start + LENGTH)
        return marked(text, found, start, end)

    def title(self, text: str, language: str = "en") -> str:
        """A whole text, marked."""
        return marked(text, self.matches(text, language), 0, len(text))


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
