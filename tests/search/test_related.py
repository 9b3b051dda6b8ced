"""More like this: near pages and no others, for whom they are."""

from typing import Any

import pytest

from tests.factories.pages import House, make_episode, make_post, make_show, make_wiki_page

pytestmark = pytest.mark.django_db


def test_a_page_leads_to_those_about_the_same(house: House, client: Any, index: Any) -> None:
    post = make_post(house.digital, "Bicycle shed", "Bicycles can be parked in the shed behind the harbour.")
    make_wiki_page(house.digital, "Parking", "Where to park: bicycles in the shed, cars nowhere near the harbour.")
    show = make_show(house.digital, "Commuting")
    episode = make_episode(show, "On two wheels", "We cycle to work.", transcript="Bicycles, the shed and the harbour.")
    make_wiki_page(house.digital, "Annual leave", "How to ask for days off in summer.")
    make_post(house.operations, "Closed shed", "Bicycles in the secret shed at the harbour.")
    index()

    def like(person: Any, **asked: str) -> tuple[int, str]:
        client.force_login(person)
        answer = client.get(f"{post.get_absolute_url()}-/related/", asked)
        return answer.status_code, answer.content.decode()

    status, page = like(house.mary)
    assert status == 200
    assert "Parking" in page
    assert "Annual leave" not in page
    assert "Closed shed" not in page
    assert "Closed shed" in like(house.linus)[1]

    # The list alone is what the foot of the page loads; the foot leads to it without a script.
    part = like(house.mary, part="list")[1]
    assert "Parking" in part
    assert "<html" not in part
    for each in (post, episode):
        foot = client.get(each.get_absolute_url()).content.decode()
        assert 'href="-/related/"' in foot
        assert client.get(f"{each.get_absolute_url()}-/related/").status_code == 200

    # Nothing is remembered that was closed meanwhile, and a page that one may not see has no neighbours.
    house.digital.see = "members"
    house.digital.save()
    assert like(house.otto)[0] == 404
    assert "Parking" in like(house.mary)[1]


def test_without_an_index_shared_tags_lead_on(house: House, client: Any) -> None:
    post = make_post(house.digital, "Bicycle shed", "x", tags=["Travel"])
    make_post(house.digital, "Trains", "y", tags=["Travel"])
    make_post(house.operations, "Lorries", "z", tags=["Travel"])
    client.force_login(house.mary)
    page = client.get(f"{post.get_absolute_url()}-/related/").content.decode()
    assert "Trains" in page
    assert "Lorries" not in page
