"""What typed words are taken to mean: exact phrases, other spellings, compounds, mistakes; the same wherever it is decided."""

import random
from collections.abc import Iterator
from typing import Any

import pytest

from search.curation import actions
from search.curation.models import WordGroup
from search.engine.vocabulary import distance
from search.query import Group, Together, Word, parse
from search.spelling import corrected
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

    def near(self, word: str) -> tuple[int, list[Near]]:
        off = {one: distance(word, one, 2) for one in self.counts}
        return self.count(word), [Near(one, self.counts[one], off[one]) for one in off if 0 < off[one] <= 2]

    def count(self, word: str) -> int:
        return self.counts.get(word, 0)

    def bears(self, word: str, language: str) -> bool:
        return word in self.counts

    def compounds(self, word: str) -> list[str]:
        return [one for one in self.counts if one != word and (one.startswith(word) or one.endswith(word))]


def others(typed: str, vocabulary: Vocabulary) -> Iterator[str]:
    for clause in varied(parse(typed), vocabulary).clauses:
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
    for query, title in [
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
