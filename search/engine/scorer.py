"""Scoring term at a time: one pass over the postings of each word gives the hits, their exact number and their scores.

The formula is Whoosh's BM25F (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009), K1 1.5, B 0.75.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from math import log

from search.engine import postings as disk
from search.engine.reader import LENGTHS, Snapshot

K1, B = 1.5, 0.75

Term = tuple[str, str, float]
"""Field, term, boost."""
Scores = dict[int, float]


@dataclass(frozen=True)
class Word:
    """One word of a query: found if any of its terms is, scored by their sum."""

    terms: tuple[Term, ...]
    best_only: bool = False
    """Score by the best term alone: for the expansions of a prefix, where a sum would favour long lists of words."""


def idf(snapshot: Snapshot, field: str, term: str) -> float:
    return rarity(snapshot, snapshot.frequency(field, term))


def rarity(snapshot: Snapshot, frequency: int) -> float:
    return log(snapshot.size / (frequency + 1)) + 1


def term_scores(snapshot: Snapshot, term: Term) -> Iterator[tuple[array[int] | list[int], list[float]]]:
    """The documents of one term and their scores, a pair for each segment in which it occurs."""
    field, text, boost = term
    encoded = text.encode()
    parts = [
        (segment, base, found)
        for segment, base in zip(snapshot.segments, snapshot.bases, strict=True)
        if (found := segment.postings(field, encoded)) is not None
    ]
    if not parts:
        return
    factor = boost * rarity(snapshot, sum(len(found[0]) for _segment, _base, found in parts)) * (K1 + 1)
    average = snapshot.average_length(field)
    norms = [K1 * ((1 - B) + B * length / average) for length in LENGTHS]
    once = [factor / (1 + norm) for norm in norms]
    for segment, base, (numbers, weights) in parts:
        lengths = map(segment.lengths(field).__getitem__, numbers)
        if weights.count(1.0) == len(weights):
            # Most words of titles, and many of texts, occur once: nothing is left to reckon.
            values = list(map(once.__getitem__, lengths))
        else:
            values = [
                once[length] if weight == 1.0 else factor * weight / (weight + norms[length])
                for weight, length in zip(weights, lengths, strict=True)
            ]
        yield ([number + base for number in numbers] if base else numbers), values


def word_scores(snapshot: Snapshot, word: Word) -> tuple[array[int], array[float]]:
    """The documents of a word, in order, and their scores, remembered by the snapshot."""
    known = snapshot.scored.get(word)
    if known is not None:
        return known
    scores: Scores = {}
    for term in word.terms:
        for numbers, values in term_scores(snapshot, term):
            # A term occurs once in a segment: what is not there yet can be taken over as a whole.
            fresh = dict(zip(numbers, values, strict=True))
            for number in fresh.keys() & scores.keys():
                fresh[number] = max(fresh[number], scores[number]) if word.best_only else fresh[number] + scores[number]
            scores.update(fresh)
    numbers = array("I", sorted(scores))
    found = numbers, array("f", map(scores.__getitem__, numbers))
    return snapshot.scored.put(word, found, len(scores) + 16)


FEW = 16
"""Where hits are this many times fewer than a word's documents, each is looked up instead of reading them all."""


def match_all(snapshot: Snapshot, words: Iterable[Word]) -> Scores:
    """Documents that hold every word."""
    lists = sorted((word_scores(snapshot, word) for word in words), key=lambda found: len(found[0]))
    if not lists:
        return {}
    hits = dict(zip(*lists[0], strict=True))
    for numbers, values in lists[1:]:
        if not hits:
            break
        if len(hits) * FEW < len(numbers):
            places = [(number, bisect_left(numbers, number)) for number in hits]
            last = len(numbers) - 1
            hits = {n: hits[n] + values[at] for n, at in places if at <= last and numbers[at] == n}
        else:
            hits = {
                number: hits[number] + value for number, value in zip(numbers, values, strict=True) if number in hits
            }
    return hits


def match_any(snapshot: Snapshot, words: Iterable[Word]) -> Scores:
    """Documents that hold at least one word."""
    lists = [word_scores(snapshot, word) for word in words]
    if len(lists) < 2:
        return dict(zip(*lists[0], strict=True)) if lists else {}
    # A list over all documents is twice as fast to add to as a dictionary, and holds a float each at most.
    sums = [0.0] * snapshot.size
    touched: set[int] = set()
    for numbers, values in lists:
        touched.update(numbers)
        for number, value in zip(numbers, values, strict=True):
            sums[number] += value
    return {number: sums[number] for number in touched}


def phrase_numbers(snapshot: Snapshot, field: str, terms: Sequence[tuple[str, int]]) -> set[int]:
    """Documents in which the terms stand at the given distances from one another; deleted ones included."""
    matched: set[int] = set()
    for segment, base in zip(snapshot.segments, snapshot.bases, strict=True):
        lists = [segment.postings(field, term.encode()) for term, _ in terms]
        if not all(lists):
            continue
        wanted = set.intersection(*(set(found[0]) for found in lists if found))
        if not wanted:
            continue
        with segment.lock:
            places = [(offset, disk.positions(segment.reader, field, term.encode(), wanted)) for term, offset in terms]
        for number in wanted:
            starts: set[int] | None = None
            for offset, found_at in places:
                here = {position - offset for position in found_at.get(number, ())}
                starts = here if starts is None else starts & here
                if not starts:
                    break
            if starts:
                matched.add(number + base)
    return matched


def best(scores: Scores, count: int) -> list[tuple[int, float]]:
    """The highest scores first; the older document first where they are equal."""
    return nlargest(count, scores.items(), key=lambda hit: (hit[1], -hit[0]))
