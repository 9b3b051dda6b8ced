"""Whoever asks, and whatever she asks: the index lets through what the database door lets through, and nothing else."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from media.models import Attachment
from people.audiences import audience_tokens
from search import documents, finding
from tests.factories.pages import House, make_post

pytestmark = pytest.mark.django_db


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


def test_a_file_that_was_hidden_is_no_result_even_while_the_index_lags(house: House, index: Any) -> None:
    file = Attachment(title="Ferry plan", space=house.digital, file=ContentFile(b"%PDF-1.4", "plan.pdf"))
    file.save()
    index()
    key = documents.key_of(file)
    for person in (house.linus, house.mary):
        assert [row.title for row in finding.rows([key], person, audience_tokens(person))] == ["Ferry plan"]
    house.digital.see = "members"
    house.digital.save()
    assert finding.rows([key], house.linus, audience_tokens(house.linus)) == []
    assert [row.title for row in finding.rows([key], house.mary, audience_tokens(house.mary))] == ["Ferry plan"]


@pytest.mark.parametrize("engine", ["database"], indirect=True)
def test_the_database_counts_nothing_that_is_hidden(house: House, ask: Any, engine: str) -> None:
    make_post(house.operations, "Zirconium plan", "The rods.", tags=["Zirconium"], by=house.linus)
    make_post(house.digital, "Zirconium draft", "More rods.", by=house.grace, publish=False)
    assert ask(house.linus, "zirconium")["total"] == 1
    for person in (house.otto, house.mary):
        told = ask(person, "zirconium")
        assert (told["total"], told["hits"], any(told["facets"].values())) == (0, [], False)
