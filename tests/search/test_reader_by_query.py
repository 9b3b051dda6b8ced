"""Forty readers, five hundred queries: what each is told is what the database's door allows, counted by hand.

A sample in which every reader, every query, and every sort of reader with every sort of query occur. All of it, twenty
thousand questions, with `SEARCH_MATRIX=full`.
"""

import html
import os
import re
from typing import Any

import pytest
from django.http import QueryDict

from search.completing import suggestions
from search.finding import Found, find
from search.parameters import PAGE_SIZE, Parameters
from tests.search.conftest import ENGINES
from tests.search.matrix import Expected, Oracle, Query, World

pytestmark = pytest.mark.django_db
FULL = os.environ.get("SEARCH_MATRIX") == "full"
EACH = {"whoosh": 2, "opensearch": 1, "database": 1}
"""Readers for each query; the database, which is slow, is asked every second one."""


def asked(query: Query, page: int = 1) -> Parameters:
    parameters = QueryDict(mutable=True)
    parameters.update({"q": query.text, "sort": query.sort, "page": str(page), **query.narrowed})
    return Parameters.read(parameters)


def differences(found: Found, expected: Expected, oracle: Oracle, world: World) -> list[str]:
    """What is wrong with an answer, in words; nothing if it is what the door allows."""
    wrong = []
    uids = [row.uid for row in found.results]
    if found.total != expected.total:
        wrong.append(f"total {found.total}, not {expected.total}")
    if len(uids) != min(PAGE_SIZE, expected.total) or len(set(uids)) != len(uids) or not expected.uids.issuperset(uids):
        wrong.append(f"hits {uids}, not of {sorted(expected.uids)}")
    if not oracle.uids.issuperset(uids):
        wrong.append("hits that are not hers to see")
    if found.loose != expected.loose:
        wrong.append(f"loose is {found.loose}")
    if bool(found.suggestion) != expected.suggested:
        wrong.append(f"suggestion {found.suggestion}")
    if found.suggestion and not oracle.words & set(re.findall(r"\w+", found.suggestion)):
        wrong.append(f"suggestion {found.suggestion} of words that she cannot read")
    for name, counts in expected.facets.items():
        told = {entry["value"]: entry["count"] for entry in found.facets.get(name, [])}
        if any(counts[value] != count for value, count in told.items()) or len(told) != min(12, len(counts)):
            wrong.append(f"{name} {told}, not {dict(counts)}")
    # To the second, as an index knows it.
    newest = [int(row.published_at.timestamp()) if row.published_at else 0 for row in found.results]
    if found.parameters.sort == "date" and newest != [int(at.timestamp()) for at in expected.newest[:PAGE_SIZE]]:
        wrong.append("not the newest first")
    for row in found.results:
        if not faithful(row.snippet, world, row.uid):
            wrong.append(f"snippet {row.snippet}")
    return wrong


def faithful(snippet: str, world: World, uid: str) -> bool:
    """Whether all words of a snippet stand in the thing itself."""
    item = world.items[uid]
    return set(re.findall(r"[^\W_]+", html.unescape(re.sub(r"</?mark>", "", snippet)).lower())) <= item.words


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
def test_every_reader_is_told_what_the_door_allows(world: World, index: Any, engine: str) -> None:
    index()
    readers, queries = world.everybody(), world.queries()
    oracles = [Oracle(world, reader) for _sort, reader in readers]
    assert (len(readers), len(queries)) == (40, 500)
    told: set[tuple[str, str]] = set()
    who, wrong, answered, asked_of = set(), [], 0, 0
    for number, (query_sort, query) in enumerate(queries):
        first = number * 7 + number // 40
        if engine != "whoosh" and number % 3 and not FULL:
            continue
        chosen = range(40) if FULL else sorted({(first + step * 13) % 40 for step in range(EACH[engine])})
        parameters = asked(query)
        for place in chosen:
            reader_sort, reader = readers[place]
            expected = oracles[place].answer(query, engine)
            found = find(parameters, reader)
            told.add((reader_sort, query_sort))
            who.add(place)
            asked_of += 1
            answered += bool(expected.total)
            faults = differences(found, expected, oracles[place], world)
            wrong += [f"{reader_sort} {reader}: {query_sort} {query.text} {query.narrowed}: {one}" for one in faults]
    assert not wrong, f"{len(wrong)} of {asked_of}:\n" + "\n".join(wrong[:20])
    assert len(who) == 40
    if engine == "whoosh" or FULL:
        assert len(told) == len(world.readers) * len({sort for sort, _query in queries})
    # An oracle that lets nobody see anything would agree with an index that is empty.
    assert answered > asked_of / 4


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
def test_every_reader_is_offered_completions_of_what_the_door_allows(world: World, index: Any, engine: str) -> None:
    index()
    typed = [word[:length] for word in world.words for length in (2, 4)]
    typed += [f"{item.title[0]} {item.title[1][:3]}" for item in world.items.values() if len(item.title) > 1][:60]
    offered = 0
    for place, (_sort, reader) in enumerate(world.everybody()):
        oracle = Oracle(world, reader)
        step = 16 if engine == "whoosh" else 48
        for text in typed if FULL else typed[place % step :: step]:
            allowed = oracle.completed(text)
            offers = suggestions(text, reader)
            found = [one["uid"] for one in offers if one["kind"] != "tag"]
            tags = {one["uid"].removeprefix("tag:") for one in offers if one["kind"] == "tag"}
            assert tags <= oracle.tags, (reader, text)
            assert len(found) == min(8, len(allowed)), (reader, text)
            assert allowed.issuperset(found), (reader, text)
            offered += len(found)
    assert offered > 50
