"""The page above another is chosen by its title; a hidden page is no choice, and the same title twice is a question."""

import re
from typing import Any

import pytest
from django.test import Client

from tests.factories.pages import House, make_wiki_page
from wiki.models import WikiPage

pytestmark = pytest.mark.django_db
WIKI = "/spaces/digital-services/wiki/"


@pytest.fixture
def mary(house: House) -> Client:
    team = make_wiki_page(house.digital, "Team")
    office = make_wiki_page(house.digital, "Office")
    make_wiki_page(house.digital, "Rota", parent=team)
    make_wiki_page(house.digital, "Rota", parent=office)
    make_wiki_page(house.digital, "Desk guide (team)")
    make_wiki_page(house.digital, "Hidden plans", publish=False, by=house.ada)
    client = Client()
    client.force_login(house.mary)
    return client


@pytest.mark.parametrize(
    ("typed", "above"),
    [
        ("Team", "team"),
        ("tea", "team"),
        ("guide desk", "desk-guide-team"),
        ("Desk guide (team)", "desk-guide-team"),
        ("Team (team)", "team"),
        ("Another name (team)", "team"),
        ("team/rota", "team/rota"),
        (f"{WIKI}team/", "team"),
        ("", ""),
        ("Rota", None),
        ("am", None),
        ("Hidden plans", None),
        ("Hidden plans (hidden-plans)", None),
        ("\x00", ""),
    ],
)
def test_a_title_part_of_it_or_a_path_leads_to_the_page(mary: Client, typed: str, above: str | None) -> None:
    mary.post(f"{WIKI}-/new/", {"title": "New one", "body": "x", "parent": typed})
    made = WikiPage.objects.filter(title="New one").first()
    assert (made and made.wiki_path.rpartition("/")[0]) == above


def test_the_same_title_twice_is_a_question(mary: Client) -> None:
    form = {"title": "New one", "body": "Kept words", "parent": "Rota"}
    asked = mary.post(f"{WIKI}-/new/", form).text
    assert "Kept words" in asked
    assert re.findall(r'type="radio" name="parent_0" value="([^"]*)"', asked) == ["office/rota", "team/rota"]
    mary.post(f"{WIKI}-/new/", {**form, "parent_0": "team/rota"})
    assert WikiPage.objects.get(title="New one").wiki_path == "team/rota/new-one"


def test_suggestions_are_pages_that_the_writer_can_read(mary: Client, house: House) -> None:
    def suggested(client: Client, query: str) -> list[Any]:
        return [one["text"] for one in client.get(f"{WIKI}-/suggest.json", {"q": query}).json()["suggestions"]]

    assert suggested(mary, "ro") == ["Rota (office/rota)", "Rota (team/rota)"] or suggested(mary, "ro") == [
        "Rota (team/rota)",
        "Rota (office/rota)",
    ]
    assert suggested(mary, "hidden") == suggested(mary, "") == suggested(mary, "\x00%") == []
    otto = Client()
    otto.force_login(house.otto)
    assert suggested(otto, "ro") == [], "he does not write here"
