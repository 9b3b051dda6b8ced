"""From text to terms: stop words left out, stems by the language of the text."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import count

from search.engine.stemming import STEMMERS, stemmer
from search.engine.stopwords import STOP_WORDS
from search.engine.words import MAX_TERM, camel_parts, fold, joined, raw_words, words

DEFAULT_LANGUAGE = "en"
LANGUAGES = tuple(STEMMERS)

MAX_TOKENS = 60_000
"""Tokens of one field of one document that are indexed; a position must fit sixteen bits."""


class Known(dict[str, str]):
    """Written word to term, made by `read` when it is first asked for. A site's vocabulary is small beside its text."""

    REMEMBERED = 200_000

    def __init__(self, read: Callable[[str], str]) -> None:
        self.read = read

    def __missing__(self, word: str) -> str:
        if len(self) >= self.REMEMBERED:
            self.clear()
        self[word] = term = self.read(word)
        return term


class Analyzer:
    """The analysis of one language."""

    def __init__(self, language: str) -> None:
        self.language = language if language in STEMMERS else DEFAULT_LANGUAGE
        self._stem = stemmer(self.language)
        # Stop words are kept with their accents where they are written with them, and without.
        self.stops = frozenset(form for word in STOP_WORDS[self.language] for form in (word, fold(word)))
        self._terms = Known(self._folded)

    def _folded(self, word: str) -> str:
        if word in self.stops:
            return ""
        # The word was folded before: the stemmer misses its accents, but who types none finds the page.
        return word[:MAX_TERM] if len(word) > 24 or not word.isalpha() else self._stem(word) or word

    def term(self, word: str) -> str:
        """The term of one folded word, or "" if it is a stop word."""
        return self._terms[word]

    def terms(self, text: str) -> list[str]:
        """The terms of a query text in order, stop words left out."""
        return [term for word in words(text) if (term := self._terms[word])]

    def read(self, parts: Sequence[str]) -> tuple[dict[str, int], dict[str, list[int]]]:
        """Term to how often the parts of a document hold it, and their folded words with the positions of each.

        Beside what is written, words in CamelCase are found by their parts, and `joined` words as one: after the text, so that
        no phrase holds them.
        """
        written, camel, position = _grouped(parts)
        counts: dict[str, int] = {}
        for word, places in written.items():
            if term := self._terms[word]:
                counts[term] = counts.get(term, 0) + len(places)
        more = {part[:MAX_TERM] for word in camel for part in _folded.camel.get(word, ())}
        for word in sorted(more.union(*map(joined, parts)).difference(written)):
            position = min(position + 2, 65_000)
            written[word] = [position]
            if term := self._terms[word]:
                counts.setdefault(term, 1)
        return counts, written


@lru_cache(maxsize=16)
def analyzer(language: str) -> Analyzer:
    """The one analyser of a language in this process; an unknown language is read as English."""
    return Analyzer(language[:2].lower() if language else DEFAULT_LANGUAGE)


class _Folded(Known):
    """Written word to folded word; those in CamelCase with their parts."""

    def __init__(self) -> None:
        super().__init__(lambda word: fold(word)[:MAX_TERM])
        self.camel: dict[str, tuple[str, ...]] = {}

    def __missing__(self, word: str) -> str:
        if not self:
            self.camel.clear()
        if parts := camel_parts(word):
            self.camel[word] = parts
        return super().__missing__(word)


_folded = _Folded()


def _grouped(parts: Sequence[str]) -> tuple[dict[str, list[int]], set[str], int]:
    """Each folded word with its positions, in order; the words in CamelCase; the next position. No phrase spans two parts."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    camel: set[str] = set()
    position = 0
    for part in parts:
        inside = raw_words(part)
        # A loop without a line of Python in it: this meets every word of the site.
        deque(map(list.append, map(found.__getitem__, map(_folded.__getitem__, inside)), count(position)), maxlen=0)
        if _folded.camel:
            camel.update(filter(_folded.camel.__contains__, inside))
        position += len(inside) + 7
        if position >= MAX_TOKENS:
            break
    held = dict(found)
    if position > MAX_TOKENS:
        held = {word: kept for word, places in found.items() if (kept := [at for at in places if at < MAX_TOKENS])}
    return held, camel, position


def written_positions(parts: Sequence[str]) -> dict[str, list[int]]:
    """The folded words of the parts of a document, each with its positions, in order."""
    return _grouped(parts)[0]
