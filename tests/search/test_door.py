"""Whoever asks, and whatever she asks: the index lets through what the database door lets through, and nothing else."""

import random
from typing import Any

import pytest
from django.db.models import Q
from django.test import Client

from pages.access import visible_to
from pages.models import BasePage
from tests.factories.pages import House, make_post, make_wiki_page
from tests.factories.people import join, make_person, make_space

pytestmark = pytest.mark.django_db

WORDS = ["amber", "birch", "cedar", "dahlia", "elder", "fennel", "ginger", "hazel"]


def test_a_member_of_another_space_finds_nothing(house: House, ask: Any) -> None:
    make_post(house.operations, "Zirconium plan", "The zirconium rods.", tags=["Zirconium"], by=house.linus)
    make_post(house.digital, "Public news", "Nothing of it.")
    seen = ask(house.linus, "zirconium")
    assert seen["total"] == 1
    for person in (house.mary, house.otto):
        for query in ("zirconium", "zirc*", '"zirconium rods"', "zirconum", "title:zirconium", "tag:zirconium"):
            answer = ask(person, query)
            assert answer["total"] == 0, query
            assert answer["hits"] == []
            assert not any(answer["facets"].values()), query
            assert answer["suggestion"] is None, query
        assert ask(person, "", space="operations")["total"] == 0
        client = Client()
        client.force_login(person)
        assert client.get("/search/suggest.json", {"q": "zirc"}).json()["suggestions"] == []
        assert "rods" not in client.get("/search/", {"q": "zirconium"}).content.decode()


def test_nobody_unknown_searches(client: Client, house: House) -> None:
    for address in ("/search/", "/search.json", "/search/suggest.json"):
        assert client.get(address, {"q": "x"}).status_code == 302


def test_random_readers_and_queries_see_what_the_database_door_shows(house: House, ask: Any) -> None:
    chance = random.Random(7)
    spaces = [house.digital, house.operations, house.people]
    spaces.append(make_space("vault", see="members"))
    from tests.factories.pages import make_tree

    make_tree(spaces[3:])
    readers = [make_person(f"reader{number}") for number in range(6)]
    for reader in readers:
        for space in chance.sample(spaces, chance.randrange(4)):
            join(reader, space)
    for number in range(24):
        make = chance.choice([make_post, make_wiki_page])
        make(
            chance.choice(spaces),
            f"{chance.choice(WORDS)} {number}",
            " ".join(chance.choices(WORDS, k=5)),
            by=house.ada,
            audience=chance.choice(["staff", "staff", "space"]),
        )
    for reader in readers:
        door = visible_to(reader, BasePage.objects.all())
        for query in [*WORDS[:4], f"{WORDS[4]} {WORDS[5]}", f"{WORDS[6]} -{WORDS[7]}"]:
            pages = door.filter(Q(url_path__contains="/blog/") | Q(url_path__contains="/wiki/"))
            for word in query.replace("-", "! ").split():
                if word != "!" and f"-{word}" not in query:
                    pages = pages.filter(Q(title__icontains=word) | Q(plain__icontains=word))
                elif word != "!":
                    pages = pages.exclude(Q(title__icontains=word) | Q(plain__icontains=word))
            expected = {str(uid) for uid in pages.values_list("uid", flat=True)}
            answer = ask(reader, query)
            if answer["loose"]:
                allowed = {str(uid) for uid in door.values_list("uid", flat=True)}
                assert {hit["uid"] for hit in answer["hits"]} <= allowed
                continue
            assert answer["total"] == len(expected), (reader.username, query)
            assert {hit["uid"] for hit in answer["hits"]} <= expected
            assert sum(kind["count"] for kind in answer["facets"]["kind"]) == len(expected)


def test_a_space_that_closes_counts_for_nothing_at_once(house, client, index):
    from search import indexer
    from tests.factories.pages import make_post
    from tests.factories.syndication import make_picture

    make_post(house.digital, "Ferry timetable", "Ferries in winter.", by=house.grace, tags=["ferries"])
    picture = make_picture(house.digital, title="Ferry in the harbour")
    index()
    client.force_login(house.otto)
    assert client.get("/search.json?q=ferry").json()["total"] == 2
    house.digital.see = "members"
    house.digital.save()
    # The index has not been written since; the answer is right all the same.
    for step in ("before", "after"):
        answer = client.get("/search.json?q=ferry").json()
        assert (answer["total"], answer["hits"]) == (0, []), step
        assert not any(answer["facets"].values()), step
        indexer.drain_all()
    client.force_login(house.mary)
    assert client.get("/search.json?q=ferry").json()["total"] == 2, picture
