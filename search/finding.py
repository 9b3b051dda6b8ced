"""One search, from its parameters to rows that may be shown: the door is asked inside the index, and again at the end."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import get_language

from people.audiences import audience_tokens
from search import asking, documents, engines, fallback
from search.curation import current as curation
from search.engine.analysis import DEFAULT_LANGUAGE, analyzer
from search.engine.snippets import SCANNED, Marker
from search.engine.store import IndexUnavailable
from search.engine.words import fold, raw_words, whole
from search.engines import Engine
from search.lag import behind, read_along
from search.parameters import FACETS, PAGE_SIZE, Parameters, labels
from search.plan import NAMED
from search.request import SearchRequest
from search.results import Result
from search.spelling import Correction, as_typed, corrected, insisting
from search.synonyms import Interpretation
from search.variants import varied
from text.spoken import Spoken

logger = logging.getLogger(__name__)

POOR_REACH, POOR_SHARE = 0.42, 0.75
"""Nothing good is found where the best page reaches less of its possible score, and no passage holds this part of the words."""
SHOWN_VALUES = 12
"""Choices of one facet."""


@dataclass
class Found:
    """What a search gives: rows for one page, the exact total, facets as lists of value, label and count."""

    parameters: Parameters
    total: int = 0
    results: list[Result] = field(default_factory=list)
    facets: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    suggestion: str | None = None
    """The query as it should have been typed: what is found is found by it."""
    insisting: str = ""
    """The query that asks for its words as they were typed all the same."""
    loose: bool = False
    poor: bool = False
    """No page seems to be about what was asked: its words are far apart in texts about other things."""
    undated: str = ""
    """The words that told a time from which nothing was found: it is of any time what is."""
    degraded: bool = False
    """The index could not be asked: what is found comes from the database."""
    failed: bool = False
    """Nor could the database: that nothing is found means nothing."""
    took_ms: float = 0.0
    interpretation: Interpretation = field(default_factory=Interpretation)
    marker: Marker = field(default_factory=lambda: Marker([]))
    """Marks the words of the query in other texts of the results."""


def find(parameters: Parameters, person: Any) -> Found:
    """Runs a search for a person. Where the index cannot be asked, the database answers, more slowly and less well.

    Never raises for an engine.
    """
    began = time.perf_counter()
    tokens = audience_tokens(person)
    if parameters.empty or not tokens:
        return Found(parameters)
    found, degraded = asking.ask(
        lambda engine: _at_its_time(engine, parameters, person, tokens),
        Found(parameters, facets={name: [] for name in FACETS}, failed=True),
    )
    found.degraded = degraded
    found.took_ms = round((time.perf_counter() - began) * 1_000, 1)
    return found


def warm() -> None:
    """Reads what the first search of a process would wait for; nothing where no index of this machine can be read."""
    try:
        engines.readers().snapshot().warm(FACETS.values())
    except IndexUnavailable:
        logger.info("the index cannot be read yet")
    except Exception:
        # In a thread of its own nobody would catch it, and every search asks again and is answered.
        logger.exception("the index cannot be read ahead")


@dataclass(frozen=True)
class Understood:
    """A request with how it came about: what curators and spelling made of the words that were typed."""

    request: SearchRequest
    interpretation: Interpretation
    corrections: list[Correction]
    pins: dict[Any, curation.Choice]


def understand(engine: Engine, parameters: Parameters, tokens: frozenset[str]) -> Understood:
    """The request for the engine: typed words, put right where they are misspelt, with what may stand for them."""
    waiting, decided = read_along()
    late = behind(engine, tokens, waiting)
    pins, left_out = _chosen(engine, decided, parameters)
    known = late.withheld | left_out
    vocabulary = engine.vocabulary(tokens, known)
    query, corrections = corrected(parameters.parsed, vocabulary)
    interpretation = decided.synonyms.interpretation(query, parameters.query)
    request = SearchRequest(
        varied(interpretation.query, vocabulary),
        tokens,
        filters=parameters.filters(),
        facets=tuple(FACETS.values()),
        newest_first=parameters.sort == "date" or not query.clauses,
        start=(parameters.page - 1) * PAGE_SIZE,
        count=PAGE_SIZE,
        ranking=decided.ranking,
        lag=late,
        left_out=left_out,
        pinned=tuple(pins),
        language=get_language() or "",
    )
    return Understood(request, interpretation, corrections, pins)


def _at_its_time(engine: Engine, parameters: Parameters, person: Any, tokens: frozenset[str]) -> Found:
    """What was found of the time that was told in words, or where that is nothing, of any time."""
    found = _from_engine(engine, parameters, person, tokens)
    if not parameters.parsed.dated or found.total:
        return found
    at_any_time = _from_engine(engine, parameters.undated(), person, tokens)
    at_any_time.undated = parameters.parsed.dated
    return at_any_time


def _from_engine(engine: Engine, parameters: Parameters, person: Any, tokens: frozenset[str]) -> Found:
    understood = understand(engine, parameters, tokens)
    reply = engine.answer(understood.request)
    keys = [engine.key(number) for number, _score in reply.hits]
    marker = Marker(*understood.request.query.marked())
    chosen = {engine.key(number): choice for number, choice in understood.pins.items()}
    found = by_key(keys, person, tokens)
    results = [found[key] for key in keys if key in found]
    for key in chosen.keys() & found.keys():
        found[key].choice = chosen[key]
    nearest = show_passages(results, marker)
    name_best(results, parameters)
    corrections = [replace(one, meant=_with_accents(one.meant, results)) for one in understood.corrections]
    return Found(
        parameters,
        reply.total,
        results,
        facets={name: _facet(engine, name, reply.facets[mark]) for name, mark in FACETS.items()},
        suggestion=as_typed(parameters.query, corrections) if corrections else None,
        insisting=insisting(parameters.query, corrections) if corrections else "",
        loose=reply.loose,
        poor=_is_poor(understood.request, reply.reach, nearest),
        interpretation=understood.interpretation,
        marker=marker,
    )


def _with_accents(word: str, results: Sequence[Result]) -> str:
    """A folded word as a result writes it."""
    written = (one for row in results for text in (row.title, row.text) for one in raw_words(text))
    return next((one.lower() for one in written if fold(one) == word), word)


def _chosen(
    engine: Engine, decided: curation.Curation, parameters: Parameters
) -> tuple[dict[int, curation.Choice], frozenset[int]]:
    """The documents that come first for this query, and those left out of it."""
    pins: dict[int, curation.Choice] = {}
    barred: set[int] = set()
    for choice in decided.choices(parameters.query):
        number = engine.number(choice.key)
        if number is None:
            continue
        if not choice.pin:
            barred.add(number)
        elif parameters.sort != "date" and len(pins) < curation.MAX_PINS:
            pins[number] = choice
    return pins, frozenset(barred)


def _is_poor(request: SearchRequest, reach: float, nearest: int) -> bool:
    """Whether the best of the first page hold the words in passing only; a single word says too little to tell.

    Of 139 questions with an answer on the site it is said of 4 in 100, of 47 without one of 72.
    """
    words = {
        term for word in request.query.words() if (term := analyzer(request.language or DEFAULT_LANGUAGE).term(word))
    }
    return request.start == 0 and len(words) > 1 and reach < POOR_REACH and nearest < POOR_SHARE * len(words)


def show_passages(results: Sequence[Result], marker: Marker) -> int:
    """Gives each result the passage with most of the words: of its text, or of what is said in it, and then when.

    Returns how many different words the best of them holds.
    """
    nearest = 0
    spoken: dict[str, Spoken] = {}
    if marker.words or marker.prefixes:
        for source in documents.sources():
            spoken |= source.spoken(results)
    for result in results:
        best = marker.passage(result.text[:SCANNED], result.language)
        if said := spoken.get(result.uid):
            heard = marker.passage(said.text, result.language)
            if heard.words and heard.words >= best.words:
                result.second = said.second_at(heard.place)
            if heard.words > best.words:
                best = heard
        result.snippet = best.html
        nearest = max(nearest, best.words)
    return nearest


def name_best(results: Sequence[Result], parameters: Parameters) -> None:
    """Marks the person or space whose name the query is."""
    asked = whole(parameters.query)
    for result in results[:2]:
        result.named = bool(asked) and result.kind in NAMED and whole(result.title) == asked


def rows(keys: Sequence[str], person: Any, tokens: frozenset[str]) -> list[Result]:
    """The rows of these keys, in their order, that the person may read at this moment: the index may lag, the door not."""
    found = by_key(keys, person, tokens)
    return [found[key] for key in keys if key in found]


def by_key(keys: Sequence[str], person: Any, tokens: frozenset[str]) -> dict[str, Result]:
    found: dict[str, Result] = {}
    for label, pks in documents.by_label(keys).items():
        source = documents.source_of(label)
        if source is not None:
            found.update((f"{label}:{pk}", row) for pk, row in source.results(pks, person, tokens).items())
    return found


def _facet(engine: Engine, name: str, counts: Any) -> list[dict[str, Any]]:
    # Of equal choices the order of their marks: that of the index would tell in which segments they lie.
    common = sorted(counts.items(), reverse=name == "year")
    if name != "year":
        common.sort(key=lambda one: -one[1])
    common = common[:SHOWN_VALUES]
    named = engine.named.setdefault((name, get_language()), {})
    if unknown := [value for value, _count in common if value not in named]:
        found = labels(name, unknown)
        for value in unknown:
            entry = {"value": value, "label": fallback.label(name, value), **found.get(value, {})}
            named[value] = entry if value in found or name != "space" else {}
    return [{**named[value], "count": count} for value, count in common if named[value]]
