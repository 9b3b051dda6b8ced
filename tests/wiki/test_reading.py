"""Reading a wiki, and what it costs."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pages.actions import edit_page, set_audience
from tests.factories.pages import make_post, make_wiki_page, wiki_of

WIKI = "/spaces/digital-services/wiki/"


def test_a_reader_finds_text_contents_pages_below_and_links_here(client, house):
    guide = make_wiki_page(house.digital, "Guide", "# One\n## Two\n## Three\n## Four\n\nHello *you*.")
    make_wiki_page(house.digital, "First day", "Read the [[Guide]].", parent=guide)
    make_post(house.digital, "News", "See [the guide](/spaces/digital-services/wiki/guide/).")
    client.force_login(house.otto)

    page = client.get(f"{WIKI}guide/").text

    assert "<em>you</em>" in page
    assert 'href="#two"' in page
    assert f'<a href="{WIKI}guide/first-day/">First day</a>' in page
    assert "2 links here" in page
    assert "All staff" in page
    assert f'<li><a href="{WIKI}" dir="auto">Wiki</a></li>' in page
    assert "/-/edit/" not in page


def test_a_link_shows_where_it_leads_and_the_page_shows_who_links_there(client, house):
    make_wiki_page(house.digital, "Rota", "Who is on duty.")
    make_wiki_page(house.digital, "Team", "See [[Rota]] and [[Holiday]].")
    client.force_login(house.otto)

    team = client.get(f"{WIKI}team/").text
    assert f'<a href="{WIKI}rota/" class="wikilink">Rota</a>' in team
    assert f'<a href="{WIKI}-/new/?title=Holiday" class="redlink">Holiday</a>' in team
    assert f'<a href="{WIKI}team/">Team</a>' in client.get(f"{WIKI}rota/-/backlinks/").text


def test_writing_the_missing_page_turns_the_red_link_live(client, house):
    make_wiki_page(house.digital, "Team", "See [[Holiday]].")
    client.force_login(house.mary)
    assert "redlink" in client.get(f"{WIKI}team/").text

    make_wiki_page(house.digital, "Holiday", "Days off.")

    assert f'<a href="{WIKI}holiday/" class="wikilink">Holiday</a>' in client.get(f"{WIKI}team/").text
    assert "Team" in client.get(f"{WIKI}holiday/-/backlinks/").text


def test_deleting_a_page_turns_links_to_it_red(client, house):
    make_wiki_page(house.digital, "Holiday", "Days off.")
    make_wiki_page(house.digital, "Team", "See [[Holiday]].")
    client.force_login(house.grace)

    assert client.post(f"{WIKI}holiday/-/delete/", follow=True).redirect_chain == [(WIKI, 302)]

    assert "redlink" in client.get(f"{WIKI}team/").text
    assert client.get(f"{WIKI}holiday/").status_code == 410


VIEWS = ["", "-/history/", "-/diff/", "-/backlinks/", "-/raw/", "-/edit/", "-/move/", "-/audience/", "-/delete/"]


@pytest.mark.parametrize("view", VIEWS)
def test_a_page_of_members_is_there_for_them_and_for_nobody_else(client, house, view):
    make_wiki_page(house.operations, "Keys", "Under the mat.", by=house.linus)
    url = f"/spaces/operations/wiki/keys/{view}"
    answers = {}
    for person in house.everybody:
        client.force_login(person)
        answers[person.username] = client.get(url).status_code
    assert answers == {"otto": 404, "mary": 404, "grace": 404, "linus": 200, "ada": 200}
    assert Client().get(url).status_code == 302


def test_what_is_hidden_is_not_counted_listed_or_named(client, house):
    make_wiki_page(house.digital, "Plan", "The plan.")
    secret = make_wiki_page(house.digital, "Secret cuts", "See [[Plan]].", audience="space")
    below = make_wiki_page(house.digital, "Open below", "Text.", parent=secret)
    client.force_login(house.otto)
    for url in (
        f"{WIKI}plan/",
        f"{WIKI}plan/-/backlinks/",
        WIKI,
        f"{WIKI}-/pages/",
        f"{WIKI}-/changes/",
        f"{WIKI}-/orphans/",
        f"{WIKI}-/wanted/",
        below.get_absolute_url(),
    ):
        page = client.get(url)
        assert page.status_code == 200
        assert "Secret cuts" not in page.text
    assert "0 links here" in client.get(f"{WIKI}plan/").text
    client.force_login(house.mary)
    assert "1 link here" in client.get(f"{WIKI}plan/").text
    assert "Secret cuts" in client.get(f"{WIKI}-/orphans/").text


def test_narrowing_a_page_is_effective_at_once_also_in_links_to_it(client, house):
    plan = make_wiki_page(house.digital, "Plan", "The plan.")
    make_wiki_page(house.digital, "Team", "See [[Plan]].")
    set_audience(person=house.mary, page=plan, audience="space")
    client.force_login(house.otto)
    assert client.get(f"{WIKI}plan/").status_code == 404
    assert "redlink" in client.get(f"{WIKI}team/").text


def test_a_draft_is_seen_by_those_who_may_edit_it_alone(client, house):
    make_wiki_page(house.digital, "Half done", "Not yet.", publish=False, by=house.grace)
    client.force_login(house.otto)
    assert client.get(f"{WIKI}half-done/").status_code == 404
    assert "Half done" not in client.get(f"{WIKI}-/pages/").text
    client.force_login(house.grace)
    assert "This page is a draft" in client.get(f"{WIKI}half-done/").text
    assert "Half done" in client.get(f"{WIKI}-/pages/").text


def test_the_text_can_be_had_as_it_was_typed(client, house):
    make_wiki_page(house.digital, "Guide", "# One <b>\n\n[[Two]]")
    client.force_login(house.otto)
    answer = client.get(f"{WIKI}guide/-/raw/")
    assert answer.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert answer.text == "# One <b>\n\n[[Two]]"


@pytest.mark.sqlite_only
@pytest.mark.parametrize("name", ["otto", "mary", "ada"])
def test_a_page_costs_the_same_few_queries_however_much_hangs_on_it(
    house, name, django_assert_max_num_queries, django_assert_num_queries
):
    parent = make_wiki_page(house.digital, "Above", "Text.")
    page = make_wiki_page(house.digital, "Guide", "Text.", parent=parent, tags=["one"])
    client = Client()
    client.force_login(getattr(house, name))
    client.get(page.get_absolute_url())
    with django_assert_max_num_queries(7) as few:  # one of them asks for comments
        client.get(page.get_absolute_url())
    for number in range(12):
        make_wiki_page(house.digital, f"Below {number}", "See [[Guide]] and [[Above]].", parent=page)
    with django_assert_num_queries(len(few)):
        assert "Below 11" in client.get(page.get_absolute_url()).text


LISTS = ["-/pages/", "-/changes/", "-/orphans/", "-/wanted/", "guide/-/history/", "guide/-/backlinks/"]


@pytest.mark.sqlite_only
def test_a_list_costs_the_same_with_one_row_and_with_twenty(house):
    client = Client()
    client.force_login(house.mary)
    page = make_wiki_page(house.digital, "Guide", "[[Guide]] [[Missing 0]]")
    make_wiki_page(house.digital, "Other", "See [[Guide]].")

    def queries(view: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(WIKI + view).status_code == 200
        return len(asked)

    queries("")
    with_few = {view: queries(view) for view in LISTS}
    for number in range(20):
        make_wiki_page(house.digital, f"Page {number}", f"[[Guide]] [[Missing {number}]]")
        page.body = f"Version {number}"
        edit_page(person=house.mary, page=page)
    assert {view: queries(view) for view in LISTS} == with_few


JUNK = [
    "?page=x",
    "?page=-1",
    "?page=99999999999999999999",
    "?from=x&to=%00",
    "?to=99999999999999999999",
    "?title=%00%ff",
    "?minor=%F0%9F",
]


@pytest.mark.sqlite_only
@pytest.mark.parametrize("junk", JUNK)
def test_junk_in_an_address_is_no_error(client, house, junk):
    make_wiki_page(house.digital, "Guide", "Text.")
    client.force_login(house.mary)
    for view in (
        "",
        "-/new/",
        "-/pages/",
        "-/changes/",
        "-/orphans/",
        "-/wanted/",
        "guide/-/history/",
        "guide/-/diff/",
        "guide/-/backlinks/",
    ):
        assert client.get(f"{WIKI}{view}{junk}").status_code in (200, 404)
    for address in ("wiki/-/", "wiki/%00/", "wiki//guide/", "wiki/" + "a/" * 900, "wiki/-/edit/x/"):
        assert client.get(f"/spaces/digital-services/{address}").status_code == 404


def test_the_wiki_of_a_new_space_invites_to_write(client, house):
    assert wiki_of(house.digital).latest_revision_id is None
    client.force_login(house.mary)
    assert "Write this page" in client.get(WIKI).text
    client.force_login(house.otto)
    assert "Write this page" not in client.get(WIKI).text
