"""Asking OpenSearch."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import ceil
from typing import Any

from opensearchpy import ConnectionError, OpenSearch

from search.documents import page_key
from search.engine import likeness, schema
from search.engine.analysis import LANGUAGES, analyzer
from search.engine.completion import FAVOURED
from search.engine.likeness import Likeness
from search.engine.reader import STAFF
from search.engine.scorer import inverse_frequency
from search.engine.store import IndexAway, IndexUnavailable
from search.engine.vocabulary import distance
from search.engine.words import MAX_TERM, words
from search.opensearch import weighing
from search.opensearch.connection import TIMEOUT, Rest, client, rests, translated_errors
from search.opensearch.mapping import Json
from search.opensearch.queries import (
    behind_the_door,
    held,
    ranked,
    read_by,
    term_query,
    token_filter,
    translated,
)
from search.plan import ENOUGH, LEVELS, Every, Plan, plan, telling
from search.request import NO_LAG, Answer, Lag, SearchRequest
from search.spelling import RARE
from search.vocabulary import Known, Near, Vocabulary, bases

MAX_WITHHELD = 5_000
"""Documents that one query can leave out. Where more wait to be indexed, the database answers."""
MAX_FACET_VALUES = 200
"""Values of a facet that are counted."""
MAX_WORDS = 40
"""Words of a query that are looked for, the first: a server refuses more than 1,024 terms, and each word is twenty of them."""
NEAR_WORD_DOCUMENTS = 50
"""Documents in which a near word is looked for."""


def engine(configured: Mapping[str, Any]) -> OpenSearchEngine:
    return OpenSearchEngine(client(configured), str(configured["INDEX_PREFIX"]) + "site")


class OpenSearchEngine:
    """Asks one alias. Numbers are keys; a server that cannot be reached raises `IndexUnavailable`."""

    lags = True

    def __init__(self, server: OpenSearch, alias: str) -> None:
        self.server, self.alias = server, alias
        self.rest = rests.setdefault(id(server), Rest())
        self.named: dict[Any, dict[str, dict[str, Any]]] = {}
        self._counted: dict[Any, tuple[dict[weighing.Pair, int], int]] = {}

    @property
    def state(self) -> str:
        """Nothing: other machines may write at any moment."""
        return ""

    def key(self, number: Any) -> str:
        return str(number)

    def number(self, key: str) -> Any:
        return key

    def _search(self, query: Json, **options: Any) -> Json:
        request = {"query": query, "_source": False, "track_total_hits": True, **options}
        return self._asked(lambda: self.server.search(index=self.alias, body=request, request_timeout=TIMEOUT))

    def _asked(self, call: Callable[[], Json]) -> Json:
        """The answer of the server. One reader waits for a server that is down or hangs, and not all of them."""
        if time.monotonic() < self.rest.until:
            raise IndexAway("OpenSearch did not answer a moment ago")
        if self.rest.backoff.failures:
            # Whoever asks first after a rest asks for all.
            self.rest.until = time.monotonic() + TIMEOUT
        try:
            with translated_errors():
                answer = call()
        except IndexAway as error:
            if isinstance(error.__cause__, ConnectionError):
                self.rest.until = time.monotonic() + self.rest.backoff.failed()
            raise
        if self.rest.backoff.worked():
            self.rest.until = 0.0
        return answer

    def _counts(self, asked: set[weighing.Pair], among: Json) -> tuple[dict[weighing.Pair, int], int]:
        """How many documents hold each of these terms, and how many there are, among those that a query finds; remembered, as
        long as this engine lives, which is for one request."""
        known, size = self._counted.get(repr(among), ({}, 0))
        if missing := sorted(asked.difference(known)):
            filters = {str(place): {"term": {name: term}} for place, (name, term) in enumerate(missing)}
            found = self._search(among, size=0, aggs={"terms": {"filters": {"filters": filters}}})
            buckets, size = found["aggregations"]["terms"]["buckets"], found["hits"]["total"]["value"]
            known.update((pair, buckets[str(place)]["doc_count"]) for place, pair in enumerate(missing))
            self._counted[repr(among)] = known, size
        return known, size

    def _weighed(self, query: Json, closed: frozenset[Any], unlinked: frozenset[Any]) -> Json:
        """The query with weights that are counted over what all staff may read."""
        asked = set(weighing.pairs(query))
        counts, size = self._counts(asked, read_by([STAFF], {"match_all": {}}, closed))

        def weight(name: str, term: str) -> float:
            return inverse_frequency(size, counts.get((name, term), 0))

        return weighing.weighed(query, weight, sorted(unlinked))

    # Questions

    def answer(self, request: SearchRequest) -> Answer:
        if max(map(len, (request.withheld, request.lag.closed, request.lag.unlinked))) > MAX_WITHHELD:
            raise IndexUnavailable("too much waits to be indexed")
        asked = plan(request.query, LANGUAGES, request.ranking, strict=request.strict)
        asked = replace(asked, parts=asked.parts[:MAX_WORDS])
        wanted, loose = translated(Every(asked.parts)) if request.query.clauses else {"match_all": {}}, False
        if not asked.strict and len(telling(asked.parts)) > 1:
            wanted, loose = self._in_part(request, asked)
        found = self._found(request, asked, wanted)
        hits = [(hit["_id"], float(hit["_score"] or 0.0)) for hit in found["hits"]["hits"]]
        facets = {
            name: Counter({one["key"]: one["doc_count"] for one in counted["values"]["buckets"]})
            for name, counted in found.get("aggregations", {}).items()
        }
        return Answer(found["hits"]["total"]["value"], hits, facets, loose)

    def _in_part(self, request: SearchRequest, asked: Plan) -> tuple[Json, bool]:
        """What holds as many of the words as enough pages hold, and whether that is not all. Here each word counts alike."""
        words = len(telling(asked.parts))
        numbers = list(dict.fromkeys(max(1, ceil(words * level)) for level in LEVELS))
        among = behind_the_door(request, asked, held(asked, 1))
        inside = [{"terms": {name: sorted(values)}} for name, values in request.filters.items()]
        levels = {str(number): held(asked, number) for number in numbers}
        asks = {"levels": {"filters": {"filters": levels}}}
        counted = self._search({"bool": {"must": [among], "filter": inside}}, size=0, aggs=asks)
        buckets = counted["aggregations"]["levels"]["buckets"]
        counts = {number: buckets[str(number)]["doc_count"] for number in numbers}
        least = next((number for number in numbers if counts[number] >= ENOUGH * words), 1)
        shares = [
            {"filter": held(asked, number), "weight": 1 + request.ranking.share * (number / words) ** 3}
            for number in numbers
            if number >= least
        ]
        scored = {"query": held(asked, least), "functions": shares, "score_mode": "max", "boost_mode": "multiply"}
        return {"function_score": scored}, counts[least] > counts[words]

    def _found(self, request: SearchRequest, asked: Plan, wanted: Json) -> Json:
        """Facets count what all filters but their own let through; the door is before everything."""
        inside = {name: {"terms": {name: sorted(values)}} for name, values in request.filters.items()}
        facets = {
            name: {
                "filter": {"bool": {"filter": [one for other, one in inside.items() if other != name]}},
                "aggs": {"values": {"terms": {"field": name, "size": MAX_FACET_VALUES}}},
            }
            for name in request.facets
        }
        by_date = [{"at": {"order": "desc", "missing": "_last"}}, {"key": "asc"}]
        query = behind_the_door(request, asked, ranked(request, asked, wanted))
        return self._search(
            self._weighed(query, request.lag.closed, request.lag.unlinked),
            post_filter={"bool": {"filter": list(inside.values())}},
            aggs=facets,
            sort=by_date if request.newest_first else ["_score", {"key": "asc"}],
            track_scores=True,
            **{"from": request.start, "size": request.count},
        )

    def vocabulary(self, tokens: frozenset[str], withheld: frozenset[Any]) -> Vocabulary:
        return RemoteVocabulary(self, tokens, withheld)

    def tags(self, beginning: str, tokens: frozenset[str], withheld: frozenset[Any]) -> list[str]:
        if len(withheld) > MAX_WITHHELD:
            raise IndexUnavailable("too much waits to be indexed")
        begins = {"terms": {"field": "k_tag", "include": f"{re.escape(beginning)}.*", "size": NEAR_WORD_DOCUMENTS}}
        query = read_by(tokens, {"prefix": {"k_tag": beginning}}, withheld)
        found = self._search(query, size=0, aggs={"tags": begins})
        return [one["key"] for one in found["aggregations"]["tags"]["buckets"]]

    def complete(self, typed: str, tokens: frozenset[str], count: int, lag: Lag = NO_LAG) -> list[Any]:
        asked = [word[:MAX_TERM] for word in words(typed)]
        if not asked:
            return []
        query: Json = {
            "bool": {
                "filter": [token_filter(tokens)],
                "must": [*(term_query("name", word) for word in asked[:-1]), {"prefix": {"name": asked[-1]}}],
                "must_not": [{"ids": {"values": sorted(lag.withheld)}}] if lag.withheld else [],
            }
        }
        query = self._weighed(query, lag.closed, lag.unlinked)
        functions = [{"filter": {"term": {"k_kind": kind}}, "weight": weight} for kind, weight in FAVOURED.items()]
        favoured = {"function_score": {"query": query, "functions": functions, "boost_mode": "multiply"}}
        order = ["_score", {"length": {"order": "asc", "missing": "_last"}}, {"key": "asc"}]
        return [hit["_id"] for hit in self._search(favoured, size=count, sort=order)["hits"]["hits"]]

    def alike(self, asked: Likeness, count: int) -> list[Any]:
        language = analyzer(asked.language).language
        name, words = schema.TEXT + language, likeness.frequent(language, asked.parts)
        among = read_by(asked.tokens & {STAFF, asked.audience}, {"match_all": {}}, asked.lag.withheld)
        held, size = self._counts({(name, term) for term, _count in words}, among)
        telling = likeness.telling(words, lambda term: held[name, term], size)
        if not telling:
            return []
        like = [term_query(name, term, worth) for worth, term, _weight in telling]
        query: Json = {
            "bool": {
                "must": [{"bool": {"should": like, "minimum_should_match": "30%"}}],
                "filter": [token_filter(asked.tokens), {"terms": {"k_kind": sorted(asked.kinds)}}],
                "must_not": [{"ids": {"values": [asked.number, *sorted(asked.lag.withheld)]}}],
            }
        }
        found = self._search(query, size=count, sort=["_score", {"key": "asc"}])
        return [hit["_id"] for hit in found["hits"]["hits"]]

    def links(self, keys: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The marks of the links that the index holds of these documents."""
        if not keys:
            return {}
        asked = {"ids": list(keys)}
        found = self._asked(lambda: self.server.mget(index=self.alias, body=asked, _source=["k_links"]))["docs"]
        return {one["_id"]: tuple(one["_source"].get("k_links", ())) for one in found if one.get("found")}

    def linked(self, numbers: frozenset[Any]) -> frozenset[Any]:
        targets = {mark.partition(":")[0] for marks in self.links(sorted(numbers)).values() for mark in marks}
        return frozenset(map(page_key, targets))

    def for_staff(self, numbers: frozenset[Any]) -> frozenset[Any]:
        """All of them: to leave out more than need be costs nothing here."""
        return numbers


