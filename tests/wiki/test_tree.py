"""The tree of a wiki beside a page: what it names, for whom, in which order, and what it costs."""

import gzip
import re

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pages.actions import move_page, set_audience
from pages.models import BasePage
from tests.factories.pages import make_wiki_page, wiki_of
from wiki import maintenance
from wiki.models import ChildOrder, WikiPage
from wiki.tree import MAX_BELOW, MAX_ROWS, SHOWN_BESIDE, Branch

WIKI = "/spaces/digital-services/wiki/"


def tree(client, url=WIKI):
    """The titles of the tree as it is shown, each with its level."""
    found = BeautifulSoup(client.get(url).text, "html.parser").select_one("details.tree nav")
    return [(len(link.find_parents("li")), link.get_text()) for link in found.select("a")]


def beside(client, url):
    soup = BeautifulSoup(client.get(url).text, "html.parser")
    links = {link["rel"][0]: link["href"] for link in soup.select("nav.pagination a[rel]")}
    return links.get("prev"), links.get("next")


@pytest.fixture
def pages(house):
    """Alpha with Ant (with Ace) and Asp, then Beta with Bee."""
    alpha = make_wiki_page(house.digital, "Alpha")
    beta = make_wiki_page(house.digital, "Beta")
    ant = make_wiki_page(house.digital, "Ant", parent=alpha)
    made = {"alpha": alpha, "beta": beta, "ant": ant, "ace": make_wiki_page(house.digital, "Ace", parent=ant)}
    made["asp"] = make_wiki_page(house.digital, "Asp", parent=alpha)
    made["bee"] = make_wiki_page(house.digital, "Bee", parent=beta)
    return {name: WikiPage.objects.get(pk=page.pk) for name, page in made.items()}


def test_the_branch_in_view_is_open_with_its_neighbours_and_others_are_links(client, house, pages):
    client.force_login(house.otto)
    url = pages["ant"].get_absolute_url()
    assert tree(client, url) == [(1, "Wiki"), (2, "Alpha"), (3, "Ant"), (4, "Ace"), (3, "Asp"), (2, "Beta")]
    soup = BeautifulSoup(client.get(url).text, "html.parser")
    assert [link.get_text() for link in soup.select(".tree [aria-current=page]")] == ["Ant"]
    assert [item.get_text() for item in soup.select(".tree .is-branch")] == ["Beta"]


def test_the_rooms_of_the_space_stay_while_one_reads_its_wiki(client, house, pages):
    client.force_login(house.otto)
    for url in (pages["ant"].get_absolute_url(), f"{WIKI}-/pages/", f"{pages['ant'].get_absolute_url()}-/history/"):
        rooms = BeautifulSoup(client.get(url).text, "html.parser").select_one("nav.space-bar")
        assert rooms.select_one("[aria-current=page]").get_text() == "Wiki"
        assert {"Front page", "Blog", "Podcasts", "Members"} <= {link.get_text() for link in rooms.select("a")}


def test_a_page_that_the_reader_cannot_see_is_named_nowhere_and_does_not_count(client, house, pages):
    set_audience(person=house.grace, page=pages["ant"], audience="space")
    set_audience(person=house.grace, page=pages["bee"], audience="space")
    client.force_login(house.otto)

    assert tree(client, pages["ace"].get_absolute_url()) == [
        (1, "Wiki"),
        (2, "Alpha"),
        (3, "Asp"),
        (3, "Ace"),
        (2, "Beta"),
    ]
    answer = client.get(pages["alpha"].get_absolute_url()).text
    assert "Ant" not in answer
    # Beta has a page below it, which this reader must not learn.
    assert "is-branch" not in answer
    assert beside(client, pages["beta"].get_absolute_url())[1] is None
    assert "Bee" not in client.get(f"{pages['beta'].get_absolute_url()}-/below/").text
    assert client.get(f"{pages['ant'].get_absolute_url()}-/below/").status_code == 404
    client.force_login(house.mary)
    assert "is-branch" in client.get(pages["alpha"].get_absolute_url()).text


def test_a_script_is_given_the_pages_below_one(client, house, pages):
    client.force_login(house.otto)
    answer = client.get(f"{pages['alpha'].get_absolute_url()}-/below/").text
    assert re.findall(r">(\w+)</a>", answer) == ["Ant", "Asp"]
    assert '<li class="is-branch"><a href="/spaces/digital-services/wiki/alpha/ant/"' in answer
    assert "Ace" not in answer


def test_previous_and_next_go_through_the_wiki_in_reading_order(client, house, pages):
    client.force_login(house.otto)
    order = [WIKI, *(pages[name].get_absolute_url() for name in ("alpha", "ant", "ace", "asp", "beta", "bee"))]
    for before, url, after in zip([None, *order], order, [*order[1:], None], strict=False):
        assert beside(client, url) == (before, after)


