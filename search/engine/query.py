"""Answering a reader's question from a snapshot: hits she may see, their exact number, facets, all in one pass."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial, reduce
from heapq import nlargest
from itertools import chain, compress, islice
from operator import and_
from time import time
from typing import Any

from search.engine import schema, vocabulary
from search.engine.analysis import LANGUAGES, MAX_TERM, analyzer, whole, words
from search.engine.reader import Snapshot
from search.engine.scorer import Scores, Term, Word, idf, match_all, match_any, phrase_numbers, word_scores
from search.engine.syntax import Clause, Either, Parsed, Phrase, Single, Spelt, Widening

AUDIENCE = "k_audience"
VARIED = frozenset({"k_author", "k_tag", "k_year"})
"""Fields whose combinations with others are so many that they are better counted alone."""
NAMED = frozenset({"person", "space"})
"""Kinds that come first when the query is their name."""
EXPANSIONS = 40
"""Terms that a prefix or a misspelt word may stand for."""
FEW = 3
"""Fewer hits with every word than this, and hits with some of the words follow."""
LONG = 4
"""A query of more words is a question in prose: pages are found by any of its words, and ranked by how many and how rare."""

MOST = 40
"""Words of a longer question that are looked for: the rarest of those that something holds. Sixteen cost the longest questions of
the collection CISI 0.05 of nDCG@10; with forty they gain 0.01 over asking for all."""


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
class Question:
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


def answer(snapshot: Snapshot, question: Question) -> Answer:
    """Runs a question. The audience is applied before anything is counted."""
    question = shortened(snapshot, question)
    masks = {AUDIENCE: snapshot.mask(AUDIENCE, question.tokens)}
    for name, values in question.filters.items():
        masks[name] = snapshot.mask(name, values)
    allowed = masks[AUDIENCE]
    scores, loose = _scores(snapshot, question, masks)
    scores = _within(scores, [allowed])
    if ranking_moves(question.ranking) and scores:
        factors = moved(snapshot, question.ranking)
        scores = {number: score * factors[number] for number, score in scores.items()}
    if question.pinned:
        top = max(scores.values(), default=0.0) + 1.0
        scores.update(
            (number, top + place) for place, number in enumerate(reversed(question.pinned)) if allowed[number]
        )
    for number in question.withheld:
        scores.pop(number, None)
    if question.after is not None or question.before is not None:
        times = snapshot.times()
        after, before = question.after or 1, question.before or 1 << 62
        scores = {number: score for number, score in scores.items() if after <= times[number] < before}
    inside = {name: mask for name, mask in masks.items() if name != AUDIENCE}
    hits = _within(scores, inside.values())
    facets: dict[str, Counter[str]] = {}
    shared = tuple(name for name in question.facets if name not in inside)
    facets.update(_counted_among(snapshot, shared, hits, allowed, question.tokens))
    for name in question.facets:
        if name in inside:
            # A facet that is narrowed already counts what its other choices would give.
            others = [mask for other, mask in inside.items() if other != name]
            facets.update(_counted(snapshot, (name,), _within(scores, others)))
    stop = question.start + question.count
    if question.newest_first:
        times = snapshot.times()
        order = nlargest(stop, hits, key=lambda number: (times[number], number))
        page = [(number, scores[number]) for number in order[question.start :]]
    else:
        page = _best(scores if hits is scores else {number: scores[number] for number in hits}, stop)[question.start :]
    return Answer(len(hits), page, facets, loose)


def shortened(snapshot: Snapshot, question: Question) -> Question:
    """The question with no more than `MOST` plain words; what stands for a word goes with it."""
    clauses = question.parsed.clauses
    plain = [at for at, clause in enumerate(clauses) if isinstance(clause, Single) and not clause.prefix]
    if len(plain) <= MOST:
        return question

    def telling(at: int) -> float:
        texts = clauses[at].words()
        # What no page holds tells nothing, however rare.
        return rarity(snapshot, texts) if any(map(partial(_held, snapshot), texts)) else 0.0

    kept = set(nlargest(MOST, plain, key=telling))
    left = tuple(clause for at, clause in enumerate(clauses) if at in kept or at not in plain)
    return replace(question, parsed=replace(question.parsed, clauses=left), widenings=())


def _held(snapshot: Snapshot, text: str) -> bool:
    return any(
        snapshot.frequency(schema.TEXT + language, term)
        for language in LANGUAGES
        if (term := analyzer(language).term(text))
    )


def _seen(snapshot: Snapshot, question: Question, masks: Mapping[str, bytes], scores: Scores, limit: int) -> int:
    """How many of these documents this reader is told of, counted up to `limit`."""
    dated = question.after is not None or question.before is not None
    times = snapshot.times() if dated else []
    after, before = question.after or 1, question.before or 1 << 62
    told = (
        number
        for number in scores
        if all(mask[number] for mask in masks.values())
        and number not in question.withheld
        and (not dated or after <= times[number] < before)
    )
    return sum(1 for _number in islice(told, limit))


def _best(scores: Scores, count: int) -> list[tuple[int, float]]:
    """The highest scores first; the older document first where they are equal."""
    # Floats alone are compared much faster than pairs.
    least = nlargest(count, scores.values())[-1:] or [0.0]
    ranked = sorted((-score, number) for number, score in scores.items() if score >= least[0])
    return [(number, -score) for score, number in ranked[:count]]


def _within(scores: Scores, masks: Iterable[bytes]) -> Scores:
    for mask in masks:
        if 0 in mask:
            scores = dict(compress(scores.items(), map(mask.__getitem__, scores)))
    return scores


def _counted_among(
    snapshot: Snapshot, names: tuple[str, ...], hits: Scores, allowed: bytes, tokens: frozenset[str]
) -> dict[str, Counter[str]]:
    """As `_counted`. Where most of what a reader may see is hit, the rest of it is counted and taken off."""
    if len(hits) * 2 <= allowed.count(1):
        return _counted(snapshot, names, hits)
    everything = snapshot.totals.get((names, tokens))
    if everything is None:
        everything = _counted(snapshot, names, list(compress(range(snapshot.size), allowed)))
        snapshot.totals.put((names, tokens), everything, sum(map(len, everything.values())))
    others = bytearray(allowed)
    for number in hits:
        others[number] = 0
    rest = _counted(snapshot, names, list(compress(range(snapshot.size), others)))
    return {name: everything[name] - rest[name] for name in names}


def _counted(snapshot: Snapshot, names: tuple[str, ...], numbers: Collection[int]) -> dict[str, Counter[str]]:
    """How many documents bear each mark of some fields. Fields of few values are counted together, in one pass."""
    counts: dict[str, Counter[str]] = {}
    for name in VARIED.intersection(names):
        column = snapshot.column(name)
        marks = map(column.values.__getitem__, map(column.codes.__getitem__, numbers))
        counts[name] = Counter(chain.from_iterable(marks))
    if few := tuple(name for name in names if name not in VARIED):
        joint = snapshot.columns(few)
        combinations = Counter(map(joint.codes.__getitem__, numbers))
        for place, name in enumerate(few):
            # A plain dictionary: a Counter answers a missing key through a method of Python.
            found: dict[str, int] = {}
            for code, count in combinations.items():
                for mark in joint.values[code][place]:
                    found[mark] = found.get(mark, 0) + count
            counts[name] = Counter(found)
    return counts


def _scores(snapshot: Snapshot, question: Question, masks: Mapping[str, bytes]) -> tuple[Scores, bool]:
    """Documents that hold what was asked, whoever may see them, and whether hits with some of the words are among them."""
    parsed, ranking = question.parsed, question.ranking
    loose = False
    if parsed.clauses:
        understood = [_clause(snapshot, clause, ranking) for clause in parsed.clauses]
        clauses = [found for found in understood if found is not None]
        telling = [found for found in clauses if not (isinstance(found, Word) and found.needed)]
        if not telling and not question.widenings:
            # Stop words alone ("who we are"): titles are searched as they are written, and what is none in its language.
            names = [Word((("name", word, 1.0),)) for clause in parsed.clauses for word in clause.words()]
            named, scores = match_all(snapshot, names), _combined(snapshot, clauses, every=True) if clauses else {}
            scores = scores | {number: score + scores.get(number, 0.0) for number, score in named.items()}
            return _excluded(snapshot, parsed, scores, ranking), False
        prose = len(telling) > LONG and not question.strict
        every, some = _widened(snapshot, question, understood) if question.widenings else (clauses, clauses)
        scores = _combined(snapshot, some if prose else every, every=not prose)
        scores = _excluded(snapshot, parsed, scores, ranking)
        if (
            not prose
            and not question.strict
            and len(clauses) > 1
            and (exact := _seen(snapshot, question, masks, scores, FEW)) < FEW
        ):
            more = _excluded(snapshot, parsed, _combined(snapshot, some, every=False), ranking)
            # Said of what she may see: that something else holds one of her words is not hers to know.
            loose = _seen(snapshot, question, masks, more, exact + 1) > exact
            # What holds every word stays in front.
            top = max(more.values(), default=0.0)
            for number in scores:
                more[number] += top
            scores = more
        _reward_whole(snapshot, question, scores, masks[AUDIENCE])
        return scores, loose
    everything = masks[AUDIENCE]
    return _excluded(snapshot, parsed, {n: 0.0 for n, inside in enumerate(everything) if inside}, ranking), False


def _excluded(snapshot: Snapshot, parsed: Parsed, scores: Scores, ranking: Ranking) -> Scores:
    for clause in parsed.excluded:
        found = _clause(snapshot, clause, ranking)
        if found is not None:
            gone = _combined(snapshot, [found], every=True)
            scores = {number: score for number, score in scores.items() if number not in gone}
    return scores


def _combined(snapshot: Snapshot, clauses: Sequence[Word | Scores], *, every: bool) -> Scores:
    """Words by the engine's pass; phrases and alternatives come as finished scores."""
    plain = [clause for clause in clauses if isinstance(clause, Word)]
    finished = [clause for clause in clauses if not isinstance(clause, Word)]
    if not every:
        merged = match_any(snapshot, plain)
        for scores in finished:
            for number, score in scores.items():
                merged[number] = merged.get(number, 0.0) + score
        return merged
    required = [word for word in plain if not word.needed]
    spared = [word for word in plain if word.needed] if required or finished else []
    parts = ([match_all(snapshot, required if spared else plain)] if required or not finished else []) + finished
    common = reduce(and_, (scores.keys() for scores in parts[1:]), parts[0].keys())
    merged = dict(parts[0]) if len(parts) == 1 else {n: sum(scores[n] for scores in parts) for n in common}
    for word in spared:
        there, has_to = dict(zip(*word_scores(snapshot, word), strict=True)), snapshot.mask("k_lang", word.needed)
        merged = {n: score + there.get(n, 0.0) for n, score in merged.items() if n in there or not has_to[n]}
    return merged


