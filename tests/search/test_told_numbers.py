"""No number and no word is computed over what a reader may not see: what she is told does not change by a byte when hidden
pages come, at any exit, and what was closed counts for nothing while the index has not caught up."""

import json
import random
import re
import time
from itertools import cycle
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from pages import actions
from people.models import Membership
from search import frequent
from search.curation.models import QueryCount
from search.opensearch import queries
from tests.factories.pages import House, make_post, make_wiki_page, wiki_of
from tests.factories.people import join
from tests.search.conftest import ENGINES
from tests.search.test_following import follow

pytestmark = pytest.mark.django_db

WORDS = "harbour ferry budget policy travel winter quay dues anchor timetable".split()
QUERIES = [
    "harbour",
    "ferry dues",
    "harbour ferry winter dues quay budget anchor timetable policy travel",
    '"ferry dues"',
    "trav*",
    "title:ferry",
    "harbuor",
    "kestrl",
    "ferry -budget",
    "ferry OR quay",
    "the ferry",
    "der ferry",
    '"der die das"',
    "kestrel",
    "kes*",
    "",
]


def write_open(house: House) -> list[Any]:
    chance = random.Random(1)
    pages = []
    for number in range(14):
        words = chance.choices(WORDS, k=12)
        pages.append(
            make_post(
                house.digital,
                f"{words[0]} {words[1]} {number}".capitalize(),
                " ".join(words[2:]) + ".",
                by=house.grace,
                tags=[chance.choice(["Fees", "Forms"])],
            )
        )
    return pages


def write_hidden(house: House, count: int = 40) -> None:
    """Words of the open pages and others, in other languages too, often enough to change every number and every order."""
    chance = random.Random(2)
    for number in range(count):
        words = chance.choices(
            [*WORDS, "harbuor", "kestrel", "kestrle", "travesty", "travail", "der", "die", "das"], k=30
        )
        make_post(
            house.operations,
            f"{words[0]} {words[1]} ferry dues {number}",
            " ".join(words),
            by=house.linus,
            tags=[chance.choice(["Fees", "Kestrels", "Forms"])],
            language=chance.choice(["en", "de", "fr", "ar"]),
        )


