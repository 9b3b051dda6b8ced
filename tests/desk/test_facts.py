"""Columns that a save must not write back: each is changed while a form is open and keeps its new value after the save."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import Http404
from django.utils import timezone

from pages import actions, columns
from pages.models import BasePage
from people.models import Space
from tests.factories.pages import make_wiki_page, wiki_of
from wiki.models import WikiPage

LATER = timezone.now() + timedelta(days=1)
#: How each fact changes meanwhile. Values that only the house's rows give are looked up there.
CHANGED: dict[str, Any] = {
    "live_revision_id": None,
    "latest_revision_created_at": LATER,
    "first_published_at": LATER,
    "go_live_at": LATER,
    "expire_at": LATER,
    "expired": True,
    "owner_id": lambda house: house.ada.pk,
    "locked_at": LATER,
    "locked_by_id": lambda house: house.ada.pk,
    "audience": "space",
    "public_since": LATER,
    "source_path": "wiki/elsewhere",
}
#: These follow from the save itself; a test of their own says how.
OF_THE_SAVE = {"live", "locked", "latest_revision_id", "last_published_at", "has_unpublished_changes"}
#: A save that publishes sets these, so a draft is saved.
OF_PUBLISHING = {"live_revision_id", "latest_revision_created_at", "go_live_at", "expired"}


def stale_and_row(house: Any) -> tuple[Any, Any]:
    page = make_wiki_page(house.digital, "Guide", "Text.")
    return WikiPage.objects.get(pk=page.pk), BasePage.objects.filter(pk=page.pk)


def test_every_fact_is_tried() -> None:
    assert set(columns.FACTS) == set(CHANGED) | OF_THE_SAVE


@pytest.mark.parametrize("name", sorted(set(CHANGED) - OF_PUBLISHING))
def test_a_fact_that_changed_meanwhile_stands_after_a_save(house: Any, name: str) -> None:
    stale, row = stale_and_row(house)
    value = CHANGED[name](house) if callable(CHANGED[name]) else CHANGED[name]
    row.update(**{name: value})
    stale.body = "New."
    actions.edit_page(person=house.mary, page=stale)
    assert row.values_list(name, "plain").get() == (value, "New.")


@pytest.mark.parametrize("name", sorted(OF_PUBLISHING))
def test_what_publishing_sets_is_the_rows_before(house: Any, name: str) -> None:
    stale, row = stale_and_row(house)
    row.update(**{name: CHANGED[name]})
    actions.take_facts(stale, row.get())
    assert getattr(stale, name) == CHANGED[name]


def test_a_page_that_was_unpublished_meanwhile_is_not_published_by_a_draft(house: Any) -> None:
    stale, row = stale_and_row(house)
    actions.unpublish_page(person=house.grace, page=row.get())
    stale.body = "New."
    # Mary may not edit it any more: a draft is for who began it and for the editors of its space.
    with pytest.raises(actions.PermissionDenied):
        actions.edit_page(person=house.mary, page=stale, publish=False)
    actions.edit_page(person=house.grace, page=stale, publish=False)
    assert row.values_list("live", "body").get() == (False, "New.")


def test_a_page_that_was_locked_meanwhile_is_not_saved(house: Any) -> None:
    stale, row = stale_and_row(house)
    row.update(locked=True)
    with pytest.raises(actions.PermissionDenied):
        actions.edit_page(person=house.mary, page=stale)


def test_a_version_saved_meanwhile_is_still_the_one_before(house: Any) -> None:
    stale, row = stale_and_row(house)
    between = actions.edit_page(person=house.grace, page=row.get().specific).latest_revision_id
    actions.edit_page(person=house.mary, page=stale)
    page = row.get()
    assert page.latest_revision_id == page.live_revision_id > between
    assert page.revisions.count() == 3
    assert not page.has_unpublished_changes


def test_a_page_that_has_moved_and_was_renamed_stays_there(house: Any) -> None:
    stale, row = stale_and_row(house)
    shelf = make_wiki_page(house.digital, "Shelf", "A shelf.")
    moved = row.get().specific
    moved.slug = "manual"
    actions.edit_page(person=house.grace, page=moved)
    actions.move_page(person=house.grace, page=moved, parent=shelf)
    make_wiki_page(house.digital, "Below", "Text.", parent=row.get())
    stale.body = "New."
    saved = actions.edit_page(person=house.mary, page=stale)
    assert saved.get_absolute_url() == row.get().get_absolute_url() == f"{shelf.get_absolute_url()}manual/"
    for name in columns.PLACE:
        assert getattr(saved, name) == getattr(row.get(), name), name
    assert row.get().numchild == 1


def test_a_new_address_that_the_writer_gave_holds_at_the_new_place(house: Any) -> None:
    stale, row = stale_and_row(house)
    shelf = make_wiki_page(house.digital, "Shelf", "A shelf.")
    actions.move_page(person=house.grace, page=row.get(), parent=shelf)
    stale.slug = "manual"
    actions.edit_page(person=house.mary, page=stale)
    assert row.get().get_absolute_url() == f"{shelf.get_absolute_url()}manual/"


def test_a_space_that_was_closed_meanwhile_stays_closed(house: Any) -> None:
    stale = WikiPage.objects.select_related("space").get(pk=make_wiki_page(house.people, "Plan", "x", by=house.ada).pk)
    space = Space.objects.get(pk=house.people.pk)
    space.see = "members"
    space.save()
    stale.body = "New."
    actions.edit_page(person=house.ada, page=stale)
    assert BasePage.objects.get(pk=stale.pk).audience_token == f"space:{space.pk}"


def test_a_save_by_whatever_path_neither_moves_a_page_nor_writes_old_html(house: Any) -> None:
    stale, row = stale_and_row(house)
    shelf = make_wiki_page(house.digital, "Shelf", "A shelf.")
    actions.move_page(person=house.grace, page=row.get(), parent=shelf)
    row.update(html="<p>Rendered since.</p>")
    stale.save()
    assert row.get().get_absolute_url() == f"{shelf.get_absolute_url()}guide/"
    assert row.get().html == "<p>Rendered since.</p>"


@pytest.mark.parametrize("act", ["edit", "publish", "unpublish", "delete", "move", "audience", "create"])
def test_a_page_deleted_meanwhile_is_gone_and_not_an_error_of_the_site(house: Any, act: str) -> None:
    stale, row = stale_and_row(house)
    actions.delete_page(person=house.grace, page=row.get())
    person = house.grace
    with pytest.raises(Http404):
        {
            "edit": lambda: actions.edit_page(person=person, page=stale),
            "publish": lambda: actions.publish_page(person=person, page=stale),
            "unpublish": lambda: actions.unpublish_page(person=person, page=stale),
            "delete": lambda: actions.delete_page(person=person, page=stale),
            "move": lambda: actions.move_page(person=person, page=stale, parent=wiki_of(house.digital)),
            "audience": lambda: actions.set_audience(person=person, page=stale, audience="space"),
            "create": lambda: make_wiki_page(house.digital, "Below", "x", parent=stale),
        }[act]()


def test_what_is_written_below_a_page_that_has_moved_stands_at_its_new_place(house: Any) -> None:
    stale, row = stale_and_row(house)
    shelf = make_wiki_page(house.digital, "Shelf", "A shelf.")
    actions.move_page(person=house.grace, page=row.get(), parent=shelf)
    below = make_wiki_page(house.digital, "Below", "x", parent=stale)
    assert below.get_absolute_url() == f"{shelf.get_absolute_url()}guide/below/"


def test_two_pages_of_one_name_cannot_be_moved_to_one_place(house: Any) -> None:
    shelf = make_wiki_page(house.digital, "Shelf", "A shelf.")
    make_wiki_page(house.digital, "Guide", "One.", parent=shelf)
    guide = make_wiki_page(house.digital, "Guide", "Two.")
    with pytest.raises(actions.ValidationError):
        actions.move_page(person=house.grace, page=guide, parent=shelf)
