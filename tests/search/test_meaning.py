"""What typed words are taken to mean: exact phrases, other spellings, compounds, mistakes; the same wherever it is decided."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup

from search import vocabulary
from search.curation import actions
from search.curation.models import WordGroup
from search.engine.analysis import analyzer
from search.engine.vocabulary import distance
from search.query import Group, Together, Word, parse
from search.spelling import RARE, corrected
from search.variants import spellings, varied
from search.vocabulary import Near, Vocabulary
from tests.factories.pages import House, make_post
from tests.search.conftest import ENGINES

pytestmark = pytest.mark.django_db

LITTLE = "a in of on the to up who we it not out about policy sign work home signed works".split()


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
def test_a_phrase_finds_these_words_in_this_order_stop_words_too(house: House, ask: Any, engine: str) -> None:
    chance = random.Random(5)
    texts = [" ".join(chance.choices(LITTLE, k=25)) for _number in range(40)]
    for number, text in enumerate(texts):
        make_post(house.digital, f"Page {number}", text)
    found = 0
    for length in (1, 2, 2, 2, 3, 3):
        for _time in range(5):
            text = chance.choice(texts).split()
            at = chance.randrange(len(text) - length)
            phrase = " ".join(text[at : at + length])
            wanted = sum(f" {phrase} " in f" {other} " for other in texts)
            answer = ask(house.mary, f'"{phrase}" kind:blog')
            assert answer["total"] == wanted, phrase
            assert answer["facets"]["kind"][0]["count"] == wanted
            found += wanted
    assert found > 100
    assert ask(house.mary, '"no such words here"')["total"] == 0


PAIRS = """
    organisation organization; colour color; centre center; licence license; programme program; travelling traveling;
    catalogue catalog; behaviour behavior; grey gray; ageing aging; analyse analyze; defence defense; judgement judgment;
    fulfil fulfill; enrolment enrollment; theatre theater; favourite favorite; labour labor; artefact artifact;
    paediatric pediatric; manoeuvre maneuver; modelling modeling; practise practice; metre meter; honour honor
