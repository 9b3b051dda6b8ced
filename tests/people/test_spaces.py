"""Starting a space and changing its policies in the browser."""

import pytest

from pages.models import SpacePage
from people.models import Membership, Space
from tests.factories.pages import make_post

pytestmark = pytest.mark.django_db
FORM = {
    "name": "Cycling",
    "slug": "cycling",
    "kind": "community",
    "description": "",
    "see": "staff",
    "join": "open",
    "write": "members",
}


def test_anybody_starts_a_community_and_owns_it(house, client):
    client.force_login(house.otto)
    assert client.post("/spaces/-/new/", FORM).headers["Location"] == "/spaces/cycling/"
    assert Membership.objects.get(person=house.otto).role == "owner"
    for address in (
        "/spaces/cycling/",
        "/spaces/cycling/blog/-/new/",
        "/spaces/cycling/wiki/",
        "/spaces/cycling/podcasts/",
    ):
        assert client.get(address).status_code == 200, address


def test_only_an_administrator_makes_a_department(house, client):
    client.force_login(house.otto)
    response = client.post("/spaces/-/new/", {**FORM, "kind": "department"})
    assert response.status_code == 422
    assert "Cycling" in response.content.decode()
    client.force_login(house.ada)
    assert client.post("/spaces/-/new/", {**FORM, "kind": "department"}).status_code == 302


@pytest.mark.parametrize("slug", ["-", "--", "new", "digital-services", "..."])
def test_a_slug_that_cannot_be_an_address_is_refused(house, client, slug):
    client.force_login(house.ada)
    assert client.post("/spaces/-/new/", {**FORM, "slug": slug}).status_code == 422
    assert not Space.objects.filter(name="Cycling").exists()


@pytest.mark.parametrize(
    ("typed", "slug"), [("Ümlaut", "umlaut"), ("a/b", "a-b"), ("C++ club", "c-plus-plus-club"), ("", "cycling")]
)
def test_a_short_name_is_put_in_order_and_made_from_the_name_where_none_is_typed(house, client, typed, slug):
    client.force_login(house.ada)
    assert client.post("/spaces/-/new/", {**FORM, "slug": typed}).status_code == 302
    assert Space.objects.get(name="Cycling").slug == slug


def test_a_short_name_is_not_made_from_a_name_that_only_members_may_know(house, client):
    client.force_login(house.ada)
    assert client.post("/spaces/-/new/", {**FORM, "slug": "", "see": "members"}).status_code == 422
    assert not Space.objects.filter(name="Cycling").exists()


def test_an_owner_closes_her_space_and_its_pages_are_gone_for_others(house, client):
    make_post(house.digital, "Only for us")
    client.force_login(house.grace)
    form = {**FORM, "name": "Digital", "kind": "department", "see": "members"}
    assert client.post("/spaces/digital-services/-/settings/", form).status_code == 302
    assert SpacePage.objects.get(space=house.digital).title == "Digital"
    client.force_login(house.otto)
    assert client.get("/spaces/digital-services/").status_code == 404
    assert "Only for us" not in client.get("/").content.decode()
    client.force_login(house.mary)
    assert "Only for us" in client.get("/").content.decode()
    assert client.post("/spaces/digital-services/-/settings/", form).status_code == 404


def test_a_short_name_that_is_taken_does_not_say_by_what(house, client):
    client.force_login(house.otto)
    form = {"name": "X", "kind": "project", "see": "staff", "join": "open", "write": "members", "description": ""}
    said = set()
    for slug in ("operations", "digital-services", "new"):
        page = client.post("/spaces/-/new/", {**form, "slug": slug})
        assert page.status_code == 422
        said.add(page.content.decode().split('id="id_slug_error"')[1].split("</p>")[0])
        assert 'value="X"' in page.content.decode()
    assert len(said) == 1