def test_editors_put_the_pages_below_one_in_order(client, house, pages):
    client.force_login(house.mary)
    url = f"{pages['alpha'].get_absolute_url()}-/order/"
    assert client.get(url).status_code == 200
    answer = client.post(url, {"down": pages["ant"].pk})
    assert "You have moved “Ant”." in answer.text
    client.force_login(house.otto)
    assert [title for _level, title in tree(client, pages["alpha"].get_absolute_url())][2:4] == ["Asp", "Ant"]
    assert beside(client, pages["alpha"].get_absolute_url())[1] == pages["asp"].get_absolute_url()
    assert beside(client, pages["beta"].get_absolute_url())[0] == pages["ace"].get_absolute_url()
    # A new page comes after those that were put in order.
    make_wiki_page(house.digital, "Aardvark", parent=pages["alpha"])
    assert [title for level, title in tree(client, pages["alpha"].get_absolute_url()) if level == 3] == [
        "Asp",
        "Ant",
        "Aardvark",
    ]
    client.force_login(house.mary)
    client.post(url, {"titles": "1"})
    assert not ChildOrder.objects.exists()


def test_of_two_steps_at_the_same_time_neither_is_lost(client, house, pages, monkeypatch):
    """Somebody else moves a page after this request has read the list, and before it has its turn to write."""
    adder = make_wiki_page(house.digital, "Adder", parent=pages["alpha"])
    page, turn = pages["alpha"], maintenance.set_order

    def overtaken(*given):
        ChildOrder.objects.create(page=page, pages=[pages["asp"].pk, adder.pk, pages["ant"].pk])
        return turn(*given)

    monkeypatch.setattr(maintenance, "set_order", overtaken)
    client.force_login(house.mary)
    client.post(f"{page.get_absolute_url()}-/order/", {"up": pages["ant"].pk})
    assert ChildOrder.objects.get(page=page).pages == [pages["asp"].pk, pages["ant"].pk, adder.pk]


@pytest.mark.parametrize("typed", [{}, {"up": "x"}, {"down": "9" * 30}, {"up": "1"}])
def test_junk_moves_nothing(client, house, pages, typed):
    client.force_login(house.mary)
    assert client.post(f"{pages['alpha'].get_absolute_url()}-/order/", typed).status_code == 200
    assert not ChildOrder.objects.exists()


def test_the_first_page_cannot_go_up_and_who_cannot_edit_orders_nothing(client, house, pages):
    url = f"{pages['alpha'].get_absolute_url()}-/order/"
    client.force_login(house.mary)
    client.post(url, {"up": pages["ant"].pk})
    assert not ChildOrder.objects.exists()
    client.force_login(house.otto)
    assert client.get(url).status_code == 404
    assert client.post(url, {"down": pages["ant"].pk}).status_code == 404


def test_an_order_keeps_the_pages_that_the_editor_cannot_see(client, house, pages):
    hidden = make_wiki_page(house.digital, "Adder", parent=pages["alpha"], publish=False, by=house.grace)
    ChildOrder.objects.create(page=pages["alpha"], pages=[hidden.pk, pages["ant"].pk, pages["asp"].pk])
    client.force_login(house.mary)
    answer = client.post(f"{pages['alpha'].get_absolute_url()}-/order/", {"up": pages["asp"].pk})
    assert "Adder" not in answer.text
    order = ChildOrder.objects.get(page=pages["alpha"]).pages
    assert order == [pages["asp"].pk, pages["ant"].pk, hidden.pk]


def test_a_page_that_moves_leaves_the_order_behind(client, house, pages):
    ChildOrder.objects.create(page=pages["alpha"], pages=[pages["asp"].pk, pages["ant"].pk])
    move_page(person=house.grace, page=pages["asp"], parent=pages["beta"])
    client.force_login(house.otto)
    assert [title for level, title in tree(client, pages["beta"].get_absolute_url()) if level == 3] == ["Asp", "Bee"]


@pytest.mark.sqlite_only
def test_a_deep_wiki_costs_the_same_queries_as_a_flat_one_and_can_be_read_to_its_end(house):
    client = Client()
    client.force_login(house.otto)
    above = make_wiki_page(house.digital, "Level 1")
    client.get(above.get_absolute_url())
    with CaptureQueriesContext(connection) as few:
        client.get(above.get_absolute_url())
    for level in range(2, 40):
        make_wiki_page(house.digital, f"Beside {level}", parent=above)
        above = make_wiki_page(house.digital, f"Level {level}", parent=above)
    client.get(above.get_absolute_url())
    with CaptureQueriesContext(connection) as asked:
        shown = tree(client, above.get_absolute_url())
    assert len(asked) == len(few) <= 7
    assert [title for _level, title in shown if title.startswith("Level")] == [
        f"Level {level}" for level in range(1, 40)
    ]
    # The page before may be the last of another branch: one query more.
    make_wiki_page(house.digital, "Zeta")
    with CaptureQueriesContext(connection) as asked:
        assert beside(client, f"{WIKI}zeta/") == (above.get_absolute_url(), None)
    assert len(asked) <= 7


