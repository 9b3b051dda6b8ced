"""The same readers at the other exits of search: related pages, "Why this result?", feeds of a search, frequent searches.

And all of them once more at the moment after rights were taken away, before the index knows.
"""

import random
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from pages import kinds
from pages.models import BasePage
from people import actions
from people.models import Membership, Person
from search import counting as counted
from search import explaining, frequent
from search import related as relating
from search.completing import frequent_for, suggestions
from search.curation.models import QueryCount
from search.explaining import explain
from search.finding import find
from search.related import related
from syndication.models import PrivateFeed
from syndication.private_feeds import MAX_ITEMS, pages_of
from tests.search.conftest import ENGINES
from tests.search.matrix import Item, Oracle, Query, World
from tests.search.test_reader_by_query import FULL, asked, differences
from wiki.models import WikiPage

pytestmark = pytest.mark.django_db


def pairs(world: World, every: int) -> list[tuple[int, Any, str, Query]]:
    """Each so-many-th of the twenty thousand pairs of reader and query; all of them where all is asked for."""
    readers, queries = world.everybody(), world.queries()
    all_of_them = [(place, one, sort, query) for sort, query in queries for place, (_s, one) in enumerate(readers)]
    return all_of_them[:: 1 if FULL else every]


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
def test_related_pages_are_those_of_somebody_who_may_read_all_less_what_the_door_withholds(
    world: World, index: Any, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    index()
    pages = [page for page in BasePage.objects.filter(live=True).specific() if page.kind.name in kinds.news_of_space()]
    administrator = world.readers["administrator"][0]
    readers = [(reader, Oracle(world, reader)) for _sort, reader in world.everybody()]
    told = 0
    for place, page in enumerate(pages if FULL or engine == "whoosh" else pages[::4]):
        with monkeypatch.context() as patched:
            patched.setattr(relating, "SHOWN", 1_000)
            everything = [row.uid for row in related(page, administrator)]
        assert str(page.uid) not in everything
        for reader, oracle in readers if FULL else readers[place % 13 :: 13]:
            if str(page.uid) in oracle.uids:
                found = [row.uid for row in related(page, reader)]
                assert found == [uid for uid in everything if uid in oracle.uids][:5], (reader, page.title)
                told += len(found)
            elif place % 20 == 0 and reader.is_authenticated and reader.is_active:
                client = Client()
                client.force_login(reader)
                assert client.get(f"{page.get_absolute_url()}-/related/").status_code == 404
    assert told > 50


@pytest.mark.sqlite_only
def test_why_here_tells_of_what_a_reader_may_read_and_of_nothing_else(world: World, index: Any) -> None:
    index()
    chance = random.Random(5)
    everything = [item for item in world.items.values() if item.marks["kind"] != {""}]
    oracles = {place: Oracle(world, reader) for place, (_sort, reader) in enumerate(world.everybody())}
    ranked, refused = 0, 0
    wrong: list[tuple[Any, ...]] = []
    for place, reader, sort, query in pairs(world, 211):
        oracle, parameters = oracles[place], asked(query)
        expected = oracle.answer(query)
        hits = [row.uid for row in find(parameters, reader).results]
        for uid in {*hits[:2], chance.choice(everything).uid, *sorted(expected.uids)[:1]}:
            told = explain(parameters, reader, uid)
            if uid not in oracle.uids:
                refused += 1
                wrong += [(reader, sort, query.text, uid, "is told")] * (told is not None)
                continue
            assert told is not None, (reader, query.text, uid)
            ranked += told.rank is not None
            faults = explained_wrongly(told, world.items[uid], query)
            if told.total != expected.total:
                faults.append(f"total {told.total}, not {expected.total}")
            if (told.rank is not None) != (uid in expected.uids):
                faults.append(f"rank {told.rank}")
            if uid in hits and told.rank != hits.index(uid) + 1:
                faults.append(f"rank {told.rank}, found at {hits.index(uid) + 1}")
            wrong += [(reader, sort, query.text, query.narrowed, uid, fault) for fault in faults]
    assert not wrong, wrong[:20]
    assert ranked > 50
    assert refused > 25


def explained_wrongly(told: explaining.Explanation, item: Item, query: Query) -> list[str]:
    """What an explanation says of one item's words that does not hold."""
    faults = [f"lacks {word}" for word in told.missing if word in item.words]
    for part in told.parts:
        words = part.words.strip("“”").removesuffix("*").split()
        similar = query.singles and any(word not in item.words for word in words)
        if part.where and not similar and not all(any(own.startswith(word) for own in item.words) for word in words):
            faults.append(f"holds no {part.words}")
    return faults


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
def test_a_feed_of_a_search_holds_the_newest_that_the_door_allows(world: World, index: Any, engine: str) -> None:
    index()
    oracles = {place: Oracle(world, reader) for place, (_sort, reader) in enumerate(world.everybody())}
    kinds = {"blog", "wiki", "episode"}
    # A page of a wiki without a word only holds others, and is no news.
    structure = {str(uid) for uid in WikiPage.objects.filter(body="").values_list("uid", flat=True)}
    held = 0
    for place, reader, sort, query in pairs(world, 151 if engine == "whoosh" else 803):
        if not reader.is_authenticated:
            continue
        feed = PrivateFeed(owner=reader, search=asked(query).address(sort=None).removeprefix("?"))
        found = pages_of(feed)
        found_there = [item for item in oracles[place].every(query) if kinds & item.marks["kind"]]
        allowed = [item for item in found_there if item.uid not in structure]
        uids = {item.uid for item in allowed}
        assert uids.issuperset(str(page.uid) for page in found), (reader, sort, query.text)
        assert len(found) == min(MAX_ITEMS, len(uids)), (reader, sort, query.text)
        at = [page.first_published_at for page in found]
        assert at == sorted((item.at for item in allowed if item.at), reverse=True)[:MAX_ITEMS]
        held += len(found)
    assert held > 30


@pytest.mark.sqlite_only
def test_frequent_searches_are_told_to_whom_they_find_something(
    world: World, index: Any, settings: Any, request: pytest.FixtureRequest
) -> None:
    settings.INTRANET_SEARCH_REPORT_DAYS = 90
    request.addfinalizer(frequent.forget)
    chance = random.Random(17)
    today = timezone.localdate()
    wanted = {word: 1_000 - place for place, word in enumerate(chance.sample(world.words, len(world.words)))}
    wanted |= {f"{chance.choice(world.open)} {chance.choice(world.words)}": 400 - n for n in range(60)}
    QueryCount.objects.bulk_create(
        QueryCount(day=today, query=words, searches=count, persons=counted.MIN_PERSONS, hits=1)
        for words, count in wanted.items()
    )
    index()
    frequent.forget()
    for_staff = Oracle(world, world.readers["nowhere"][0])
    by_number = sorted(wanted, key=lambda words: (-wanted[words], words))
    known = [words for words in by_number if for_staff.holds(words)]
    assert 10 < len(known) < len(wanted) - 10
    for place, (_sort, reader) in enumerate(world.everybody()):
        oracle = Oracle(world, reader)
        expected = [words for words in known[:5] if oracle.holds(words)]
        assert frequent_for(reader) == expected, reader
        for beginning in [word[:2] for word in world.words][place % 16 :: 16]:
            offered = [one["title"] for one in suggestions(beginning, reader) if one["kind"] == "query"]
            same = [words for words in by_number if words.startswith(beginning)][: frequent.MAX_INDEX_LOOKUPS]
            told = [words for words in same if for_staff.holds(words)][:5]
            assert offered == [words for words in told if oracle.holds(words)][:3], (reader, beginning)


@pytest.mark.sqlite_only
def test_nothing_lags_behind_a_right_that_was_taken_away(world: World, index: Any) -> None:
    """Members leave and a space closes; the index hears of it later."""
    index()
    for membership in list(Membership.objects.filter(role="member"))[::2]:
        actions.leave(person=membership.person, space=membership.space)
    closing = next(space for space in world.spaces if space.see == "staff")
    closing.see = "members"
    closing.save()
    readers = [Person.objects.get(pk=one.pk) for _sort, one in world.everybody() if one.is_authenticated]
    oracles = [Oracle(world, reader) for reader in readers]
    pages = [page for page in BasePage.objects.filter(live=True).specific() if page.kind.name in kinds.news_of_space()]
    wrong, told = [], 0
    for number, (sort, query) in enumerate(world.queries()):
        if number % 6 and not FULL:
            continue
        place = number * 7 % len(readers)
        reader, oracle, parameters = readers[place], oracles[place], asked(query)
        found = find(parameters, reader)
        faults = differences(found, oracle.answer(query), oracle, world)
        wrong += [f"{reader}: {sort} {query.text} {query.narrowed}: {fault}" for fault in faults]
        told += found.total
        if number % 12 == 0:
            beginning = world.word(random.Random(number))[:2]
            offers = [one for one in suggestions(beginning, reader) if one["kind"] not in ("tag", "query")]
            allowed = oracle.completed(beginning)
            if not allowed.issuperset(one["uid"] for one in offers) or len(offers) != min(8, len(allowed)):
                wrong.append(f"{reader}: completes {beginning} to {len(offers)} of {len(allowed)}")
            page = pages[number % len(pages)]
            if not oracle.uids.issuperset(row.uid for row in related(page, reader)):
                wrong.append(f"{reader}: like {page}")
            feed = PrivateFeed(owner=reader, search=parameters.address(sort=None).removeprefix("?"))
            if not {item.uid for item in oracle.every(query)}.issuperset(str(page.uid) for page in pages_of(feed)):
                wrong.append(f"{reader}: feed of {query.text}")
    assert not wrong, f"{len(wrong)}:\n" + "\n".join(wrong[:20])
    assert told > 100
