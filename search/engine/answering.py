"""Answering a request from a snapshot: hits that the reader may see, their exact number, facets, all in one pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from time import time
from typing import NamedTuple

import numpy as np

from search.engine import schema
from search.engine.analysis import analyzer
from search.engine.columns import Mask
from search.engine.evaluation import Evaluation, Found
from search.engine.reader import AUDIENCE, K1, Snapshot
from search.engine.scorer import NOWHERE, Scores, best, everything, found_in, weighted
from search.engine.segments import Weights
from search.plan import ENOUGH, LEVELS, NAMED, NAMED_REWARD, SHORT, Plan, Terms, labels, plan
from search.request import Answer, Part, Ranking, SearchRequest, Trace

MAX_QUERY_WORDS = 40
"""Words of a longer question that are looked for: the rarest of those that something holds. Sixteen cost the longest questions of
the collection CISI 0.05 of nDCG@10; with forty they gain 0.01 over asking for all."""
LEAST, READ = 8, 60_000
"""Of so many words all are looked for; of more, no more than are held by so many documents in all: on a large site the words
that every page holds cost most and tell least."""
ROUNDING = 1e-4


def answer(snapshot: Snapshot, request: SearchRequest, traced: int | None = None) -> Answer:
    """Runs a request. The audience is applied before anything is counted."""
    snapshot = snapshot.aside(request.lag.closed, request.lag.unlinked)
    languages = snapshot.languages(request.tokens, request.withheld)
    asked = shortened(snapshot, plan(request.query, languages, request.ranking, strict=request.strict), request.strict)
    evaluation = Evaluation(snapshot, request, asked, languages, traced)
    allowed = snapshot.mask(AUDIENCE, request.tokens)
    inside = {name: snapshot.mask(name, values) for name, values in request.filters.items()}
    countable = _countable(snapshot, request, allowed)
    matched = _matched(evaluation, _all_of([countable, *inside.values()]), allowed)
    scores, factor = matched.found.scores, 1.0
    if request.ranking.freshness or request.ranking.kinds:
        factors = moved(snapshot, request.ranking)
        scores = weighted(scores, factors)
        factor = float(factors[traced]) if traced is not None else 1.0
    scores[~countable] = NOWHERE
    top = _highest(scores, countable) + 1.0
    for place, number in enumerate(reversed(request.pinned)):
        if countable[number]:
            scores[number] = top + place
    hits = np.where(_all_of(inside.values()), scores, NOWHERE) if inside else scores
    there = found_in(hits)
    facets: dict[str, Counter[str]] = {}
    for name in request.facets:
        # A facet that is narrowed already counts what its other choices would give.
        others = [mask for other, mask in inside.items() if other != name]
        among = there if name not in inside else _all_of([found_in(scores), *others])
        facets[name] = snapshot.column(name).counts(among)
    stop = request.start + request.count
    if request.newest_first:
        numbers = np.flatnonzero(there)
        newest = numbers[np.lexsort((snapshot.ties()[numbers], snapshot.times()[numbers]))[::-1][request.start : stop]]
        page = list(zip(newest.tolist(), hits[newest].tolist(), strict=True))
    else:
        page = best(hits, stop, snapshot.ties())[request.start :]
    trace = None
    if traced is not None:
        trace = Trace(matched.found.parts, factor, _missing(evaluation, asked, traced), matched.every)
    return Answer(int(np.count_nonzero(there)), page, facets, matched.loose, matched.reach, trace)


def _countable(snapshot: Snapshot, request: SearchRequest, allowed: Mask) -> Mask:
    """What this reader is told of, among what was written in the time that is asked for."""
    countable = allowed.copy()
    countable[[*request.withheld]] = False
    after, before = request.query.after, request.query.before
    if after is not None or before is not None:
        times = snapshot.times()
        countable &= (times >= (after or 1)) & (times < (before or 1 << 62))
    return countable


def _all_of(masks: Iterable[Mask]) -> Mask:
    return np.logical_and.reduce(list(masks))


def _highest(scores: Scores, countable: Mask) -> float:
    """The best score of what this reader is told of: the score of anything else moves nothing."""
    return max(float(scores.max(initial=0.0, where=countable)), 0.0)


class Matched(NamedTuple):
    """Documents that meet the plan, whoever may see them."""

    found: Found
    loose: bool = False
    """Whether some hold only part of it."""
    every: bool = True
    """Whether the traced one holds all of it."""
    reach: float = 1.0
    """As in `Answer`."""


def _matched(evaluation: Evaluation, within: Mask, allowed: Mask) -> Matched:
    asked, request = evaluation.plan, evaluation.request
    if not request.query.clauses:
        return Matched(_without(evaluation, Found(everything(allowed))))
    if asked.strict:
        found = _without(evaluation, evaluation.every(asked.parts))
        ranked = _rewarded(evaluation, _in_languages(evaluation, found), within)
        return Matched(ranked, every=evaluation.met(found.scores))
    (scores, parts), held, of, words, complete, rarity = evaluation.held(asked.parts, allowed)
    scores = _without(evaluation, Found(scores)).scores
    share = held / np.maximum(of, np.float32(ROUNDING))
    there = found_in(scores)
    for least in LEVELS:
        enough = there & (share > least - ROUNDING)
        if np.count_nonzero(enough & within) >= ENOUGH * words:
            break
    whole = enough & (share > 1 - ROUNDING)
    # Said of what she may see: that something else holds one of her words is not hers to know.
    in_part = bool((enough & within & ~whole).any())
    ranking, most = request.ranking, rarity * (K1 + 1) * (request.ranking.text + request.ranking.title)
    reach = _highest(scores, within) / most if most else 1.0
    raised = np.where(enough, scores, NOWHERE)
    traced = evaluation.traced
    if in_part:
        raised = weighted(raised, 1 + np.float32(ranking.share) * share**3)
        if words <= SHORT:
            raised[whole] += _highest(raised, within)
        if traced is not None and enough[traced]:
            parts += (Part("", "share", float(raised[traced] - scores[traced])),)
    loose = in_part or (not complete and bool((enough & within).any()))
    every = complete and traced is not None and bool(whole[traced])
    found = _in_languages(evaluation, Found(raised, parts))
    return Matched(_rewarded(evaluation, found, within), loose, every, reach)


def _without(evaluation: Evaluation, found: Found) -> Found:
    scores = found.scores
    for node in evaluation.plan.excluded:
        scores = np.where(found_in(evaluation.of(node).scores), NOWHERE, scores)
    return Found(scores, found.parts)


def _rewarded(evaluation: Evaluation, found: Found, within: Mask) -> Found:
    """Raises pages whose title is the query, word for word, those that others link to with just these words, and persons and
    spaces of this name: who types it wants to go there, whatever else is called so."""
    snapshot, ranking, wholes = evaluation.snapshot, evaluation.request.ranking, evaluation.plan.wholes
    rewards = [
        (name, number, share * weight)
        for name, share in (("k_title", ranking.whole_title), ("k_anchor", ranking.whole_anchor))
        if share and name in snapshot.fields
        for mark, weight in wholes
        for number in snapshot.numbers(name, mark).tolist()
    ]
    if wholes:
        named = snapshot.mask("k_kind", NAMED)
        same = snapshot.numbers("k_title", wholes[0][0]).tolist()
        rewards += [("k_kind", number, NAMED_REWARD) for number in same if named[number]]
    scores, parts = found
    top = _highest(scores, within) if rewards else 0.0
    for name, number, share in rewards:
        if found_in(scores[number]):
            scores[number] += share * top
            if number == evaluation.traced:
                parts += (Part("", name, share * top),)
    return Found(scores, parts)


def _missing(evaluation: Evaluation, asked: Plan, traced: int) -> tuple[str, ...]:
    """The words of the query that the traced document does not hold."""
    telling = [node for node in asked.parts if not (isinstance(node, Terms) and node.needed)]
    return tuple(label for node in telling if not evaluation.met(evaluation.of(node).scores) for label in labels(node))


def shortened(snapshot: Snapshot, asked: Plan, strict: bool) -> Plan:
    """The plan with no more plain words than are worth their cost."""
    plain = [node for node in asked.parts if isinstance(node, Terms) and not node.prefix]
    if len(plain) <= LEAST or (strict and len(plain) <= MAX_QUERY_WORDS):
        return asked
    bearers = {node: _bearers(snapshot, node) for node in plain}
    dropped = set(plain)
    left = READ
    # What no page holds tells nothing, however rare.
    for taken, node in enumerate(sorted(dict.fromkeys(plain), key=lambda node: (not bearers[node], bearers[node]))):
        left -= bearers[node]
        if taken < MAX_QUERY_WORDS and (left >= 0 or taken < LEAST or strict or not bearers[node]):
            dropped.discard(node)
    kept = tuple(node for node in asked.parts if not isinstance(node, Terms) or node not in dropped)
    return replace(asked, parts=kept)


def _bearers(snapshot: Snapshot, node: Terms) -> int:
    """How many documents for all staff hold a word, in any language."""
    return sum(snapshot.frequency(field, term) for field, term, _boost in node.terms if field.startswith(schema.TEXT))


def _in_languages(evaluation: Evaluation, found: Found) -> Found:
    """With more for pages in the reader's language and in that of her words, where there are others."""
    snapshot, request, languages, traced = (
        evaluation.snapshot,
        evaluation.request,
        evaluation.languages,
        evaluation.traced,
    )
    if len(languages) < 2:
        return found
    likely = _likely_language(snapshot, request.query.words(), languages)
    scores, parts = found
    for language, weight in (
        (request.language[:2], request.ranking.own_language),
        (likely, request.ranking.asked_language),
    ):
        if language in languages:
            there = snapshot.mask("k_lang", frozenset({language}))
            if evaluation.met(scores) and there[traced]:
                parts += (Part("", "language", float(scores[traced]) * (weight - 1)),)
            scores = weighted(scores, np.where(there, np.float32(weight), np.float32(1)))
    return Found(scores, parts)


