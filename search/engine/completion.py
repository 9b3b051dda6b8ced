"""As-you-type completion of titles and names."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from itertools import islice

import numpy as np

from search.engine.columns import Mask
from search.engine.evaluation import EXPANSIONS
from search.engine.reader import AUDIENCE, Snapshot
from search.engine.schema import NAME
from search.engine.scorer import NOWHERE, best, match_all
from search.engine.vocabulary import by_length, distance
from search.engine.words import MAX_TERM, words
from search.plan import Terms

FAVOURED = {"person": 1.5, "space": 1.5}
"""Kinds that are meant when their name is typed."""


SHORTEST_MISTYPED = 5
"""Letters of a beginning in which one may be wrong."""
MAX_NEAR = 5


def complete(
    snapshot: Snapshot, typed: str, tokens: frozenset[str], count: int, withheld: frozenset[int] = frozenset()
) -> list[int]:
    """Documents whose name holds every word typed, the last one as a beginning; short names first among equals. Where there
    are none, those whose name holds words that are a letter off."""
    asked = [word[:MAX_TERM] for word in words(typed)]
    if not asked or NAME not in snapshot.fields:
        return []
    seen = snapshot.seen(tokens, withheld)
    expanded = snapshot.expand(NAME, asked[-1], EXPANSIONS, tokens, withheld=withheld)
    found = _named(snapshot, [[word] for word in asked[:-1]], expanded, seen, count)
    if found:
        return found
    whole = [[word, *_near(snapshot, word, seen)] for word in asked[:-1]]
    return _named(snapshot, whole, [*expanded, *_near(snapshot, asked[-1], seen, beginning=True)], seen, count)


def _named(
    snapshot: Snapshot, whole: Sequence[Sequence[str]], last: Sequence[str], seen: Mask, count: int
) -> list[int]:
    asked = [Terms(texts[0], tuple((NAME, text, 1.0) for text in texts)) for texts in whole]
    asked.append(Terms("", tuple((NAME, text, 1.0) for text in last), prefix=True))
    scores = match_all(snapshot, asked)
    for kind, weight in FAVOURED.items():
        scores[snapshot.mask("k_kind", frozenset({kind}))] *= np.float32(weight)
    scores[~seen] = NOWHERE
    return [number for number, _score in best(scores, count, snapshot.ties())]


def _near(snapshot: Snapshot, word: str, seen: Mask, *, beginning: bool = False) -> list[str]:
    """Words of names that are, or begin with, nearly the word: those first that are in most names."""
    if len(word) < SHORTEST_MISTYPED:
        return []
    counts: Counter[str] = Counter()
    for segment in snapshot.segments:
        for terms in by_length(segment, NAME, word[0]).values():
            for term in terms:
                heads = {term[: len(word) + more] for more in (-1, 0, 1)} if beginning else {term}
                if any(distance(word, head, 1) <= 1 for head in heads if abs(len(head) - len(word)) <= 1):
                    counts[term] = int(np.count_nonzero(seen[snapshot.numbers(NAME, term)]))
    return [term for term, number in counts.most_common(MAX_NEAR) if number]


def tags(snapshot: Snapshot, beginning: str, tokens: frozenset[str], withheld: frozenset[int]) -> list[str]:
    """Slugs that begin so, those first that are on most pages that the reader may see; no tag that is on none."""
    column = snapshot.column("k_tag")
    allowed = snapshot.mask(AUDIENCE, tokens)
    gone = Counter(slug for one in withheld if allowed[one] for slug in column.of(one))
    known = _visible_tags(snapshot, tokens)
    same: list[tuple[int, str]] = []
    for slug, count in islice(known, bisect_left(known, (beginning, 0)), None):
        if not slug.startswith(beginning):
            break
        if count > gone[slug]:
            same.append((gone[slug] - count, slug))
    return [slug for _count, slug in sorted(same)]


def _visible_tags(snapshot: Snapshot, tokens: frozenset[str]) -> list[tuple[str, int]]:
    """The tags of what these audiences may read, in order, each with its number of documents; counted once a snapshot."""
    if (known := snapshot.tags.get(tokens)) is not None:
        return known
    counts = snapshot.column("k_tag").counts(snapshot.mask(AUDIENCE, tokens))
    return snapshot.tags.put(tokens, sorted(counts.items()), len(counts) + 1)
