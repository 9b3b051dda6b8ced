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

from search import asked, frequent
from search.curation.models import Asked, AskedKey, QueryTask
from tests.factories.pages import House, make_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def counting(settings: Any) -> Iterator[None]:
    settings.INTRANET_SEARCH_REPORT_DAYS = 90
    asked._held.clear()
    asked._tidied = None
    frequent.forget()
    yield
    asked._held.clear()
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
        asked.flush()
        return ada.get("/search/report/", parameters).content.decode()

    for _again in range(4):
        search("Parking PERMIT", house.otto, house.mary)
    search("bicycle", house.otto)
    assert "parking permit" not in report()
    assert "parking permit" not in ada.get("/search/report.csv").content.decode()
    assert ada.get("/search/report/query/?q=parking+permit").status_code == 404
    row = Asked.objects.get(query="parking permit")
    assert (row.searches, row.empty, row.persons, len(row.marks)) == (8, 8, 2, 2)
    search("parking permit", house.grace)
    shown = report(list="failing")
    assert "parking permit" in shown
    assert "bicycle" not in shown
    assert "<dd>10</dd>" in shown
    row.refresh_from_db()
    # Enough: nothing tells the askers apart any more.
    assert (row.searches, row.persons, row.marks) == (9, 3, [])
    assert "parking permit,9,9" in ada.get("/search/report.csv").content.decode()
    assert "9 without a result" in ada.get("/search/report/query/?q=parking+permit").content.decode()


def test_what_is_no_new_search_and_what_is_too_long_is_not_kept(house: House, search: Any, settings: Any) -> None:
    make_post(house.digital, "Bicycles", "The shed.")
    search("shed", house.otto, kind="blog")
    search("shed", house.otto, page="2")
    search("shed", house.otto, sort="date")
    search("", house.otto)
    search("my long story " * 20, house.otto)
    asked.flush()
    assert list(Asked.objects.values_list("query", "searches")) == [("", 1)]
    settings.INTRANET_SEARCH_REPORT_DAYS = 0
    search("shed", house.otto)
    assert not asked._held


def test_counting_costs_no_query_and_breaks_no_search(house: House, search: Any, monkeypatch: Any) -> None:
    search("shed", house.otto)
    client = browser(house.otto)
    client.get("/search/?q=shed")
    with CaptureQueriesContext(connection) as queries:
        client.get("/search/?q=shed")
    assert not [query for query in queries if "search_asked" in query["sql"]]
    monkeypatch.setattr(asked, "_due", 0.0)
    monkeypatch.setattr(asked, "_write", lambda *args: (_ for _ in ()).throw(DatabaseError("full")))
    assert client.get("/search/?q=shed").status_code == 200
    assert not Asked.objects.exists()
    monkeypatch.undo()
    asked._tally("shed").searches = 1
    monkeypatch.setattr(asked, "_due", 0.0)
    client.get("/people/")
    assert Asked.objects.get().searches == 1


def test_many_counts_are_written_at_once(counting: None) -> None:
    def write(persons: int) -> int:
        for number in range(200):
            tally = asked._tally(f"question {number}")
            tally.searches, tally.empty, tally.hits = 2, 1, 10
            tally.persons = set(range(persons))
        with CaptureQueriesContext(connection) as queries:
            asked.flush()
        return len(queries)

    assert write(1) <= 15
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    if yesterday.weekday() < 6:
        Asked.objects.create(day=yesterday, query="question 7", marks=["a"], persons=1)
    assert write(3) <= 15
    rows = Asked.objects.filter(day=timezone.localdate())
    assert set(rows.values_list("searches", "empty", "watched", "hits", "persons")) == {(4, 2, 0, 10, 3)}
    assert not Asked.objects.exclude(marks=[]).exists()


def test_a_page_of_results_tells_how_it_was_left(house: House, search: Any) -> None:
    make_post(house.digital, "Bicycles", "The shed.")
    page = search("shed", house.otto, house.mary, house.grace)
    mark = re.search(r'data-asked="([^"]+)"', page)
    assert mark
    client = browser(house.grace)
    for followed in ("1", "", ""):
        assert client.post("/search/seen/", {"page": mark[1], "followed": followed}).status_code == 204
    assert client.post("/search/seen/", {"page": mark[1] + "x"}).status_code == 400
    asked.flush()
    row = Asked.objects.get()
    assert (row.searches, row.watched, row.followed, row.hits) == (3, 3, 1, 1)
    assert "2 of 3" in browser(house.ada).get("/search/report/?list=abandoned").content.decode()


def test_weeks_that_are_over_tell_nobody_apart_and_old_days_are_forgotten(house: House, search: Any) -> None:
    today = timezone.localdate()
    last = today - dt.timedelta(days=8)
    Asked.objects.create(day=last, query="rent", searches=2, persons=2, marks=["a", "b"])
    Asked.objects.create(day=today - dt.timedelta(days=91), query="old", searches=2)
    AskedKey.objects.create(week=last - dt.timedelta(days=last.weekday()), key="k")
    search("rent", house.otto)
    asked.flush()
    assert Asked.objects.get(day=last).marks == []
    assert not Asked.objects.filter(query="old").exists()
    key = AskedKey.objects.get()
    assert key.week == today - dt.timedelta(days=today.weekday())
    # The third asker of two weeks is not the third of one.
    assert Asked.objects.get(day=today).persons == 1


def test_frequent_queries_are_offered_if_a_page_for_all_staff_answers_them(house: House, search: Any) -> None:
    make_post(house.digital, "Bicycles", "The shed.")
    make_post(house.operations, "Zirconium", "Rods in the shed.", by=house.linus)
    everybody = [house.otto, house.mary, house.grace, house.linus]
    for query in ("bicycle shed", "zirconium rods", "bicycle moon"):
        search(query, *everybody)
    search("bicycles", house.otto)
    asked.flush()
    assert frequent.queries("bicy") == ["bicycle shed"]
    assert frequent.queries("Bicycle sh") == ["bicycle shed"]
    assert frequent.queries("zir") == frequent.queries("bicycle shed") == frequent.queries("!") == []
    assert frequent.queries() == ["bicycle shed"]


def test_a_query_has_somebody_who_looks_after_it(house: House, search: Any) -> None:
    search("parking permit", house.otto, house.mary, house.grace)
    asked.flush()
    ada, mary, address = browser(house.ada), browser(house.mary), "/search/report/query/?q=parking+permit"
    assert mary.get(address).status_code == mary.get("/search/report/").status_code == 404
    wrong = ada.post(address, {"owner": "nobody", "state": "open", "note": "kept note"})
    assert wrong.status_code == 422
    assert "kept note" in wrong.content.decode()
    ada.post(address, {"owner": "mary", "state": "open", "note": "Please write it."})
    page = mary.get(address).content.decode()
    assert "Please write it." in page
    assert "/spaces/digital-services/wiki/-/new/?title=parking+permit" in page
    mary.post(address, {"owner": "otto", "state": "done", "note": "There."})
    task = QueryTask.objects.get()
    assert (task.owner, task.state, task.note) == (house.mary, "done", "There.")
    assert "done" in ada.get("/search/report/?list=tasks").content.decode()
    assert browser(house.otto).post(address, {"state": "open"}).status_code == 404


def test_a_cell_is_no_formula(house: House, counting: None) -> None:
    Asked.objects.create(day=timezone.localdate(), query="=1+1", searches=9, persons=3)
    assert "'=1+1" in browser(house.ada).get("/search/report.csv").content.decode()