class RemoteVocabulary(Vocabulary):
    """Near words alone: each question costs a request."""

    def __init__(self, engine: OpenSearchEngine, tokens: frozenset[str], withheld: frozenset[Any]) -> None:
        self.engine, self.tokens, self.withheld = engine, tokens, withheld

    def near(self, word: str) -> tuple[Known, list[Near]]:
        stems = {(schema.TEXT + language, term) for language in LANGUAGES if (term := analyzer(language).term(word))}
        regular = {(schema.WORDS, base) for base in bases(word)}
        seen = read_by(self.tokens, {"match_all": {}}, self.withheld)
        counts, _size = self.engine._counts({(schema.WORDS, word), *stems, *regular}, seen)
        count = counts[schema.WORDS, word]
        own = Known(count, max(count, *(counts[one] for one in stems)), any(counts[one] > RARE for one in regular))
        allowed = 2 if len(word) >= 6 else 1
        if count > RARE:
            return own, []
        # Every near term, and not the fifty that most documents hold: those may be closed to her.
        fuzzy = {"fuzzy": {schema.WORDS: {"value": word, "fuzziness": allowed, "rewrite": "constant_score"}}}
        query = read_by(self.tokens, {"constant_score": {"filter": fuzzy}}, self.withheld)
        found = self.engine._search(query, size=NEAR_WORD_DOCUMENTS, _source=[schema.WORDS], sort=[{"key": "asc"}])
        near: Counter[str] = Counter()
        for hit in found["hits"]["hits"]:
            for other in set(hit["_source"].get(schema.WORDS, "").split()):
                if other[0] in word[:2] and other.isalpha() and 0 < distance(word, other, allowed) <= allowed:
                    near[other] += 1
        return own, [Near(other, count, distance(word, other, allowed)) for other, count in near.items()]
