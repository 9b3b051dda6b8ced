"""As-you-type completion of titles and names."""

from __future__ import annotations

from search.engine.analysis import MAX_TERM, words
from search.engine.query import AUDIENCE, EXPANSIONS
from search.engine.reader import Snapshot
from search.engine.scorer import Scores, Word, match_all

FAVOURED = {"person": 1.5, "space": 1.5}
"""Kinds that are meant when their name is typed."""


def complete(snapshot: Snapshot, typed: str, tokens: frozenset[str], count: int) -> list[int]:
    """Documents whose name holds every word typed, the last one as a beginning; short names first among equals."""
    asked = [word[:MAX_TERM] for word in words(typed)]
    if not asked or "name" not in snapshot.fields:
        return []
    allowed = snapshot.mask(AUDIENCE, tokens)
    last = tuple(("name", term, 1.0) for term in snapshot.expand("name", asked[-1], EXPANSIONS))
    whole = [Word((("name", word, 1.0),)) for word in asked[:-1]]
    scores: Scores = match_all(snapshot, [*whole, Word(last, as_one=True)])
    column = snapshot.column("k_kind")
    ranked: list[tuple[float, int]] = []
    for number, score in scores.items():
        if allowed[number]:
            kinds = column.values[column.codes[number]]
            ranked.append((-score * FAVOURED.get(kinds[0] if kinds else "", 1.0), number))
    ranked.sort()
    return [number for _score, number in ranked[:count]]


def tags(snapshot: Snapshot, beginning: str, tokens: frozenset[str], withheld: frozenset[int]) -> list[str]:
    """Slugs that begin so, those first that are on most pages that the reader may see; no tag that is on none."""
    if "k_tag" not in snapshot.fields:
        return []
    allowed = snapshot.mask(AUDIENCE, tokens)
    counts = {
        slug: sum(allowed[number] and number not in withheld for number in snapshot.numbers("k_tag", slug))
        for slug in snapshot.expand("k_tag", beginning, EXPANSIONS)
    }
    return [slug for count, slug in sorted((-count, slug) for slug, count in counts.items() if count)]
