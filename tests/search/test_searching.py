"""What a reader gets for her words."""

from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile
from django.test import Client

from media.models import Attachment
from pages.models import BasePage
from tests.factories.pages import House, make_episode, make_post, make_show, make_wiki_page
from tests.factories.people import make_person

# What is asked of the database here is asked of PostgreSQL in test_engines.py and test_upkeep.py.
pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]


def test_words_of_a_page_lead_to_it(house: House, ask: Any) -> None:
    make_post(house.digital, "Cycling to work", "The new **bicycle** shed opens on Monday.", tags=["Travel"])
    answer = ask(house.otto, "bicycle sheds")
    assert answer["total"] == 1
    hit = answer["hits"][0]
    assert hit["title"] == "Cycling to work"
    assert hit["kind"] == "blog"
    assert hit["url"] == "/spaces/digital-services/blog/cycling-to-work/"
    assert hit["space"]["name"] == "Digital Services"
    assert hit["snippet"] == "The new <mark>bicycle</mark> <mark>shed</mark> opens on Monday."
    assert answer["facets"]["kind"] == [{"value": "blog", "label": "Post", "count": 1}]
    assert answer["facets"]["tag"][0]["value"] == "travel"


def test_the_page_of_results_shows_title_place_and_marked_words(house: House, index: Any) -> None:
    make_post(house.digital, "Cycling to work", "The bicycle <shed> opens.")
    index()
    client = Client()
    client.force_login(house.mary)
    page = client.get("/search/", {"q": "bicycle"}).content.decode()
    assert "Cycling to work" in page
    assert "<mark>bicycle</mark>" in page
    assert "<shed>" not in page


def test_a_page_called_by_the_query_comes_first(house: House, titles: Any) -> None:
    make_wiki_page(house.digital, "Annual leave in the summer months", "Annual leave. Annual leave. Annual leave.")
    make_wiki_page(house.digital, "Annual leave", "How to ask for days off.")
    assert titles(house.mary, "annual leave")[0] == "Annual leave"


def test_words_that_other_pages_link_with_lead_to_a_page(house: House, titles: Any) -> None:
    make_wiki_page(house.digital, "Form 12b", "Fill it in.")
    make_wiki_page(house.digital, "Moving house", "First [[Form 12b|tell payroll your new address]].")
    assert "Form 12b" in titles(house.mary, "payroll address")


def test_link_words_of_a_restricted_page_help_nobody_outside(house: House, titles: Any) -> None:
    make_wiki_page(house.digital, "Form 12b", "Fill it in.")
    make_wiki_page(house.digital, "Plans", "See [[Form 12b|zirconium]].", audience="space", by=house.grace)
    assert titles(house.mary, "zirconium") == ["Plans"]
    assert titles(house.otto, "zirconium") == []


def test_the_words_of_a_transcript_find_the_episode(house: House, titles: Any) -> None:
    show = make_show(house.digital, "Desk talk")
    make_episode(show, "Number one", transcript="Today we speak of hedgehogs.")
    assert titles(house.otto, "hedgehog") == ["Number one"]


def test_people_are_found_by_name_and_skill(house: House, titles: Any) -> None:
    house.grace.skills = ["Welsh", "Negotiation"]
    house.grace.save()
    assert titles(house.otto, "welsh") == ["Grace Example"]
    assert titles(house.otto, "grace example")[0] == "Grace Example"


def test_operators_say_more(house: House, titles: Any) -> None:
    make_post(house.digital, "Red apples", "Fruit from the north.", tags=["Fruit"], at=None)
    make_post(house.digital, "Green apples", "Fruit from the south.")
    make_post(house.digital, "Pears", "The north has red ones.")
    assert titles(house.mary, '"red apples"') == ["Red apples"]
    assert titles(house.mary, "apples -green") == ["Red apples"]
    assert set(titles(house.mary, "pears OR green")) == {"Pears", "Green apples"}
    assert set(titles(house.mary, "app*")) == {"Red apples", "Green apples"}
    assert titles(house.mary, "title:pears") == ["Pears"]
    assert titles(house.mary, "apples tag:fruit") == ["Red apples"]
    assert set(titles(house.mary, "apples author:grace")) == {"Red apples", "Green apples"}
    assert titles(house.mary, "apples kind:wiki") == []
    assert titles(house.mary, "apples before:2001") == []
    assert len(titles(house.mary, "apples after:2001 space:digital-services")) == 2


