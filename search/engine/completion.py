"""As-you-type completion of titles and names."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from itertools import islice

import numpy as np

from search.engine.analysis import MAX_TERM, words
from search.engine.evaluation import EXPANSIONS
from search.engine.reader import AUDIENCE, Snapshot
from search.engine.scorer import NOWHERE, best, match_all
from search.plan import Terms

FAVOURED = {"person": 1.5, "space": 1.5}
"""Kinds that are meant when their name is typed."""


def complete(
    snapshot: Snapshot, typed: str, tokens: frozenset[str], count: int, withheld: frozenset[int] = frozenset()
) -> list[int]:
    """Documents whose name holds every word typed, the last one as a beginning; short names first among equals."""
    asked = [word[:MAX_TERM] for word in words(typed)]
    if not asked or "name" not in snapshot.fields:
        return []
    expanded = snapshot.expand("name", asked[-1], EXPANSIONS, tokens, withheld=withheld)
    last = tuple(("name", term, 1.0) for term in expanded)
    whole = [Terms(word, (("name", word, 1.0),)) for word in asked[:-1]]
    scores = match_all(snapshot, [*whole, Terms(asked[-1], last, prefix=True)])
    for kind, weight in FAVOURED.items():
        scores[snapshot.mask("k_kind", frozenset({kind}))] *= np.float32(weight)
    scores[~snapshot.seen(tokens, withheld)] = NOWHERE
    return [number for number, _score in best(scores, count, snapshot.ties())]


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
