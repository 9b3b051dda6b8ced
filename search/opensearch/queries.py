"""What a plan asks, in OpenSearch's words."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from search.engine.reader import AUDIENCE
from search.opensearch.mapping import Json
from search.plan import NAMED, Every, Meant, Node, Plan, Run, Some, Terms, quoted, telling
from search.request import SearchRequest

WHOLE = 8.0
"""A usual best score, of which titles that are the query get a part on top."""
FRONT = 10_000.0
"""Above any score."""


def token_filter(tokens: Iterable[str]) -> Json:
    return {"terms": {AUDIENCE: sorted(tokens)}}


def read_by(tokens: Iterable[str], query: Json, withheld: Iterable[str] = ()) -> Json:
    left_out = [{"ids": {"values": sorted(withheld)}}] if withheld else []
    return {"bool": {"must": [query], "filter": [token_filter(tokens)], "must_not": left_out}}


def behind_the_door(request: SearchRequest, asked: Plan, query: Json) -> Json:
    filters = [token_filter(request.tokens)]
    after, before = request.query.after, request.query.before
    if after is not None or before is not None:
        filters.append({"range": {"at": {"gte": after or 1, "lt": before or 1 << 62}}})
    matched: Json = {"bool": {"must": [query], "must_not": [translated(node) for node in asked.excluded]}}
    if request.pinned:
        pins = [worth({"ids": {"values": [key]}}, 2 * FRONT - place) for place, key in enumerate(request.pinned)]
        matched = any_of([matched, *pins])
    left_out = [{"ids": {"values": sorted(request.withheld)}}] if request.withheld else []
    return {"bool": {"must": [matched], "filter": filters, "must_not": left_out}}


def ranked(request: SearchRequest, asked: Plan, query: Json) -> Json:
    """With a part on top for titles that are the query, and what age and kind count."""
    ranking = request.ranking
    rewards = [
        worth({"term": {name: mark}}, WHOLE * part * weight)
        for mark, weight in asked.wholes
        for name, part in (("k_title", ranking.whole_title), ("k_anchor", ranking.whole_anchor))
        if part * weight > 0
    ]
    rewards += [
        worth({"bool": {"filter": [{"term": {"k_title": mark}}, {"terms": {"k_kind": sorted(NAMED)}}]}}, WHOLE)
        for mark, _weight in asked.wholes[:1]
    ]
    found: Json = {"bool": {"must": [query], "should": rewards}}
    functions: list[Json] = [{"filter": {"term": {"k_kind": kind}}, "weight": weight} for kind, weight in ranking.kinds]
    if request.language:
        own = {"term": {"k_lang": request.language[:2]}}
        functions.append({"filter": own, "weight": ranking.own_language})
    if functions:
        found = {"function_score": {"query": found, "functions": functions, "boost_mode": "multiply"}}
    if ranking.freshness:
        age = {"origin": int(time.time()), "scale": int(ranking.half_life * 86_400), "decay": 0.5}
        functions = [{"weight": 1.0}, {"exp": {"at": age}, "weight": ranking.freshness}]
        found = {"function_score": {"query": found, "functions": functions, "score_mode": "sum"}}
    return found


def worth(query: Json, score: float) -> Json:
    return {"constant_score": {"filter": query, "boost": score}}


def any_of(queries: Sequence[Json]) -> Json:
    return {"bool": {"should": list(queries), "minimum_should_match": 1}}


def term_query(name: str, term: str, boost: float = 1.0) -> Json:
    return {"term": {name: {"value": term, "boost": boost}}}


def translated(node: Node) -> Json:
    """A node of a plan in OpenSearch's words."""
    if isinstance(node, Terms):
        if node.prefix:
            begins = [{"prefix": {name: {"value": term, "boost": boost}}} for name, term, boost in node.terms]
            return {"dis_max": {"queries": begins}}
        return any_of([term_query(*term) for term in node.terms])
    if isinstance(node, Run):
        run = " ".join(node.words)
        return any_of([{"match_phrase": {name: {"query": run, "boost": boost}}} for name, boost in node.fields])
    if isinstance(node, Every):
        telling = any(not (isinstance(inner, Terms) and inner.needed) for inner in node.nodes)
        return {"bool": {"must": [_spared(inner) if telling else translated(inner) for inner in node.nodes]}}
    if isinstance(node, Some):
        return any_of([translated(inner) for inner in node.nodes])
    nodes = [inner for _words, inner in node.others] if isinstance(node, Meant) else node.nodes
    queries = [translated(inner) for inner in nodes] or [{"match_none": {}}]
    return {"dis_max": {"queries": queries, "boost": node.weight if isinstance(node, Meant) else 1.0}}


def held(asked: Plan, number: int) -> Json:
    """What holds so many of the words of a plan, and whatever of it is in quotes."""
    words = telling(asked.parts)
    some = {"bool": {"should": [translated(node) for node in words], "minimum_should_match": number}}
    more = [translated(node) for node in asked.parts if node not in words]
    return {"bool": {"must": [some], "should": more, "filter": [translated(node) for node in words if quoted(node)]}}


def _spared(node: Node) -> Json:
    """A node for documents that must meet every one: those in whose language it is a stop word need not."""
    found = translated(node)
    if isinstance(node, Terms) and node.needed:
        return any_of([found, worth({"bool": {"must_not": [{"terms": {"k_lang": sorted(node.needed)}}]}}, 0.0)])
    return found