def _clause(snapshot: Snapshot, clause: Clause, ranking: Ranking) -> Word | Scores | None:
    """What a clause of the query matches; None if it holds nothing but stop words."""
    if isinstance(clause, Phrase):
        return _phrase(snapshot, clause, ranking)
    if isinstance(clause, Either):
        merged: Scores = {}
        for inner in clause.clauses:
            found = _clause(snapshot, inner, ranking)
            if found is not None:
                for number, score in _combined(snapshot, [found], every=True).items():
                    merged[number] = max(score, merged.get(number, 0.0))
        return merged
    if isinstance(clause, Spelt):
        field = schema.TITLE if clause.field == "title" else schema.TEXT
        return Word(tuple((field + language, term, weight) for language, term, weight in clause.terms), as_one=True)
    terms: list[Term] = []
    for text in (clause.text, *clause.alternatives):
        terms += term_list(snapshot, text, clause, ranking)
    if not terms:
        # A name is searched as it is written: no analysis takes its words away.
        return Word((("name", clause.text, 1.0),)) if clause.field == "title" else None
    return Word(tuple(dict.fromkeys(terms)), as_one=clause.prefix, needed=_needed(snapshot, clause))


def _needed(snapshot: Snapshot, clause: Single) -> frozenset[str]:
    """The languages in which a word is none of the stop words, if it is one in another; see `Word.needed`."""
    if clause.prefix or clause.field or clause.alternatives:
        return frozenset()
    there = [language for language in LANGUAGES if schema.TEXT + language in snapshot.fields]
    needed = frozenset(language for language in there if analyzer(language).term(clause.text))
    return needed if len(needed) < len(there) else frozenset()


