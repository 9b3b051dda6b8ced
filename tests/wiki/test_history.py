"""The history: who changed what, and how to restore it."""

import pytest

from pages.actions import edit_page
from tests.factories.pages import make_wiki_page
from wiki.models import WikiPage

WIKI = "/spaces/digital-services/wiki/"


@pytest.fixture
def guide(house) -> WikiPage:
    page = make_wiki_page(house.digital, "Guide", "The desk opens at nine.\n")
    page.body = "The desk opens at ten.\n"
    edit_page(person=house.mary, page=page, note="We sleep longer")
    page.body = "The desk opens at noon.\n"
    edit_page(person=house.grace, page=page, minor=True)
    return page


def test_the_history_says_who_when_why_and_what(client, house, guide):
    client.force_login(house.otto)
    page = client.get(f"{WIKI}guide/-/history/").text
    assert "We sleep longer" in page
    assert "Mary Example" in page
    assert "minor change" in page
    assert page.count('name="from"') == 3

    first, last = guide.revisions.order_by("pk").first(), guide.revisions.order_by("pk").last()
    diff = client.get(f"{WIKI}guide/-/diff/?from={first.pk}&to={last.pk}").text
    assert "The desk opens at <del>nine</del>." in diff
    assert "The desk opens at <ins>noon</ins>." in diff
    assert "<del>ten</del>" in client.get(f"{WIKI}guide/-/diff/").text
    assert client.get(f"{WIKI}guide/-/diff/?from={last.pk}&to={first.pk}").text.count("<del>nine</del>") == 1


def test_an_old_version_can_be_read_and_published_again(client, house, guide):
    first = guide.revisions.order_by("pk").first()
    client.force_login(house.mary)
    assert "opens at nine" in client.get(f"{WIKI}guide/-/history/{first.pk}/").text

    answer = client.post(f"{WIKI}guide/-/restore/", {"revision": first.pk}, follow=True)

    assert "opens at nine" in answer.text
    assert "Restored the version from" in client.get(f"{WIKI}guide/-/history/").text
    assert guide.revisions.count() == 4


def test_a_version_of_another_page_is_not_shown_under_this_address(client, house, guide):
    other = make_wiki_page(house.operations, "Keys", "Under the mat.", by=house.linus)
    client.force_login(house.mary)
    revision = other.latest_revision_id
    assert client.get(f"{WIKI}guide/-/history/{revision}/").status_code == 404
    assert client.get(f"{WIKI}guide/-/diff/?to={revision}").status_code == 404
    assert client.get(f"{WIKI}guide/-/diff/?from={revision}").status_code == 404
    assert client.post(f"{WIKI}guide/-/restore/", {"revision": revision}).status_code == 404


def test_recent_changes_leave_out_minor_ones_until_asked(client, house, guide):
    client.force_login(house.otto)
    assert "We sleep longer" in client.get(f"{WIKI}-/changes/").text
    assert "· minor change" not in client.get(f"{WIKI}-/changes/").text
    assert "· minor change" in client.get(f"{WIKI}-/changes/?minor=1").text
