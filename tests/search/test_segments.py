"""No shape of a segment matters: what an index answers is what one segment with the same documents would answer."""

import random
from pathlib import Path
from typing import Any

import pytest

from search.engine.analysis import analyzer, written_positions
from search.engine.answering import answer
from search.engine.completion import complete, tags
from search.engine.likeness import Likeness, alike
from search.engine.pool import Pool
from search.engine.reader import Snapshot
from search.engine.store import Store
from search.engine.vocabulary import IndexVocabulary
from search.engine.words import whole
from search.parameters import FACETS
from search.query import parse
from search.request import SearchRequest

WORDS = "harbour ferry budget policy travel winter the who office dues".split()
STAFF = frozenset({"staff"})
LACKING = "at text words title name k_title k_kind k_audience k_space k_author k_tag k_lang k_type k_links k_year anchor".split()
QUERIES = [
    "",
    "harbour",
    "ferry dues",
    '"ferry budget"',
    "harb*",
    "the",
    "who the",
    "title:ferry",
    "title:the",
    "budget -policy",
    "ferry OR office",
    "harbuor",
    "after:1980 ferry",
    "before:2030",
    "-ferry",
    "travel winter office dues budget harbour",
]


def document(chance: random.Random, key: str) -> dict[str, Any]:
    language = chance.choice(["en", "en", "fr", "ar"])
    title, body, link = (" ".join(chance.choices(WORDS, k=count)) for count in (2, 9, 1))
    read = analyzer(language).read
    counts, written = read([title, body])
    return {
        "key": key,
        "text_" + language: counts,
        "title_" + language: read([title])[0],
        "anchor_" + language: read([link])[0],
        "words": written,
        "k_anchor": [whole(link)],
        "name": written_positions([title]),
        "k_title": whole(title),
        "k_kind": chance.choice(["blog", "wiki", "person", "space", "file"]),
        "k_audience": chance.choice(["staff", "staff", "space:1"]),
        "k_space": chance.choice(["1", "2"]),
        "k_author": chance.choice([["ada"], ["ada", "grace"]]),
        "k_tag": chance.choice([["forms"], ["forms", "fees"]]),
        "k_lang": language,
        "k_type": "pdf",
        "k_links": [f"{chance.randrange(9)}:00000000"],
        "k_year": str(chance.randrange(2019, 2024)),
        "at": chance.randrange(1, 2_000_000_000),
    }


def without(found: dict[str, Any], lacking: set[str]) -> dict[str, Any]:
    """A document without some of its fields, in whatever language they are."""
    more = {"k_anchor"} if "anchor" in lacking else set()
    return {
        name: value
        for name, value in found.items()
        if name not in lacking | more and name.partition("_")[0] not in lacking - {"k"}
    }


def index(path: Path, commits: list[tuple[list[dict[str, Any]], list[str]]]) -> Snapshot:
    store = Store(path, durable=False)
    store.create()
    for documents, gone in commits:
        store.write(documents, gone)
    return Pool(path).snapshot()


def told(snapshot: Snapshot) -> dict[str, Any]:
    """Every answer to every question, by keys."""

    def named(hits: list[Any]) -> list[tuple[str, float]]:
        return [(snapshot.key(number), score) for number, score in hits]

    found: dict[str, Any] = {}
    snapshot.warm(FACETS.values())
    for query in QUERIES:
        for newest in (False, True):
            for tokens in (STAFF, frozenset({"staff", "space:1"}), frozenset({"space:1"})):
                for filters in ({}, {"k_kind": frozenset({"wiki"})}, {"k_year": frozenset({"2020"})}):
                    parsed = parse(query)
                    newest_first = newest or not parsed.clauses
                    asked = SearchRequest(parsed, tokens, filters, tuple(FACETS.values()), newest_first, count=50)
                    reply = answer(snapshot, asked)
                    found[f"{query} {newest} {sorted(tokens)} {filters}"] = (
                        reply.total,
                        named(reply.hits),
                        {name: sorted(counts.items()) for name, counts in reply.facets.items()},
                        reply.loose,
                        [IndexVocabulary(snapshot, tokens, frozenset()).near(word) for word in parsed.words()],
                    )
    for typed in ("harb", "ferry bu", "the"):
        found[f"complete {typed}"] = [snapshot.key(number) for number in complete(snapshot, typed, STAFF, 50)]
    found["tags"] = tags(snapshot, "f", STAFF, frozenset())
    likeness = Likeness(None, "en", (("harbour ferry budget travel", 1.0),), STAFF, frozenset({"wiki", "blog"}))
    found["alike"] = [snapshot.key(number) for number in alike(snapshot, likeness, 50)]
    return found


@pytest.mark.parametrize("seed", range(8))
def test_documents_that_lack_anything_are_answered_alike_however_they_are_spread(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    commits: list[tuple[list[dict[str, Any]], list[str]]] = []
    living: dict[str, dict[str, Any]] = {}
    for _number in range(chance.randrange(1, 14)):
        # In some commits no document at all has a field: persons alone have no time, files alone no language.
        lacking = set(chance.sample(LACKING, chance.choice([0, 1, 2, 5, len(LACKING)])))
        keys = [f"x:{chance.randrange(40)}" for _ in range(chance.randrange(0, 5))]
        documents = [without(document(chance, key), lacking) for key in dict.fromkeys(keys)]
        gone = [f"x:{chance.randrange(40)}" for _ in range(chance.randrange(0, 2))]
        gone = [key for key in gone if key not in keys]
        commits.append((documents, gone))
        living.update((one["key"], one) for one in documents)
        for key in gone:
            living.pop(key, None)
    spread = index(tmp_path / "spread", commits)
    whole_ = index(tmp_path / "whole", [([living[key] for key in sorted(living)], [])])
    assert told(spread) == told(whole_)


@pytest.mark.parametrize("field", LACKING)
def test_a_segment_in_which_nothing_has_a_field_is_searched_like_any_other(tmp_path: Path, field: str) -> None:
    chance = random.Random(field)
    documents = [document(chance, f"x:{number}") for number in range(9)]
    bare = [without(one, {field}) for one in documents]
    alone = told(index(tmp_path / "alone", [(bare[:3], [])]))
    assert alone[f" False {sorted(STAFF)} {{}}"][0] == sum(one.get("k_audience") == "staff" for one in bare[:3])
    told(index(tmp_path / "beside", [(bare[:3], []), (documents[3:], [])]))


def test_an_index_with_nothing_in_it_answers_every_question_with_nothing(tmp_path: Path) -> None:
    for answers in (told(index(tmp_path / "empty", [])), told(index(tmp_path / "gone", [([{"key": "x:1"}], ["x:1"])]))):
        assert {found[0] for found in answers.values() if isinstance(found, tuple)} == {0}
