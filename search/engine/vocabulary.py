"""Words near a word: for fuzzy search and for misspelt words."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

import numpy as np

from search.engine.analysis import analyzer
from search.engine.columns import Mask
from search.engine.reader import Snapshot
from search.engine.schema import TEXT, WORDS
from search.spelling import RARE
from search.spelling import Near as Spelling


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


def words(snapshot: Snapshot, field: str, prefix: str) -> Iterator[str]:
    """The distinct terms of a field that start with a prefix."""
    seen: set[bytes] = set()
    for segment in snapshot.segments:
        for term, _count in segment.file.frequencies(field, prefix.encode()):
            if term not in seen:
                seen.add(term)
                yield term.decode()


def by_length(snapshot: Snapshot, field: str, prefix: str) -> dict[int, list[str]]:
    """The terms of a field that start with a prefix, by their length; remembered by the snapshot."""
    known = snapshot.spelt.get((field, prefix))
    if known is not None:
        return known
    found: dict[int, list[str]] = {}
    for term in words(snapshot, field, prefix):
        found.setdefault(len(term), []).append(term)
    return snapshot.spelt.put((field, prefix), found, sum(map(len, found.values())) + 16)


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
        alike = by_length(snapshot, field, prefix)
        for term in chain.from_iterable(alike.get(len(word) + more, ()) for more in range(-allowed, allowed + 1)):
            if (
                term != word
                # A change takes one letter away and brings one: most words are told apart by that alone.
                and len(letters.symmetric_difference(term)) <= 2 * allowed
                and (off := distance(word, term, allowed)) <= allowed
                and (count := int(np.count_nonzero(seen[snapshot.numbers(field, term)])))
            ):
                found.append(Near(off, count, term))
    return sorted(found, key=lambda one: (one.off, -one.count, one.term))[:limit]


def spellings(
    snapshot: Snapshot, word: str, tokens: frozenset[str], withheld: frozenset[int]
) -> tuple[int, list[Spelling]]:
    """On how many pages that the reader may read a word is, in any form, and the words near it there; remembered."""
    key = (word, tokens, withheld)
    if (known := snapshot.near.get(key)) is not None:
        return known
    seen = snapshot.seen(tokens, withheld)
    forms = [(WORDS, word), *((TEXT + one, analyzer(one).term(word)) for one in snapshot.languages(tokens, withheld))]
    own = max(int(np.count_nonzero(seen[snapshot.numbers(field, term)])) for field, term in forms)
    found: list[Spelling] = []
    if own <= RARE:
        found = [
            Spelling(one.term, one.count, one.off) for one in near(snapshot, WORDS, word, seen) if one.term.isalpha()
        ]
    return snapshot.near.put(key, (own, found), 1)
