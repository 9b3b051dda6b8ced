"""What people add to search: words that mean the same, and chosen answers."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from search.curation import actions
from search.curation.models import ChosenAnswer, WordGroup
from search.documents import page_key
from tests.factories.pages import House, make_post, make_wiki_page

pytestmark = pytest.mark.django_db


def browser(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def agree(house: House, *forms: str, **more: Any) -> WordGroup:
    return actions.propose_words(person=house.ada, group=WordGroup(forms=list(forms), **more))


def test_a_search_for_one_word_finds_the_others_after_it(house: House, titles: Any, ask: Any) -> None:
    make_post(house.digital, "Our register", "How to answer freedom of information requests.")
    make_post(house.digital, "Deadlines", "Every FOI is answered in twenty days.")
    make_post(house.digital, "Freedom", "Information about freedom of movement.")
    assert titles(house.otto, "FOI") == ["Deadlines"]
    agree(house, "FOI", "freedom of information")
    assert titles(house.otto, "foi") == ["Deadlines", "Our register"]
    assert titles(house.otto, "FOI requests") == ["Our register", "Deadlines"]
    # Typed apart, the longer form means what it always meant, and the acronym too.
    assert set(titles(house.otto, "freedom of information")) == {"Our register", "Freedom", "Deadlines"}
    assert titles(house.otto, '"freedom of information"') == ["Our register"]
    assert ask(house.otto, "foi")["hits"][1]["snippet"].count("<mark>freedom of information</mark>") == 1


def test_words_follow_stems_languages_and_the_way_they_work(house: House, titles: Any) -> None:
    make_post(house.digital, "Flotte", "Les véhicules de service.", language="fr")
    make_post(house.digital, "Fleet", "Cars may be booked.")
    make_post(house.digital, "Laptops", "Information technology hands them out.")
    make_post(house.digital, "Weather", "How is it today?")
    agree(house, "car", "véhicule", one_way=True)
    agree(house, "IT", "information technology")
    assert titles(house.otto, "cars") == ["Fleet", "Flotte"]
    assert titles(house.otto, "vehicules") == ["Flotte"]
    assert titles(house.otto, "IT laptops") == ["Laptops"]
    assert titles(house.otto, "it weather") == ["Weather"]
    assert titles(house.otto, "IT") == ["Laptops"]


def test_what_a_word_means_is_said_to_whoever_asks_for_it(house: House, index: Any) -> None:
    agree(house, "GDPR", meaning="the General Data Protection <Regulation>")
    agree(house, "FOI", "freedom of information")
    index()
    page = browser(house.otto).get("/search/", {"q": "gdpr"}).content.decode()
    assert "the General Data Protection &lt;Regulation&gt;" in page
    assert "FOI also finds: freedom of information." in browser(house.otto).get("/search/?q=foi").content.decode()
    assert "General Data" not in browser(house.otto).get("/search/?q=gdpr+training").content.decode()


def test_decisions_cost_no_query_while_nothing_changes(house: House, index: Any) -> None:
    make_post(house.digital, "Deadlines", "Every FOI is answered in twenty days.")
    index()
    client = browser(house.mary)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/search.json", {"q": "foi"})
        return len(queries)

    asked()
    without = asked()
    agree(house, "FOI", "freedom of information")
    asked()
    assert asked() == without


def test_anybody_proposes_and_only_curators_decide(house: House, index: Any, titles: Any) -> None:
    make_post(house.digital, "Flexible hours", "Come and go as you like.")
    otto, mary, ada = browser(house.otto), browser(house.mary), browser(house.ada)
    empty = otto.post("/search/words/", {"lines": "Gleitzeit", "note": "typed by otto"})
    assert empty.status_code == 422
    assert "typed by otto" in empty.content.decode()
    assert otto.post("/search/words/", {"lines": "Gleitzeit\nflexible hours"}).status_code == 302
    group = WordGroup.objects.get()
    assert titles(house.otto, "gleitzeit") == []
    assert "Gleitzeit" in otto.get("/search/words/").content.decode()
    assert "Gleitzeit" not in mary.get("/search/words/").content.decode()
    address = f"/search/words/{group.pk}/"
    assert otto.get(address).status_code == otto.post(address, {"lines": "a\nb"}).status_code == 404
    assert "Gleitzeit" in ada.get("/search/words/").content.decode()
    assert ada.post(address, {"decline": "1", "reason": ""}).status_code == 422
    ada.post(address, {"decline": "1", "reason": "Nobody says so."})
    assert "Nobody says so." in otto.get("/search/words/").content.decode()
    assert "Gleitzeit" not in mary.get("/search/words/").content.decode()
    ada.post(address, {"lines": "Gleitzeit\nflexitime\nflexible hours", "meaning": "come and go"})
    assert titles(house.otto, "flexitime") == ["Flexible hours"]
    assert "come and go" in mary.get("/search/words/").content.decode()
    assert mary.post("/search/words/", {"lines": "Flexitime\nGleitzeit"}).status_code == 422
    for wrong in ("", "a" * 200, "one two three four five six seven\nb", "!\n?", "\x00", "\n".join("abcdefghij")):
        assert mary.post("/search/words/", {"lines": wrong}).status_code == 422


def test_a_chosen_page_comes_first_for_whoever_may_read_it(house: House, ask: Any, index: Any) -> None:
    make_post(house.digital, "Leave leave leave", "Leave.")
    chosen = make_wiki_page(house.digital, "Time off", "How to ask for days.")
    hidden = make_wiki_page(house.operations, "Zirconium", "Leave.", by=house.linus)
    for page in (hidden, chosen):
        actions.choose_answer(person=house.ada, query="leave", key=page_key(page.pk), verdict="pin", note="Read this.")
    answer = ask(house.mary, "Leave!")
    assert [hit["title"] for hit in answer["hits"]] == ["Time off", "Leave leave leave"]
    assert answer["total"] == sum(value["count"] for value in answer["facets"]["kind"]) == 2
    page = browser(house.mary).get("/search/?q=leave").content.decode()
    assert page.count("Recommended by Ada Example") == page.count("Read this.") == 1
    assert [hit["title"] for hit in ask(house.linus, "leave")["hits"]][:2] == ["Zirconium", "Time off"]
    assert ask(house.mary, "leave", kind="blog")["total"] == 1
    assert [hit["title"] for hit in ask(house.mary, "leave", sort="date")["hits"]] == ["Leave leave leave"]
    assert ask(house.mary, "leave sick")["total"] == 1


def test_a_page_is_left_out_of_a_query_and_ends_are_kept(house: House, ask: Any, index: Any) -> None:
    old = make_post(house.digital, "Leave rules of 1998", "Leave.")
    make_post(house.digital, "Leave rules", "Leave.")
    barred = {"person": house.ada, "query": "leave rules", "key": page_key(old.pk), "verdict": "bar"}
    actions.choose_answer(**barred)
    answer = ask(house.mary, "leave rules")
    assert [hit["title"] for hit in answer["hits"]] == ["Leave rules"]
    assert answer["total"] == answer["facets"]["kind"][0]["count"] == 1
    assert ask(house.mary, "leave")["total"] == 2
    actions.choose_answer(**barred, until=timezone.localdate() - dt.timedelta(days=1))
    assert ask(house.mary, "leave rules")["total"] == 2


def test_curators_choose_by_address(house: House, index: Any) -> None:
    page = make_wiki_page(house.digital, "Time off", "x")
    ada, mary = browser(house.ada), browser(house.mary)
    form = {"query": "Sick-Leave", "address": f"https://intranet/{page.get_absolute_url()}?x=1", "verdict": "pin"}
    assert mary.post("/search/answers/", form).status_code == mary.get("/search/answers/").status_code == 404
    wrong = ada.post("/search/answers/", {**form, "address": "/no/such/", "note": "kept"})
    assert wrong.status_code == 422
    assert "kept" in wrong.content.decode()
    assert ada.post("/search/answers/", form).status_code == 302
    assert ada.post("/search/answers/", {**form, "address": "/people/grace/"}).status_code == 302
    assert set(ChosenAnswer.objects.values_list("query", "key")) == {
        ("sick leave", page_key(page.pk)),
        ("sick leave", f"people.person:{house.grace.pk}"),
    }
    assert "Time off" in ada.get("/search/answers/").content.decode()
    answer = ChosenAnswer.objects.get(key=page_key(page.pk))
    assert mary.post(f"/search/answers/{answer.pk}/-/forget/").status_code == 404
    ada.post(f"/search/answers/{answer.pk}/-/forget/")
    assert ChosenAnswer.objects.count() == 1


def test_a_curator_learns_nothing_of_a_page_that_is_not_hers_to_read(house: House, index: Any) -> None:
    from django.contrib.auth.models import Permission

    house.grace.user_permissions.add(Permission.objects.get(codename="curate_search"))
    hidden = make_wiki_page(house.operations, "Zirconium", "x", by=house.linus)
    answer = actions.choose_answer(person=house.ada, query="rods", key=page_key(hidden.pk), verdict="pin")
    grace = browser(house.grace)
    page = grace.get("/search/answers/").content.decode()
    assert "Zirconium" not in page
    assert "rods" not in page
    assert grace.post(f"/search/answers/{answer.pk}/-/forget/").status_code == 404
    form = {"query": "rods", "address": hidden.get_absolute_url(), "verdict": "pin"}
    assert grace.post("/search/answers/", form).status_code == 422