def word_of(snapshot: Snapshot, clause: Clause, ranking: Ranking) -> Word | None:
    """The terms of a clause that is one word; None for any other, and for a stop word."""
    found = _clause(snapshot, clause, ranking)
    return found if isinstance(found, Word) else None


def term_list(snapshot: Snapshot, text: str, clause: Single, ranking: Ranking) -> list[Term]:
    """The terms of one word in every language that the index holds."""
    terms: list[Term] = []
    for language in LANGUAGES:
        if schema.TEXT + language not in snapshot.fields:
            continue
        term = text[:MAX_TERM] if clause.prefix else analyzer(language).term(text)
        if not term:
            continue
        spelt = snapshot.expand(schema.TEXT + language, term, EXPANSIONS) if clause.prefix else [term]
        for one in spelt:
            if clause.field == "title":
                terms.append((schema.TITLE + language, one, 1.0))
                continue
            terms.append((schema.TEXT + language, one, ranking.text))
            terms.append((schema.TITLE + language, one, ranking.title))
            if ranking.anchor and schema.ANCHOR + language in snapshot.fields:
                terms.append((schema.ANCHOR + language, one, ranking.anchor))
    return terms


def _phrase(snapshot: Snapshot, clause: Phrase, ranking: Ranking) -> Word | Scores | None:
    prefix = schema.TITLE if clause.field == "title" else schema.TEXT
    merged: Scores = {}
    meant = False
    for language in LANGUAGES:
        name = prefix + language
        if name not in snapshot.fields:
            continue
        places = [
            (term, offset) for offset, word in enumerate(clause.words()) if (term := analyzer(language).term(word))
        ]
        if not places:
            continue
        meant = True
        numbers = phrase_numbers(snapshot, name, places)
        if not numbers:
            continue
        scores = match_all(
            snapshot,
            [Word(((name, term, ranking.text), (schema.TITLE + language, term, ranking.title))) for term, _ in places],
        )
        for number in numbers & scores.keys():
            merged[number] = max(scores[number], merged.get(number, 0.0))
    if meant:
        return merged
    places = [(word[:MAX_TERM], offset) for offset, word in enumerate(clause.words())]
    return dict.fromkeys(phrase_numbers(snapshot, "name", places), 1.0) if places else None