def many_pages(house, count, deepest):
    """A wiki of so many pages on all levels down to the deepest that a path has room for; returns the last page."""
    root = wiki_of(house.digital)
    like = {
        name: getattr(root, name) for name in ("content_type_id", "locale_id", "space_id", "audience", "audience_token")
    }
    rows, above, url = [], root.path, root.url_path
    beside = count // (deepest - root.depth)
    for depth in range(root.depth + 1, deepest + 1):
        for place in range(beside):
            path, slug = BasePage._get_path(above, depth, place + 1), f"p{place}"
            title = f"Level {depth} page {place:03}"
            rows.append(BasePage(path=path, depth=depth, title=title, slug=slug, url_path=f"{url}{slug}/", **like))
        rows[-1].numchild = 0 if depth == deepest else beside
        above, url = rows[-1].path, rows[-1].url_path
    BasePage.objects.filter(pk=root.pk).update(numchild=beside)
    BasePage.objects.bulk_create(rows)
    return BasePage.objects.get(path=above)


@pytest.mark.sqlite_only
def test_a_wiki_of_2250_pages_and_63_levels_is_shown_by_one_query_and_is_no_long_page(house):
    last = many_pages(house, 2_250, 63)
    # Each audience has its own statement, which is compiled once.
    Branch(house.otto, last)
    for page in (last, BasePage.objects.get(path=last.path[: BasePage.steplen * 20])):
        with CaptureQueriesContext(connection) as asked:
            rows = Branch(house.otto, page).rows()
        assert len(asked) == 1
        html = render_to_string("wiki/_tree.html", {"rows": rows, "name": "x", "moves": True})
        assert page.title in html
        assert len(rows) <= 2 * MAX_ROWS
        assert len(html) < 250_000
        assert len(gzip.compress(html.encode())) < 25_000


def test_pages_are_put_in_order_by_sending_all_of_them(client, house, pages):
    client.force_login(house.mary)
    url = f"{pages['alpha'].get_absolute_url()}-/order/"
    below = [pages[name].pk for name in ("asp", "ant")]
    client.post(url, {"row": ",".join(map(str, below))})
    assert ChildOrder.objects.get().pages == below
    for junk in (
        "",
        "x",
        f"{below[0]}",
        f"{below[0]},{below[0]}",
        f"{below[1]},{below[0]},{pages['beta'].pk}",
        "9" * 400,
    ):
        assert client.post(url, {"row": junk}).status_code == 200
        assert ChildOrder.objects.get().pages == below


def test_a_page_dropped_on_another_is_moved_there_after_a_press(client, house, pages):
    client.force_login(house.mary)
    ant = pages["ant"].get_absolute_url()
    form = client.get(f"{ant}-/move/?parent=beta").text
    assert 'name="parent" value="Beta (beta)"' in form
    for junk in ("%00", "nothing", "x" * 5_000, "../..", "//x"):
        assert client.get(f"{ant}-/move/?parent={junk}").status_code == 200
    assert client.post(f"{ant}-/move/", {"parent": "Beta (beta)"}).status_code == 302
    pages["ant"].refresh_from_db()
    assert pages["ant"].wiki_path == "beta/ant"
    client.force_login(house.otto)
    assert "data-moves" not in client.get(pages["beta"].get_absolute_url()).text


@pytest.mark.sqlite_only
def test_of_a_very_long_list_the_tree_shows_what_is_near(client, house, monkeypatch):
    monkeypatch.setattr("wiki.tree.SHOWN_BESIDE", 2)
    for number in range(9):
        make_wiki_page(house.digital, f"Page {number}")
    client.force_login(house.otto)
    shown = [title for _level, title in tree(client, f"{WIKI}page-6/")]
    assert shown == ["Wiki", "Page 4", "Page 5", "Page 6", "Page 7", "Page 8", "4 more pages"]
    assert MAX_BELOW > 2 * SHOWN_BESIDE


def test_all_pages_tells_equal_titles_apart_by_their_path(client, house, pages):
    make_wiki_page(house.digital, "About", parent=pages["alpha"])
    make_wiki_page(house.digital, "About", parent=pages["beta"])
    client.force_login(house.otto)
    listed = client.get(f"{WIKI}-/pages/").text
    assert "(alpha/about)" in listed
    assert "(beta/about)" in listed
    assert "(alpha/ant)" not in listed
