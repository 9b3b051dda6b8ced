"""Comments are found by their words, by people who can read their page, and never offered while somebody types."""

from typing import Any

import pytest
from django.test import Client

from conversation import actions
from pages.actions import delete_page, set_audience
from search import indexer
from tests.factories.pages import House, make_wiki_page


def found(person: Any, query: str, more: str = "") -> list[dict[str, Any]]:
    client = Client()
    client.force_login(person)
    hits: list[dict[str, Any]] = client.get(f"/search.json?q={query}{more}").json()["hits"]
    return [hit for hit in hits if hit["kind"] == "comment"]


pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("index"),
    pytest.mark.parametrize("engine", ["whoosh", "database"], indirect=True),
]


def test_a_comment_is_found_where_its_page_can_be_read(house: House) -> None:
    page = make_wiki_page(house.digital, "Rules", by=house.grace)
    comment = actions.comment(person=house.mary, page=page, body="The **quokka** is late")
    indexer.drain_all()
    (hit,) = found(house.otto, "quokka")
    assert hit["title"] == "Comment on “Rules”"
    assert hit["url"] == f"/comments/{comment.pk}/"
    assert hit["space"]
    assert [author["username"] for author in hit["authors"]] == ["mary"]
    assert found(house.otto, "quokka", "&kind=comment")
    assert not found(house.otto, "quokka", "&kind=wiki")
    assert found(house.otto, "author:mary quokka")
    # The words of its page do not find it.
    assert not found(house.otto, "rules")


def test_it_follows_the_page_before_the_index_does(house: House) -> None:
    page = make_wiki_page(house.digital, "Rules", by=house.grace)
    actions.comment(person=house.mary, page=page, body="quokka")
    indexer.drain_all()
    set_audience(person=house.grace, page=page, audience="space")
    assert not found(house.otto, "quokka")
    assert found(house.mary, "quokka")
    indexer.drain_all()
    assert not found(house.otto, "quokka")
    assert found(house.mary, "quokka")
    set_audience(person=house.grace, page=page, audience="staff")
    indexer.drain_all()
    assert found(house.otto, "quokka")
    delete_page(person=house.grace, page=page)
    for _time in range(2):
        assert not found(house.mary, "quokka")
        indexer.drain_all()


def test_an_edited_one_is_found_by_its_new_words_and_a_deleted_one_is_not(house: House) -> None:
    page = make_wiki_page(house.digital, "Rules", by=house.grace)
    comment = actions.comment(person=house.mary, page=page, body="quokka")
    actions.edit(person=house.mary, comment=comment, body="wombat")
    indexer.drain_all()
    assert found(house.otto, "wombat")
    assert not found(house.otto, "quokka")
    comment.refresh_from_db()
    actions.delete(person=house.mary, comment=comment)
    assert not found(house.otto, "wombat")


def test_completion_offers_no_comment(house: House) -> None:
    page = make_wiki_page(house.digital, "Rules", by=house.grace)
    actions.comment(person=house.mary, page=page, body="quokka")
    indexer.drain_all()
    client = Client()
    client.force_login(house.mary)
    for typed in ("quok", "comm", "rul"):
        answer = client.get(f"/search/suggest.json?q={typed}").json()
        assert "comment" not in {one["kind"] for one in (answer["suggestions"] if isinstance(answer, dict) else answer)}