def wholes(question: Question) -> list[tuple[str, float]]:
    """The query as one mark, with its weight, and what may stand for the whole of it."""
    clauses, ranking = question.parsed.clauses, question.ranking
    marks = [(whole(" ".join(word for clause in clauses for word in clause.words())), 1.0)]
    for one in question.widenings:
        if one.stop - one.start == len(clauses):
            marks += [(whole(" ".join(other.words())), ranking.synonym) for other in one.others]
    return [(mark, weight) for mark, weight in marks if mark]


def _reward_whole(snapshot: Snapshot, question: Question, scores: Scores, allowed: bytes) -> None:
    """Raises pages whose title is the query, word for word, and those that others link to with just these words."""
    rewards = [(number, part) for number, part, _name in whole_rewards(snapshot, question) if number in scores]
    if not rewards:
        return
    # Of what this reader may see: the score of anything else moves nothing.
    best = max(compress(scores.values(), map(allowed.__getitem__, scores)), default=0.0)
    for number, part in rewards:
        scores[number] += part * best


def whole_rewards(snapshot: Snapshot, question: Question) -> Iterator[tuple[int, float, str]]:
    """Documents that are called just as the query is, the part of the best score that each is given, and by which field."""
    marks = wholes(question)
    ranking = question.ranking
    for name, part in (("k_title", ranking.whole_title), ("k_anchor", ranking.whole_anchor)):
        if part and name in snapshot.fields:
            for asked, weight in marks:
                for number in snapshot.numbers(name, asked):
                    yield number, part * weight, name
    # Who types the name of a person or a space wants to go there, whatever else is called so.
    named = snapshot.mask("k_kind", NAMED) if marks else b""
    for number in snapshot.numbers("k_title", marks[0][0]) if marks else ():
        if named[number]:
            yield number, 2.0, "k_kind"


def _widened(
    snapshot: Snapshot, question: Question, understood: Sequence[Word | Scores | None]
) -> tuple[list[Word | Scores], list[Word | Scores]]:
    """The clauses with what may stand for them: once for pages that must hold every one, once where any will do."""
    every = list(understood)
    more: list[Word | Scores] = [clause for clause in understood if clause is not None]
    for one in sorted(question.widenings, key=lambda widening: -widening.start):
        covered = slice(one.start, one.stop)
        texts = tuple(word for clause in question.parsed.clauses[covered] for word in clause.words())
        others = widening_scores(snapshot, texts, one, question.ranking)
        # Stop words alone (IT, WHO) are searched in names, as they are written.
        typed = [clause for clause in understood[covered] if clause is not None]
        merged = _combined(snapshot, typed or [Word((("name", text, 1.0),)) for text in texts], every=True)
        for number, score in others.items():
            merged[number] = merged.get(number, 0.0) + score
        every[covered] = [merged]
        more.append(others)
    return [clause for clause in every if clause is not None], more


