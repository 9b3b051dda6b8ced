"""Whoever chooses a page from a list gets a link to that page: whatever it is called, and whoever else is called so."""

import random
import re
from typing import Any

import pytest

from pages.actions import delete_page, edit_page
from pages.models import BasePage
from pages.texts import text_of
from pages.written_links import written_links
from people.audiences import audience_tokens
from tests.factories.pages import House, make_episode, make_post, make_show, make_wiki_page, wiki_of
from tests.text.test_written_links import random_title

pytestmark = pytest.mark.django_db
ODD = [
    "a | b",
    "[x] ]]",
    "#1 rule",
    "##",
    "http://example.org",
    "https:",
    "operations: x",
    "wiki",
    "-",
    "/",
    "a/b",
    "..",
]


def links_to(person: Any, pages: list[Any], within: str = "digital-services") -> list[str]:
    rows = [(page.title, page.get_absolute_url()) for page in pages]
    return written_links(rows, within=within, tokens=audience_tokens(person))


def hrefs(page: Any) -> list[str]:
    return re.findall(r'href="([^"]*)"', text_of(BasePage.objects.get(pk=page.pk).specific).html)


def odd_titles() -> list[str]:
    chance = random.Random(4)
    return [*ODD, *(random_title(chance) for _ in range(25))]


def test_every_page_of_a_wiki_can_be_linked_by_what_completion_types(house: House) -> None:
    pages = [make_wiki_page(house.digital, title) for title in odd_titles()]
    for page, link in zip(pages, links_to(house.mary, pages), strict=True):
        assert hrefs(make_wiki_page(house.digital, "Links", link)) == [page.get_absolute_url()], link


def test_such_a_link_follows_its_page_and_waits_for_it(house: House) -> None:
    # Once the page "wiki" is gone, that is the name of the root.
    titles = [title for title in odd_titles() if title != "wiki"][:20]
    made = [make_wiki_page(house.digital, title, by=house.grace) for title in titles]
    links = links_to(house.grace, made)
    linking = [make_wiki_page(house.digital, "Links", link) for link in links]
    for page, link, other in zip(made, links, linking, strict=True):
        title, slug = page.title, page.slug
        page.title, page.slug = f"Renamed {page.pk}", f"renamed-{page.pk}"
        edit_page(person=house.grace, page=page)
        assert hrefs(other) == [f"/spaces/digital-services/wiki/renamed-{page.pk}/"], title
        page.title, page.slug = title, slug
        edit_page(person=house.grace, page=page)
        delete_page(person=house.grace, page=page)
        assert hrefs(other) != [page.get_absolute_url()]
        again = make_wiki_page(house.digital, title, slug=slug)
        assert hrefs(other) == [again.get_absolute_url()], link


def test_of_pages_with_one_title_the_chosen_one_is_linked(house: House) -> None:
    above = [make_wiki_page(house.digital, title) for title in ("Board", "Council")]
    twins = [
        make_wiki_page(house.digital, "Minutes [2026]", parent=parent) for parent in (*above, wiki_of(house.digital))
    ]
    for page, link in zip(twins, links_to(house.mary, twins), strict=True):
        html = BasePage.objects.get(pk=make_wiki_page(house.digital, "Links", link).pk).html
        assert f'href="{page.get_absolute_url()}"' in html
        assert ">Minutes [2026]</a>" in html


def test_pages_elsewhere_are_linked_whatever_their_kind(house: House) -> None:
    show = make_show(house.people, "Talks | *all*")
    pages = [
        make_wiki_page(house.people, "a | b"),
        wiki_of(house.people),
        make_post(house.digital, "Post [1]"),
        show,
        make_episode(show, "Part_1_ ]"),
    ]
    make_wiki_page(house.digital, "people-and-culture:a | b")
    for page, link in zip(pages, links_to(house.mary, pages), strict=True):
        html = BasePage.objects.get(pk=make_wiki_page(house.digital, "Links", link).pk).html
        assert f'href="{page.get_absolute_url()}"' in html, link
        assert f">{page.title}</a>" in html


def test_a_hidden_page_of_the_same_title_changes_no_link(house: House) -> None:
    page = make_wiki_page(house.digital, "Rota")
    before = links_to(house.otto, [page])
    make_wiki_page(house.digital, "Rota", audience="space", by=house.grace)
    make_wiki_page(house.operations, "digital-services:Rota")
    assert links_to(house.otto, [page]) == before == ["[[Rota]]"]
    assert links_to(house.otto, [page], within="operations") == ["[[digital-services:Rota]]"]


def test_many_links_take_three_queries(house: House, django_assert_max_num_queries: Any) -> None:
    pages = [make_wiki_page(house.digital, f"Page {number}: x") for number in range(8)]
    with django_assert_max_num_queries(4):  # one is for the person's audiences
        links_to(house.mary, pages)
