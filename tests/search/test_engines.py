"""What a reader gets is the same whichever engine the site is set to: Whoosh, OpenSearch, or the database alone."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.base import ContentFile

from intranet.settings import environment
from media.models import Attachment
from pages.actions import delete_page, edit_page, unpublish_page
from search import engines, indexer
from search.engine.store import IndexUnavailable
from search.related import related
from tests.factories.pages import House, make_episode, make_post, make_show, make_wiki_page
from tests.search.conftest import ENGINES

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("engine", ENGINES, indirect=True)]


def furnish(house: House) -> dict[str, Any]:
    made = [
        make_post(
            house.digital,
            "Cycling to work",
            "The new **bicycle** <shed> opens on Monday, with red apples for all.",
            tags=["Travel"],
            at=datetime(2023, 5, 4, tzinfo=UTC),
        ),
        make_post(house.digital, "Green apples", "Fruit from the south.", at=datetime(2024, 5, 4, tzinfo=UTC)),
        make_wiki_page(house.people, "Annual leave", "How to ask for days off.", by=house.ada),
        make_wiki_page(house.people, "Leave in the summer", "Annual leave and more annual leave.", by=house.ada),
        make_post(house.digital, "Congés annuels", "Les évaluations nationales commencent.", language="fr"),
        make_post(house.operations, "Zirconium plan", "The zirconium rods.", tags=["Rods"], by=house.linus),
        make_episode(make_show(house.digital, "Desk talk"), "Number one", transcript="Today we speak of hedgehogs."),
    ]
    Attachment(title="Floor plan", space=house.digital, file=ContentFile(b"%PDF", "second-storey.pdf")).save()
    house.grace.skills = ["Welsh", "Negotiation"]
    house.grace.job_title = "Head of apiculture"
    house.grace.save()
    return {page.title: page for page in made}


APPLES, CYCLING, LEAVE, SUMMER = "Green apples", "Cycling to work", "Annual leave", "Leave in the summer"
FOUND = [
    ("bicycle sheds", {CYCLING}),
    ("BICYCLES", {CYCLING}),
    ('"red apples"', {CYCLING}),
    ('"apples red"', set()),
    ('"opens on monday"', {CYCLING}),
    ("apples", {CYCLING, APPLES}),
    ("apples -green", {CYCLING}),
    ("apples -fruit", {CYCLING}),
    ("bicycle OR south", {CYCLING, APPLES}),
    ("app*", {CYCLING, APPLES}),
    ("title:apples", {APPLES}),
    ("apples tag:travel", {CYCLING}),
    ("apples author:grace", {CYCLING, APPLES}),
    ("apples kind:wiki", set()),
    ("apples space:digital-services", {CYCLING, APPLES}),
    ('apples space:"Digital Services"', {CYCLING, APPLES}),
    ("apples after:2024", {APPLES}),
    ("apples before:2024", {CYCLING}),
    ("evaluation nationale", {"Congés annuels"}),
    ("hedgehog", {"Number one"}),
    ("welsh", {"Grace Example"}),
    ("apiculture", {"Grace Example"}),
    ("storey", {"Floor plan"}),
    ("the bicycle sheds", {CYCLING}),
    ("who is on the bicycle", {CYCLING}),
    ("zirconium", set()),
    ("zirc*", set()),
    ("tag:rods", set()),
]


def test_every_operator_means_the_same(house: House, ask: Any, titles: Any, engine: str) -> None:
    furnish(house)
    found = [(query, set(titles(house.otto, query))) for query, _expected in FOUND]
    assert found == FOUND
    assert titles(house.linus, '"zirconium rods"') == ["Zirconium plan"]
    assert titles(house.otto, "annual leave")[0] == LEAVE
    assert titles(house.otto, "apples", sort="date") == [APPLES, CYCLING]
    assert titles(house.otto, "grace example")[0] == "Grace Example"
    answer = ask(house.otto, "bicycle sheds")
    assert "<mark>bicycle</mark> &lt;shed&gt;".replace("shed", "<mark>shed</mark>") in answer["hits"][0]["snippet"]
    assert not answer["degraded"]
    for name, value, label in [
        ("kind", "blog", "Post"),
        ("space", "digital-services", "Digital Services"),
        ("author", "grace", "Grace Example"),
        ("tag", "travel", "Travel"),
        ("year", "2023", "2023"),
        ("lang", "en", "English"),
    ]:
        assert answer["facets"][name] == [{"value": value, "label": label, "count": 1}], name
    # A facet that is narrowed still tells what its other choices would give.
    years = ask(house.otto, "apples", year="2023")
    assert (years["total"], [one["value"] for one in years["facets"]["year"]]) == (1, ["2024", "2023"])
    # French pages do not make English stop words into words that a page has to hold.
    assert not ask(house.otto, "the bicycle sheds")["loose"]
    loosely = ask(house.otto, "apples from mars")
    assert loosely["loose"]
    assert {hit["title"] for hit in loosely["hits"]} == {CYCLING, APPLES}
    if engine != "database":
        assert ask(house.otto, "bicicle")["suggestion"] == "bicycle"
    assert ask(house.otto, "zirconum")["suggestion"] is None


UNSEEN = ["\u00ad", "&shy;", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u200e"]


def test_characters_that_nobody_sees_cut_no_word_apart(house: House, ask: Any, titles: Any, engine: str) -> None:
    for number, sign in enumerate(UNSEEN):
        word = sign.join("Zust\u00e4n dig keits ord nung".split())
        body = f"Alles {word} hier."
        make_post(house.digital, f"Page {number}", body, language="de")
    wanted = sorted(f"Page {number}" for number in range(len(UNSEEN)))
    assert sorted(titles(house.otto, "Zust\u00e4ndigkeitsordnung")) == wanted
    assert sorted(titles(house.otto, "zust\u00adandig\u200bkeits\ufeffordnung")) == wanted
    assert sorted(titles(house.otto, '"alles Zust\u00e4ndigkeits\u00adordnung"')) == wanted
    marked = [hit["snippet"] for hit in ask(house.otto, "Zust\u00e4ndigkeitsordnung")["hits"]]
    assert marked == ["Alles <mark>Zust\u00e4ndigkeitsordnung</mark> hier."] * len(UNSEEN)


WRITTEN = [  # a text, queries that find it, and such as do not
    (
        "我们在北京召开年度预算会议",
        ["北京", "年度预算", "预算会议", "我们在北京召开年度预算会议"],
        ["京北", "预年", "上海"],
    ),
    ("東京都庁の新しい申請書です", ["申請書", "東京", "新しい"], ["書請"]),
    ("연차 휴가를 신청합니다", ["휴가", "연차", "휴가를"], ["가휴"]),
    ("ขั้นตอนการลาพักร้อนประจำปี", ["ลาพัก", "ประจำปี"], ["พักลา"]),
    ("वार्षिक दिन भर", ["दिन", "वार्षिक"], ["दुन", "दान", "वर"]),
    ("বার্ষিক ছুটি", ["ছুটি"], ["ছাতা"]),
    ("ஆண்டு விடுப்பு", ["விடுப்பு"], ["விடை"]),
    ("שָׁלוֹם לכולם", ["שלום", "שָׁלוֹם"], ["שמיים"]),
    ("our C++ guide", ["C++", "c++", '"C++"', "guide C++"], ["C#", "F#"]),
    ("the C# rules, and F#.", ["C#", "F#", '"c#"'], ["C++", ".NET"]),
    ("built with .NET", [".NET", ".net"], ["C#"]),
    ("norm ISO-27001 of form A-11", ["ISO27001", "ISO-27001", "iso 27001", "A11"], ["ISO45003"]),
    ("ISO27001 and k8s", ["ISO-27001", "ISO27001", "k8s"], ["ISO-9002"]),
    ("party 🎉 tonight", ["🎉", "party 🎉"], ["🚒"]),
]


@pytest.mark.parametrize(("text", "there", "elsewhere"), WRITTEN, ids=[text for text, _there, _not in WRITTEN])
def test_words_are_found_as_they_are_written_in_every_script(
    house: House, ask: Any, titles: Any, engine: str, text: str, there: list[str], elsewhere: list[str]
) -> None:
    make_post(house.digital, "Written", text)
    make_post(house.digital, "Beside", "appendix C, chapter 9, net of tax")
    for query in there:
        assert titles(house.otto, query) == ["Written"], query
    for query in elsewhere:
        assert "Written" not in titles(house.otto, query), query


@pytest.mark.parametrize(
    ("zone", "year", "day"),
    [
        ("America/New_York", "2023", "2023-12-31"),
        ("UTC", "2024", "2024-01-01"),
        ("Pacific/Auckland", "2024", "2024-01-01"),
    ],
)
def test_a_day_and_a_year_are_those_of_the_sites_time_zone(
    house: House, ask: Any, client: Any, settings: Any, engine: str, zone: str, year: str, day: str
) -> None:
    settings.TIME_ZONE = zone
    at = datetime(2024, 1, 1, 4, 30, tzinfo=UTC)
    make_post(house.digital, "New year ferries", "Ferries.", at=at)
    file = Attachment(title="Ferries", space=house.digital, file=ContentFile(b"%PDF", "ferries.pdf"))
    file.save()
    Attachment.objects.filter(pk=file.pk).update(created_at=at)
    found = ask(house.otto, "ferries")
    assert found["facets"]["year"] == [{"value": year, "label": year, "count": 2}]
    assert ask(house.otto, "ferries", year=year)["total"] == 2
    other = str(4047 - int(year))
    assert ask(house.otto, "ferries", year=other)["total"] == 0
    assert ask(house.otto, f"ferries after:{day}")["total"] == 2
    assert ask(house.otto, f"ferries before:{day}")["total"] == 0
    # As the blog says it.
    client.force_login(house.otto)
    assert "New year ferries" in client.get(f"/spaces/digital-services/blog/?year={year}").content.decode()
    assert "New year ferries" not in client.get(f"/spaces/digital-services/blog/?year={other}").content.decode()


JUNK = [
    '"',
    "-",
    "*",
    "OR",
    "title:",
    "a" * 3000,
    "\x00",
    "((",
    "/a/",
    "a/**",
    "[\\",
    "_",
    '"_ _"',
    "'%'",
    "a* b* OR c*",
]


def test_no_input_is_an_error(house: House, index: Any, client: Any, engine: str) -> None:
    index()
    client.force_login(house.mary)
    for query in JUNK:
        narrowed = dict.fromkeys(("page", "year", "kind", "tag", "space", "author", "lang", "sort"), query[:9])
        for asked in ({"q": query}, {"q": query, **narrowed}):
            response = client.get("/search.json", asked)
            assert (response.status_code, response.json()["degraded"]) == (200, False), asked


def test_what_changes_is_found_and_what_goes_is_gone(
    house: House, ask: Any, titles: Any, client: Any, engine: str
) -> None:
    made = furnish(house)
    assert ask(house.otto, "apples")["total"] == 2
    made[APPLES].body = "Plums."
    made[APPLES].title = "Plums"
    edit_page(person=house.grace, page=made[APPLES])
    delete_page(person=house.grace, page=made[CYCLING])
    assert ask(house.otto, "apples")["total"] == 0
    assert titles(house.otto, "plums") == ["Plums"]
    unpublish_page(person=house.grace, page=made[APPLES])
    assert titles(house.otto, "plums") == []
    # A space that closes counts for nothing at once, before the index is written.
    house.people.see = "members"
    house.people.save()
    client.force_login(house.otto)
    answer = client.get("/search.json?q=leave").json()
    assert (answer["total"], answer["hits"], any(answer["facets"].values())) == (0, [], False)
    assert titles(house.ada, "leave")


def test_completion_and_pages_alike_stay_behind_the_door(house: House, index: Any, client: Any, engine: str) -> None:
    for number in range(3):
        make_wiki_page(house.digital, f"Travel policy {number}", "Trains before planes, always.", tags=["trains"])
    hidden = make_wiki_page(
        house.operations, "Travel secrets", "Trains before planes.", by=house.linus, tags=["trains"]
    )
    index()
    client.force_login(house.mary)

    def offered(typed: str) -> list[str]:
        found = client.get("/search/suggest.json", {"q": typed}).json()["suggestions"]
        return [one["title"] for one in found]

    assert sorted(offered("trav")) == [f"Travel policy {number}" for number in range(3)]
    assert offered("policy tra") == offered("travel pol")
    assert offered("gra")[0] == "Grace Example"
    assert offered("zz") == offered("*") == []
    page = hidden.__class__.objects.get(title="Travel policy 0")
    assert {row.title for row in related(page, house.mary)} == {"Travel policy 1", "Travel policy 2"}
    assert "Travel secrets" in {row.title for row in related(page, house.linus)}


def test_pages_of_results_follow_one_another(house: House, ask: Any, engine: str) -> None:
    for number in range(12):
        make_post(house.digital, f"Apple {number}", "Fruit.")
    pages = [[hit["uid"] for hit in ask(house.mary, "apple", page=str(page))["hits"]] for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [10, 2, 0]
    assert len({uid for page in pages for uid in page}) == 12


def test_a_rebuild_keeps_what_changes_meanwhile(house: House, index: Any, titles: Any, engine: str) -> None:
    if engine == "database":
        return  # It has no index of ours.
    made = furnish(house)
    index()
    building = engines.store().rebuild()
    stale = list(indexer.everything())
    delete_page(person=house.grace, page=made[CYCLING])
    make_post(house.digital, "More apples", "In boxes.")
    index()
    building.add(stale)
    building.finish(lambda keys: indexer.documents.read(keys)[0])
    assert set(titles(house.otto, "apples")) == {APPLES, "More apples"}
    assert indexer.readable()


def test_without_its_index_the_database_answers(house: House, ask: Any, settings: Any, engine: str) -> None:
    furnish(house)
    chosen = settings.WAGTAILSEARCH_BACKENDS["default"]
    if engine == "opensearch":
        away = environment.search("opensearch://127.0.0.1:9/nobody")
        settings.WAGTAILSEARCH_BACKENDS = {"default": {**away, "PATH": chosen["PATH"], "AUTO_UPDATE": False}}
        settings.MODELSEARCH_BACKENDS = settings.WAGTAILSEARCH_BACKENDS
        with pytest.raises(IndexUnavailable):
            engines.store().exists()
    else:
        settings.WAGTAILSEARCH_BACKENDS = {"default": {**chosen, "PATH": chosen.get("PATH", "") + "-none"}}
    from search.completing import suggestions
    from search.finding import find
    from tests.search.test_reader_by_query import Query, asked

    found = find(asked(Query("relevance", "apples -green")), house.otto)
    assert [row.title for row in found.results] == [CYCLING]
    assert found.degraded == (engine != "database")
    assert [one["title"] for one in suggestions("cycl", house.otto)] == [CYCLING]
    assert indexer.readable() == (engine == "database")
