"""Measures search on each kind of question apart, beside plain BM25 over the same words. `bench/queries` says where they are from."""

import json
import math
import tempfile
from argparse import ArgumentParser
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand

from pages.models import BasePage
from people.audiences import audience_tokens
from people.models import Person
from search import documents
from search.engine.analysis import analyzer
from search.engine.answering import answer
from search.engine.pool import Pool
from search.engine.reader import STAFF
from search.engine.store import Store
from search.engine.vocabulary import IndexVocabulary
from search.engine.words import words
from search.explaining import key_of_uid
from search.finding import find
from search.indexer import everything
from search.parameters import Parameters
from search.query import parse
from search.request import SearchRequest
from search.sources import SearchDocument
from search.spelling import corrected
from search.variants import varied

Search = Callable[[str], Sequence[str | None]]
"""What is found for a query, best first."""
DEPTH = 10


def lines(path: Path) -> Iterator[dict[str, Any]]:
    with open(path, encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def ndcg(relevant: dict[str, int], found: Sequence[str | None]) -> float:
    """Normalised discounted cumulative gain (Järvelin and Kekäläinen 2002), as trec_eval's ndcg_cut."""
    gained = sum(relevant.get(key or "", 0) / math.log2(rank + 2) for rank, key in enumerate(found[:DEPTH]))
    best = sorted(relevant.values(), reverse=True)[:DEPTH]
    return gained / sum(grade / math.log2(rank + 2) for rank, grade in enumerate(best))


def measured(relevant: dict[str, int], found: Sequence[str | None]) -> dict[str, float]:
    first = next((rank for rank, key in enumerate(found[:DEPTH], 1) if key in relevant), math.inf)
    shares = {f"s@{depth}": float(first <= depth) for depth in (1, 3, 10)}
    return shares | {"MRR": 1 / first, "nDCG@10": ndcg(relevant, found)}


def with_interval(values: Sequence[float]) -> str:
    """The mean, and between what it lies in 95 of 100 samples drawn from these queries (Efron 1979)."""
    drawn = np.random.default_rng(2026).choice(np.array(values), (2_000, len(values))).mean(axis=1)
    least, most = np.percentile(drawn, (2.5, 97.5))
    return f"{np.mean(values):.3f} ({least:.2f} to {most:.2f})"


def plain_bm25(texts: Iterable[tuple[str, str]], k1: float = 1.2, b: float = 0.75) -> Search:
    """BM25 as in the textbook, over one field, with the stems and stop words that the site has for English."""
    terms = analyzer("en").terms
    keys: list[str] = []
    lengths: list[int] = []
    postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for number, (key, text) in enumerate(texts):
        counted = Counter(terms(text))
        keys.append(key)
        lengths.append(counted.total())
        for term, count in counted.items():
            postings[term].append((number, count))
    average = sum(lengths) / max(1, len(lengths))

    def search(query: str) -> list[str]:
        scores: dict[int, float] = defaultdict(float)
        for term in terms(query):
            bearers = postings.get(term, [])
            rarity = math.log(1 + (len(keys) - len(bearers) + 0.5) / (len(bearers) + 0.5))
            for number, count in bearers:
                scores[number] += rarity * count * (k1 + 1) / (count + k1 * (1 - b + b * lengths[number] / average))
        return [keys[number] for number in sorted(scores, key=lambda number: (-scores[number], number))[:DEPTH]]

    return search


@contextmanager
def indexed(rows: Iterable[dict[str, Any]]) -> Iterator[Search]:
    """An index of these documents for as long as it is asked, as somebody who may read what all staff may."""
    with tempfile.TemporaryDirectory() as path:
        building = Store(path, durable=False).rebuild()
        building.add(rows)
        building.finish()
        snapshot = Pool(path).snapshot()

        vocabulary = IndexVocabulary(snapshot, frozenset({STAFF}), frozenset())

        def search(query: str) -> list[str]:
            meant = varied(corrected(parse(query), vocabulary)[0], vocabulary)
            hits = answer(snapshot, SearchRequest(meant, frozenset({STAFF}))).hits
            return [snapshot.key(number) for number, _score in hits]

        yield search


def alike(one: Sequence[str | None], other: Sequence[str | None]) -> float:
    """How much of the first ten of one list is among those of the other."""
    return len({*one[:DEPTH]} & {*other[:DEPTH]}) / max(1, len(other[:DEPTH]))


def readable_texts(tokens: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Everything that can be found by a reader with these audiences, with its folded words; a dot between its parts."""
    for source in documents.sources():
        objects = source.queryset()
        for some in batched(documents.specific(objects) if source.model is BasePage else list(objects), 500):
            for obj, found in zip(some, source.documents(some), strict=True):
                if found is not None and found.audience in tokens:
                    parts = (" ".join(words(part)) for part in (found.title, *filter(None, found.text)))
                    yield documents.key_of(obj), f" {' . '.join(parts)} "


def batched(objects: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (objects[start : start + size] for start in range(0, len(objects), size))


class Command(BaseCommand):
    help = "Prints how well search answers, for each collection with judgements and each file of queries apart."

    def add_arguments(self, parser: ArgumentParser) -> None:
        folder = "a folder with docs.jsonl, queries.jsonl and qrels.tsv"
        parser.add_argument("--collection", type=Path, action="append", default=[], help=folder)
        rows = "JSON lines with `query`, and `relevant` source paths, `same` (another query) or `holds` (a phrase)"
        parser.add_argument("--queries", type=Path, action="append", default=[], help=rows)
        parser.add_argument("--pages", type=Path, help="pages in other languages with queries, put among those here")
        parser.add_argument("--as", dest="username", default="ada", help="who asks")

    def handle(self, *args: Any, **options: Any) -> None:
        for folder in options["collection"]:
            self.judged(folder)
        if options["pages"]:
            self.foreign(list(lines(options["pages"])))
        if not options["queries"]:
            return
        person = Person.objects.get(username=options["username"])
        texts = BasePage.objects.filter(live=True).exclude(source_path=None).order_by("pk")
        plain = plain_bm25(
            (path, f"{title} {text}") for path, title, text in texts.values_list("source_path", "title", "plain")
        )

        def ours(query: str) -> list[str | None]:
            return [row.source_path for row in find(Parameters(query=query, parsed=parse(query)), person).results]

        for file in options["queries"]:
            queries = list(lines(file))
            if "relevant" in queries[0]:
                asked = [(row["query"], dict.fromkeys(row["relevant"], 1)) for row in queries]
                self.compare(file.stem, asked, ours, plain)
            elif "same" in queries[0]:
                shares = [alike(ours(row["query"]), ours(row["same"])) for row in queries]
                self.tell(file.stem, "of the first ten the same", shares)
            else:
                self.holding(file.stem, queries, person)

    def tell(self, name: str, what: str, values: Sequence[float]) -> None:
        self.stdout.write(f"{name} ({len(values)}): {what} {with_interval(values)}")

    def compare(self, name: str, asked: Sequence[tuple[str, dict[str, int]]], ours: Search, plain: Search) -> None:
        for engine, search in (("", ours), (", plain BM25", plain)):
            rows = [measured(relevant, search(query)) for query, relevant in asked]
            said = ", ".join(f"{measure} {with_interval([row[measure] for row in rows])}" for measure in rows[0])
            self.stdout.write(f"{name} ({len(rows)}){engine}: {said}")

    def holding(self, name: str, queries: Sequence[dict[str, Any]], person: Person) -> None:
        """Whether hits hold a phrase in what can be found of them, and whether everything that does is counted."""
        texts = dict(readable_texts(audience_tokens(person)))
        shares: list[float] = []
        counted: list[float] = []
        for row in queries:
            found = find(Parameters(query=row["query"], parsed=parse(row["query"])), person)
            held = {key for key, text in texts.items() if f" {row['holds']} " in text}
            first = [key_of_uid(one.uid) in held for one in found.results[:DEPTH]]
            # Where nothing holds it, finding nothing is right.
            shares.append(sum(first) / len(first) if first else float(not held))
            there = len(held)
            counted.append(min(found.total, there) / max(found.total, there) if found.total or there else 1.0)
        self.tell(name, "of the first ten hold it", shares)
        self.tell(name, "total beside the true one", counted)

    def judged(self, folder: Path) -> None:
        relevant: dict[str, dict[str, int]] = defaultdict(dict)
        for line in (folder / "qrels.tsv").read_text().splitlines():
            query, key, grade = line.split("\t")
            if int(grade) > 0:
                relevant[query][key] = int(grade)
        asked = [(row["text"], relevant[row["id"]]) for row in lines(folder / "queries.jsonl") if row["id"] in relevant]
        texts = list(lines(folder / "docs.jsonl"))
        index = [(row["id"], SearchDocument("text", row["title"], STAFF, [row["body"]])) for row in texts]
        with indexed({"key": key, **document.index_fields()} for key, document in index) as search:
            self.compare(
                folder.name, asked, search, plain_bm25((row["id"], f"{row['title']} {row['body']}") for row in texts)
            )

    def foreign(self, pages: Sequence[dict[str, Any]]) -> None:
        """Pages in other languages, each with queries that ought to find it among all that is here."""
        own = [
            (f"page:{at}", SearchDocument("wiki", row["title"], STAFF, [row["text"]], row["language"]))
            for at, row in enumerate(pages)
        ]
        all_of_it = chain(everything(), ({"key": key, **document.index_fields()} for key, document in own))
        found: dict[str, list[float]] = defaultdict(list)
        with indexed(all_of_it) as search:
            for (key, document), row in zip(own, pages, strict=True):
                for kind in ("inflected", "compounds", "clitics"):
                    for query in row.get(kind, ()):
                        found[f"{document.language}, {kind}"].append(float(key in search(query)[:3]))
        for name, values in found.items():
            self.tell(name, "s@3", values)
