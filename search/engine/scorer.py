"""Scoring term at a time: one pass over the postings of each word gives the hits, their exact number and their scores.

The formula is BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009), added up over the fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import log
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from search.engine.reader import K1, Snapshot
from search.engine.segments import Numbers, SegmentFile, Weights
from search.plan import Run, Term, Terms

Scores: TypeAlias = NDArray[np.float32]
"""One for every document of a snapshot; `NOWHERE` for those that are not found, which stays so whatever is added."""
NOWHERE = np.float32(-np.inf)


def nothing(snapshot: Snapshot) -> Scores:
    return np.full(snapshot.size, NOWHERE, np.float32)


def everything(mask: NDArray[np.bool_]) -> Scores:
    """No word was asked: all that the mask lets through, alike."""
    return np.where(mask, np.float32(0), NOWHERE)


def found_in(scores: Scores) -> NDArray[np.bool_]:
    return scores > NOWHERE


def either(one: Scores, other: Scores) -> Scores:
    """What is in one or the other, with the sum where it is in both."""
    return np.maximum(np.maximum(one, other), one + other)


def weighted(scores: Scores, weight: float | NDArray[np.float32]) -> Scores:
    """Scores multiplied by one weight, or by one for each document; found is what was found, also with a weight of 0."""
    result = scores.copy()
    np.multiply(scores, np.float32(weight) if isinstance(weight, float) else weight, out=result, where=found_in(scores))
    return result


def idf(snapshot: Snapshot, field: str, term: str) -> float:
    return rarity(snapshot, snapshot.frequency(field, term))


def rarity(snapshot: Snapshot, frequency: int) -> float:
    return inverse_frequency(snapshot.public_count, frequency)


def inverse_frequency(documents: int, frequency: int) -> float:
    """How telling a word is that so many of all documents hold; above 0 for any."""
    return log(1 + (max(documents, frequency) - frequency + 0.5) / (frequency + 0.5))


Scored: TypeAlias = tuple[Numbers, Weights]
"""Documents, in order, and the score of each: what is remembered of a word."""


def term_scores(snapshot: Snapshot, term: Term) -> Scored:
    """The documents of one term and their scores."""
    field, text, boost = term
    parts = snapshot.postings(field, text)
    numbers = [own + np.uint32(base) for _segment, base, (own, _weights) in parts]
    frequency = sum(map(snapshot.counted, numbers))
    factor = np.float32(boost * rarity(snapshot, frequency) * (K1 + 1))
    norms = snapshot.norms(field)
    values = [factor * w / (w + norms[segment.lengths(field)[own]]) for segment, _base, (own, w) in parts]
    return _joined(numbers, values)


def union_scores(snapshot: Snapshot, field: str, boost: float, texts: Iterable[str]) -> Scored:
    """As `term_scores`, for terms that are taken for one, of which every document holds one."""
    held = np.zeros(snapshot.size, np.bool_)
    for text in texts:
        held[snapshot.numbers(field, text)] = True
    factor = boost * rarity(snapshot, int(np.count_nonzero(held & snapshot.public))) * (K1 + 1)
    once = np.float32(factor) / (1 + snapshot.norms(field))
    parts = [
        (segment.lengths(field), np.flatnonzero(held[base : base + segment.size]), base)
        for segment, base in zip(snapshot.segments, snapshot.bases, strict=True)
    ]
    values = [once[lengths[own]] for lengths, own, _base in parts]
    return _joined([(own + base).astype(np.uint32) for _lengths, own, base in parts], values)


def spelling_scores(snapshot: Snapshot, field: str, boost: float, texts: Iterable[str]) -> Scored:
    """As `term_scores`, for other ways to write one word: a document holds it as often as all of them together."""
    often = np.zeros(snapshot.size, np.float32)
    for text in texts:
        for _segment, base, (own, weights) in snapshot.postings(field, text):
            often[own + np.uint32(base)] += weights
    numbers = np.flatnonzero(often).astype(np.uint32)
    factor = np.float32(boost * rarity(snapshot, snapshot.counted(numbers)) * (K1 + 1))
    norms = snapshot.norms(field)
    lengths = np.concatenate([segment.lengths(field) for segment in snapshot.segments])[numbers]
    return numbers, factor * often[numbers] / (often[numbers] + norms[lengths])


def _joined(numbers: Sequence[Numbers], values: Sequence[Weights]) -> Scored:
    if not numbers:
        return np.empty(0, np.uint32), np.empty(0, np.float32)
    return (numbers[0], values[0]) if len(numbers) == 1 else (np.concatenate(numbers), np.concatenate(values))


def word_parts(snapshot: Snapshot, word: Terms) -> list[tuple[str, Scored]]:
    """What a word's score is the sum of: a field, and what is found there."""
    groups: dict[tuple[str, float], list[str]] = {}
    for field, text, boost in word.terms:
        groups.setdefault((field, boost), []).append(text)
    how = union_scores if word.prefix else spelling_scores
    return [
        (
            field,
            term_scores(snapshot, (field, texts[0], boost)) if len(texts) == 1 else how(snapshot, field, boost, texts),
        )
        for (field, boost), texts in groups.items()
    ]


