"""Answering a reader's question from a snapshot: hits she may see, their exact number, facets, all in one pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import time
from typing import Any

import numpy as np

from search.engine import schema, vocabulary
from search.engine.analysis import LANGUAGES, MAX_TERM, analyzer, whole
from search.engine.reader import AUDIENCE, EXPANDED, Mask, Snapshot
from search.engine.scorer import (
    NOWHERE,
    Scores,
    Term,
    Weights,
    Word,
    best,
    dense,
    either,
    everything,
    found_in,
    idf,
    match_all,
    match_any,
    nothing,
    phrase_numbers,
    sparse,
    weighted,
    word_scores,
)
from search.engine.syntax import Clause, Either, Parsed, Phrase, Single, Spelt, Widening

NAMED = frozenset({"person", "space"})
"""Kinds that come first when the query is their name."""
EXPANSIONS = 40
"""Terms that a prefix or a misspelt word may stand for."""
MIN_FULL_HITS = 3
"""Fewer hits with every word than this, and hits with some of the words follow."""
LONG_QUERY_WORDS = 4
"""A query of more words is a question in prose: pages are found by any of its words, and ranked by how many and how rare."""

MAX_QUERY_WORDS = 40
"""Words of a longer question that are looked for: the rarest of those that something holds. Sixteen cost the longest questions of
the collection CISI 0.05 of nDCG@10; with forty they gain 0.01 over asking for all."""
LEAST, READ = 2 * LONG_QUERY_WORDS, 60_000
"""Of so many words all are looked for; of more, no more than are held by so many documents in all: on a large site the words
that every page holds cost most and tell least."""


@dataclass(frozen=True)
class Ranking:
    """The one configuration of ranking; docs/features/search.md says how it was measured."""

    text: float = 1.0
    title: float = 0.5
    anchor: float = 1.0
    whole_title: float = 0.4
    """Part of the best score that a page is given on top when the query is its title, word for word."""
    whole_anchor: float = 0.6
    """The same, when the query is a link text that others use for the page."""
    synonym: float = 0.6
    """Words that may stand for those typed count so much of what they would count if they were typed."""
    freshness: float = 0.0
    """What a page of today is given on top, as a part of its score; it halves with every `half_life` days of age."""
    half_life: float = 365.0
    kinds: tuple[tuple[str, float], ...] = ()
    """Kinds of content with what their scores are multiplied by."""


RANKING = Ranking()


@dataclass(frozen=True)
class Lag:
    """What the database knows and the index does not yet, for one reader. Documents by the engine's numbers."""

    withheld: frozenset[Any] = frozenset()
    """Documents that the index still holds for this reader, and the database no more."""
    closed: frozenset[Any] = frozenset()
    """Documents that the index takes for what all staff may read, and the database no more: they count for no number."""
    unlinked: frozenset[Any] = frozenset()
    """Documents that are not found by the words of links to them: a page with such a link may be hers to read no more."""


NO_LAG = Lag()


