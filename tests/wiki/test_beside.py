"""A red link creates its page next to the linking page, where a reader of that page looks for it."""

import re
from typing import Any

from django.test import Client

from tests.factories.pages import make_post, make_wiki_page

NEW = "/spaces/digital-services/wiki/-/new/"


def wished(client: Client, person: Any, title: str, **more: str) -> str:
    client.force_login(person)
    form = client.get(NEW, {"title": title, **more}).text
    field = re.search(r'<input[^>]*name="parent"[^>]*>', form)
    assert field
    value = re.search(r'value="([^"]*)"', field[0])
    return value[1] if value else ""


def test_the_page_is_wished_beside_the_page_that_links(house: Any, client: Client) -> None:
    team = make_wiki_page(house.digital, "Team")
    make_wiki_page(house.digital, "Rota", "Ask for [[Holiday plan]] and [[Digital Services: Sick leave]].", parent=team)
    assert wished(client, house.grace, "Holiday plan") == "team"
    assert wished(client, house.grace, "Sick leave") == "team"
    assert wished(client, house.grace, "Nobody links to this") == ""
    assert wished(client, house.grace, "Holiday plan", parent="team/rota") == "team/rota", "outright goes before"


def test_one_that_is_linked_from_the_top_or_from_several_places_stands_at_the_top(house: Any, client: Client) -> None:
    team, office = make_wiki_page(house.digital, "Team"), make_wiki_page(house.digital, "Office")
    make_wiki_page(house.digital, "Rota", "[[Keys]] [[Lunch]]", parent=team)
    make_wiki_page(house.digital, "Rooms", "[[Keys]]", parent=office)
    make_wiki_page(house.digital, "Start", "[[Coffee]]")
    make_post(house.digital, "News", "[[Lunch]]")
    make_wiki_page(house.people, "Elsewhere", "[[digital-services:Lunch]]")
    assert wished(client, house.grace, "Keys") == ""
    assert wished(client, house.grace, "Coffee") == ""
    assert wished(client, house.grace, "Lunch") == "team", "a post and another wiki have no place beside them"


def test_a_page_that_one_may_not_read_says_nothing_of_its_place(house: Any, client: Client) -> None:
    hidden = make_wiki_page(house.digital, "Hidden", publish=False, by=house.ada)
    make_wiki_page(house.digital, "Below", "[[Secret plan]]", parent=hidden, publish=False, by=house.ada)
    make_wiki_page(house.digital, "Open", "[[Open plan]]")
    assert wished(client, house.mary, "Secret plan") == ""