def widening_scores(snapshot: Snapshot, typed: tuple[str, ...], widening: Widening, ranking: Ranking) -> Scores:
    """Documents that hold what may stand for the words typed, by the best of it; remembered by the snapshot."""
    key = (typed, widening.others, ranking)
    if (known := snapshot.scored.get(key)) is not None:
        return dict(zip(*known, strict=True))
    best: Scores = {}
    for clause in widening.others:
        found = _clause(snapshot, clause, ranking)
        if found is not None:
            weight = widening_weight(snapshot, typed, clause, ranking)
            for number, score in _combined(snapshot, [found], every=True).items():
                best[number] = max(score * weight, best.get(number, 0.0))
    snapshot.scored.put(key, (array("I", best), array("f", best.values())), len(best) + 16)
    return best


def widening_weight(snapshot: Snapshot, typed: Iterable[str], other: Clause, ranking: Ranking) -> float:
    """What other words count: less than the words typed would, also where they are rarer or more of them."""
    rarer = rarity(snapshot, other.words()) or 1.0
    return ranking.synonym * min(1.0, (rarity(snapshot, typed) or rarer) / rarer)


def rarity(snapshot: Snapshot, texts: Iterable[str]) -> float:
    """The sum of the inverse document frequencies of words, each in the language in which it is most frequent."""
    total = 0.0
    languages = [language for language in LANGUAGES if schema.TEXT + language in snapshot.fields]
    for text in texts:
        terms = [(schema.TEXT + language, term) for language in languages if (term := analyzer(language).term(text))]
        total += min((idf(snapshot, name, term) for name, term in terms), default=0.0)
    return total


def ranking_moves(ranking: Ranking) -> bool:
    """Whether age or kind counts."""
    return bool(ranking.freshness or ranking.kinds)


def moved(snapshot: Snapshot, ranking: Ranking) -> array[float]:
    """What the score of every document is multiplied by for its age and kind; remembered by the snapshot for a day."""
    today = int(time() // 86_400)
    key = ("moved", ranking, today)
    if (known := snapshot.scored.get(key)) is not None:
        return known[1]
    kinds = dict(ranking.kinds)
    column = snapshot.column("k_kind")
    by_code = [kinds.get(marks[0], 1.0) if marks else 1.0 for marks in column.values]
    factors = array("f", map(by_code.__getitem__, column.codes))
    if ranking.freshness:
        for number, at in enumerate(snapshot.times()):
            if at:
                age = max(0.0, today - at / 86_400)
                factors[number] *= 1.0 + ranking.freshness * 0.5 ** (age / ranking.half_life)
    snapshot.scored.put(key, (array("I"), factors), len(factors) // 2 + 16)
    return factors


BEARERS = 3
"""Near terms for one word, and documents for each, that are tried: not all show the word in what can be quoted."""


def did_you_mean(snapshot: Snapshot, parsed: Parsed, tokens: frozenset[str]) -> list[tuple[str, str, int]]:
    """For words that no page the reader may see holds: (word, near term, number of a visible page that holds it).

    The nearest first; several for a word.
    """
    allowed = snapshot.mask(AUDIENCE, tokens)
    found: list[tuple[str, str, int]] = []
    for clause in parsed.clauses:
        if not isinstance(clause, Single) or clause.prefix:
            continue
        terms = [(schema.TEXT + language, analyzer(language).term(clause.text)) for language in LANGUAGES]
        terms = [(name, term) for name, term in terms if term and name in snapshot.fields]
        # A word that she can read in one language is right in all.
        if any(allowed[number] for name, term in terms for number in snapshot.numbers(name, term)):
            continue
        for name, term in terms:
            near = (
                [(clause.text, candidate, n) for n in snapshot.numbers(name, candidate) if allowed[n]][:BEARERS]
                for candidate in vocabulary.near(snapshot, name, term)
            )
            for bearers in islice(filter(None, near), BEARERS):
                found += bearers
    return found


def written_words(text: str) -> list[str]:
    """The folded words of a text; for callers that know nothing of analysis."""
    return words(text)