@dataclass(frozen=True)
class SearchRequest:
    """What is asked, by whom. `tokens` are the audiences of the reader: without them nothing is found."""

    parsed: Parsed
    tokens: frozenset[str]
    filters: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Index field to the values of which one must be borne."""
    facets: Sequence[str] = ()
    newest_first: bool = False
    after: int | None = None
    before: int | None = None
    start: int = 0
    count: int = 10
    ranking: Ranking = RANKING
    strict: bool = False
    """Hits hold every word, however many there are: nothing is found loosely."""
    withheld: frozenset[Any] = frozenset()
    """Documents that the index still holds for this reader, and the database no more, and those left out of this query."""
    closed: frozenset[Any] = frozenset()
    unlinked: frozenset[Any] = frozenset()
    """As in `Lag`."""
    widenings: tuple[Widening, ...] = ()
    """Words that may stand for words of the query."""
    pinned: tuple[Any, ...] = ()
    """Documents that come first, whatever they hold, for readers who may see them."""


@dataclass(frozen=True)
class Answer:
    """Hits are document numbers of the engine, best first, with their scores."""

    total: int
    hits: list[tuple[Any, float]]
    facets: dict[str, Counter[str]]
    loose: bool = False
    """Some hits hold only some of the words."""


def answer(snapshot: Snapshot, question: SearchRequest) -> Answer:
    """Runs a question. The audience is applied before anything is counted."""
    snapshot = snapshot.aside(question.closed, question.unlinked)
    question = shortened(snapshot, question)
    allowed = snapshot.mask(AUDIENCE, question.tokens)
    inside = {name: snapshot.mask(name, values) for name, values in question.filters.items()}
    told = _countable(snapshot, question, allowed)
    scores, loose = _scores(snapshot, question, allowed, _all_of([told, *inside.values()]))
    if ranking_moves(question.ranking):
        scores = weighted(scores, moved(snapshot, question.ranking))
    scores[~told] = NOWHERE
    top = _best(scores, told) + 1.0
    for place, number in enumerate(reversed(question.pinned)):
        if told[number]:
            scores[number] = top + place
    hits = np.where(_all_of(inside.values()), scores, NOWHERE) if inside else scores
    found = found_in(hits)
    facets: dict[str, Counter[str]] = {}
    for name in question.facets:
        # A facet that is narrowed already counts what its other choices would give.
        others = [mask for other, mask in inside.items() if other != name]
        among = found if name not in inside else _all_of([found_in(scores), *others])
        facets[name] = snapshot.column(name).counts(among)
    stop = question.start + question.count
    if question.newest_first:
        numbers = np.flatnonzero(found)
        newest = numbers[np.lexsort((snapshot.ties()[numbers], snapshot.times()[numbers]))[::-1][question.start : stop]]
        page = list(zip(newest.tolist(), hits[newest].tolist(), strict=True))
    else:
        page = best(hits, stop, snapshot.ties())[question.start :]
    return Answer(int(np.count_nonzero(found)), page, facets, loose)


def _countable(snapshot: Snapshot, question: SearchRequest, allowed: Mask) -> Mask:
    """What this reader is told of, among what was written in the time that is asked for."""
    told = allowed.copy()
    told[[*question.withheld]] = False
    if question.after is not None or question.before is not None:
        times = snapshot.times()
        told &= (times >= (question.after or 1)) & (times < (question.before or 1 << 62))
    return told


def _all_of(masks: Iterable[Mask]) -> Mask:
    return np.logical_and.reduce(list(masks))


def shortened(snapshot: Snapshot, question: SearchRequest) -> SearchRequest:
    """The question with no more plain words than are worth their cost; what stands for a word goes with it."""
    clauses = question.parsed.clauses
    plain = [at for at, clause in enumerate(clauses) if isinstance(clause, Single) and not clause.prefix]
    if len(plain) <= LEAST or (question.strict and len(plain) <= MAX_QUERY_WORDS):
        return question
    bearers = {at: _bearers(snapshot, clauses[at].words()) for at in plain}
    kept: set[int] = set()
    left = READ
    # What no page holds tells nothing, however rare.
    for at in sorted(plain, key=lambda at: (not bearers[at], bearers[at]))[:MAX_QUERY_WORDS]:
        left -= bearers[at]
        if left >= 0 or len(kept) < LEAST or question.strict or not bearers[at]:
            kept.add(at)
    if len(kept) == len(plain):
        return question
    short = tuple(clause for at, clause in enumerate(clauses) if at in kept or at not in plain)
    return replace(question, parsed=replace(question.parsed, clauses=short), widenings=())


def _bearers(snapshot: Snapshot, texts: Iterable[str]) -> int:
    """How many documents for all staff hold these words, in any language."""
    return sum(
        snapshot.frequency(schema.TEXT + language, term)
        for text in texts
        for language in LANGUAGES
        if (term := analyzer(language).term(text))
    )


def _scores(snapshot: Snapshot, question: SearchRequest, allowed: Mask, told: Mask) -> tuple[Scores, bool]:
    """Documents that hold what was asked, whoever may see them, and whether hits with some of the words are among them.

    `allowed` is what the reader may see, and `told` what of it is within what the question asks for.
    """
    parsed = question.parsed
    loose = False
    if not parsed.clauses:
        return _excluded(snapshot, question, everything(allowed)), False
    understood = [_clause(snapshot, clause, question) for clause in parsed.clauses]
    clauses = [found for found in understood if found is not None]
    telling = [found for found in clauses if not (isinstance(found, Word) and found.needed)]
    if not telling and not question.widenings:
        # Stop words alone ("who we are"): titles are searched as they are written, and what is none in its language.
        names = [Word((("name", word, 1.0),)) for clause in parsed.clauses for word in clause.words()]
        named = match_all(snapshot, names)
        scores = either(named, _combined(snapshot, clauses, every=True)) if clauses else named
        return _excluded(snapshot, question, scores), False
    prose = len(telling) > LONG_QUERY_WORDS and not question.strict
    every, some = _widened(snapshot, question, understood) if question.widenings else (clauses, clauses)
    scores = _combined(snapshot, some if prose else every, every=not prose)
    scores = _excluded(snapshot, question, scores)
    if (
        not prose
        and not question.strict
        and len(clauses) > 1
        and (exact := int(np.count_nonzero(found_in(scores) & told))) < MIN_FULL_HITS
    ):
        more = _excluded(snapshot, question, _combined(snapshot, some, every=False))
        # Said of what she may see: that something else holds one of her words is not hers to know.
        loose = np.count_nonzero(found_in(more) & told) > exact
        # What holds every word stays in front.
        more[found_in(scores)] += _best(more, told)
        scores = more
    _reward_whole(snapshot, question, scores, told)
    return scores, bool(loose)


def _best(scores: Scores, told: Mask) -> float:
    """The best score of what this reader is told of: the score of anything else moves nothing."""
    return max(float(scores.max(initial=0.0, where=told)), 0.0)


def _excluded(snapshot: Snapshot, question: SearchRequest, scores: Scores) -> Scores:
    for clause in question.parsed.excluded:
        found = _clause(snapshot, clause, question)
        if found is not None:
            scores = np.where(found_in(_combined(snapshot, [found], every=True)), NOWHERE, scores)
    return scores


def _combined(snapshot: Snapshot, clauses: Sequence[Word | Scores], *, every: bool) -> Scores:
    """Words by the engine's pass; phrases and alternatives come as finished scores. The result is the caller's own."""
    plain = [clause for clause in clauses if isinstance(clause, Word)]
    finished = [clause for clause in clauses if not isinstance(clause, Word)]
    if not every:
        merged = match_any(snapshot, plain)
        for scores in finished:
            merged = either(merged, scores)
        return merged
    required = [word for word in plain if not word.needed]
    spared = [word for word in plain if word.needed] if required or finished else []
    merged = match_all(snapshot, required if spared else plain) if required or not finished else finished.pop(0).copy()
    for scores in finished:
        merged += scores
    for word in spared:
        there, has_to = dense(snapshot, word_scores(snapshot, word)), snapshot.mask("k_lang", word.needed)
        merged = np.where(found_in(there), merged + there, np.where(has_to, NOWHERE, merged))
    return merged


def _clause(snapshot: Snapshot, clause: Clause, question: SearchRequest) -> Word | Scores | None:
    """What a clause of the query matches; None if it holds nothing but stop words."""
    if isinstance(clause, Phrase):
        return _phrase(snapshot, clause, question)
    if isinstance(clause, Either):
        merged = nothing(snapshot)
        for inner in clause.clauses:
            found = _clause(snapshot, inner, question)
            if found is not None:
                np.maximum(merged, _combined(snapshot, [found], every=True), out=merged)
        return merged
    if isinstance(clause, Spelt):
        field = schema.TITLE if clause.field == "title" else schema.TEXT
        return Word(tuple((field + language, term, weight) for language, term, weight in clause.terms), as_one=True)
    terms: list[Term] = []
    for text in (clause.text, *clause.alternatives):
        terms += term_list(snapshot, text, clause, question)
    if not terms and not clause.prefix:
        # A name is searched as it is written: no analysis takes its words away.
        return Word((("name", clause.text, 1.0),)) if clause.field == "title" else None
    return Word(tuple(dict.fromkeys(terms)), as_one=clause.prefix, needed=_needed(snapshot, clause, question))


def spoken(snapshot: Snapshot, question: SearchRequest) -> tuple[str, ...]:
    """The languages of what this reader may see."""
    return snapshot.languages(question.tokens, question.withheld)


def _needed(snapshot: Snapshot, clause: Single, question: SearchRequest) -> frozenset[str]:
    """The languages in which a word is none of the stop words, if it is one in another; see `Word.needed`."""
    if clause.prefix or clause.field or clause.alternatives:
        return frozenset()
    there = spoken(snapshot, question)
    needed = frozenset(language for language in there if analyzer(language).term(clause.text))
    return needed if len(needed) < len(there) else frozenset()


def word_of(snapshot: Snapshot, clause: Clause, question: SearchRequest) -> Word | None:
    """The terms of a clause that is one word; None for any other, and for a stop word."""
    found = _clause(snapshot, clause, question)
    return found if isinstance(found, Word) else None


def term_list(snapshot: Snapshot, text: str, clause: Single, question: SearchRequest) -> list[Term]:
    """The terms of one word in every language that the index holds."""
    ranking = question.ranking
    beginnings = sum(one.prefix for one in question.parsed.singles())
    terms: list[Term] = []
    for language in spoken(snapshot, question):
        term = text[:MAX_TERM] if clause.prefix else analyzer(language).term(text)
        if not term:
            continue
        field = schema.TEXT + language
        most = EXPANDED // max(1, beginnings)
        spelt = [term]
        if clause.prefix:
            spelt = snapshot.expand(field, term, EXPANSIONS, question.tokens, most, question.withheld)
        for one in spelt:
            if clause.field == "title":
                terms.append((schema.TITLE + language, one, 1.0))
                continue
            terms.append((schema.TEXT + language, one, ranking.text))
            terms.append((schema.TITLE + language, one, ranking.title))
            if ranking.anchor and schema.ANCHOR + language in snapshot.fields:
                terms.append((schema.ANCHOR + language, one, ranking.anchor))
    return terms


def _phrase(snapshot: Snapshot, clause: Phrase, question: SearchRequest) -> Scores | None:
    prefix = schema.TITLE if clause.field == "title" else schema.TEXT
    merged = nothing(snapshot)
    meant = False
    for language in spoken(snapshot, question):
        name = prefix + language
        places = [
            (term, offset) for offset, word in enumerate(clause.words()) if (term := analyzer(language).term(word))
        ]
        if not places:
            continue
        meant = True
        numbers = phrase_numbers(snapshot, name, places)
        if not len(numbers):
            continue
        scores = match_all(snapshot, phrase_words(snapshot, name, language, places, question.ranking))
        merged[numbers] = np.maximum(merged[numbers], scores[numbers])
    if meant:
        return merged
    places = [(word[:MAX_TERM], offset) for offset, word in enumerate(clause.words())]
    merged[phrase_numbers(snapshot, "name", places)] = 1.0
    return merged if places else None


def phrase_words(
    snapshot: Snapshot, field: str, language: str, places: Sequence[tuple[str, int]], ranking: Ranking
) -> list[Word]:
    """The words that a phrase is scored by: the rarest of a long one, as of any long question."""
    rarest = sorted(places, key=lambda place: snapshot.frequency(field, place[0]))[:LEAST]
    return [Word(((field, term, ranking.text), (schema.TITLE + language, term, ranking.title))) for term, _ in rarest]


def wholes(question: SearchRequest) -> list[tuple[str, float]]:
    """The query as one mark, with its weight, and what may stand for the whole of it."""
    clauses, ranking = question.parsed.clauses, question.ranking
    marks = [(whole(" ".join(word for clause in clauses for word in clause.words())), 1.0)]
    for one in question.widenings:
        if one.stop - one.start == len(clauses):
            marks += [(whole(" ".join(other.words())), ranking.synonym) for other in one.others]
    return [(mark, weight) for mark, weight in marks if mark]


def _reward_whole(snapshot: Snapshot, question: SearchRequest, scores: Scores, told: Mask) -> None:
    """Raises pages whose title is the query, word for word, and those that others link to with just these words."""
    rewards = [(number, part) for number, part, _name in whole_rewards(snapshot, question) if found_in(scores[number])]
    if not rewards:
        return
    top = _best(scores, told)
    for number, part in rewards:
        scores[number] += part * top


def whole_rewards(snapshot: Snapshot, question: SearchRequest) -> Iterator[tuple[int, float, str]]:
    """Documents that are called just as the query is, the part of the best score that each is given, and by which field."""
    marks = wholes(question)
    ranking = question.ranking
    for name, part in (("k_title", ranking.whole_title), ("k_anchor", ranking.whole_anchor)):
        if part and name in snapshot.fields:
            for asked, weight in marks:
                for number in snapshot.numbers(name, asked).tolist():
                    yield number, part * weight, name
    # Who types the name of a person or a space wants to go there, whatever else is called so.
    if not marks:
        return
    named = snapshot.mask("k_kind", NAMED)
    for number in snapshot.numbers("k_title", marks[0][0]).tolist():
        if named[number]:
            yield number, 2.0, "k_kind"


def _widened(
    snapshot: Snapshot, question: SearchRequest, understood: Sequence[Word | Scores | None]
) -> tuple[list[Word | Scores], list[Word | Scores]]:
    """The clauses with what may stand for them: once for pages that must hold every one, once where any will do."""
    every = list(understood)
    more: list[Word | Scores] = [clause for clause in understood if clause is not None]
    for one in sorted(question.widenings, key=lambda widening: -widening.start):
        covered = slice(one.start, one.stop)
        texts = tuple(word for clause in question.parsed.clauses[covered] for word in clause.words())
        others = widening_scores(snapshot, texts, one, question)
        # Stop words alone (IT, WHO) are searched in names, as they are written.
        typed = [clause for clause in understood[covered] if clause is not None]
        merged = _combined(snapshot, typed or [Word((("name", text, 1.0),)) for text in texts], every=True)
        every[covered] = [either(merged, others)]
        more.append(others)
    return [clause for clause in every if clause is not None], more


def widening_scores(snapshot: Snapshot, typed: tuple[str, ...], widening: Widening, question: SearchRequest) -> Scores:
    """Documents that hold what may stand for the words typed, by the best of it; remembered by the snapshot."""
    languages = spoken(snapshot, question)
    key = (typed, widening.others, question.ranking, languages)
    if (known := snapshot.scored.get(key)) is not None:
        return dense(snapshot, known)
    best = nothing(snapshot)
    for clause in widening.others:
        found = _clause(snapshot, clause, question)
        if found is not None:
            weight = widening_weight(snapshot, typed, clause, question)
            np.maximum(best, weighted(_combined(snapshot, [found], every=True), weight), out=best)
    snapshot.keep(key, *sparse(best))
    return best


def widening_weight(snapshot: Snapshot, typed: Iterable[str], other: Clause, question: SearchRequest) -> float:
    """What other words count: less than the words typed would, also where they are rarer or more of them."""
    languages = spoken(snapshot, question)
    rarer = rarity(snapshot, other.words(), languages) or 1.0
    return question.ranking.synonym * min(1.0, (rarity(snapshot, typed, languages) or rarer) / rarer)


def rarity(snapshot: Snapshot, texts: Iterable[str], languages: Sequence[str]) -> float:
    """The sum of the inverse document frequencies of words, each in the language in which it is most frequent."""
    total = 0.0
    for text in texts:
        terms = [(schema.TEXT + language, term) for language in languages if (term := analyzer(language).term(text))]
        total += min((idf(snapshot, name, term) for name, term in terms), default=0.0)
    return total


def ranking_moves(ranking: Ranking) -> bool:
    """Whether age or kind counts."""
    return bool(ranking.freshness or ranking.kinds)


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


BEARERS = 3
"""Near terms for one word, and documents for each, that are tried: not all show the word in what can be quoted."""


def did_you_mean(
    snapshot: Snapshot, parsed: Parsed, tokens: frozenset[str], withheld: frozenset[int] = frozenset()
) -> list[tuple[str, str, int]]:
    """For words that no page the reader may see holds: (word, near term, number of a visible page that holds it).

    The nearest first; several for a word.
    """
    seen = snapshot.seen(tokens, withheld)
    languages, ties = snapshot.languages(tokens, withheld), snapshot.ties()
    found: list[tuple[str, str, int]] = []
    for clause in parsed.clauses:
        if not isinstance(clause, Single) or clause.prefix:
            continue
        terms = [(schema.TEXT + language, analyzer(language).term(clause.text)) for language in languages]
        terms = [(name, term) for name, term in terms if term]
        # A word that she can read in one language is right in all.
        if any(seen[snapshot.numbers(name, term)].any() for name, term in terms):
            continue
        for name, term in terms:
            for near in vocabulary.near(snapshot, name, term, seen, limit=BEARERS):
                told = snapshot.numbers(name, near.term)
                told = told[seen[told]]
                bearers = told[np.argsort(ties[told], kind="stable")][:BEARERS]
                found += [(clause.text, near.term, number) for number in bearers.tolist()]
    return found
