"""Measures ranking: nDCG@10 on collections with judgements, success in the first hits on known items, beside FTS5."""

import json
import math
import re
import sqlite3
import tempfile
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from modelsearch.backends import get_search_backend
from modelsearch.index import get_indexed_models

from pages.access import visible_to
from pages.models import BasePage
from people.audiences import audience_tokens
from people.models import Person
from search import engines
from search.documents import SearchDocument
from search.engine.query import RANKING, SearchRequest, answer
from search.engine.reader import Pool
from search.engine.store import Store
from search.engine.syntax import parse
from search.finding import find, rows
from search.parameters import Parameters

STAFF = frozenset({"staff"})


def lines(path: Path) -> Iterator[dict[str, Any]]:
    with open(path, encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def ndcg(relevant: dict[str, int], found: list[str], depth: int = 10) -> float:
    """Normalised discounted cumulative gain (Järvelin and Kekäläinen 2002), as trec_eval's ndcg_cut."""
    gained = sum(relevant.get(key, 0) / math.log2(rank + 2) for rank, key in enumerate(found[:depth]))
    best = sorted(relevant.values(), reverse=True)[:depth]
    return gained / sum(grade / math.log2(rank + 2) for rank, grade in enumerate(best))


class Command(BaseCommand):
    help = (
        "Prints nDCG@10 for each folder with docs.jsonl, queries.jsonl, qrels.tsv; known items by the site's own index."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--collection", type=Path, action="append", default=[], help="a judged collection")
        parser.add_argument("--queries", type=Path, help="known items: JSON lines with query and relevant source paths")
        parser.add_argument("--wagtail", action="store_true", help="known items by Wagtail's default backend, too")
        parser.add_argument("--as", dest="username", default="ada", help="who asks")

    def handle(self, *args: Any, **options: Any) -> None:
        for folder in options["collection"]:
            self.stdout.write(f"{folder.name}: nDCG@10 {self.judged(folder):.4f}")
        if options["queries"]:
            queries = list(lines(options["queries"]))
            person = Person.objects.get(username=options["username"])
            self.known("commonplace", queries, lambda text: self.ours(text, person))
            self.known("without link texts", queries, lambda text: self.ours_without_links(text, person))
            self.known("plain FTS5", queries, self.plain_fts5())
            if options["wagtail"]:
                with transaction.atomic():
                    self.known("Wagtail's default backend", queries, self.wagtails_default(person))
                    # Its index lies in the site's database, which is left as it was.
                    transaction.set_rollback(True)

    def judged(self, folder: Path) -> float:
        relevant: dict[str, dict[str, int]] = defaultdict(dict)
        for line in (folder / "qrels.tsv").read_text().splitlines():
            query, key, grade = line.split("\t")
            if int(grade) > 0:
                relevant[query][key] = int(grade)
        with tempfile.TemporaryDirectory() as path:
            building = Store(path, durable=False).rebuild()
            building.add(
                {"key": row["id"], **SearchDocument("text", row["title"], "staff", [row["body"]]).index_fields()}
                for row in lines(folder / "docs.jsonl")
            )
            building.finish()
            snapshot = Pool(path).snapshot()
            total = 0.0
            for row in lines(folder / "queries.jsonl"):
                if row["id"] in relevant:
                    hits = answer(snapshot, SearchRequest(parse(row["text"]), STAFF)).hits
                    total += ndcg(relevant[row["id"]], [snapshot.key(number) for number, _score in hits])
        return total / len(relevant)

    def known(self, name: str, queries: list[dict[str, Any]], search: Callable[[str], list[str | None]]) -> None:
        places = [search(row["query"]) for row in queries]
        shares = [
            sum(
                any(path in row["relevant"] for path in found[:depth])
                for row, found in zip(queries, places, strict=True)
            )
            / len(queries)
            for depth in (1, 3, 10)
        ]
        self.stdout.write(f"{name}: success@1 {shares[0]:.3f}, @3 {shares[1]:.3f}, @10 {shares[2]:.3f}")

    def ours(self, text: str, person: Any) -> list[str | None]:
        return [row.source_path for row in find(Parameters(query=text, parsed=parse(text)), person).results]

    def ours_without_links(self, text: str, person: Any) -> list[str | None]:
        """As for pages to which nobody links: known items are often taken from link texts, which the index holds."""
        tokens = audience_tokens(person)
        snapshot = engines.readers().snapshot()
        ranking = replace(RANKING, anchor=0.0, whole_anchor=0.0)
        hits = answer(snapshot, SearchRequest(parse(text), tokens, ranking=ranking)).hits
        return [row.source_path for row in rows([snapshot.key(number) for number, _score in hits], person, tokens)]

    def wagtails_default(self, person: Any) -> Callable[[str], list[str | None]]:
        """What a site without a search of its own has: modelsearch's database backend over the same fields."""
        backend = get_search_backend("modelsearch.backends.database")
        models = [model for model in get_indexed_models() if issubclass(model, BasePage) and model is not BasePage]
        for model in models:
            backend.get_index_for_model(model).add_items(model, list(model.get_indexed_objects()))

        def search(text: str) -> list[str | None]:
            pages = visible_to(person, BasePage.objects.filter(live=True))
            return [page.source_path for page in backend.search(text, pages)[:10]]

        return search

    def plain_fts5(self) -> Callable[[str], list[str | None]]:
        """SQLite's own full-text search with English stems; every word first, any word where that gives too little."""
        base = sqlite3.connect(":memory:")
        base.execute("CREATE VIRTUAL TABLE page USING fts5(path UNINDEXED, title, body, tokenize='porter unicode61')")
        rows = BasePage.objects.filter(live=True).values_list("source_path", "title", "plain")
        base.executemany("INSERT INTO page VALUES (?, ?, ?)", rows.iterator())

        def search(text: str) -> list[str | None]:
            words = [f'"{word}"' for word in re.findall(r"\w+", text)]
            found: list[str | None] = []
            for operator in (" AND ", " OR "):
                asked = operator.join(words)
                if asked and len(found) < 3:
                    ranked = "SELECT path FROM page WHERE page MATCH ? ORDER BY bm25(page, 0, 2, 1) LIMIT 10"
                    found += [path for (path,) in base.execute(ranked, [asked]) if path not in found]
            return found[:10]

        return search
