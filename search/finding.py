"""One search, from its parameters to rows that may be shown: the door is asked inside the index, and again at the end."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connections, router
from django.utils.translation import get_language

from pages import media_audience
from pages.models import BasePage, Shown
from people.audiences import audience_tokens
from search import asking, documents, engines, fallback
from search.curation import current as curation
from search.documents import Result
from search.engine.analysis import whole
from search.engine.reader import STAFF
from search.engine.snippets import SCANNED, Marker
from search.engine.store import IndexUnavailable
from search.engines import Engine
from search.models import CurationStamp, OutboxEntry
from search.parameters import FACETS, PAGE_SIZE, Parameters, labels
from search.plan import NAMED
from search.request import NO_LAG, Lag, Ranking, SearchRequest
from search.spelling import Correction, as_typed, corrected, insisting
from search.synonyms import Interpretation
from search.variants import varied
from text.spoken import Spoken

logger = logging.getLogger(__name__)

# What waits to be indexed, and in the same statement the stamp of what curators decided.
WAITING = f"""
    SELECT DISTINCT key FROM {OutboxEntry._meta.db_table} UNION ALL SELECT stamp FROM {CurationStamp._meta.db_table}
"""  # noqa: S608 - our own names
MAX_HITS_CHECKED = 500
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
    degraded: bool = False
    """The index could not be asked: what is found comes from the database."""
    failed: bool = False
    """Nor could the database: that nothing is found means nothing."""
    took_ms: float = 0.0
    interpretation: Interpretation = field(default_factory=Interpretation)
    marker: Marker = field(default_factory=lambda: Marker([]))
    """Marks the words of the query in other texts of the results."""


def find(parameters: Parameters, person: Any, ranking: Ranking | None = None) -> Found:
    """Runs a search for a person, on trial with other weights than those in use where `ranking` is given.

    Where the index cannot be asked, the database answers, more slowly and less well. Never raises for an engine.
    """
    began = time.perf_counter()
    tokens = audience_tokens(person)
    if parameters.empty or not tokens:
        return Found(parameters)
    found, degraded = asking.ask(
        lambda engine: _from_engine(engine, parameters, person, tokens, ranking),
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


def understand(
    engine: Engine, parameters: Parameters, person: Any, tokens: frozenset[str], ranking: Ranking | None = None
) -> Understood:
    """The request for the engine: typed words, put right where they are misspelt, with what may stand for them."""
    waiting, decided = _read_along()
    behind = lag(engine, tokens, waiting)
    pins, left_out = _chosen(engine, decided, parameters)
    known = behind.withheld | left_out
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
        ranking=ranking or decided.ranking,
        lag=behind,
        left_out=left_out,
        pinned=tuple(pins),
    )
    return Understood(request, interpretation, corrections, pins)


def _from_engine(
    engine: Engine, parameters: Parameters, person: Any, tokens: frozenset[str], ranking: Ranking | None
) -> Found:
    understood = understand(engine, parameters, person, tokens, ranking)
    reply = engine.answer(understood.request)
    keys = [engine.key(number) for number, _score in reply.hits]
    marker = Marker(*understood.request.query.marked())
    chosen = {engine.key(number): choice for number, choice in understood.pins.items()}
    found = by_key(keys, person, tokens)
    results = [found[key] for key in keys if key in found]
    for key in chosen.keys() & found.keys():
        found[key].choice = chosen[key]
    show_passages(results, marker)
    name_best(results, parameters)
    corrections = understood.corrections
    return Found(
        parameters,
        reply.total,
        results,
        facets={name: _facet(engine, name, reply.facets[mark]) for name, mark in FACETS.items()},
        suggestion=as_typed(parameters.query, corrections) if corrections else None,
        insisting=insisting(parameters.query, corrections) if corrections else "",
        loose=reply.loose,
        interpretation=understood.interpretation,
        marker=marker,
    )


def _read_along() -> tuple[list[str], curation.Curation]:
    """The keys that wait to be indexed, and what curators decided: one short statement while nothing changed."""
    with connections[router.db_for_read(OutboxEntry)].cursor() as cursor:
        cursor.execute(WAITING)
        rows = [key for (key,) in cursor.fetchall()]
    stamp = next((row for row in rows if row.startswith(curation.MARK)), "")
    return [row for row in rows if row != stamp], curation.current(stamp)


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


def lag(engine: Engine, tokens: frozenset[str], waiting: list[str] | None = None) -> Lag:
    """What waits to be written again and may not be read with these tokens any more, or not by all staff: neither it nor the
    words of its links count for anything from that moment on.

    Costs one short statement while nothing waits, and none where the keys of what waits were read already.
    """
    if not engine.lags:
        return NO_LAG
    keys = _read_along()[0] if waiting is None else waiting
    numbers = {key: number for key in keys if (number := engine.number(key)) is not None}
    if not numbers:
        return NO_LAG
    # Too many to look at each: none of them is shown until the index has caught up.
    now = audiences(list(numbers)) if len(numbers) <= MAX_HITS_CHECKED else {}
    withheld = {number for key, number in numbers.items() if now.get(key) not in tokens}
    private = {number for key, number in numbers.items() if now.get(key) != STAFF}
    if private and (naming := _naming(engine, numbers, private)):
        withheld |= {number for number, named in naming.items() if named & withheld}
        private |= naming.keys()
    closed = engine.for_staff(frozenset(private))
    return Lag(frozenset(withheld), closed, engine.linked(frozenset(withheld) | closed))


def _naming(engine: Engine, numbers: dict[str, Any], hidden: set[Any]) -> dict[Any, set[Any]]:
    """Of the documents that wait, those whose text as the index knows it may say what `hidden` ones are called, and which.

    A link shows the title of its page, a picture its own. The writer's own words are found again as soon as the
    index has caught up.
    """
    others = [key for key, number in numbers.items() if number not in hidden]
    prefix = f"{BasePage._meta.label_lower}:"
    found: dict[Any, set[Any]] = {}
    for key, marks in engine.links(others).items():
        named = {numbers.get(prefix + mark.partition(":")[0]) for mark in marks} & hidden
        if named:
            found[numbers[key]] = named
    for page, key in _showing([key for key, number in numbers.items() if number in hidden]):
        if (number := numbers.get(prefix + str(page))) is not None and number not in hidden:
            found.setdefault(number, set()).add(numbers[key])
    return found


def _showing(keys: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The pages that name these media, and which."""
    labels = {model._meta.label_lower: kind for kind, model in media_audience.MODELS.items()}
    for label, pks in _by_label(keys).items():
        if label in labels:
            shown = Shown.objects.filter(kind=labels[label], number__in=[int(pk) for pk in pks])
            yield from ((page, f"{label}:{number}") for page, number in shown.values_list("page", "number"))


def audiences(keys: Sequence[str]) -> dict[str, str]:
    """Who may read these objects at this moment, by their tokens; nothing of what nobody may."""
    return {
        f"{label}:{pk}": token
        for label, pks in _by_label(keys).items()
        if (source := documents.source_of(label)) is not None
        for pk, token in source.audiences(pks).items()
    }


def _by_label(keys: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        label, _colon, pk = key.partition(":")
        found[label].append(pk)
    return found


def show_passages(results: Sequence[Result], marker: Marker) -> None:
    """Gives each result the passage with most of the words: of its text, or of what is said in it, and then when."""
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
    for label, pks in _by_label(keys).items():
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
