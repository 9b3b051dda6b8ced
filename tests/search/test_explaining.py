"""Why a hit stands where it does, and the boosts that put it there."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from people.audiences import audience_tokens
from people.models import Person
from search import engines, explaining, finding
from search.curation import actions
from search.curation.models import RankingChoice, WordGroup
from search.documents import page_key
from search.engine.answering import answer
from search.parameters import Parameters
from search.query import parse
from tests.factories.pages import House, make_post, make_wiki_page

# What is asked of the database here is asked of PostgreSQL in test_engines.py and test_upkeep.py.
pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]


def browser(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def asked(query: str) -> Parameters:
    return Parameters(query=query, parsed=parse(query))


@pytest.fixture
def library(house: House, index: Any) -> House:
    make_wiki_page(house.digital, "Annual leave", "Days off in summer. Leave is asked for early.")
    make_wiki_page(house.digital, "Holidays", "When [[Annual leave|annual leave]] is over, the vacation days are gone.")
    make_post(house.digital, "Sick leave", "Call in the morning. The annual report counts the days.", language="en")
    make_post(house.digital, "Congés annuels", "Les congés de maladie.", language="fr")
    make_post(house.operations, "Leave of the zirconium", "Annual leave leave leave.", by=house.linus)
    actions.propose_words(person=house.ada, group=WordGroup(forms=["leave", "days off", "vacation"]))
    index()
    return house


QUERIES = [
    "leave",
    "annual leave",
    '"annual leave"',
    "leav* annual",
    "leave OR congés",
    "title:leave",
    "annual leave zeppelin",
    "when is my annual leave over this summer",
    "vacation",
    "days off summer",
    "conges maladie",
    "the annual report of this summer",
    "anual holliday",
    "which days are counted in the annual report of the summer",
]


def test_what_is_told_adds_up_to_the_score(library: House) -> None:
    hits = 0
    for query in QUERIES:
        for person in (library.otto, library.linus):
            for place, hit in enumerate(finding.find(asked(query), person).results, 1):
                told = explaining.explain(asked(query), person, hit.uid)
                assert told is not None
                assert told.rank == place, (query, hit.title)
                assert told.score == pytest.approx(sum(part.points for part in told.parts), rel=1e-3), (
                    query,
                    hit.title,
                )
                assert sum(part.share for part in told.parts) == pytest.approx(100), (query, hit.title)
                hits += 1
    assert hits > 40


def test_a_reader_is_told_in_plain_words(library: House) -> None:
    hit = finding.find(asked("annual leave"), library.otto).results[0]
    link = f"/search/explain/?q=annual+leave&uid={hit.uid}"
    assert link.replace("&", "&amp;") in browser(library.otto).get("/search/?q=annual+leave").content.decode()
    page = browser(library.otto).get(link).content.decode()
    assert "is number <strong>1</strong> of" in page
    for words in (
        "in the title",
        "Its title matches the search exactly",
        "in the text of links to it",
        "<rect",
    ):
        assert words in page
    holidays = next(hit for hit in finding.find(asked("leave"), library.otto).results if hit.title == "Holidays")
    assert (
        "means the same" in browser(library.otto).get(f"/search/explain/?q=leave&uid={holidays.uid}").content.decode()
    )
    # A hit of another query, junk, and nothing at all.
    assert "does not find" in browser(library.otto).get(f"/search/explain/?q=zeppelin&uid={hit.uid}").content.decode()
    for uid in ("", "x", "person:", "person:nobody", "picture:1", "file:x", "page:1", "%00", "9" * 40):
        assert browser(library.otto).get(f"/search/explain/?q=leave&uid={uid}").status_code == 404


def test_nothing_is_told_of_what_is_hidden_nor_moved_by_it(library: House, index: Any) -> None:
    hidden = finding.find(asked("zirconium"), library.linus).results[0]
    address = f"/search/explain/?q=annual+leave&uid={hidden.uid}"
    assert browser(library.linus).get(address).status_code == 200
    assert browser(library.otto).get(address).status_code == 404
    own = finding.find(asked("annual leave"), library.otto).results[0]
    before = explaining.explain(asked("annual leave"), library.otto, own.uid)
    assert before is not None
    # A hidden page that fits much better changes statistics, and no reward.
    snapshot = engines.readers().snapshot()
    understood = finding.understand(
        engines.WhooshEngine(snapshot),
        asked("annual leave"),
        audience_tokens(Person.objects.get(pk=library.otto.pk)),
    )
    scores = dict(answer(snapshot, understood.request).hits)
    rewarded = [part for part in before.parts if part.words.startswith(("Its title", "Other pages"))]
    plain = before.score - sum(part.points for part in rewarded)
    assert max(scores.values()) == pytest.approx(before.score)
    assert sum(part.points for part in rewarded) == pytest.approx((0.4 + 0.6) * plain, rel=1e-3)


def test_boosts_are_set_and_taken_back(library: House, titles: Any, index: Any) -> None:
    old = make_post(library.digital, "Parking", "Parking parking parking permits.")
    type(old).objects.filter(pk=old.pk).update(first_published_at=timezone.now() - dt.timedelta(days=2000))
    make_wiki_page(library.digital, "Where to park", "Cars, and the parking of them.")
    index()
    ada, mary, address = browser(library.ada), browser(library.mary), "/search/boosts/"
    assert mary.get(address).status_code == mary.post(address, {"reset": "1"}).status_code == 404
    assert titles(library.otto, "parking") == ["Parking", "Where to park"]
    form = ada.get(address).context["form"]
    values = {field.name: field.value() for field in form}
    assert {float(value) for value in values.values()} == {0.0, 1.0}
    wrong = ada.post(address, {**values, "freshness": "99", "kind_wiki": "2.5"})
    assert wrong.status_code == 422
    assert 'value="2.5"' in wrong.content.decode()
    assert ada.post(address, {**values, "freshness": "nan"}).status_code == 422
    assert ada.post(address, {**values, "kind_wiki": "3", "kind_blog": "0.2"}).status_code == 302
    assert titles(library.otto, "parking") == ["Where to park", "Parking"]
    assert RankingChoice.objects.get().weights == {"kinds": {"blog": 0.2, "wiki": 3.0}}
    told = explaining.explain(asked("parking"), library.otto, str(old.uid))
    assert told is not None
    assert told.score == pytest.approx(0.2 * sum(part.points for part in told.parts), rel=1e-3)
    ada.post(address, {"reset": "1"})
    assert titles(library.otto, "parking") == ["Parking", "Where to park"]
    ada.post(address, {**values, "freshness": "3"})
    assert titles(library.otto, "parking") == ["Where to park", "Parking"]


def test_a_pin_is_named_as_the_reason(library: House, index: Any) -> None:
    page = make_wiki_page(library.digital, "Time off", "x")
    actions.choose_answer(person=library.ada, query="leave", key=page_key(page.pk), verdict="pin", note="Read this.")
    index()
    told = explaining.explain(asked("leave"), library.otto, str(page.uid))
    assert told is not None
    assert told.rank == 1
    shown = browser(library.otto).get(f"/search/explain/?q=leave&uid={page.uid}").content.decode()
    assert "Recommended by Ada Example" in shown
    assert "That alone puts it here." in shown