def test_where_no_page_holds_all_words_those_with_some_are_offered(house: House, ask: Any) -> None:
    make_post(house.digital, "Red apples", "Fruit.")
    answer = ask(house.mary, "apples from mars")
    assert [hit["title"] for hit in answer["hits"]] == ["Red apples"]
    assert answer["loose"]


def test_a_mistyped_word_brings_a_suggestion(house: House, ask: Any) -> None:
    make_post(house.digital, "Accessibility", "What accessibility asks of us.")
    assert ask(house.mary, "acessibility")["suggestion"] == "accessibility"


def test_every_language_is_searched_by_its_own_rules(house: House, titles: Any) -> None:
    make_post(house.digital, "Congés annuels", "Les évaluations nationales commencent.", language="fr")
    make_post(house.digital, "Bundesämter", "Die Verwaltungen der Länder.", language="de")
    make_post(house.digital, "Subvenciones", "Las solicitudes se presentarán aquí.", language="es")
    make_post(house.digital, "الإجازات", "يقدّم الموظفون طلبات الإجازة السنوية.", language="ar")
    assert titles(house.mary, "evaluation nationale") == ["Congés annuels"]
    assert titles(house.mary, "conges annuel") == ["Congés annuels"]
    assert titles(house.mary, "Verwaltung") == ["Bundesämter"]
    assert titles(house.mary, "bundesamter land") == ["Bundesämter"]
    assert titles(house.mary, "solicitud presentaran") == ["Subvenciones"]
    make_post(house.digital, "Bajas por enfermedad", "Una lista de tareas.", language="es")
    make_post(house.digital, "Horaires", "Le télétravail est possible.", language="fr")
    assert titles(house.mary, "enfermedades") == titles(house.mary, "tarea") == ["Bajas por enfermedad"]
    assert titles(house.mary, "télétravailler") == ["Horaires"]
    assert titles(house.mary, "موظف") == titles(house.mary, "والإجازات") == ["الإجازات"]
    assert titles(house.mary, "سنوية") == ["الإجازات"]
    assert titles(house.mary, "الاجازه السنويه") == ["الإجازات"]


def test_completion_offers_titles_and_people(house: House, index: Any) -> None:
    make_wiki_page(house.digital, "Travel policy", "x")
    make_wiki_page(house.operations, "Travel secrets", "x", by=house.linus)
    index()
    client = Client()
    client.force_login(house.mary)
    offered = client.get("/search/suggest.json", {"q": "trav"}).json()["suggestions"]
    assert [one["title"] for one in offered] == ["Travel policy"]
    people = client.get("/search/suggest.json", {"q": "gra"}).json()["suggestions"]
    assert people[0]["kind"] == "person"


def test_completion_in_a_text_offers_what_to_type(house: House, index: Any) -> None:
    make_wiki_page(house.digital, "Travel | policy [2026]", "x")
    make_post(house.digital, "Travel at *last*", "x")
    index()
    client = Client()
    client.force_login(house.mary)
    for within, wiki in (("digital-services", ""), ("operations", "digital-services:"), ("", "digital-services:")):
        offered = client.get("/search/suggest.json", {"q": "travel", "in": within}).json()["suggestions"]
        assert {one["title"]: one["link"] for one in offered if one["kind"] in ("wiki", "blog")} == {
            "Travel | policy [2026]": rf"[[{wiki}Travel \| policy \[2026\]]]",
            "Travel at *last*": r"[Travel at \*last\*](/spaces/digital-services/blog/travel-at-last-star/)",
        }
    people = client.get("/search/suggest.json", {"q": "gra", "in": ""}).json()["suggestions"]
    assert people[0]["link"] == "@grace "
    assert "link" not in client.get("/search/suggest.json", {"q": "travel"}).text
    assert client.get("/search/suggest.json", {"q": "travel", "in": "\x00" * 300}).status_code == 200


