"""Documents like another: they share the words that tell it from the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nlargest
from math import log

from search.engine import schema
from search.engine.analysis import analyzer
from search.engine.query import AUDIENCE
from search.engine.reader import Snapshot
from search.engine.scorer import Word, idf, word_scores

TERMS = 16
"""Words that are asked for. More say little, and cost as much each."""
COMMON = 0.1
"""Part of all documents; a word in more than that tells nothing."""
ALIKE = 0.12
"""Part of the score that the document itself would reach: below it, two documents only share a few words."""


@dataclass(frozen=True)
class Likeness:
    """What is like document `number` (None where the index does not hold it yet), for a reader with these tokens."""

    number: int | None
    language: str
    parts: tuple[tuple[str, float], ...]
    """Texts of the document with the weight of their words."""
    tokens: frozenset[str]
    kinds: frozenset[str]
    withheld: frozenset[int] = frozenset()


def telling(
    snapshot: Snapshot, field: str, language: str, parts: Iterable[tuple[str, float]]
) -> list[tuple[str, float]]:
    """The words that are frequent in these texts and rare elsewhere, each with its weight (tf-idf, Salton 1988)."""
    counts: Counter[str] = Counter()
    for text, weight in parts:
        for term in analyzer(language).terms(text):
            if len(term) > 2 and not term.isdigit():
                counts[term] += weight  # type: ignore[assignment]
    most = max(10.0, COMMON * snapshot.size)
    weights = {
        term: 1 + log(count) if count > 1 else count
        for term, count in counts.items()
        if 1 < snapshot.frequency(field, term) <= most
    }
    return nlargest(TERMS, weights.items(), key=lambda one: (one[1] * idf(snapshot, field, one[0]), one[0]))


def alike(snapshot: Snapshot, asked: Likeness, count: int) -> list[int]:
    """The numbers of the nearest documents that the reader may see, nearest first."""
    language = analyzer(asked.language).language
    field = schema.TEXT + language
    if field not in snapshot.fields:
        return []
    allowed = snapshot.mask(AUDIENCE, asked.tokens)
    wanted = snapshot.mask("k_kind", asked.kinds)
    scores: dict[int, float] = {}
    own = 0.0
    for term, weight in telling(snapshot, field, language, asked.parts):
        for number, score in zip(*word_scores(snapshot, Word(((field, term, 1.0),))), strict=True):
            if number == asked.number:
                own += weight * score
            elif allowed[number] and wanted[number]:
                scores[number] = scores.get(number, 0.0) + weight * score
    for number in asked.withheld:
        scores.pop(number, None)
    near = nlargest(count, scores.items(), key=lambda hit: (hit[1], -hit[0]))
    return [number for number, score in near if score >= ALIKE * own]
