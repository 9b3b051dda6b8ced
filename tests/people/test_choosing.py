"""Fields that take names: the right person is stored, nothing typed is lost, and no more is told than the directory tells."""

import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from blog.models import BlogPostPage
from people.models import Membership
from tests.factories.pages import House, make_post
from tests.factories.people import join, make_person

pytestmark = pytest.mark.django_db
MEMBERS = "/spaces/digital-services/-/members/"
NEW = "/spaces/digital-services/blog/-/new/"


@pytest.fixture
def sams(house: House) -> dict[str, Any]:
    rows = {
        "sj": ("Sam", "Jones", "Lawyer"),
        "samj": ("Samira", "Jones", "Cook"),
        "sam": ("Petra", "Samson", ""),
        "zed": ("Zoë", "Łukasz", ""),
    }
    return {
        name: make_person(name, first_name=first, last_name=last, job_title=job)
        for name, (first, last, job) in rows.items()
    }


@pytest.fixture
def grace(house: House) -> Client:
    client = Client()
    client.force_login(house.grace)
    return client


def members_added(client: Client, people: str, **more: str) -> set[str]:
    before = set(Membership.objects.values_list("person__username", flat=True))
    client.post(MEMBERS, {"people": people, "role": "member", **more})
    return set(Membership.objects.values_list("person__username", flat=True)) - before


@pytest.mark.parametrize(
    ("typed", "added"),
    [
        ("zed", {"zed"}),
        ("@ZED", {"zed"}),
        ("Zoë Łukasz", {"zed"}),
        ("łukasz zoë", {"zed"}),
        ("Zo", {"zed"}),
        ("Sam Jones", {"sj"}),
        ("sam", {"sam"}),
        ("Somebody Else (zed)", {"zed"}),
        ("zed, Sam Jones; Samira", {"zed", "sj", "samj"}),
        ("zed, Zoë", {"zed"}),
        ("oë", set()),
        ("Lawyer", set()),
        ("Jones", set()),
        ("zed, Jones", set()),
        ("zed, nobody-here", set()),
        ("\x00", set()),
        (" ,;@", set()),
        (", ".join(f"p{n}" for n in range(60)), set()),
    ],
)
def test_a_name_a_part_of_it_or_a_username_finds_the_person(
    grace: Client, sams: dict[str, Any], typed: str, added: set[str]
) -> None:
    assert members_added(grace, typed) == added


def test_where_several_fit_one_chooses_and_nothing_typed_is_lost(grace: Client, sams: dict[str, Any]) -> None:
    form = {"title": "Kept title", "body": "Kept text", "tags": "kept tag", "authors": "Zoë, Jones, grace"}
    asked = grace.post(NEW, form).text
    for kept in ("Kept title", "Kept text", "kept tag", "Zoë Łukasz (zed), Jones, "):
        assert kept in asked
    names = re.findall(r'<input type="radio" name="(authors_\d+)" value="(\w+)">', asked)
    assert names == [("authors_1", "sj"), ("authors_1", "samj")], "only who fits, the names that begin so first"
    assert "Lawyer" in asked
    typed = re.search(r'name="authors" value="([^"]*)"', asked)
    assert typed
    grace.post(NEW, {**form, "authors": typed[1], "authors_1": "samj"})
    page = BlogPostPage.objects.get()
    assert [author["username"] for author in page.byline] == ["zed", "samj", "grace"]


def test_an_answer_outlasts_another_mistake_and_serves_no_other_name(grace: Client, sams: dict[str, Any]) -> None:
    shown = grace.post(NEW, {"title": "", "authors": "Jones", "authors_0": "sj"}).text
    assert 'name="authors" value="Sam Jones (sj)"' in shown
    assert 'type="radio" name="authors' not in shown
    again = grace.post(NEW, {"title": "T", "action": "preview", "authors": "Jones", "authors_0": "samj"}).text
    assert 'value="Samira Jones (samj)"' in again
    # The place in the list is another one now: the answer belongs to none of those who fit.
    assert members_added(grace, "Jones", people_0="zed") == set()
    for odd in ({"people_0": ""}, {"people_x": "sj"}, {"people_99999": "sj"}, {"people_²": "sj"}):
        assert members_added(grace, "Jones", **odd) == set()


def test_who_is_there_keeps_her_role(grace: Client, house: House, sams: dict[str, Any]) -> None:
    said = grace.post(MEMBERS, {"people": "grace, zed, mary", "role": "editor"}, follow=True).text
    assert "You have added Zoë Łukasz" in said
    roles = dict(Membership.objects.filter(space=house.digital).values_list("person__username", "role"))
    assert roles == {"grace": "owner", "mary": "member", "zed": "editor"}


def test_a_deactivated_person_is_not_found_but_stays_an_author(
    grace: Client, house: House, sams: dict[str, Any]
) -> None:
    zed = sams["zed"]
    page = make_post(house.digital, "Old", "x", authors=[house.grace, zed], by=house.grace)
    zed.is_active = False
    zed.save()
    for typed in ("Zoë", "zed", "Zoë Łukasz (zed)"):
        assert members_added(grace, typed) == set()
    assert "Łukasz" not in grace.get("/people/-/suggest.json?q=zo").text
    form = grace.get(f"{page.get_absolute_url()}-/edit/").text
    value = re.search(r'name="authors" value="([^"]*)"', form)
    assert value
    page.refresh_from_db()
    sent = {"title": "New", "body": "x", "authors": value[1], "base_revision": page.latest_revision_id}
    assert grace.post(f"{page.get_absolute_url()}-/edit/", sent).status_code == 302
    page.refresh_from_db()
    assert [author["username"] for author in page.byline] == ["grace", "zed"]


def test_suggestions_name_only_spaces_that_the_reader_can_see(house: House, sams: dict[str, Any]) -> None:
    join(sams["sj"], house.operations)
    join(sams["sj"], house.digital)
    for reader, expected in (
        (house.otto, "Lawyer · Digital Services"),
        (house.ada, "Lawyer · Digital Services · Operations"),
    ):
        client = Client()
        client.force_login(reader)
        found = json.loads(client.get("/people/-/suggest.json?q=SAM jo").content)["suggestions"]
        assert [one["text"] for one in found] == ["Sam Jones (sj)", "Samira Jones (samj)"]
        assert found[0]["where"] == expected
    assert client.get("/people/-/suggest.json?q=amira").json()["suggestions"] == [], "within a word"
    for odd in ("", "%", "_", "\x00", "a" * 5000, "ß" * 90, " "):
        assert client.get("/people/-/suggest.json", {"q": odd}).status_code == 200


def test_a_suggestion_costs_the_same_for_many_people(house: House, sams: dict[str, Any]) -> None:
    client = Client()
    client.force_login(house.otto)
    costs = []
    for count in (2, 40):
        for number in range(count):
            join(make_person(f"kim{count}-{number}", first_name="Kim"), house.digital)
        with CaptureQueriesContext(connection) as asked:
            client.get("/people/-/suggest.json?q=kim")
        costs.append(len(asked))
    assert costs[0] == costs[1] <= 5


def test_tags_of_hidden_pages_are_not_suggested(house: House) -> None:
    """The search's own tests hold the tags against the door; here, that a field's suggestions come from there."""
    client = Client()
    client.force_login(house.otto)
    answer = client.get("/search/suggest.json?only=tag&q=a")
    assert answer.json()["suggestions"] == []
