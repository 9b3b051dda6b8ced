"""A red link creates its page below the page that it is on, where a reader of that page looks for it."""

import re
from typing import Any

from django.test import Client

from tests.factories.pages import make_post, make_wiki_page

NEW = "/spaces/digital-services/wiki/-/new/"


def wished(client: Client, person: Any, title: str, came_from: str = "", **more: str) -> str:
    client.force_login(person)
    form = client.get(NEW, {"title": title, **more}, headers={"Referer": came_from}).text
    field = re.search(r'<input[^>]*name="parent"[^>]*>', form)
    assert field
    value = re.search(r'value="([^"]*)"', field[0])
    return value[1] if value else ""


def test_the_page_is_wished_below_the_page_that_links(house: Any, client: Client) -> None:
    team = make_wiki_page(house.digital, "Team")
    make_wiki_page(house.digital, "Rota", "Ask for [[Holiday plan]] and [[Digital Services: Sick leave]].", parent=team)
    assert wished(client, house.grace, "Holiday plan") == "Rota (team/rota)"
    assert wished(client, house.grace, "Sick leave") == "Rota (team/rota)"
    assert wished(client, house.grace, "Nobody links to this") == ""
    assert wished(client, house.grace, "Holiday plan", parent="team") == "Team (team)", "outright goes before"


def test_one_that_is_linked_from_the_top_or_from_several_places_stands_at_the_top(house: Any, client: Client) -> None:
    team, office = make_wiki_page(house.digital, "Team"), make_wiki_page(house.digital, "Office")
    make_wiki_page(house.digital, "Rota", "[[Keys]] [[Lunch]]", parent=team)
    make_wiki_page(house.digital, "Rooms", "[[Keys]]", parent=office)
    make_wiki_page(house.digital, "Start", "[[Coffee]]")
    make_post(house.digital, "News", "[[Lunch]]")
    make_wiki_page(house.people, "Elsewhere", "[[digital-services:Lunch]]")
    assert wished(client, house.grace, "Keys") == ""
    assert wished(
        client, house.grace, "Keys", came_from="http://testserver/spaces/digital-services/wiki/office/rooms/"
    ) == ("Rooms (office/rooms)"), "the page on which the link was followed"
    for elsewhere in (
        "http://testserver/spaces/digital-services/wiki/team/",
        "http://[",
        "x",
        "/spaces/operations/wiki/",
    ):
        assert wished(client, house.grace, "Keys", came_from=elsewhere) == ""
    assert wished(client, house.grace, "Coffee") == "Start (start)"
    assert wished(client, house.grace, "Lunch") == "Rota (team/rota)", (
        "a post and another wiki have no place below them"
    )


def test_a_page_that_one_may_not_read_says_nothing_of_its_place(house: Any, client: Client) -> None:
    hidden = make_wiki_page(house.digital, "Hidden", publish=False, by=house.ada)
    make_wiki_page(house.digital, "Below", "[[Secret plan]]", parent=hidden, publish=False, by=house.ada)
    make_wiki_page(house.digital, "Open", "[[Open plan]]")
    assert wished(client, house.mary, "Secret plan") == ""