def word_scores(snapshot: Snapshot, word: Terms) -> Scored:
    """The documents of a word and their scores, remembered by the snapshot. Beginnings come as what begins so."""
    if (known := snapshot.scored.get(word)) is not None:
        return known
    lists = [scored for _field, scored in word_parts(snapshot, word) if len(scored[0])]
    return snapshot.keep(word, *(lists[0] if len(lists) == 1 else sparse(sum_any(snapshot, lists))))


def dense(snapshot: Snapshot, scored: Scored) -> Scores:
    scores = nothing(snapshot)
    scores[scored[0]] = scored[1]
    return scores


def sparse(scores: Scores) -> Scored:
    numbers = np.flatnonzero(found_in(scores))
    return numbers.astype(np.uint32), scores[numbers]


def match_all(snapshot: Snapshot, words: Iterable[Terms]) -> Scores:
    """Documents that hold every word."""
    # In the order of the query: what is added up in another may differ in its last digit.
    lists = [word_scores(snapshot, word) for word in words]
    if not lists or not all(len(found[0]) for found in lists):
        return nothing(snapshot)
    scores = dense(snapshot, lists[0])
    for scored in lists[1:]:
        scores += dense(snapshot, scored)
    return scores


def match_any(snapshot: Snapshot, words: Iterable[Terms]) -> Scores:
    """Documents that hold at least one word."""
    return sum_any(snapshot, [word_scores(snapshot, word) for word in words])


def sum_any(snapshot: Snapshot, lists: Sequence[Scored]) -> Scores:
    if len(lists) == 1:
        return dense(snapshot, lists[0])
    sums = np.zeros(snapshot.size, np.float32)
    touched = np.zeros(snapshot.size, np.bool_)
    for numbers, values in lists:
        sums[numbers] += values
        touched[numbers] = True
    sums[~touched] = NOWHERE
    return sums


def run_parts(snapshot: Snapshot, run: Run) -> list[tuple[str, Scored]]:
    """What the score of words in this order is the sum of: a field, and what is found there, as if they were one word."""
    found: list[tuple[str, Scored]] = []
    for field, boost in run.fields:
        key = ("run", run.words, field, boost)
        scored = snapshot.scored.get(key)
        if scored is None:
            scored = snapshot.keep(key, *_run_scores(snapshot, field, run.words, boost))
        found.append((field, scored))
    return found


def _run_scores(snapshot: Snapshot, field: str, words: Sequence[str], boost: float) -> Scored:
    parts = [
        (segment, base, *phrase_places(segment.file, field, words))
        for segment, base in zip(snapshot.segments, snapshot.bases, strict=True)
        if field in segment.fields
    ]
    numbers = [(own + base).astype(np.uint32) for _segment, base, own, _often in parts]
    factor = np.float32(boost * rarity(snapshot, sum(map(snapshot.counted, numbers))) * (K1 + 1))
    norms = snapshot.norms(field)
    values = [factor * w / (w + norms[segment.lengths(field)[own]]) for segment, _base, own, w in parts]
    return _joined(numbers, values)


def phrase_places(file: SegmentFile, field: str, words: Sequence[str]) -> tuple[NDArray[np.int64], Weights]:
    """Documents of a segment in which the words follow one another, deleted ones included, and how often they do."""
    inside = np.ones(file.documents, np.bool_)
    starts: NDArray[np.int64] | None = None
    # The rarest first: only where it occurs are the others looked for.
    for offset, word in sorted(enumerate(words), key=lambda place: file.frequency(field, place[1].encode())):
        documents, places = file.positions(field, word.encode(), inside)
        # Document and first position of the phrase as one number, which stays positive.
        keys = (documents << 18) + (places - offset + (1 << 16))
        starts = keys if starts is None else np.intersect1d(starts, keys, assume_unique=True)
        inside = np.zeros(file.documents, np.bool_)
        inside[starts >> 18] = True
        if not len(starts):
            break
    numbers, often = np.unique(starts >> 18 if starts is not None else np.empty(0, np.int64), return_counts=True)
    return numbers, often.astype(np.float32)


def best(scores: Scores, count: int, ties: NDArray[np.int64]) -> list[tuple[int, float]]:
    """The highest scores first; where they are equal in the order of `ties` (`Snapshot.ties`), the older document first."""
    numbers = np.flatnonzero(found_in(scores))
    values = scores[numbers]
    if count < len(values):
        least = np.partition(values, len(values) - count)[len(values) - count] if count else np.inf
        numbers, values = numbers[values >= least], values[values >= least]
    order = np.lexsort((ties[numbers], -values))[:count]
    return list(zip(numbers[order].tolist(), values[order].tolist(), strict=True))
