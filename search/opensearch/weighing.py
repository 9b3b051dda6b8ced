"""What words weigh in OpenSearch: counted over what all staff may read, and not by the server over all that lies there.

The fields are scored as `boolean`: a term that is met is worth its boost. The boost is the inverse document frequency, asked for
in one request beside the search; that a text holds a word often for its length is written down when it is indexed (`often`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from search.engine import schema
from search.engine.reader import K1, B

Json = dict[str, Any]
OFTEN = "often_"
"""Fields, by language, of words that a text holds often for its length."""
OFTEN_BOOST = 0.7
"""What that adds to 1 for holding the word at all."""
OFTEN_FROM = 1.4
"""Weight of a word by BM25, of `K1 + 1` at most, from which on it is often."""
USUAL_LENGTH = 300.0
"""Words of a text that is neither long nor short: one number, so that no text tells of the others."""
SCORED = (schema.TEXT, schema.TITLE, schema.ANCHOR)

Pair = tuple[str, str]
"""A field and a term."""


def often(counts: Mapping[str, int]) -> list[str]:
    """The words that a text holds often for its length."""
    length = sum(counts.values())
    norm = K1 * ((1 - B) + B * length / USUAL_LENGTH)
    return [term for term, count in counts.items() if count * (K1 + 1) / (count + norm) >= OFTEN_FROM]


def _is_scored(name: str) -> bool:
    return name.startswith(SCORED) or name in (schema.NAME, schema.WORDS)


def pairs(query: Any) -> Iterator[Pair]:
    """The terms of a query that are scored."""
    if isinstance(query, list):
        for one in query:
            yield from pairs(one)
    elif isinstance(query, dict):
        for kind, inner in query.items():
            if kind == "term":
                yield from ((name, spec["value"]) for name, spec in inner.items() if isinstance(spec, dict))
            elif kind == "match_phrase":
                yield from ((name, word) for name, spec in inner.items() for word in spec["query"].split())
            else:
                yield from pairs(inner)


def weighed(query: Any, weight: Callable[[str, str], float], unlinked: list[str]) -> Any:
    """The same query with what its terms weigh; `unlinked` documents are not met by the words with which they are linked to."""
    if isinstance(query, list):
        return [weighed(one, weight, unlinked) for one in query]
    if not isinstance(query, dict):
        return query
    if len(query) == 1 and (kind := next(iter(query))) in ("term", "prefix", "match_phrase"):
        return _leaf(query, kind, weight, unlinked)
    return {name: weighed(inner, weight, unlinked) for name, inner in query.items()}


def _leaf(query: Json, kind: str, weight: Callable[[str, str], float], unlinked: list[str]) -> Json:
    ((name, spec),) = query[kind].items()
    found = query
    if kind == "match_phrase":
        boost = spec["boost"] * sum(weight(name, word) for word in spec["query"].split())
        found = {kind: {name: {**spec, "boost": boost}}}
    elif kind == "term" and isinstance(spec, dict) and _is_scored(name):
        boost = spec["boost"] * weight(name, spec["value"])
        found = {kind: {name: {"value": spec["value"], "boost": boost}}}
        if name.startswith(schema.TEXT):
            more = {"value": spec["value"], "boost": boost * OFTEN_BOOST}
            also = {"term": {OFTEN + name.removeprefix(schema.TEXT): more}}
            found = {"bool": {"should": [found, also], "minimum_should_match": 1}}
    if unlinked and (name.startswith(schema.ANCHOR) or name == "k_anchor"):
        return {"bool": {"must": [found], "must_not": [{"ids": {"values": unlinked}}]}}
    return found
