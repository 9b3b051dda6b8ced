"""Documents like another: they share the words that tell it from the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from heapq import nlargest
from math import log
from typing import Any

import numpy as np

from search.engine import schema
from search.engine.analysis import analyzer
from search.engine.reader import STAFF, Snapshot
from search.engine.scorer import NOWHERE, best, word_scores
from search.plan import Terms
from search.request import NO_LAG, Lag

TERMS = 16
"""Words that are asked for. More say little, and cost as much each."""
MAX_RARITY_LOOKUPS = 64
"""Words of which it is looked up how rare they are: the heaviest, and of equals those that come first."""
COMMON, MAX_DOCUMENTS = 0.05, 1_500
"""Part of all documents, and their number; a word in more than that tells little, and would cost much."""
ALIKE = 0.18
"""Part of the score that the document itself would reach: below it, two documents only share a few words."""


@dataclass(frozen=True)
class Likeness:
    """What is like document `number` (None where the index does not hold it yet), for a reader with these tokens."""

    number: Any
    language: str
    parts: tuple[tuple[str, float], ...]
    """Texts of the document with the weight of their words."""
    tokens: frozenset[str]
    kinds: frozenset[str]
    audience: str = STAFF
    """Who may read document `number`: with what all staff may read, they alone are counted over. So the words that tell
    are the same for every reader, and of what she may read."""
    lag: Lag = NO_LAG


def frequent(language: str, parts: Iterable[tuple[str, float]]) -> Sequence[tuple[str, float]]:
    """The words that are heaviest in these texts."""
    counts: Counter[str] = Counter()
    for text, weight in parts:
        for term in analyzer(language).terms(text):
            if len(term) > 2 and not term.isdigit():
                counts[term] += weight  # type: ignore[assignment]
    return counts.most_common(MAX_RARITY_LOOKUPS)


def telling(
    counts: Iterable[tuple[str, float]], frequency: Callable[[str], int], size: int
) -> list[tuple[float, str, float]]:
    """Those of the words that are rare among `size` documents, each with its worth before and its weight after it (tf-idf,
    Salton 1988)."""
    most = min(max(25.0, COMMON * size), MAX_DOCUMENTS)
    found: list[tuple[float, str, float]] = []
    for term, count in counts:
        if 1 < (bearers := frequency(term)) <= most:
            weight = 1 + log(count) if count > 1 else count
            found.append((weight * (log(size / (bearers + 1)) + 1), term, weight))
    return nlargest(TERMS, found)


def alike(snapshot: Snapshot, asked: Likeness, count: int) -> list[int]:
    """The numbers of the nearest documents that the reader may see, nearest first."""
    language = analyzer(asked.language).language
    field = schema.TEXT + language
    if field not in snapshot.fields:
        return []
    snapshot = snapshot.aside(asked.lag.closed, asked.lag.unlinked)
    readable = snapshot.seen(asked.tokens, asked.lag.withheld)
    among = snapshot.seen(asked.tokens & {STAFF, asked.audience}, asked.lag.withheld)
    scores = np.zeros(snapshot.size, np.float32)

    def frequency(term: str) -> int:
        return int(np.count_nonzero(among[snapshot.numbers(field, term)]))

    size = int(np.count_nonzero(among))
    for _worth, term, weight in telling(frequent(language, asked.parts), frequency, size):
        numbers, values = word_scores(snapshot, Terms(term, ((field, term, 1.0),)))
        scores[numbers] += np.float32(weight) * values
    own = asked.number is not None
    least = ALIKE * float(scores[asked.number]) if own else 0.0
    meant = readable & snapshot.mask("k_kind", asked.kinds) & (scores >= least) & (scores > 0)
    if own:
        meant[asked.number] = False
    return [number for number, _score in best(np.where(meant, scores, NOWHERE), count, snapshot.ties())]
