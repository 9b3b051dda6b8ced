"""The members of a large space: paginated, searchable by name, and a change returns to the same place in the list."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from people.models import Membership, Person
from tests.factories.pages import House

pytestmark = pytest.mark.django_db


@pytest.fixture
def crowd(house: House) -> list[Person]:
    people = [
        Person.objects.create(
            username=f"p{number:03}", first_name="Nina" if number == 77 else "Kim", last_name=f"{number:03}"
        )
        for number in range(130)
    ]
    Membership.objects.bulk_create(Membership(person=one, space=house.digital, role="member") for one in people)
    return people


def test_a_large_space_shows_a_page_of_members_with_owners_first(house: House, crowd: list[Person]) -> None:
    client = Client()
    client.force_login(house.ada)
    address = f"/spaces/{house.digital.slug}/-/members/"
    with CaptureQueriesContext(connection) as asked:
        first = client.get(address).content.decode()
    assert len(asked) <= 9
    total = Membership.objects.filter(space=house.digital).count()
    assert f"{total} members" in first
    owner = Membership.objects.filter(space=house.digital, role="owner").first()
    assert owner
    assert first.index(f"/people/{owner.person.username}/") < first.index("/people/p000/")
    assert "/people/p100/" not in first
    assert "/people/p100/" in client.get(f"{address}?page=2").content.decode()
    found = client.get(f"{address}?q=nina").content.decode()
    assert "1 member found" in found
    assert "/people/p077/" in found
    assert "/people/p078/" not in found
    for odd in ("?page=0", "?page=999", "?page=x", "?q=%00", "?q=nobody-of-this-name"):
        assert client.get(address + odd).status_code == 200


def test_a_change_leads_back_to_where_the_list_was_open(house: House, crowd: list[Person]) -> None:
    client = Client()
    client.force_login(house.ada)
    address = f"/spaces/{house.digital.slug}/-/"
    answer = client.post(f"{address}role/?page=2&q=kim&next=//evil", {"username": "p100", "role": "editor"})
    assert answer["Location"] == f"{address}members/?q=kim&page=2"
    assert Membership.objects.get(person__username="p100", space=house.digital).role == "editor"
    assert client.post(f"{address}role/", {"username": "p100", "role": ""})["Location"] == f"{address}members/"
    assert not Membership.objects.filter(person__username="p100", space=house.digital).exists()


@pytest.mark.parametrize(
    ("join", "expected"), [("open", "Join this space"), ("request", "Ask to join"), ("invited", "")]
)
@pytest.mark.parametrize("address", ["/spaces/digital-services/", "/spaces/digital-services/-/members/"])
def test_who_needs_not_ask_is_not_offered_it(house: House, join: str, expected: str, address: str) -> None:
    house.digital.join = join
    house.digital.save()
    for reader, offered in ((house.otto, expected), (house.ada, expected if join == "open" else ""), (house.mary, "")):
        client = Client()
        client.force_login(reader)
        page = client.get(address).content.decode()
        assert ("-/join/" in page) == bool(offered), (reader, join)
        assert offered in page