@pytest.mark.parametrize(
    "query",
    ['"', "-", "*", "OR", "title:", 'title:"', "a" * 5000, "\x00", "((", "before:9999-99-99", "%", "-*", "OR OR -"],
)
def test_no_input_is_an_error(house: House, index: Any, query: str) -> None:
    index()
    client = Client()
    client.force_login(house.mary)
    for address in ("/search/", "/search.json", "/search/suggest.json"):
        junk = {
            "q": query,
            "page": query[:50],
            "sort": query[:50],
            "year": query[:50],
            "kind": query[:50],
            "space": query[:50],
        }
        assert client.get(address, junk).status_code == 200
        assert client.get(address, {"q": query}).status_code == 200


def test_a_space_that_is_renamed_is_called_so_beside_the_results(house: House, ask: Any) -> None:
    make_post(house.digital, "Hedgehogs", "Beetles are eaten.")
    before = ask(house.mary, "beetles")["facets"]["space"]
    house.digital.name = "Digital Workshop"
    house.digital.save()
    after = ask(house.mary, "beetles")["facets"]["space"]
    assert [before[0]["label"], after[0]["label"]] == ["Digital Services", "Digital Workshop"]


def test_the_number_of_queries_does_not_grow_with_the_results(
    house: House, index: Any, django_assert_num_queries: Any
) -> None:
    client = Client()
    client.force_login(house.mary)
    make_post(house.digital, "Apple one", "Fruit.", tags=["Fruit"])
    index()
    client.get("/search.json", {"q": "apple"})
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        client.get("/search.json", {"q": "apple"})
    asked = len(one)
    for number in range(12):
        make_post(house.digital, f"Apple {number} more", "Fruit.", tags=["Fruit"])
    index()
    # The names of the choices beside the results are read once for each state of the index.
    client.get("/search.json", {"q": "apple"})
    with django_assert_num_queries(asked):
        assert len(client.get("/search.json", {"q": "apple"}).json()["hits"]) == 10


def test_words_that_are_said_lead_to_the_second(house: House, ask: Any, client: Client) -> None:
    show = make_show(house.digital, "Talks")
    talk = "WEBVTT\n\n00:00.000 --> 00:04.000\nWelcome to the programme.\n\n12:34.500 --> 12:40.000\n<v Ada>Next, the walrus & its tusks.\n"
    make_episode(show, "About animals", "Notes that say little.", transcript=talk)
    make_episode(show, "Untimed", "Notes.", transcript="Somebody mentions a heron.")
    make_post(house.digital, "Herons", "They stand.")
    first = ask(house.mary, "walrus tusks")["hits"][0]
    assert (first["title"], first["second"]) == ("About animals", 754)
    assert "<mark>walrus</mark> &amp; its <mark>tusks</mark>" in first["snippet"]
    client.force_login(house.mary)
    page = client.get("/search/", {"q": "walrus tusks"}).content.decode()
    assert f"{first['url']}#t=754" in page
    assert "12:34" in page
    assert 'id="t=754"' in client.get(first["url"]).content.decode()
    untimed = ask(house.mary, "heron mentions")["hits"][0]
    assert (untimed["title"], untimed["second"]) == ("Untimed", None)
    assert "mentions" in untimed["snippet"]


def test_who_types_a_name_is_shown_that_person_or_space_first(house: House, titles: Any, client: Client) -> None:
    for number in range(3):
        make_wiki_page(house.digital, f"Grace Example {number}", "Grace Example, Grace Example and Operations. " * 9)
    assert titles(house.mary, "grace example")[0] == "Grace Example"
    assert titles(house.mary, "digital services")[0] == "Digital Services"
    assert "Operations" not in titles(house.mary, "operations"), "a space that she may not see is no name to her"
    client.force_login(house.mary)
    assert "is-named" in client.get("/search/", {"q": "Grace example"}).content.decode()
    assert "is-named" not in client.get("/search/", {"q": "grace"}).content.decode()


