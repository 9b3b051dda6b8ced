"""The index of the search page in OpenSearch: `SEARCH_URL=opensearch://host:port/prefix`.

The text is analysed here, by the same rules as for Whoosh, and sent as runs of terms: what a word finds does not depend
on the engine. Wagtail's own search has indexes of its own there, which django-modelsearch keeps.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from heapq import nlargest
from itertools import islice
from math import log
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from modelsearch.backends.base import get_model_root
from modelsearch.index import get_indexed_models
from opensearchpy import ConnectionError, NotFoundError, OpenSearch, OpenSearchException
from opensearchpy.helpers import bulk

from search.backends import weighing
from search.backoff import Backoff
from search.documents import page_key
from search.engine import schema
from search.engine.analysis import LANGUAGES, MAX_TERM, analyzer, words
from search.engine.completion import FAVOURED
from search.engine.likeness import MAX_RARITY_LOOKUPS, TERMS, Likeness
from search.engine.query import (
    AUDIENCE,
    BEARERS,
    LONG_QUERY_WORDS,
    MIN_FULL_HITS,
    NAMED,
    NO_LAG,
    Answer,
    Lag,
    SearchRequest,
    wholes,
)
from search.engine.reader import STAFF
from search.engine.resembling import MAX_NEAR_WORDS, respelt
from search.engine.store import IndexAway, IndexBusy, IndexUnavailable, Store
from search.engine.syntax import Clause, Either, Parsed, Phrase, Single, Spelt
from search.engine.vocabulary import distance

Json = dict[str, Any]

GAP = "_"
"""Stands where a stop word was, so that the words of a phrase keep their distance. No word is written like this."""
SETTINGS: Json = {
    "index": {
        "analysis": {
            "filter": {"gaps": {"type": "stop", "stopwords": [GAP]}},
            "analyzer": {"terms": {"type": "custom", "tokenizer": "whitespace", "filter": ["gaps"]}},
        },
    }
}
TERMS_FIELD: Json = {"type": "text", "analyzer": "terms", "similarity": "boolean"}
MAPPINGS: Json = {
    "dynamic": False,
    "_meta": {"version": schema.VERSION},
    "properties": {
        "key": {"type": "keyword"},
        "at": {"type": "long"},
        "gone": {"type": "boolean"},
        "length": {"type": "integer"},
        "name": TERMS_FIELD,
        **{
            start + language: TERMS_FIELD
            for start in (schema.TEXT, schema.TITLE, schema.ANCHOR, weighing.OFTEN)
            for language in LANGUAGES
        },
        **{
            name: {"type": "keyword"}
            for name in "k_title k_kind k_audience k_space k_author k_tag k_lang k_links k_anchor k_year k_type".split()
        },
    },
}
MAX_WITHHELD = 5_000
"""Documents that one query can leave out. Where more wait to be indexed, the database answers."""
MAX_FACET_VALUES = 200
"""Values of a facet that are counted."""
WHOLE = 8.0
"""A usual best score, of which titles that are the query get a part on top."""
FRONT = 10_000.0
"""Above any score."""
MAX_CLAUSES = 40
"""Words of a query that are looked for, the first: a server refuses more than 1,024 terms, and each word is twenty of them."""
NEAR_WORD_DOCUMENTS = 50
"""Documents in which a near word is looked for."""
BATCH = 500
"""Documents in one request."""
TAKE = "SELECT pg_try_advisory_lock(hashtext(%s))"
GIVE_BACK = "SELECT pg_advisory_unlock(hashtext(%s))"
TIMEOUT = 5
"""Seconds that a reader waits before the database is asked instead."""
BULK_BYTES = 5 * 1024 * 1024
"""In one request, so that a small server is done with it in time."""


@dataclass
class Rest:
    """Until when a server that did not answer is not asked again."""

    backoff: Backoff = field(default_factory=lambda: Backoff(5.0, 30.0))
    until: float = 0.0


_clients: dict[str, OpenSearch] = {}
_rests: dict[int, Rest] = {}
"""By the client, which lives as long as the process."""


def client(configured: Mapping[str, Any]) -> OpenSearch:
    """One pool of connections a process, to the servers that the administrator named and nowhere else. No call of it waits
    longer than `TIMEOUT`, except for those that write much and say so."""
    key = repr((configured["HOSTS"], configured.get("OPTIONS")))
    if key not in _clients:
        _clients[key] = OpenSearch(hosts=configured["HOSTS"], timeout=TIMEOUT, **configured.get("OPTIONS", {}))
    return _clients[key]


def engine(configured: Mapping[str, Any]) -> OpenSearchEngine:
    return OpenSearchEngine(client(configured), str(configured["INDEX_PREFIX"]) + "site")


def token_stream(positions: Mapping[str, list[int]]) -> str:
    """The terms of a text at their places, as one text that a server takes apart at its blanks."""
    last = max((places[-1] for places in positions.values() if places), default=-1)
    stream = [GAP] * (last + 1)
    for term, places in positions.items():
        for place in places:
            stream[place] = term
    return " ".join(stream)


def body(document: Mapping[str, Any]) -> Json:
    """A document of the index as JSON. What only django-modelsearch reads is left out: it has its own indexes there."""
    found: Json = {}
    for name, value in document.items():
        if name in MAPPINGS["properties"]:
            found[name] = token_stream(value) if isinstance(value, dict) else value
            if name.startswith(schema.TEXT):
                found[weighing.OFTEN + name.removeprefix(schema.TEXT)] = " ".join(weighing.often(value))
    found["length"] = len(document["name"]) if isinstance(document.get("name"), dict) else 0
    return found


class OpenSearchEngine:
    """Asks one alias. Numbers are keys; a server that cannot be reached raises `IndexUnavailable`."""

    lags = True

    def __init__(self, server: OpenSearch, alias: str) -> None:
        self.server, self.alias = server, alias
        self.rest = _rests.setdefault(id(server), Rest())
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
            with _translated_errors():
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
        asked = set(weighing.pairs(query, GAP))
        counts, size = self._counts(asked, _read_by([STAFF], {"match_all": {}}, closed))

        def weight(name: str, term: str) -> float:
            return log(max(size, 1) / (counts.get((name, term), 0) + 1)) + 1

        return weighing.weighed(query, weight, sorted(unlinked), GAP)

    # Questions

    def answer(self, question: SearchRequest) -> Answer:
        if max(map(len, (question.withheld, question.closed, question.unlinked))) > MAX_WITHHELD:
            raise IndexUnavailable("too much waits to be indexed")
        if len(question.parsed.clauses) > MAX_CLAUSES:
            few = replace(question.parsed, clauses=question.parsed.clauses[:MAX_CLAUSES])
            question = replace(question, parsed=few, widenings=())
        clauses = [clause(one) for one in question.parsed.clauses]
        spared = [_spared(one, found) for one, found in zip(question.parsed.clauses, clauses, strict=True)]
        asked = [one for one in clauses if one is not None]
        telling = sum(one is not None and one is other for one, other in zip(clauses, spared, strict=True))
        prose = telling > LONG_QUERY_WORDS and not question.strict
        every: list[Json] = [one for one in spared if one is not None]
        some = asked
        if not telling and clauses and not question.widenings:
            # Stop words alone ("who we are"): titles are searched as they are written, and what is none in its language.
            named = [_term("name", word) for one in question.parsed.clauses for word in one.words()]
            spoken = [{"bool": {"must": found}} for found in (asked, named) if found]
            every, some, asked = [_any(spoken)], [], named[:1]
        elif question.widenings:
            every, some = _widened(question, clauses, spared)
        strict = {"bool": {"must": every}} if clauses else {"match_all": {}}
        found = self._found(question, _any(some) if prose else strict)
        total, loose = found["hits"]["total"]["value"], False
        if not prose and not question.strict and len(asked) > 1 and total < MIN_FULL_HITS:
            # What holds every word stays in front.
            found = self._found(question, _any([*some, _worth(strict, FRONT)]))
            loose = found["hits"]["total"]["value"] > total
        hits = [(hit["_id"], float(hit["_score"] or 0.0)) for hit in found["hits"]["hits"]]
        facets = {
            name: Counter({one["key"]: one["doc_count"] for one in told["values"]["buckets"]})
            for name, told in found.get("aggregations", {}).items()
        }
        return Answer(found["hits"]["total"]["value"], hits, facets, loose)

    def _found(self, question: SearchRequest, wanted: Json) -> Json:
        """Facets count what all filters but their own let through; the door is before everything."""
        inside = {name: {"terms": {name: sorted(values)}} for name, values in question.filters.items()}
        facets = {
            name: {
                "filter": {"bool": {"filter": [one for other, one in inside.items() if other != name]}},
                "aggs": {"values": {"terms": {"field": name, "size": MAX_FACET_VALUES}}},
            }
            for name in question.facets
        }
        by_date = [{"at": {"order": "desc", "missing": "_last"}}, {"key": "asc"}]
        query = _behind_the_door(question, _ranked(question, wanted))
        return self._search(
            self._weighed(query, question.closed, question.unlinked),
            post_filter={"bool": {"filter": list(inside.values())}},
            aggs=facets,
            sort=by_date if question.newest_first else ["_score", {"key": "asc"}],
            track_scores=True,
            **{"from": question.start, "size": question.count},
        )

    def did_you_mean(
        self, parsed: Parsed, tokens: frozenset[str], withheld: frozenset[Any] = frozenset()
    ) -> list[tuple[str, str, Any]]:
        found: list[tuple[str, str, Any]] = []
        for one in parsed.clauses:
            if not isinstance(one, Single) or one.prefix or self._known(one, tokens, withheld):
                continue
            near: list[tuple[int, int, str, str]] = []
            for language in LANGUAGES:
                stem = analyzer(language).term(one.text)
                for off, other, keys in self._near(schema.TEXT + language, stem, tokens, withheld):
                    near += [(off, -len(keys), other, key) for key in keys[:BEARERS]]
            found += [(one.text, other, key) for _off, _count, other, key in sorted(near)[: BEARERS * BEARERS]]
        return found

    def _known(self, one: Single, tokens: frozenset[str], withheld: frozenset[Any]) -> bool:
        """Whether a document that the reader may see holds the word itself: what others call it says nothing of that."""
        asked = [(language, analyzer(language).term(one.text)) for language in LANGUAGES]
        named = [_term(schema.TEXT + language, term) for language, term in asked if term]
        found = self._search(_read_by(tokens, _any(named), withheld), size=0) if named else None
        return found is None or found["hits"]["total"]["value"] > 0

    def _near(
        self, name: str, term: str, tokens: frozenset[str], withheld: frozenset[str] = frozenset()
    ) -> list[tuple[int, str, list[str]]]:
        """Letters off, term and bearers, of terms of a field that differ little; nearest and most frequent first."""
        allowed = 2 if len(term) >= 6 else 1
        if len(term) < 3:
            return []
        # Every near term, and not the fifty that most documents hold: those may be closed to her.
        fuzzy = {"fuzzy": {name: {"value": term, "fuzziness": allowed, "rewrite": "constant_score"}}}
        query = _read_by(tokens, {"constant_score": {"filter": fuzzy}}, withheld)
        found = self._search(query, size=NEAR_WORD_DOCUMENTS, _source=[name], sort=[{"key": "asc"}])
        bearers: dict[str, list[str]] = {}
        for hit in found["hits"]["hits"]:
            for other in set(hit["_source"].get(name, "").split()):
                if other[0] in term[:2] and 0 < distance(term, other, allowed) <= allowed:
                    bearers.setdefault(other, []).append(hit["_id"])
        near = [(distance(term, other, allowed), other, keys) for other, keys in bearers.items()]
        return sorted(near, key=lambda one: (one[0], -len(one[2]), one[1]))

    def resembling(self, question: SearchRequest) -> SearchRequest | None:
        return respelt(question, lambda one: self._spelt(one, question))

    def _spelt(self, one: Single, question: SearchRequest) -> Spelt | None:
        """As `search.engine.resembling` does it: near words of names, or failing these, near stems of all text."""
        if self._known(one, question.tokens, question.withheld):
            return None
        asked = [(language, term) for language in LANGUAGES if (term := analyzer(language).term(one.text))]
        terms: list[tuple[str, str, float]] = []
        words = self._near("name", one.text, question.tokens, question.withheld)[:MAX_NEAR_WORDS]
        for off, word, _keys in words:
            terms += [(lang, term, 1 / off) for lang in LANGUAGES if (term := analyzer(lang).term(word))]
        if not words:
            for language, stem in asked:
                near = self._near(schema.TEXT + language, stem, question.tokens, question.withheld)
                terms += [(language, term, 1 / off) for off, term, _keys in near[:MAX_NEAR_WORDS]]
        best = max(words, key=lambda found: log(1 + len(found[2])) / found[0], default=(0, "", []))[1]
        return Spelt(one.text, tuple(dict.fromkeys(terms)), one.field, best) if terms else None

    def tags(self, beginning: str, tokens: frozenset[str], withheld: frozenset[Any]) -> list[str]:
        if len(withheld) > MAX_WITHHELD:
            raise IndexUnavailable("too much waits to be indexed")
        begins = {"terms": {"field": "k_tag", "include": f"{re.escape(beginning)}.*", "size": NEAR_WORD_DOCUMENTS}}
        query = _read_by(tokens, {"prefix": {"k_tag": beginning}}, withheld)
        found = self._search(query, size=0, aggs={"tags": begins})
        return [one["key"] for one in found["aggregations"]["tags"]["buckets"]]

    def complete(self, typed: str, tokens: frozenset[str], count: int, lag: Lag = NO_LAG) -> list[Any]:
        asked = [word[:MAX_TERM] for word in words(typed)]
        if not asked:
            return []
        query: Json = {
            "bool": {
                "filter": [_token_filter(tokens)],
                "must": [*(_term("name", word) for word in asked[:-1]), {"prefix": {"name": asked[-1]}}],
                "must_not": [{"ids": {"values": sorted(lag.withheld)}}] if lag.withheld else [],
            }
        }
        query = self._weighed(query, lag.closed, lag.unlinked)
        functions = [{"filter": {"term": {"k_kind": kind}}, "weight": weight} for kind, weight in FAVOURED.items()]
        favoured = {"function_score": {"query": query, "functions": functions, "boost_mode": "multiply"}}
        order = ["_score", {"length": {"order": "asc", "missing": "_last"}}, {"key": "asc"}]
        return [hit["_id"] for hit in self._search(favoured, size=count, sort=order)["hits"]["hits"]]

    def alike(self, asked: Likeness, count: int) -> list[Any]:
        analyse = analyzer(asked.language)
        name = schema.TEXT + analyse.language
        counts: Counter[str] = Counter()
        for text, weight in asked.parts:
            for term in analyse.terms(text):
                if len(term) > 2 and not term.isdigit():
                    counts[term] += weight  # type: ignore[assignment]
        some = dict(counts.most_common(MAX_RARITY_LOOKUPS))
        among = _read_by(asked.tokens & {STAFF, asked.audience}, {"match_all": {}}, asked.withheld)
        held, size = self._counts({(name, term) for term in some}, among)
        worth = {
            term: (1 + log(count) if count > 1 else count) * (log(max(size, 1) / (held[name, term] + 1)) + 1)
            for term, count in some.items()
            if held[name, term] > 1
        }
        telling = nlargest(TERMS, worth, key=lambda term: (worth[term], term))
        if not telling:
            return []
        like: list[Json] = [_term(name, term, worth[term]) for term in telling]
        query: Json = {
            "bool": {
                "must": [{"bool": {"should": like, "minimum_should_match": "30%"}}],
                "filter": [_token_filter(asked.tokens), {"terms": {"k_kind": sorted(asked.kinds)}}],
                "must_not": [{"ids": {"values": [asked.number, *sorted(asked.withheld)]}}],
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


# What a query asks, in OpenSearch's words


def _token_filter(tokens: Iterable[str]) -> Json:
    return {"terms": {AUDIENCE: sorted(tokens)}}


def _read_by(tokens: Iterable[str], query: Json, withheld: Iterable[str] = ()) -> Json:
    left_out = [{"ids": {"values": sorted(withheld)}}] if withheld else []
    return {"bool": {"must": [query], "filter": [_token_filter(tokens)], "must_not": left_out}}


def _behind_the_door(question: SearchRequest, query: Json) -> Json:
    filters = [_token_filter(question.tokens)]
    if question.after is not None or question.before is not None:
        filters.append({"range": {"at": {"gte": question.after or 1, "lt": question.before or 1 << 62}}})
    without = [found for one in question.parsed.excluded if (found := clause(one)) is not None]
    matched: Json = {"bool": {"must": [query], "must_not": without}}
    if question.pinned:
        pins = [_worth({"ids": {"values": [key]}}, 2 * FRONT - place) for place, key in enumerate(question.pinned)]
        matched = _any([matched, *pins])
    left_out = [{"ids": {"values": sorted(question.withheld)}}] if question.withheld else []
    return {"bool": {"must": [matched], "filter": filters, "must_not": left_out}}


def _ranked(question: SearchRequest, query: Json) -> Json:
    """With a part on top for titles that are the query, and what age and kind count."""
    ranking = question.ranking
    rewards = [
        _worth({"term": {name: mark}}, WHOLE * part * weight)
        for mark, weight in wholes(question)
        for name, part in (("k_title", ranking.whole_title), ("k_anchor", ranking.whole_anchor))
        if part * weight > 0
    ]
    rewards += [
        _worth({"bool": {"filter": [{"term": {"k_title": mark}}, {"terms": {"k_kind": sorted(NAMED)}}]}}, WHOLE)
        for mark, _weight in wholes(question)[:1]
    ]
    found: Json = {"bool": {"must": [query], "should": rewards}}
    if ranking.kinds:
        functions = [{"filter": {"term": {"k_kind": kind}}, "weight": weight} for kind, weight in ranking.kinds]
        found = {"function_score": {"query": found, "functions": functions, "boost_mode": "multiply"}}
    if ranking.freshness:
        age = {"origin": int(time.time()), "scale": int(ranking.half_life * 86_400), "decay": 0.5}
        functions = [{"weight": 1.0}, {"exp": {"at": age}, "weight": ranking.freshness}]
        found = {"function_score": {"query": found, "functions": functions, "score_mode": "sum"}}
    return found


def _worth(query: Json, score: float) -> Json:
    return {"constant_score": {"filter": query, "boost": score}}


def _any(queries: Sequence[Json]) -> Json:
    return {"bool": {"should": list(queries), "minimum_should_match": 1}}


def _term(name: str, term: str, boost: float = 1.0) -> Json:
    return {"term": {name: {"value": term, "boost": boost}}}


def clause(one: Clause) -> Json | None:
    """What a clause of the query matches; None if it is a stop word in every language."""
    if isinstance(one, Phrase):
        return _phrase(one)
    if isinstance(one, Either):
        either = [found for inner in one.clauses if (found := clause(inner)) is not None]
        return {"dis_max": {"queries": either or [{"match_none": {}}]}}
    if isinstance(one, Spelt):
        start = schema.TITLE if one.field == "title" else schema.TEXT
        return {"dis_max": {"queries": [_term(start + lang, term, weight) for lang, term, weight in one.terms]}}
    if not isinstance(one, Single):
        return None
    terms = _term_clauses(one)
    if not terms:
        return _term("name", one.text) if one.field == "title" else None
    return {"dis_max": {"queries": terms}} if one.prefix else _any(terms)


def _spared(one: Clause, found: Json | None) -> Json | None:
    """The same for documents that must hold every word: those in whose language it is a stop word need not."""
    if found is None or not isinstance(one, Single) or one.prefix or one.field or one.alternatives:
        return found
    needed = [language for language in LANGUAGES if analyzer(language).term(one.text)]
    if len(needed) == len(LANGUAGES):
        return found
    return _any([found, _worth({"bool": {"must_not": [{"terms": {"k_lang": needed}}]}}, 0.0)])


def _term_clauses(one: Single) -> list[Json]:
    """One word in every language, and in the other ways to write it."""
    found: list[Json] = []
    for text in dict.fromkeys((one.text, *one.alternatives)):
        for language in LANGUAGES:
            term = text[:MAX_TERM] if one.prefix else analyzer(language).term(text)
            if not term:
                continue
            fields = [(schema.TITLE, 1.0)] if one.field == "title" else list(BOOSTS.items())
            for start, boost in fields:
                name = start + language
                found.append(
                    {"prefix": {name: {"value": term, "boost": boost}}} if one.prefix else _term(name, term, boost)
                )
    return found


BOOSTS = {schema.TEXT: 1.0, schema.TITLE: 0.5, schema.ANCHOR: 1.0}
"""The parts of `query.RANKING` that belong to one word."""


def _phrase(one: Phrase) -> Json:
    start = schema.TITLE if one.field == "title" else schema.TEXT
    found: list[Json] = []
    for language in LANGUAGES:
        run = [analyzer(language).term(word) or GAP for word in one.words()]
        if any(term != GAP for term in run):
            found.append({"match_phrase": {start + language: " ".join(run).strip(f" {GAP}")}})
    return {"dis_max": {"queries": found or [{"match_phrase": {"name": " ".join(one.words())}}]}}


def _widened(
    question: SearchRequest, understood: Sequence[Json | None], spared: Sequence[Json | None]
) -> tuple[list[Json], list[Json]]:
    """The clauses with what may stand for them: once where every one must be met, once where any will do."""
    every: list[Json | None] = list(spared)
    more = [one for one in understood if one is not None]
    for one in sorted(question.widenings, key=lambda widening: -widening.start):
        covered = slice(one.start, one.stop)
        typed = [found for found in understood[covered] if found is not None] or [
            _term("name", word) for inner in question.parsed.clauses[covered] for word in inner.words()
        ]
        others: Json = {
            "dis_max": {
                "queries": [found for other in one.others if (found := clause(other)) is not None],
                "boost": question.ranking.synonym,
            }
        }
        every[covered] = [_any([{"bool": {"must": typed}}, others])]
        more.append(others)
    return [one for one in every if one is not None], more


# Writing


class RemoteStore:
    """Does for OpenSearch what `engine.store.Store` does for a folder; the folder still holds locks and requests.

    A rebuild fills a new index beside the living one. What changes meanwhile is written to both, and what is deleted
    leaves a mark in the new one, so that the rebuild, which only creates, never brings back what is older.
    """

    def __init__(self, configured: Mapping[str, Any]) -> None:
        self.server = client(configured)
        self.alias = str(configured["INDEX_PREFIX"]) + "site"
        self.bulk_seconds = int(configured.get("BULK_SECONDS", 60))
        self._folder = Store(str(configured.get("PATH") or Path(settings.INTRANET_VAR) / "index"))
        self.ask_for_rebuild = self._folder.ask_for_rebuild

    @property
    def wanted(self) -> Path:
        return self._folder.wanted

    @contextmanager
    def locked(self, name: str = "write", timeout: float = 30.0) -> Iterator[None]:
        """One writer among the processes here, and among all machines that share a PostgreSQL."""
        with self._folder.locked(name, timeout), connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            shared = cursor.db.vendor == "postgresql"
            if shared:
                cursor.execute(TAKE, [f"{self.alias} {name}"])
                if not cursor.fetchone()[0]:
                    raise IndexBusy(f"another machine keeps {self.alias}")
            try:
                yield
            finally:
                if shared:
                    cursor.execute(GIVE_BACK, [f"{self.alias} {name}"])

    def exists(self) -> bool:
        """Whether there is an index of this version; `IndexUnavailable` where the server does not answer."""
        with _translated_errors():
            try:
                found = self.server.indices.get_mapping(index=self.alias)
            except NotFoundError:
                return False
            return all(one["mappings"].get("_meta") == MAPPINGS["_meta"] for one in found.values())

    def create(self) -> None:
        """Makes an empty index if there is none that can be read."""
        if not self.exists():
            self.rebuild().finish()

    def write(self, documents: Iterable[Mapping[str, Any]] = (), keys: Iterable[str] = ()) -> int:
        """Writes documents and removes keys, in the living index and in one that is being built."""
        written = 0
        with _translated_errors():
            living = set(self.server.indices.get_alias(name=self.alias))
            indexes = self._all()
            source = iter(documents)
            while some := list(islice(source, BATCH)):
                self._send([_action("index", index, one["key"], body(one)) for index in indexes for one in some])
                written += len(some)
            gone: list[Json] = []
            for key in keys:
                gone += [
                    {"_op_type": "delete", "_index": index, "_id": key}
                    if index in living
                    else _action("index", index, key, {"gone": True})
                    for index in indexes
                ]
            self._send(gone)
        return written

    def _send(self, actions: list[Json]) -> None:
        _done, faults = self.bulk(actions, refresh=True)
        # What was not there to be deleted is not a fault.
        if wrong := [one for fault in faults for one in fault.values() if one.get("status") != 404]:
            raise IndexAway(f"OpenSearch: {wrong[:2]}")

    def bulk(self, actions: Iterable[Json], **options: Any) -> tuple[int, list[Any]]:
        """Sends what is to be written, in parts; how much was, and what was not and why."""
        limits: Json = {"max_chunk_bytes": BULK_BYTES, "request_timeout": self.bulk_seconds}
        done, faults = bulk(self.server, actions, raise_on_error=False, **limits, **options)
        return done, list(faults) if isinstance(faults, list) else []

    def remove_leftovers(self) -> None:
        """Takes away indexes of ours that no alias names: what a rebuild that was killed left, and could not say so."""
        with _translated_errors():
            for name, about in self.server.indices.get_alias(index=f"{self.alias}-*").items():
                if not about.get("aliases"):
                    self.server.indices.delete(index=name, ignore_unavailable=True, request_timeout=self.bulk_seconds)
            # Until now Wagtail's search had indexes of its own here, one more for each rebuild that failed.
            prefix = self.alias.removesuffix("site")
            labels = "|".join(sorted({get_model_root(one)._meta.db_table for one in get_indexed_models()}))
            for name in self.server.indices.get_alias(index=f"{prefix}*"):
                if re.fullmatch(f"{re.escape(prefix)}({labels})(_[a-z0-9]{{7}})?", name):
                    self.server.indices.delete(index=name, ignore_unavailable=True, request_timeout=self.bulk_seconds)

    def rebuild(self) -> RemoteRebuild:
        return RemoteRebuild(self)

    def _all(self) -> list[str]:
        return sorted(self.server.indices.get(index=f"{self.alias}-*"))


class RemoteRebuild:
    """`add` documents, then `finish`."""

    def __init__(self, store: RemoteStore) -> None:
        self.store, self.written = store, 0
        self._lock = store.locked("rebuild", timeout=0.0)
        self._lock.__enter__()
        self.index = f"{store.alias}-{time.time_ns()}"
        try:
            store.remove_leftovers()
            with _translated_errors():
                about = {"settings": SETTINGS, "mappings": MAPPINGS}
                store.server.indices.create(index=self.index, body=about, request_timeout=store.bulk_seconds)
        except BaseException:
            # It may have been made by a server that answered too late.
            self.cancel()
            raise

    def add(self, documents: Iterable[Mapping[str, Any]]) -> None:
        with _translated_errors():
            actions = (_action("create", self.index, one["key"], body(one)) for one in documents)
            done, faults = self.store.bulk(actions)
            # What is there already was written a moment ago, and is newer.
            if wrong := [one for fault in faults for one in fault.values() if one.get("status") != 409]:
                raise IndexAway(f"OpenSearch: {wrong[:2]}")
            self.written += done + len(faults)

    def finish(self, again: Callable[[list[str]], Iterable[Any]] | None = None) -> None:
        """Switches in one step, and takes the former indexes away. `again` is not needed: nothing was missed."""
        server, alias, wait = self.store.server, self.store.alias, self.store.bulk_seconds
        switched = False
        try:
            with _translated_errors():
                server.indices.refresh(index=self.index, request_timeout=wait)
                former = [name for name in self.store._all() if name != self.index]
                actions: list[Json] = [{"add": {"index": self.index, "alias": alias}}]
                actions += [{"remove_index": {"index": name}} for name in former]
                server.indices.update_aliases(body={"actions": actions}, request_timeout=wait)
                switched = True
                gone = {"query": {"term": {"gone": True}}}
                server.delete_by_query(index=self.index, body=gone, refresh=True, request_timeout=wait)
        finally:
            if switched:
                self._lock.__exit__(None, None, None)
            else:
                self.cancel()

    def cancel(self) -> None:
        """Takes away what was built, unless it was switched to after all."""
        server, wait = self.store.server, self.store.bulk_seconds
        try:
            if not server.indices.exists_alias(index=self.index, name=self.store.alias):
                server.indices.delete(index=self.index, ignore_unavailable=True, request_timeout=wait)
        except OpenSearchException:
            # The next rebuild takes it away before it begins.
            pass
        finally:
            self._lock.__exit__(None, None, None)


def _action(kind: str, index: str, key: str, source: Json) -> Json:
    return {"_op_type": kind, "_index": index, "_id": key, "_source": source}


@contextmanager
def _translated_errors() -> Iterator[None]:
    """The client's errors as the one that callers know."""
    try:
        yield
    except NotFoundError as error:
        raise IndexUnavailable(f"OpenSearch: {error}") from error
    except OpenSearchException as error:
        raise IndexAway(f"OpenSearch: {error}") from error
