"""One search, from its parameters to rows that may be shown: the door is asked inside the index, and again at the end."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from django.db import connections, router
from django.utils.translation import get_language

from pages import media_audience
from pages.models import BasePage, Shown
from people.audiences import audience_tokens
from search import asking, documents, engines, fallback
from search.curation import current as curation
from search.curation.wording import Reading
from search.documents import Result
from search.engine.analysis import analyzer, whole
from search.engine.query import NAMED, NO_LAG, Lag, Ranking, SearchRequest
from search.engine.reader import STAFF
from search.engine.snippets import SCANNED, Marker
from search.engine.store import IndexUnavailable
from search.engine.syntax import Spelt
from search.engines import Engine
from search.models import CurationStamp, OutboxEntry
from search.parameters import FACETS, PAGE_SIZE, Parameters, labels
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
    loose: bool = False
    similar: bool = False
    """Nothing holds the words as they were typed; what is found holds words that are spelt nearly alike."""
    degraded: bool = False
    """The index could not be asked: what is found comes from the database."""
    failed: bool = False
    """Nor could the database: that nothing is found means nothing."""
    took_ms: float = 0.0
    reading: Reading = field(default_factory=Reading)
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


def build_request(
    engine: Engine, parameters: Parameters, person: Any, tokens: frozenset[str], ranking: Ranking | None = None
) -> tuple[SearchRequest, Reading, dict[Any, curation.Choice]]:
    """The question for the engine, with what curators decided: what its words mean, and what was chosen for it."""
    parsed = parameters.parsed
    waiting, decided = _read_along()
    behind = lag(engine, tokens, waiting)
    reading = decided.wording.reading(parsed, parameters.query)
    pins, barred = _chosen(engine, decided, parameters)
    question = SearchRequest(
        parsed=parsed,
        tokens=tokens,
        filters=parameters.filters(),
        facets=tuple(FACETS.values()),
        newest_first=parameters.sort == "date" or (not parsed.clauses),
        after=parsed.after,
        before=parsed.before,
        start=(parameters.page - 1) * PAGE_SIZE,
        count=PAGE_SIZE,
        withheld=behind.withheld | barred,
        closed=behind.closed,
        unlinked=behind.unlinked,
        ranking=ranking or decided.ranking,
        widenings=reading.widenings,
        pinned=tuple(pins),
    )
    return question, reading, pins


def _from_engine(
    engine: Engine, parameters: Parameters, person: Any, tokens: frozenset[str], ranking: Ranking | None
) -> Found:
    parsed = parameters.parsed
    question, reading, pins = build_request(engine, parameters, person, tokens, ranking)
    reply = engine.answer(question)
    similar = None if reply.total else engine.resembling(question)
    if similar is not None:
        parsed, reply = similar.parsed, engine.answer(similar)
    keys = [engine.key(number) for number, _score in reply.hits]
    singles = list(parsed.singles())
    others = [other for one in singles for other in one.alternatives]
    marker = Marker([*parsed.words(), *others, *reading.words()], [one.text for one in singles if one.prefix])
    chosen = {engine.key(number): choice for number, choice in pins.items()}
    found = by_key(keys, person, tokens)
    results = [found[key] for key in keys if key in found]
    for key in chosen.keys() & found.keys():
        found[key].choice = chosen[key]
    show_passages(results, marker)
    name_best(results, parameters)
    suggestion = None
    if similar is not None and reply.total:
        suggestion = _respelt(parameters.query, similar)
    if suggestion is None and parsed.clauses and (similar is not None or reply.total == 0 or reply.loose):
        suggestion = _suggestion(engine, parameters, person, question)
    facets = {name: _facet(engine, name, reply.facets[mark]) for name, mark in FACETS.items()}
    return Found(
        parameters,
        reply.total,
        results,
        facets,
        suggestion,
        reply.loose,
        similar is not None,
        reading=reading,
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


def _respelt(query: str, similar: SearchRequest) -> str | None:
    """The query with the likeliest of the similar words in it."""
    better = query
    for clause in similar.parsed.clauses:
        position = better.lower().find(clause.text) if isinstance(clause, Spelt) and clause.best else -1
        if isinstance(clause, Spelt) and position >= 0:
            better = better[:position] + clause.best + better[position + len(clause.text) :]
    return better if better != query else None


def _suggestion(engine: Engine, parameters: Parameters, person: Any, question: SearchRequest) -> str | None:
    """The query with its unknown words replaced by near ones, as they are written in a page that the person may read."""
    better, replaced = parameters.query, set()
    for word, term, number in engine.did_you_mean(parameters.parsed, question.tokens, question.withheld):
        if word in replaced:
            continue
        found = rows([engine.key(number)], person, question.tokens)
        written = next((one for row in found for one in _written(row, term)), None)
        position = better.lower().find(word)
        if written is not None and position >= 0:
            better = better[:position] + written + better[position + len(word) :]
            replaced.add(word)
    return better if better != parameters.query else None


def _written(row: Result, term: str) -> Iterator[str]:
    """The words of a result, as they are written there, that come down to a term."""
    stem = analyzer(row.language).term
    named = (one["name"] for one in (*row.authors, *row.tags))
    spoken = (said.text for source in documents.sources() for said in source.spoken([row]).values())
    for text in chain([row.title, row.text], named, spoken):
        yield from (word for one in dict.fromkeys(text.split()) if stem(word := _bare(one)) == term)


def _bare(word: str) -> str:
    return "".join(sign for sign in word.lower() if sign.isalnum())