"""


def test_both_englishes_find_one_another() -> None:
    pairs = [pair.split() for pair in PAIRS.split(";")]
    assert [pair for pair in pairs if pair[1] not in spellings(pair[0]) or pair[0] not in spellings(pair[1])] == []
    for (
        word
    ) in "hour four doctor report policy service order water parameter called rolled control filed character".split():
        assert spellings(word) == (), word


USUAL = "which forms need monthly report"


class Known(Vocabulary):
    """A vocabulary of some words."""

    def __init__(self, counts: dict[str, int], *languages: str) -> None:
        self.counts, self.languages = counts, languages

    def near(self, word: str) -> tuple[vocabulary.Known, list[Near]]:
        off = {one: distance(word, one, 2) for one in self.counts}
        stem = analyzer("en").term
        forms = max([0, *(count for one, count in self.counts.items() if stem(one) == stem(word))])
        own = vocabulary.Known(self.count(word), forms, any(self.count(base) > RARE for base in vocabulary.bases(word)))
        return own, [Near(one, self.counts[one], off[one]) for one in off if 0 < off[one] <= 2]

    def count(self, word: str) -> int:
        return self.counts.get(word, 0)

    def bears(self, word: str, language: str) -> bool:
        return word in self.counts

    def compounds(self, word: str) -> list[str]:
        return [one for one in self.counts if one != word and (one.startswith(word) or one.endswith(word))]


def others(typed: str, known: Vocabulary) -> Iterator[str]:
    for clause in varied(parse(typed), known).clauses:
        if isinstance(clause, Group):
            yield from (" ".join(other.words()) for other in clause.others)
        elif isinstance(clause, Word):
            yield from clause.spellings


@pytest.mark.parametrize(
    ("typed", "counts", "found"),
    [
        ("web site", {"website": 3}, ["website"]),
        ("website", {"web": 30, "site": 30}, ["web site"]),
        ("website", {"website": 300, "web": 30, "site": 30}, []),
        ("log in", {"login": 1}, ["login"]),
        ("in formation", {"information": 90}, []),
        ('"web site"', {"website": 3}, []),
        ("colour", {}, ["color"]),
    ],
)
def test_one_word_or_two(typed: str, counts: dict[str, int], found: list[str]) -> None:
    assert list(others(typed, Known(counts, "en"))) == found


def test_german_compounds_are_found_by_their_parts_and_parts_by_compounds() -> None:
    known = Known({"urlaubsantrage": 2, "erholungsurlaub": 1, "urlaube": 1, "abrechnung": 3, "reisekosten": 2}, "de")
    assert set(others("Urlaub", known)) == {"urlaubsantrage", "erholungsurlaub"}
    (group,) = varied(parse("Reisekostenabrechnung"), known).clauses
    assert isinstance(group, Group)
    assert group.others == (Together((Word("reisekosten"), Word("abrechnung"))),)
    assert list(others("Urlaub", Known(known.counts, "en"))) == []


def test_german_pages_are_found_by_other_compounds(house: House, titles: Any) -> None:
    make_post(house.digital, "Urlaubsanträge stellen", "So geht es.", language="de")
    make_post(house.digital, "Kosten", "Die Abrechnung der Reisekosten.", language="de")
    make_post(house.digital, "Amt", "Die Datenschutzbeauftragte.", language="de")
    make_post(house.digital, "Kostbar often", "Karten often.")
    for query, title in [
        ("Kosten Reise", "Kosten"),
        ("Urlaub", "Urlaubsanträge stellen"),
        ("Reisekostenabrechnung", "Kosten"),
        ("Datenschutz", "Amt"),
    ]:
        assert titles(house.mary, query) == [title]


@pytest.mark.parametrize(
    ("typed", "counts", "meant"),
    [
        ("recieve", {"recieve": 1, "receive": 40}, "receive"),
        ("recieve", {"recieve": 1, "receive": 9}, ""),
        ("station", {"station": 2, "situation": 50}, ""),
        ("acessibility", {"accessibility": 1}, "accessibility"),
        ("mars", {"mary": 1}, ""),
        # It shares its stem with the right word, or with another.
        ("occured", {"occurred": 40, "occur": 90}, "occurred"),
        ("accessability", {"accessibility": 40, "access": 900}, "accessibility"),
        ("maintainance", {"maintenance": 40, "maintain": 900, "maintainance": 1}, "maintenance"),
        ("confirming", {"conforming": 400, "confirm": 900}, ""),
        ("organisers", {"organiser": 400}, ""),
        ("travelled", {"traveled": 400}, ""),
        ("mrays", {"marys": 1}, "marys"),
        ('"recieve"', {"receive": 400}, ""),
        ("iso27001", {"iso27002": 40}, ""),
        (f"{USUAL} recieve", {"receive": 40}, "receive"),
    ],
)
def test_a_word_is_put_right_where_a_near_one_is_far_more_frequent(
    typed: str, counts: dict[str, int], meant: str
) -> None:
    _query, corrections = corrected(parse(typed), Known({**dict.fromkeys(USUAL.split(), 50), **counts}))
    assert [one.meant for one in corrections] == ([meant] if meant else [])


def test_completion_forgives_a_letter_and_knows_words_that_mean_the_same(house: House, index: Any, client: Any) -> None:
    make_post(house.digital, "Accessibility statement", "x")
    make_post(house.digital, "Wireless network", "x")
    make_post(house.operations, "Accessible zirconium", "x", by=house.linus)
    actions.propose_words(person=house.ada, group=WordGroup(forms=["wifi", "wireless"]))
    index()
    client.force_login(house.otto)

    def offered(typed: str) -> list[str]:
        return [one["title"] for one in client.get("/search/suggest.json", {"q": typed}).json()["suggestions"]]

    for typed in ("acessib", "accesibility", "accessibillity stat", "acc"):
        assert offered(typed) == ["Accessibility statement"], typed
    assert offered("wifi") == ["Wireless network"]
    assert offered("zirkonium") == offered("qwertz") == []


@pytest.mark.parametrize(
    ("typed", "words", "after", "before"),
    [
        ("March 2016 report", "report", "2016-03-01", "2016-04-01"),
        ("report 2016-12", "report", "2016-12-01", "2017-01-01"),
        ("report 2016-12-31", "report", "2016-12-31", "2017-01-01"),
        ("März 2016", "", "2016-03-01", "2016-04-01"),
        ("3 de marzo de 2016", "", "2016-03-03", "2016-03-04"),
        ("meeting March 5th, 2016", "meeting", "2016-03-05", "2016-03-06"),
        ("budget since May 2019", "budget", "2019-05-01", ""),
        ("budget after May 2019", "budget", "2019-06-01", ""),
        ("budget before Sept 2019", "budget", "", "2019-09-01"),
        ("budget until Sept. 2019", "budget", "", "2019-10-01"),
        ("minutes last week", "minutes", "2021-02-22", "2021-03-01"),
        ("this month", "", "2021-03-01", "2021-04-01"),
        ("last year", "", "2020-01-01", "2021-01-01"),
        ("yesterday", "", "2021-02-28", "2021-03-01"),
        # What is no date, or asked for as words.
        ('"March 2016" report', "march 2016 report", "", ""),
        ("M-2016-03", "m 2016 03", "", ""),
        ("report 2016-13", "report 2016 13", "", ""),
        ("31 February 2016", "31 february 2016", "", ""),
        ("budget 2016", "budget 2016", "", ""),
        ("we may march", "we may march", "", ""),
        ("after:2015 March 2016", "march 2016", "2015-01-01", ""),
    ],
)
def test_dates_in_words_are_a_time(
    typed: str, words: str, after: str, before: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.dates.timezone.now", lambda: datetime(2021, 3, 1, 12, tzinfo=UTC))
    query = parse(typed)
    told = [datetime.fromtimestamp(at, UTC).date().isoformat() if at else "" for at in (query.after, query.before)]
    assert (" ".join(query.words()), *told) == (words, after, before)
    assert parse(typed, dates_are_words=True).dated == ""


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
def test_a_date_in_words_narrows_and_is_taken_off_with_one_press(
    house: House, ask: Any, client: Any, engine: str
) -> None:
    make_post(house.digital, "Budget report", "Numbers.", at=datetime(2016, 3, 5, tzinfo=UTC))
    make_post(house.digital, "Budget report again", "Numbers of March 2016.", at=datetime(2017, 3, 5, tzinfo=UTC))
    narrowed = ask(house.mary, "budget March 2016")
    assert [hit["title"] for hit in narrowed["hits"]] == ["Budget report"]
    assert narrowed["dated"] == "March 2016"
    client.force_login(house.mary)
    page = BeautifulSoup(client.get("/search/", {"q": "budget March 2016"}).content, "html.parser")
    off = page.select_one(".chosen a")
    assert off is not None
    assert off.get_text(" ", strip=True).startswith("March 2016")
    page = BeautifulSoup(client.get(f"/search/{off['href']}").content, "html.parser")
    assert page.select_one(".chosen a") is None
    assert page.select(".result h2")[0].get_text().strip() == "Budget report again"
    # Where nothing is of that time, what is of any time is better than nothing, and said to be so.
    assert ask(house.mary, "budget April 1999")["total"] == 2
    assert (
        "Nothing was published then: April 1999" in client.get("/search/", {"q": "budget April 1999"}).content.decode()
    )