def test_where_nothing_holds_a_word_similar_ones_are_searched_and_said_so(
    house: House, ask: Any, client: Client
) -> None:
    make_post(house.digital, "Accessibility", "What accessibility asks of us.")
    make_post(house.digital, "Évaluations", "Les évaluations commencent.", language="fr")
    make_post(house.operations, "Zirconium", "Rods of zirconium.", by=house.linus)
    answer = ask(house.mary, "acessibilty")
    assert [hit["title"] for hit in answer["hits"]] == ["Accessibility"]
    assert answer["suggestion"] == "accessibility"
    assert "<mark>accessibility</mark>" in answer["hits"][0]["snippet"]
    found = ask(house.mary, "evalautions")
    assert (found["hits"][0]["title"], found["suggestion"]) == ("Évaluations", "évaluations")
    assert ask(house.mary, "accessibility")["suggestion"] is None
    assert ask(house.mary, '"acessibilty"')["total"] == 0
    for query in ("zirconum", "zirkonium rods", "qwertzuiop"):
        nothing = ask(house.mary, query)
        assert (nothing["total"], nothing["suggestion"]) == (0, None), query
    client.force_login(house.mary)
    page = client.get("/search/", {"q": "zirconum"}).content.decode()
    assert "Nothing found" in page
    assert "/spaces/digital-services/wiki/-/new/?title=zirconum" in page
    page = client.get("/search/", {"q": "acessibilty"}).content.decode()
    assert "Results for <em>accessibility</em>" in page
    assert "?q=%22acessibilty%22" in page


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("gra", "Grace Example"),  # a first name before a last name, whatever their length
        ("grace", "Grace Example"),
        ("gray", "Al Gray"),  # a whole name
        ("ann g", "Ann Grant"),
    ],
)
def test_completion_offers_the_person_first_whose_name_was_typed(
    house: House, index: Any, typed: str, first: str
) -> None:
    for username, name in (("ag", "Al Gray"), ("zed", "Bo Grant"), ("grg", "Ann Grant"), ("zedekiah", "Zed Zo")):
        given, family = name.split()
        make_person(username, first_name=given, last_name=family)
    make_post(house.digital, "Graphs", "Of all sorts.")
    index()
    client = Client()
    client.force_login(house.mary)
    offered = client.get("/search/suggest.json", {"q": typed}).json()["suggestions"]
    assert next(one["title"] for one in offered if one["kind"] == "person") == first


