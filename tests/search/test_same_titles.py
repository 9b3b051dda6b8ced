"""Pages of one title are told apart by those who hear a list of links, wherever search lists pages."""

from collections import Counter
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from tests.factories.pages import make_post


@pytest.mark.django_db
def test_links_below_an_empty_box_that_are_called_the_same_lead_to_the_same_page(house: Any) -> None:
    for space in (house.digital, house.digital, house.people):
        make_post(space, "Minutes of the board", by=house.ada)
    ada = Client()
    ada.force_login(house.ada)
    start = BeautifulSoup(ada.get("/search/").content, "html.parser").select(".search-start .like a")
    assert len(start) >= 3
    assert max(Counter(link.get_text(" ", strip=True) for link in start).values()) == 1
