"""Each action checks permission itself, whether or not the view did: without it nothing is written."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from pages import actions
from pages.models import BasePage, Change
from tests.factories.pages import House, make_post, make_wiki_page, wiki_of

pytestmark = pytest.mark.django_db

Act = Callable[[House, Any], Any]


def create(house: House, page: Any) -> Any:
    post = type(page)(title="Another", body="Text.")
    return actions.create_page(person=house.linus, parent=page.get_parent(), page=post)


#: What linus, who is no member of Digital Services, tries there; and what mary, who is, tries in Operations.
TRIED: dict[str, Act] = {
    "create": create,
    "edit": lambda house, page: actions.edit_page(person=house.linus, page=page),
    "publish": lambda house, page: actions.publish_page(person=house.linus, page=page),
    "unpublish": lambda house, page: actions.unpublish_page(person=house.linus, page=page),
    "delete": lambda house, page: actions.delete_page(person=house.linus, page=page),
    "set audience": lambda house, page: actions.set_audience(person=house.linus, page=page, audience="space"),
    "move away": lambda house, page: actions.move_page(person=house.linus, page=page, parent=wiki_of(house.operations)),
    "move": lambda house, page: actions.move_page(person=house.mary, page=page, parent=wiki_of(house.operations)),
}


@pytest.mark.parametrize("tried", TRIED)
def test_each_action_refuses_whoever_has_no_right(house: House, tried: str) -> None:
    make_post(house.digital, "Elsewhere", by=house.grace)
    page = make_wiki_page(house.digital, "Guide", "Text.", by=house.grace)
    before = list(BasePage.objects.order_by("pk").values()), list(Change.objects.order_by("pk").values())
    with pytest.raises(PermissionDenied):
        TRIED[tried](house, page)
    assert (list(BasePage.objects.order_by("pk").values()), list(Change.objects.order_by("pk").values())) == before


def test_a_branch_is_deleted_by_somebody_who_may_delete_all_of_it(house: House) -> None:
    own = make_wiki_page(house.digital, "Guide", by=house.mary)
    make_wiki_page(house.digital, "Below", by=house.grace, parent=own)
    with pytest.raises(PermissionDenied):
        actions.delete_page(person=house.mary, page=own)
    assert BasePage.objects.filter(title="Below").exists()
    actions.delete_page(person=house.grace, page=own)
    assert not BasePage.objects.filter(title__in=["Guide", "Below"], deleted=None).exists()


def test_an_edit_of_an_older_version_is_a_conflict_and_saves_nothing(house: House) -> None:
    page = make_wiki_page(house.digital, "Guide", "One.", by=house.grace)
    seen = page.latest_revision_id
    page.body = "Two."
    actions.edit_page(person=house.grace, page=page, base_revision=seen)
    late = type(page).objects.get(pk=page.pk)
    late.body = "Three."
    with pytest.raises(actions.EditConflict) as conflict:
        actions.edit_page(person=house.mary, page=late, base_revision=seen)
    assert conflict.value.latest.pk == page.latest_revision_id
    assert BasePage.objects.get(pk=page.pk).body == "Two."
