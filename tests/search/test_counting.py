"""What is counted of searches, what the report shows of it, and what never."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from search import counting as counts
from search import frequent
from search.curation.models import QueryCount, QueryCountKey
from tests.factories.pages import House, make_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def counting(settings: Any) -> Iterator[None]:
    settings.INTRANET_SEARCH_REPORT_DAYS = 90
    counts._held.clear()
    counts._tidied = None
    frequent.forget()
    yield
    counts._held.clear()
    frequent.forget()


def browser(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def search(counting: None, index: Callable[[], int]) -> Callable[..., str]:
    """`search(query, person, …)` asks as each of these persons, and gives the last page of results."""

    def search_as(query: str, *persons: Any, **parameters: str) -> str:
        index()
        return [browser(one).get("/search/", {"q": query, **parameters}).content.decode() for one in persons][-1]

    return search_as


def test_words_are_shown_once_enough_persons_asked(house: House, search: Any) -> None:
    make_post(house.digital, "Bicycles", "The shed.")
    ada = browser(house.ada)

    def report(**parameters: str) -> str:
        counts.flush()
        return ada.get("/search/report/", parameters).content.decode()

    for _again in range(4):
        search("Parking PERMIT", house.otto, house.mary)
    search("bicycle", house.otto)
    assert "parking permit" not in report()
    row = QueryCount.objects.get(query="parking permit")
    assert (row.searches, row.empty, row.persons, len(row.marks)) == (8, 8, 2, 2)
    search("parking permit", house.grace)
    shown = report(list="failing")
    assert "parking permit" in shown
    assert "bicycle" not in shown
    assert "<dd>10</dd>" in shown
    row.refresh_from_db()
    # Enough: nothing tells the askers apart any more.
    assert (row.searches, row.persons, row.marks) == (9, 3, [])
    assert "/search/answers/?query=parking%20permit" in shown
    assert browser(house.mary).get("/search/report/").status_code == 404


def test_what_is_no_new_search_and_what_is_too_long_is_not_kept(house: House, search: Any, settings: Any) -> None:
    make_post(house.digital, "Bicycles", "The shed.")
    search("shed", house.otto, kind="blog")
    search("shed", house.otto, page="2")
    search("shed", house.otto, sort="date")
    search("", house.otto)
    search("my long story " * 20, house.otto)
    counts.flush()
    assert list(QueryCount.objects.values_list("query", "searches")) == [("", 1)]
    settings.INTRANET_SEARCH_REPORT_DAYS = 0
    search("shed", house.otto)
    assert not counts._held


def test_counting_costs_no_query_and_breaks_no_search(house: House, search: Any, monkeypatch: Any) -> None:
    search("shed", house.otto)
    client = browser(house.otto)
    client.get("/search/?q=shed")
    with CaptureQueriesContext(connection) as queries:
        client.get("/search/?q=shed")
    assert not [query for query in queries if "search_querycount" in query["sql"]]
    monkeypatch.setattr(counts, "_due", 0.0)
    monkeypatch.setattr(counts, "_write", lambda *args: (_ for _ in ()).throw(DatabaseError("full")))
    assert client.get("/search/?q=shed").status_code == 200
    assert not QueryCount.objects.exists()
    monkeypatch.undo()
    counts._tally("shed").searches = 1
    monkeypatch.setattr(counts, "_due", 0.0)
    client.get("/people/")
    assert QueryCount.objects.get().searches == 1


def test_many_counts_are_written_at_once(counting: None) -> None:
    def write(persons: int) -> int:
        for number in range(200):
            tally = counts._tally(f"question {number}")
            tally.searches, tally.empty, tally.hits = 2, 1, 10
            tally.persons = set(range(persons))
        with CaptureQueriesContext(connection) as queries:
            counts.flush()
        return len(queries)

    assert write(1) <= 15
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    if yesterday.weekday() < 6:
        QueryCount.objects.create(day=yesterday, query="question 7", marks=["a"], persons=1)
    assert write(3) <= 15
    rows = QueryCount.objects.filter(day=timezone.localdate())
    assert set(rows.values_list("searches", "empty", "watched", "hits", "persons")) == {(4, 2, 0, 10, 3)}
    assert not QueryCount.objects.exclude(marks=[]).exists()


def test_a_page_of_results_tells_how_it_was_left(house: House, search: Any) -> None:
    make_post(house.digital, "Bicycles", "The shed.")
    page = search("shed", house.otto, house.mary, house.grace)
    mark = re.search(r'data-asked="([^"]+)"', page)
    assert mark
    client = browser(house.grace)
    for followed in ("1", "", ""):
        assert client.post("/search/seen/", {"page": mark[1], "followed": followed}).status_code == 204
    assert client.post("/search/seen/", {"page": mark[1] + "x"}).status_code == 400
    counts.flush()
    row = QueryCount.objects.get()
    assert (row.searches, row.watched, row.followed, row.hits) == (3, 3, 1, 1)
    assert "2 of 3" in browser(house.ada).get("/search/report/?list=abandoned").content.decode()


def test_weeks_that_are_over_tell_nobody_apart_and_old_days_are_forgotten(house: House, search: Any) -> None:
    today = timezone.localdate()
    last = today - dt.timedelta(days=8)
    QueryCount.objects.create(day=last, query="rent", searches=2, persons=2, marks=["a", "b"])
    QueryCount.objects.create(day=today - dt.timedelta(days=91), query="old", searches=2)
    QueryCountKey.objects.create(week=last - dt.timedelta(days=last.weekday()), key="k")
    search("rent", house.otto)
    counts.flush()
    assert QueryCount.objects.get(day=last).marks == []
    assert not QueryCount.objects.filter(query="old").exists()
    key = QueryCountKey.objects.get()
    assert key.week == today - dt.timedelta(days=today.weekday())
    # The third asker of two weeks is not the third of one.
    assert QueryCount.objects.get(day=today).persons == 1


def test_frequent_queries_are_offered_if_a_page_for_all_staff_answers_them(house: House, search: Any) -> None:
    make_post(house.digital, "Bicycles", "The shed.")
    make_post(house.operations, "Zirconium", "Rods in the shed.", by=house.linus)
    everybody = [house.otto, house.mary, house.grace, house.linus]
    for query in ("bicycle shed", "zirconium rods", "bicycle moon"):
        search(query, *everybody)
    search("bicycles", house.otto)
    counts.flush()
    assert frequent.queries("bicy") == ["bicycle shed"]
    assert frequent.queries("Bicycle sh") == ["bicycle shed"]
    assert frequent.queries("zir") == frequent.queries("bicycle shed") == frequent.queries("!") == []
    assert frequent.queries() == ["bicycle shed"]
