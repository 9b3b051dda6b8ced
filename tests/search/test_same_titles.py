"""Pages of one title are told apart by those who hear a list of links, wherever search lists pages."""

from collections import Counter
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from tests.factories.pages import make_post, make_wiki_page


@pytest.mark.django_db
def test_links_below_an_empty_box_that_are_called_the_same_lead_to_the_same_page(house: Any) -> None:
    for space in (house.digital, house.digital, house.people):
        make_post(space, "Minutes of the board", by=house.ada)
    ada = Client()
    ada.force_login(house.ada)
    start = BeautifulSoup(ada.get("/search/").content, "html.parser").select(".search-start .like a")
    assert len(start) >= 3
    assert max(Counter(link.get_text(" ", strip=True) for link in start).values()) == 1


@pytest.mark.django_db
def test_suggestions_of_one_title_tell_themselves_apart_and_what_she_wrote_comes_first(house: Any, index: Any) -> None:
    for space, by in ((house.digital, house.grace), (house.people, house.ada)):
        make_wiki_page(space, "Minutes of the board", by=by)
    parents = [make_wiki_page(house.digital, title, by=house.grace) for title in ("Board", "Former board")]
    for parent in (*parents, parents[0]):
        make_wiki_page(house.digital, "Minutes of the board", parent=parent, by=house.grace)
    index()
    ada = Client()
    ada.force_login(house.ada)
    found = ada.get("/search/suggest.json", {"q": "minutes of"}).json()["suggestions"]
    where = [one["where"] for one in found]
    assert len(found) == 5
    assert len(set(where)) == 5
    assert where[0] == "People and Culture"
    assert "Digital Services › Former board" in where
    ada.force_login(house.grace)
    found = ada.get("/search/suggest.json", {"q": "minutes of"}).json()["suggestions"]
    assert found[-1]["where"] == "People and Culture"
