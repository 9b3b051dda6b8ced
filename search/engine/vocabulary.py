"""Words near a word: for fuzzy search and for misspelt words."""

from __future__ import annotations

from itertools import chain
from typing import NamedTuple

import numpy as np

from search.engine.analysis import analyzer
from search.engine.columns import Mask
from search.engine.reader import Snapshot
from search.engine.schema import TEXT, WORDS
from search.engine.segment import Segment
from search.spelling import RARE
from search.vocabulary import Known, Vocabulary, bases
from search.vocabulary import Near as Spelling


def distance(one: str, other: str, limit: int) -> int:
    """How many letters to insert, drop, change or swap with their neighbour (Damerau 1964); more than `limit` is limit + 1."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        current = [row]
        for column, against in enumerate(other, 1):
            cost = min(last[column] + 1, current[-1] + 1, last[column - 1] + (letter != against))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == against:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        if min(current) > limit:
            return limit + 1
        before, last = last, current
    return min(last[-1], limit + 1)


def by_length(segment: Segment, field: str, prefix: str) -> dict[int, list[str]]:
    """The terms of a field that start with a prefix, by their length; remembered with the segment, which never changes."""
    if (known := segment.spelt.get((field, prefix))) is not None:
        return known
    found: dict[int, list[str]] = {}
    for term in segment.file.words(field, prefix):
        found.setdefault(len(term), []).append(term)
    return segment.spelt.put((field, prefix), found, sum(map(len, found.values())) + 16)


class Near(NamedTuple):
    """A term that differs from a word by so many letters, and how many of the documents asked about hold it."""

    off: int
    count: int
    term: str


def near(snapshot: Snapshot, field: str, word: str, seen: Mask, *, limit: int = 40) -> list[Near]:
    """Terms of documents that are `seen` which differ from a word by one letter, or by two in a word of six or more; nearest
    and most frequent first.

    The first letter is taken to be right, or swapped with the second: else every term would have to be read.
    """
    allowed = 2 if len(word) >= 6 else 1
    if len(word) < 3:
        return []
    found: list[Near] = []
    letters = set(word)
    for prefix in dict.fromkeys((word[0], word[1])):
        alike = [by_length(segment, field, prefix) for segment in snapshot.segments]
        lengths = range(len(word) - allowed, len(word) + allowed + 1)
        for term in dict.fromkeys(chain.from_iterable(own.get(length, ()) for length in lengths for own in alike)):
            if (
                term != word
                # A change takes one letter away and brings one: most words are told apart by that alone.
                and len(letters.symmetric_difference(term)) <= 2 * allowed
                and (off := distance(word, term, allowed)) <= allowed
                and (count := int(np.count_nonzero(seen[snapshot.numbers(field, term)])))
            ):
                found.append(Near(off, count, term))
    return sorted(found, key=lambda one: (one.off, -one.count, one.term))[:limit]


class IndexVocabulary(Vocabulary):
    """What a snapshot knows; remembered with it."""

    def __init__(self, snapshot: Snapshot, tokens: frozenset[str], withheld: frozenset[int]) -> None:
        self.snapshot, self.key = snapshot, (tokens, withheld)
        self.seen = snapshot.seen(tokens, withheld)
        self.languages = snapshot.languages(tokens, withheld)

    def _visible(self, field: str, term: str) -> int:
        return int(np.count_nonzero(self.seen[self.snapshot.numbers(field, term)]))

    def near(self, word: str) -> tuple[Known, list[Spelling]]:
        if (known := self.snapshot.near.get((word, *self.key))) is not None:
            return known
        count = self.count(word)
        found = near(self.snapshot, WORDS, word, self.seen) if count <= RARE else []
        own = Known(
            count,
            self._forms(word),
            bool(found) and any(self.count(base) > RARE for base in bases(word)),
        )
        spelt = [Spelling(one.term, one.count, one.off, self._forms(one.term)) for one in found if one.term.isalpha()]
        return self.snapshot.near.put((word, *self.key), (own, spelt), 1)

    def _forms(self, word: str) -> int:
        stems = [(TEXT + language, analyzer(language).term(word)) for language in self.languages]
        return max(self._visible(field, term) for field, term in [(WORDS, word), *stems])

    def count(self, word: str) -> int:
        return self._visible(WORDS, word)

    def bears(self, word: str, language: str) -> bool:
        return bool(self._visible(TEXT + language, analyzer(language).term(word)))

    def compounds(self, word: str) -> list[str]:
        found: set[str] = set()
        for segment in self.snapshot.segments:
            found.update(segment.file.words(WORDS, word))
            for ending in ("", "n", "en", "s"):
                found.update(segment.ending_with(word + ending))
        counted = [(self.count(one), one) for one in found if one != word and one.isalpha()]
        return [one for count, one in sorted(counted, key=lambda pair: (-pair[0], pair[1])) if count]
