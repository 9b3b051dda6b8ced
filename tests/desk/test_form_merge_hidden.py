"""A merge reveals nothing from a version that the writer may not read, whichever version she claims as her base."""

import re
from typing import Any

import pytest
from django.test import Client

from pages.actions import edit_page, move_page, set_audience
from pages.models import BasePage
from tests.factories.pages import make_wiki_page, wiki_of

pytestmark = pytest.mark.django_db

OPEN = "First line.\n\nLast line."
SECRET = "First line.\n\nThe kestrel flies at dawn.\n\nLast line."


def moved_here(house: Any) -> Any:
    """A page of a closed space, rewritten and then moved to where mary writes."""
    page = make_wiki_page(house.operations, "Kestrel", SECRET, summary="kestrel", tags=["kestrel"], by=house.linus)
    return [page, lambda: move_page(person=house.ada, page=page, parent=wiki_of(house.digital))]


def opened_to_all(house: Any) -> Any:
    """Written for members of a space that she is no member of, then opened."""
    house.people.memberships.all().delete()
    page = make_wiki_page(
        house.people, "Kestrel", SECRET, summary="kestrel", tags=["kestrel"], by=house.ada, audience="space"
    )

    def opened() -> None:
        set_audience(person=house.ada, page=page, audience="staff")
        move_page(person=house.ada, page=page, parent=wiki_of(house.digital))

    return [page, opened]


@pytest.mark.parametrize("began", ["hidden", "none", "another number"])
@pytest.mark.parametrize("way", [moved_here, opened_to_all])
def test_no_words_of_a_hidden_version_are_left_out_of_what_is_sent(
    house: Any, client: Client, way: Any, began: str
) -> None:
    page, bring = way(house)
    hidden = page.latest_revision_id
    page.title, page.body, page.summary, page.slug = "Bird", OPEN, "bird", "bird"
    page.tags.set(["bird"])
    edit_page(person=house.ada, page=page)
    bring()
    row = BasePage.objects.get(pk=page.pk)
    client.force_login(house.mary)
    sent = {"title": "Bird", "summary": "bird", "tags": "bird, kestrel", "body": SECRET, "action": "publish"}
    base = {"hidden": str(hidden), "none": "", "another number": str(hidden + 10_000)}[began]
    answer: Any = client.post(f"{row.get_absolute_url()}-/edit/", {**sent, "base_revision": base})
    assert answer.status_code == 409
    shown = answer.content.decode()
    # All alike: her own words stand in the form as she sent them, whether she guessed them right or not.
    assert re.search(r"<textarea[^>]*>\s*First line\.\s*The kestrel flies at dawn\.\s*Last line\.", shown), shown
    assert re.search(r'name="tags"[^>]*value="[^"]*kestrel|value="[^"]*kestrel[^"]*"[^>]*name="tags"', shown)
    assert BasePage.objects.get(pk=page.pk).latest_revision_id == row.latest_revision_id


def test_a_version_that_she_could_read_is_joined_as_before(house: Any, client: Client) -> None:
    page = make_wiki_page(house.digital, "Open", OPEN, by=house.grace)
    began = page.latest_revision_id
    page.body = f"{OPEN}\n\nOf grace."
    edit_page(person=house.grace, page=page)
    client.force_login(house.mary)
    mine = OPEN.replace("First", "My first")
    sent = {"title": "Open", "body": mine, "action": "publish", "base_revision": str(began)}
    assert client.post(f"{page.get_absolute_url()}-/edit/", sent).status_code == 302
    assert BasePage.objects.get(pk=page.pk).body == f"{mine}\n\nOf grace."
