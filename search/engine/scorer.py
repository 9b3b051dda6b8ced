"""Scoring term at a time: one pass over the postings of each word gives the hits, their exact number and their scores.

The formula is Whoosh's BM25F (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009), K1 1.5, B 0.75.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import nlargest
from math import log
from typing import TypeAlias

from search.engine import postings as disk
from search.engine.reader import K1, Snapshot

Term = tuple[str, str, float]
"""Field, term, boost."""
Scores = dict[int, float]


@dataclass(frozen=True)
class Word:
    """One word of a query: found if any of its terms is, scored by their sum."""

    terms: tuple[Term, ...]
    as_one: bool = False
    """The terms of a field are one word of which a document holds one: for the expansions of a prefix, where a sum would
    favour long lists of words."""
    needed: frozenset[str] = frozenset()
    """For what is a stop word in some language: the others, whose documents have to hold it. Empty: all have to."""


def idf(snapshot: Snapshot, field: str, term: str) -> float:
    return rarity(snapshot, snapshot.frequency(field, term))


def rarity(snapshot: Snapshot, frequency: int) -> float:
    return log(snapshot.size / (frequency + 1)) + 1


Scored: TypeAlias = "tuple[array[int], array[float]]"
"""Documents, in order, and the score of each."""


def term_scores(snapshot: Snapshot, term: Term) -> Scored:
    """The documents of one term and their scores."""
    field, text, boost = term
    encoded = text.encode()
    parts = [
        (segment, base, found)
        for segment, base in zip(snapshot.segments, snapshot.bases, strict=True)
        if (found := segment.postings(field, encoded)) is not None
    ]
    factor = boost * rarity(snapshot, sum(len(found[0]) for _segment, _base, found in parts)) * (K1 + 1)
    norms = snapshot.norms(field)
    numbers, values = array("I"), array("f")
    for segment, base, (own, weights) in parts:
        lengths = map(segment.lengths(field).__getitem__, own)
        values.extend([factor * w / (w + norms[length]) for w, length in zip(weights, lengths, strict=True)])
        numbers.extend([number + base for number in own] if base else own)
    return numbers, values


def union_scores(snapshot: Snapshot, field: str, boost: float, texts: Iterable[str]) -> Scored:
    """As `term_scores`, for terms that are taken for one, of which every document holds one."""
    encoded = [text.encode() for text in texts]
    parts = []
    for segment, base in zip(snapshot.segments, snapshot.bases, strict=True):
        found: set[int] = set()
        for text in encoded:
            if postings := segment.postings(field, text):
                found.update(postings[0])
        parts.append((segment, base, sorted(found)))
    factor = boost * rarity(snapshot, sum(len(own) for _segment, _base, own in parts)) * (K1 + 1)
    once = [factor / (1 + norm) for norm in snapshot.norms(field)]
    numbers, values = array("I"), array("f")
    for segment, base, own in parts:
        values.extend(map(once.__getitem__, map(segment.lengths(field).__getitem__, own)))
        numbers.extend([number + base for number in own] if base else own)
    return numbers, values


def word_parts(snapshot: Snapshot, word: Word) -> list[tuple[str, Scored]]:
    """What a word's score is the sum of: a field, and what is found there."""
    if not word.as_one:
        return [(term[0], term_scores(snapshot, term)) for term in word.terms]
    groups: dict[tuple[str, float], list[str]] = {}
    for field, text, boost in word.terms:
        groups.setdefault((field, boost), []).append(text)
    return [(field, union_scores(snapshot, field, boost, texts)) for (field, boost), texts in groups.items()]


def word_scores(snapshot: Snapshot, word: Word) -> Scored:
    """The documents of a word and their scores, remembered by the snapshot."""
    known = snapshot.scored.get(word)
    if known is not None:
        return known
    found = _summed([scored for _field, scored in word_parts(snapshot, word)])
    return snapshot.scored.put(word, found, len(found[0]) + 16)


def _summed(lists: list[Scored]) -> Scored:
    """The sums of several lists. Nearly all of a word is in one of them, and the few of the others are looked up there."""
    lists = sorted(filter(lambda found: found[0], lists), key=lambda found: -len(found[0]))
    if not lists:
        return array("I"), array("f")
    numbers, values = lists[0]
    others: Scores = {}
    for own, scores in lists[1:]:
        last = len(numbers) - 1
        for number, value in zip(own, scores, strict=True):
            at = bisect_left(numbers, number)
            if at <= last and numbers[at] == number:
                values[at] += value
            else:
                others[number] = others.get(number, 0.0) + value
    if others:
        others.update(zip(numbers, values, strict=True))
        numbers = array("I", sorted(others))
        values = array("f", map(others.__getitem__, numbers))
    return numbers, values


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
    return dict(zip(touched, map(sums.__getitem__, touched), strict=True))


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