def _likely_language(snapshot: Snapshot, words: Sequence[str], languages: Sequence[str]) -> str:
    """That which alone knows most of the words, as stop words or from texts for all staff."""

    def knows(language: str, word: str) -> bool:
        term = analyzer(language).term(word)
        return not term or snapshot.frequency(schema.TEXT + language, term) > 0

    known = {language: sum(knows(language, word) for word in words) for language in languages}
    most = [language for language in languages if known[language] == max(known.values())]
    return most[0] if len(most) == 1 else ""


def moved(snapshot: Snapshot, ranking: Ranking) -> Weights:
    """What the score of every document is multiplied by for its age and kind; remembered by the snapshot for a day."""
    today = int(time() // 86_400)
    key = ("moved", ranking, today)
    if (known := snapshot.scored.get(key)) is not None:
        return known[1]
    factors = np.ones(snapshot.size, np.float32)
    for kind, weight in ranking.kinds:
        factors[snapshot.mask("k_kind", frozenset({kind}))] = weight
    if ranking.freshness:
        times = snapshot.times()
        age = np.maximum(0.0, today - times / 86_400)
        factors *= np.where(times > 0, 1.0 + ranking.freshness * 0.5 ** (age / ranking.half_life), 1.0)
    snapshot.keep(key, np.empty(0, np.uint32), factors)
    return factors
