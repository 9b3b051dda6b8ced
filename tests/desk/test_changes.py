"""Lists of changes over many pages: of everything, and of one person."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pages.actions import delete_page, edit_page, set_audience
from tests.factories.pages import House, make_episode, make_post, make_show, make_wiki_page


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def listed(person: Any, url: str) -> list[tuple[str, Any]]:
    answer = signed_in(person).get(url)
    assert answer.status_code == 200
    return [(change.page.title, change.size) for change in answer.context["changes"]]


def test_the_changes_of_everything_are_those_that_one_can_read(house: House) -> None:
    post = make_post(house.digital, "Post", "12345", by=house.grace)
    make_wiki_page(house.operations, "Closed", "x", by=house.linus)
    make_episode(make_show(house.digital, "Show", by=house.grace), "Episode", by=house.grace)
    page = make_wiki_page(house.digital, "Page", "x", by=house.mary)
    post.body = "1234567"
    edit_page(person=house.mary, page=post)
    post.body = "1234567 draft"
    edit_page(person=house.mary, page=post, publish=False)
    page.body = "xyz"
    edit_page(person=house.mary, page=page, minor=True)
    everything = [("Post", 2), ("Page", None), ("Episode", None), ("Post", None)]
    assert listed(house.otto, "/changes/") == everything
    assert listed(house.otto, "/changes/?minor=1") == [("Page", 2), *everything]
    assert listed(house.linus, "/changes/") == [*everything[:3], ("Closed", None), everything[3]]
    assert listed(house.otto, "/people/mary/-/changes/") == [("Post", 2), ("Page", None)]
    assert listed(house.otto, "/people/linus/-/changes/") == []
    set_audience(person=house.grace, page=page, audience="space")
    delete_page(person=house.grace, page=post)
    assert listed(house.otto, "/people/mary/-/changes/?minor=1") == []
    assert listed(house.grace, "/people/mary/-/changes/?minor=1") == [("Page", 2), ("Page", None)]
    assert signed_in(house.otto).get("/people/nobody/-/changes/").status_code == 404


@pytest.mark.parametrize(
    "url", ["/changes/?minor=1", "/people/mary/-/changes/?minor=1", "/spaces/digital-services/wiki/-/changes/?minor=1"]
)
def test_what_was_changed_while_only_members_could_read_a_page_stays_theirs(house: House, url: str) -> None:
    page = make_wiki_page(house.digital, "Page", "12345", by=house.mary, audience="space")
    page.body = "123456789"
    edit_page(person=house.mary, page=page, note="Kestrelword")
    set_audience(person=house.grace, page=page, audience="staff")
    assert listed(house.otto, url) == []
    assert "Kestrelword" not in signed_in(house.otto).get(url).text
    assert "Kestrelword" in signed_in(house.grace).get(url).text
    page.body = "1"
    edit_page(person=house.mary, page=page)
    # Not by how much the text became shorter, which would tell how long it was.
    assert listed(house.otto, url) == [("Page", None)]


def test_every_change_leads_to_what_it_names(house: House) -> None:
    make_post(house.digital, "Post", by=house.grace)
    make_wiki_page(house.digital, "Page", by=house.grace)
    make_episode(make_show(house.digital, "Show"), "Episode", by=house.grace)
    client = signed_in(house.otto)
    addresses = {part.partition('"')[0] for part in client.get("/changes/").text.split('href="')[1:]}
    addresses = {address for address in addresses if "/-/history/" in address or "/-/diff/" in address}
    assert len(addresses) == 6
    for address in addresses:
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("url", ["/changes/", "/people/grace/-/changes/"])
@pytest.mark.parametrize("number", [1, 3])
def test_they_cost_the_same_for_any_number(house: House, url: str, number: int) -> None:
    for each in range(number):
        make_wiki_page(house.digital, f"Page {each}", by=house.grace)
    client = signed_in(house.otto)
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert len(client.get(url).context["changes"]) == number
    assert len(queries) == 6 + ("people" in url)


def test_the_changes_of_a_branch_are_those_of_its_pages(house: House) -> None:
    top = make_wiki_page(house.digital, "Birds", "x", by=house.grace)
    make_wiki_page(house.digital, "Fish", "x", by=house.grace)
    below = make_wiki_page(house.digital, "Owls", "12", by=house.mary, parent=top)
    below.body = "1234"
    edit_page(person=house.mary, page=below)
    assert listed(house.otto, f"{top.get_absolute_url()}-/changes/") == [("Owls", 2), ("Owls", None), ("Birds", None)]
    assert len(listed(house.otto, "/spaces/digital-services/wiki/-/changes/")) == 4
    set_audience(person=house.grace, page=below, audience="space")
    assert listed(house.otto, f"{top.get_absolute_url()}-/changes/") == [("Birds", None)]
    assert signed_in(house.otto).get(f"{below.get_absolute_url()}-/changes/").status_code == 404