def test_completion_offers_tags_and_frequent_searches_in_groups(
    house: House, index: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_post(house.digital, "Traveller's tales", "By train.", tags=["Travel expenses"])
    make_post(house.operations, "Traverse", "Rope.", tags=["Travertine"], by=house.linus)
    monkeypatch.setattr("search.frequent.queries", lambda prefix="", count=5: ["traverse rope", "train tales"])
    index()
    client.force_login(house.mary)

    def offered() -> list[tuple[str, str]]:
        found = client.get("/search/suggest.json", {"q": "trav"}).json()["suggestions"]
        return [(one["group"], one["title"]) for one in found]

    # What only others may read is offered in no group, not even as a search that many ask for.
    expected = [("Pages and files", "Traveller's tales"), ("Tags", "Travel expenses"), ("Searches", "train tales")]
    assert offered() == expected
    assert "train tales" in client.get("/search/").content.decode(), "the start page offers them too"
    client.force_login(house.linus)
    # Names of tags are kept for all readers, so one that stands on no page for all staff is called by its address.
    assert {("Tags", "travertine"), ("Searches", "traverse rope")} <= set(offered())
    house.digital.see = "members"
    house.digital.save()
    assert ("Tags", "Travel expenses") not in offered(), "closed, and the index does not know yet"


def test_results_are_narrowed_by_language_and_file_type_and_say_how_far_to_trust_them(
    house: House, ask: Any, client: Client
) -> None:
    make_post(house.digital, "Rapport annuel", "Le budget.", language="fr", review_date=date(2020, 1, 2))
    make_post(house.digital, "Budget 2026", "The budget.", review_date=date(2199, 1, 2))
    for name, space in [
        ("budget.pdf", house.digital),
        ("budget.docx", house.digital),
        ("budget.odt", house.operations),
    ]:
        Attachment(title=f"Budget {name}", space=space, file=ContentFile(b"%PDF", name)).save()
    facets = ask(house.mary, "budget")["facets"]
    assert {one["value"]: one["count"] for one in facets["type"]} == {"pdf": 1, "docx": 1}
    assert {one["label"]: one["count"] for one in facets["lang"]} == {"French": 1, "English": 1}
    assert [hit["title"] for hit in ask(house.mary, "budget", type="pdf")["hits"]] == ["Budget budget.pdf"]
    assert [hit["title"] for hit in ask(house.mary, "budget", lang="fr")["hits"]] == ["Rapport annuel"]
    client.force_login(house.mary)
    page = client.get("/search/", {"q": "budget"}).content.decode()
    assert "Review overdue since 2 January 2020" in page
    assert "Review due on 2 January 2199" in page
    assert "ODT" not in page
    assert "File type" in page
    none = client.get("/search/", {"q": '"budget of nobody"', "lang": "fr"}).content.decode()
    assert "/search/?q=budget+of+nobody" in none or 'href="?q=budget+of+nobody"' in none
    assert "French" in none


def test_names_numbers_and_short_forms_are_found_as_people_type_them(house: House, titles: Any) -> None:
    make_wiki_page(
        house.digital, "Devices", "Order part AB-1234/56 or LTX9000 with invoice_2026-final.xlsx, by e-mail."
    )
    make_wiki_page(
        house.digital, "Builds", "Use PostgreSQL and the DataTransferService; ask the U.S. office about GDPR."
    )
    for query in (
        "AB-1234",
        "ab 1234",
        "LTX9000",
        "ltx9000",
        "invoice 2026",
        "invoice_2026-final.xlsx",
        "email",
        "e-mail",
    ):
        assert titles(house.mary, query) == ["Devices"], query
    for query in ("postgresql", "transfer service", "datatransferservice", "DataTransferService", "US office", "gdpr"):
        assert titles(house.mary, query)[0] == "Builds", query


@pytest.mark.parametrize(
    ("asked", "is_offered"),
    [
        ({"q": "Öffnungszeitn"}, False),
        ({"q": "GRÖSSE Łódź"}, False),
        ({"q": "vrplkst"}, False),
        ({"q": '"vrplkst Öffnung"'}, True),
        ({"q": "Öffnungszeitn", "kind": "wiki"}, True),
    ],
)
def test_who_finds_nothing_is_not_sent_to_the_same_question(
    house: House, index: Any, client: Any, asked: dict[str, str], is_offered: bool
) -> None:
    client.force_login(house.mary)
    page = client.get("/search/", asked).content.decode()
    assert "Nothing found" in page
    assert ("Search everything for" in page) is is_offered


def test_where_nothing_good_is_found_it_is_said_above_the_results_with_ways_on(
    house: House, ask: Any, client: Any
) -> None:
    long = " ".join(f"Paragraph {number} is about contracts and budgets of the year." for number in range(200))
    for number in range(12):
        make_wiki_page(house.digital, f"Report {number}", f"A dog was there. {long} The office was open.")
    make_wiki_page(house.digital, "Dogs in the office", "You can bring your dog to the office on Fridays.")
    assert not ask(house.grace, "dog office")["poor"]
    BasePage.objects.filter(title="Dogs in the office").get().delete()
    answer = ask(house.grace, "dog office")
    assert answer["poor"]
    assert answer["total"] == 12
    client.force_login(house.grace)
    page = BeautifulSoup(client.get("/search/", {"q": "dog office"}).content, "html.parser")
    ways = page.select_one(".search-nothing")
    assert ways is not None
    assert ways.find_next(class_="results") is not None
    links = [str(link["href"]) for link in ways.select("a")]
    assert "/people/" in links
    assert "/search/words/?word=dog%20office" in links
    assert any(link.endswith("/wiki/-/new/?title=dog+office") for link in links)
    # One word says too little to tell, and a quoted phrase is there or is not.
    assert not ask(house.grace, "dog")["poor"]
    assert not ask(house.grace, '"dog was"')["poor"]
    assert not ask(house.grace, "contracts budgets")["poor"]
