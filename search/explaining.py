"""Why a hit ranks where it does: what each word adds, and where it is. For a hit that the reader may read, or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any
from uuid import UUID

import numpy as np
from django.utils.translation import gettext as _

from pages.models import BasePage
from people.audiences import audience_tokens
from people.models import Person
from search import asking, documents, engines, finding
from search.documents import Result
from search.engine import schema
from search.engine.query import (
    LONG_QUERY_WORDS,
    SearchRequest,
    answer,
    moved,
    phrase_words,
    ranking_moves,
    shortened,
    whole_rewards,
    widening_weight,
    word_of,
)
from search.engine.reader import Snapshot
from search.engine.resembling import resembling
from search.engine.scorer import Word, phrase_numbers, word_parts
from search.engine.store import IndexUnavailable
from search.engine.syntax import Clause, Either, Phrase, Single, Spelt
from search.engines import Engine
from search.parameters import Parameters
from web.numbers import whole_number

MAX_RANK = 1_000
"""Hits among which a rank is told."""


@dataclass
class Part:
    """What one word, or one circumstance, adds. `share` is in percent of all that adds to this hit."""

    words: str
    where: str
    points: float
    share: float = 0.0
    meant: bool = False
    """Not typed, but agreed to mean what was typed."""


@dataclass
class Explanation:
    """`rank` counts from 1; None where the query does not find the hit, or far down. `remarks` are sentences."""

    result: Result
    rank: int | None = None
    total: int = 0
    score: float = 0.0
    parts: list[Part] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    chosen: Any = None


def explain(parameters: Parameters, person: Any, uid: str) -> Explanation | None:
    """Why the object with this uid ranks where it does for this query; None if the person may not read it.

    Raises `IndexUnavailable` where nothing is ranked by the index, or it cannot say.
    """
    tokens = audience_tokens(person)
    key = key_of_uid(uid)
    read = finding.rows([key], person, tokens) if key and tokens else []
    if not read:
        return None
    if not engines.is_whoosh():
        raise IndexUnavailable("another engine answers")

    def explained(engine: Engine) -> Explanation | None:
        return _explained(engines.readers().snapshot(), parameters, person, tokens, key, Explanation(read[0]))

    nothing: Explanation | None = None
    told, degraded = asking.ask(explained, nothing, use_fallback=False)
    if degraded:
        raise IndexUnavailable("the index cannot say")
    return told


def key_of_uid(uid: str) -> str:
    """The key of the index for what a result calls itself; "" for what there is not."""
    kind, _colon, name = uid.partition(":")
    if kind == "person":
        found = Person.objects.filter(username=name).first()
        return documents.key_of(found) if found else ""
    if name:
        same = [one.model for one in documents.sources() if getattr(one, "kind", "") == kind]
        return f"{same[0]._meta.label_lower}:{name}" if same and whole_number(name) is not None else ""
    try:
        pk = BasePage.objects.filter(uid=UUID(uid)).values_list("pk", flat=True).first()
    except ValueError:
        return ""
    return documents.page_key(pk) if pk else ""


def _explained(
    snapshot: Snapshot, parameters: Parameters, person: Any, tokens: frozenset[str], key: str, told: Explanation
) -> Explanation:
    question, _reading, pins = finding.build_request(engines.WhooshEngine(snapshot), parameters, person, tokens)
    snapshot = snapshot.aside(question.closed, question.unlinked)
    question = shortened(snapshot, replace(question, start=0, count=MAX_RANK, facets=()))
    reply = answer(snapshot, question)
    if not reply.total and (similar := resembling(snapshot, question)) is not None:
        question, reply = similar, answer(snapshot, similar)
        told.remarks.append(_("No page has the words as typed. These have similar words."))
    told.total = reply.total
    number = snapshot.number(key)
    order = [hit for hit, _score in reply.hits]
    if number is None or number not in order:
        return told
    told.rank = order.index(number) + 1
    told.chosen = pins.get(number)
    if not parameters.parsed.clauses:
        told.remarks.append(_("You searched without words, so the newest pages come first."))
        return told
    if question.newest_first:
        told.remarks.append(_("These results are sorted by date. Below is how well this one matches."))
    _add_parts(snapshot, question, number, told)
    return told


def _add_parts(snapshot: Snapshot, question: SearchRequest, number: int, told: Explanation) -> None:
    """What adds to the score of one document. The words are added up here once more; a test holds both sums together."""
    # Without pins, and without what lifts the hits that hold every word above those that do not.
    apart = replace(question, pinned=(), newest_first=False)
    prose = (
        sum(not _is_stop(snapshot, question, place) for place in range(len(question.parsed.clauses))) > LONG_QUERY_WORDS
    )
    scores = dict(answer(snapshot, replace(apart, strict=not prose)).hits)
    every = not prose and number in scores
    if number not in scores:
        scores = dict(answer(snapshot, apart).hits)
        if number in scores:
            told.remarks.append(_("It has only some of the words. Pages that have all of them come first."))
    words, told.missing = _words(snapshot, question, number, every=every)
    told.parts = words
    told.score = scores.get(number, 0.0)
    factor = float(moved(snapshot, question.ranking)[number]) if ranking_moves(question.ranking) else 1.0
    extra = told.score / factor - sum(part.points for part in words) if factor else 0.0
    rewards = [(part, name) for found, part, name in whole_rewards(snapshot, question) if found == number]
    if rewards and extra > 0:
        whole = sum(part for part, _name in rewards)
        told.parts += [Part(REWARDS[name](), "", extra * part / whole) for part, name in rewards]
    if factor != 1:
        text = _("Its kind and age multiply this by %(factor)s, as set in the weights of this site.")
        told.remarks.append(text % {"factor": f"{factor:.2f}"})
    everything = sum(part.points for part in told.parts)
    for part in told.parts:
        part.share = 100 * part.points / everything if everything else 0.0
    told.parts.sort(key=lambda part: -part.points)


REWARDS = {
    "k_title": lambda: _("Its title matches the search exactly"),
    "k_anchor": lambda: _("Other pages link to it with exactly these words"),
    "k_kind": lambda: _("It is a person or a space with this name"),
}


def _places() -> dict[str, str]:
    return {
        schema.TEXT: _("in the text"),
        schema.TITLE: _("in the title"),
        schema.ANCHOR: _("in the text of links to it"),
        "name": _("in the name"),
    }


def _words(snapshot: Snapshot, question: SearchRequest, number: int, *, every: bool) -> tuple[list[Part], list[str]]:
    """What the words add, typed and meant, and those typed that it does not hold. `every` says that it had to hold all."""
    found = [_clause(snapshot, question, clause, number) for clause in question.parsed.clauses]
    covered: set[int] = set()
    parts: list[Part] = []
    missing: list[str] = []
    for one in question.widenings:
        places = range(one.start, one.stop)
        covered.update(places)
        texts = [word for place in places for word in question.parsed.clauses[place].words()]
        others: list[list[Part]] = []
        for other in one.others:
            weight = widening_weight(snapshot, texts, other, question)
            others.append(_clause(snapshot, question, other, number))
            for part in others[-1]:
                part.points *= weight
                part.meant = True
        best = max(others, key=lambda some: sum(part.points for part in some), default=[])
        typed = [part for place in places for part in found[place]]
        if every and not all(found[place] or _is_stop(snapshot, question, place) for place in places):
            # Apart they count only together.
            missing += [] if best else texts
            typed = []
        parts += typed + best
    for place, clause in enumerate(question.parsed.clauses):
        if place not in covered:
            parts += found[place]
            if not found[place] and not _is_stop(snapshot, question, place):
                missing += clause.words()
    return parts, missing


def _is_stop(snapshot: Snapshot, question: SearchRequest, place: int) -> bool:
    clause = question.parsed.clauses[place]
    word = word_of(snapshot, clause, question)
    return isinstance(clause, Single) and (word is None or bool(word.needed))


def _clause(snapshot: Snapshot, question: SearchRequest, clause: Clause, number: int) -> list[Part]:
    """The parts of one clause; none where the document does not match it."""
    if isinstance(clause, Either):
        each = [_clause(snapshot, question, inner, number) for inner in clause.clauses]
        return max(each, key=lambda parts: sum(part.points for part in parts), default=[])
    if isinstance(clause, Phrase):
        return _phrase(snapshot, question, clause, number)
    word = word_of(snapshot, clause, question)
    if word is None:
        return []
    text = clause.text if isinstance(clause, Single | Spelt) else " ".join(clause.words())
    prefix = isinstance(clause, Single) and clause.prefix
    return _parts(snapshot, [word], f"{text}*" if prefix else text, number)


def _phrase(snapshot: Snapshot, question: SearchRequest, clause: Phrase, number: int) -> list[Part]:
    best: list[Part] = []
    for language in [name.removeprefix(schema.TEXT) for name in snapshot.fields if name.startswith(schema.TEXT)]:
        name = (schema.TITLE if clause.field == "title" else schema.TEXT) + language
        terms = finding.analyzer(language)
        places = [(term, at) for at, word in enumerate(clause.words()) if (term := terms.term(word))]
        if not places or name not in snapshot.fields or number not in phrase_numbers(snapshot, name, places):
            continue
        wanted = phrase_words(snapshot, name, language, places, question.ranking)
        parts = _parts(snapshot, wanted, f"“{clause.text}”", number)
        if sum(part.points for part in parts) > sum(part.points for part in best):
            best = parts
    return best


def _parts(snapshot: Snapshot, asked: Iterable[Word], words: str, number: int) -> list[Part]:
    """What words add to one document, by field."""
    sums: dict[str, float] = {}
    for name, (numbers, values) in chain.from_iterable(word_parts(snapshot, word) for word in asked):
        at = int(np.searchsorted(numbers, number))
        if at < len(numbers) and numbers[at] == number:
            place = next(
                (known for known in (schema.TEXT, schema.TITLE, schema.ANCHOR) if name.startswith(known)), "name"
            )
            sums[place] = sums.get(place, 0.0) + float(values[at])
    named = _places()
    return [Part(words, named[place], points) for place, points in sums.items()]