def everything_told(person: Any, pages: list[Any], feed: str) -> dict[str, Any]:
    """Every exit of search for one reader, as it is sent, less what differs at every time (clock, tokens of forms)."""
    client = Client()
    client.force_login(person)
    frequent.forget()
    found: dict[str, Any] = {}

    def ask(address: str, given: dict[str, str] | None = None) -> None:
        answer = client.get(address, given or {})
        text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"|data-asked="[^"]*"', "", answer.content.decode())
        found[f"{address} {given}"] = answer.status_code, re.sub(r'"took_ms": [\d.]+', "", text)

    narrowed = cycle([{"sort": "date"}, {"kind": "blog"}, {"tag": "fees"}, {"page": "2"}])
    for query in QUERIES:
        ask("/search.json", {"q": query})
        ask("/search.json", {"q": query, **next(narrowed)})
        ask("/search/", {"q": query})
        ask("/search/explain/", {"q": query, "uid": str(pages[0].uid)})
    for typed in ("h", "fe", "ferry d", "kes", "trav", "gra"):
        ask("/search/suggest.json", {"q": typed})
    for page in pages:
        ask(f"{page.get_absolute_url()}-/related/")
    ask(f"{feed}.json")
    return found


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
def test_hidden_pages_change_no_byte_of_what_a_reader_is_told(
    house: House, index: Any, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Pages grow older while the test runs, and how new they are counts.
    began = time.time()
    monkeypatch.setattr(queries, "time", SimpleNamespace(time=lambda: began))
    pages = write_open(house)
    for query, persons in (("harbour", 5), ("kestrel", 5)):
        QueryCount.objects.create(day=timezone.localdate(), query=query, searches=9, persons=persons, hits=10)
    index()
    # Whose feeds begin so are told of in one; mary is a member of the space of the open pages, otto of none.
    feeds = {person: follow(person, "ferry") for person in (house.otto, house.mary)}
    before = {person: everything_told(person, pages, feed) for person, feed in feeds.items()}
    write_hidden(house)
    index()
    for person, feed in feeds.items():
        after = everything_told(person, pages, feed)
        assert [name for name, told in before[person].items() if told != after[name]] == []
    # Who may read them is told of them.
    linus = Client()
    linus.force_login(house.linus)
    assert linus.get("/search.json?q=kestrel").json()["total"] > 5


FLIPS = {
    "narrowed": lambda house, page: actions.set_audience(person=house.grace, page=page, audience="space"),
    "unpublished": lambda house, page: actions.unpublish_page(person=house.grace, page=page),
    "deleted": lambda house, page: actions.delete_page(person=house.grace, page=page),
    "moved": lambda house, page: actions.move_page(person=house.ada, page=page, parent=wiki_of(house.operations)),
    "space closed": lambda house, page: (setattr(house.digital, "see", "members"), house.digital.save()),
}


@pytest.mark.parametrize("flip", FLIPS)
@pytest.mark.parametrize("engine", ENGINES, indirect=True)
def test_words_of_links_and_near_words_of_a_closed_page_are_gone_before_the_index_knows(
    house: House, index: Any, client: Client, engine: str, flip: str
) -> None:
    target = make_wiki_page(house.people, "Target page", "Plain words.", by=house.ada)
    make_wiki_page(house.people, "Zorkble", "It says zorkble, which is nearly it.", by=house.ada)
    page = make_wiki_page(
        house.digital, "Linking page", f"[zirconium project]({target.get_absolute_url()}) and zorkbla.", by=house.grace
    )
    index()
    feed = follow(house.otto, "zirconium")
    client.force_login(house.otto)

    def told() -> list[Any]:
        answers = [client.get("/search.json", {"q": query}).json() for query in PROBES]
        for answer in answers:
            del answer["took_ms"]
        return [answers, json.loads(Client().get(f"{feed}.json").content)["items"]]

    if engine != "database":
        assert client.get("/search.json?q=zirconium").json()["total"] == 2
    FLIPS[flip](house, page)
    while_late = told()
    assert [answer["total"] for answer in while_late[0][:4]] == [0, 0, 0, 0]
    assert while_late[1] == []
    index()
    assert while_late == told()


@pytest.mark.parametrize("audience", ["staff", "space"])
@pytest.mark.parametrize("flip", FLIPS)
@pytest.mark.parametrize("engine", ENGINES, indirect=True)
def test_a_page_that_only_members_read_does_not_name_a_page_that_has_gone_from_them(
    house: House, index: Any, engine: str, flip: str, audience: str
) -> None:
    join(house.otto, house.people)
    target = make_wiki_page(house.digital, "Plain page", by=house.grace)
    naming = make_wiki_page(house.people, "Naming page", "See [[digital-services:plain-page]].", by=house.ada)
    actions.set_audience(person=house.ada, page=naming, audience=audience)
    target.title = "Zirconium"
    actions.edit_page(person=house.grace, page=target, note="")
    index()
    client = Client()
    client.force_login(house.otto)
    if engine != "database":
        assert client.get("/search.json?q=zirconium").json()["total"] == 2
    FLIPS[flip](house, target)
    assert client.get("/search.json?q=zirconium").json()["total"] == 0
    index()
    assert client.get("/search.json?q=zirconium").json()["total"] == 0


PROBES = ["zirconium", "zirc*", "zirconium project", '"zirconium project"', "zorkbla", "zorkbel"]


def test_a_word_that_a_closed_space_alone_holds_weighs_as_one_that_nothing_holds(house: House, index: Any) -> None:
    """The oracle that was: points of words, one by one, tell how many hidden pages hold each."""
    for number in range(3):
        make_post(house.operations, f"Secret {number}", "redundancyplanx", by=house.linus)
    page = make_post(house.digital, "Own page", "redundancyplanx controlwordx quietwordx", by=house.mary)
    index()
    Membership.objects.filter(person=house.mary).exclude(space=house.digital).delete()
    client = Client()
    client.force_login(house.mary)
    points = set()
    for word in ("redundancyplanx", "controlwordx", "quietwordx"):
        told = client.get("/search/explain/", {"q": word, "uid": str(page.uid)}).content.decode()
        points.add(tuple(re.findall(r'class="number">([\d.]+)<', told)))
    assert len(points) == 1
    assert points.pop()
