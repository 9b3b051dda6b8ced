"""Copying, deleting and unpublishing in Wagtail's admin."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from wagtail.models import Collection

from desk.writing import newest_version
from pages.actions import edit_page
from pages.models import BasePage, Change, SpacePage
from syndication.models import Release
from tests.factories.pages import House, blog_of, make_episode, make_post, make_show, make_wiki_page, wiki_of
from tests.factories.syndication import make_channel, make_release

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(house: House) -> Client:
    client = Client()
    client.force_login(house.ada)
    return client


def copy(client: Client, page: Any, parent: Any = None, **more: str) -> Any:
    parent = parent or page.get_parent()
    sent = {"new_title": f"Copy of {page.title}", "new_slug": "a-copy", "new_parent_page": str(parent.pk), **more}
    return client.post(f"/admin/pages/{page.pk}/copy/", sent)


@pytest.mark.parametrize("live", [True, False])
def test_a_page_is_copied_with_all_below_it_as_pages_of_their_own(house: House, admin: Client, live: bool) -> None:
    top = make_wiki_page(house.digital, "Team", "Text.", by=house.grace, audience="space", tags=["team"])
    below = make_wiki_page(house.digital, "Rota", "Rota.", by=house.mary, parent=top)
    show = make_show(house.digital, "Show", by=house.grace)
    make_episode(show, "Episode", by=house.grace)
    post = make_post(house.digital, "Post", by=house.grace)
    make_release(house.ada, post, make_channel(house.ada))
    BasePage.objects.filter(pk=below.pk).update(source_path="imported/rota")
    more = {"copy_subpages": "on"} | ({"publish_copies": "on"} if live else {})
    for page, count in [(top, 2), (show, 2), (post, 1)]:
        assert copy(admin, page, **more).status_code == 302
        copied = BasePage.objects.get(slug="a-copy", title=f"Copy of {page.title}").specific
        branch = list(BasePage.objects.descendant_of(copied, inclusive=True))
        assert len(branch) == count
        for one in branch:
            assert (one.space, one.live, one.source_path, one.public_since) == (house.digital, live, None, None)
            assert Change.objects.filter(page=one, note="Copied", person=house.ada).count() == 1
        assert len({one.uid for one in [*branch, page, below]}) == len({*branch, page, below})
        assert (copied.audience, copied.audience_token) == (page.audience, page.audience_token)
        assert [author.person for author in copied.page_authors.all()] == [house.grace]
        # It can be edited as any page.
        draft = newest_version(copied)
        draft.body = "Changed."
        edit_page(person=house.grace, page=draft)
        assert BasePage.objects.get(pk=page.pk).body != "Changed."
        BasePage.objects.get(pk=copied.pk).specific.delete()


def test_a_copy_lies_in_the_space_that_it_is_put_into(house: House, admin: Client) -> None:
    post = make_post(house.digital, "Open news", by=house.grace)
    assert copy(admin, post, blog_of(house.operations), publish_copies="on").status_code == 302
    copied = BasePage.objects.get(title="Copy of Open news")
    assert (copied.space, copied.audience_token) == (house.operations, f"space:{house.operations.pk}")
    closed = make_wiki_page(house.operations, "Rota", by=house.linus)
    assert copy(admin, closed, wiki_of(house.digital), publish_copies="on").status_code == 302
    assert BasePage.objects.get(title="Copy of Rota").audience_token == "staff"
    for page in (SpacePage.objects.get(space=house.digital), wiki_of(house.digital), blog_of(house.digital)):
        assert copy(admin, page, copy_subpages="on").status_code in {200, 302, 403, 404}


@pytest.mark.parametrize("action", ["delete", "unpublish"])
@pytest.mark.parametrize("many", [False, True])
def test_who_takes_a_page_away_is_told_of_its_public_copies(
    house: House, admin: Client, action: str, many: bool
) -> None:
    top = make_wiki_page(house.digital, "Team", by=house.grace)
    page = make_wiki_page(house.digital, "Rota", by=house.grace, parent=top)
    release = make_release(house.ada, page, make_channel(house.ada))
    one, all_of_them = f"/admin/pages/{top.pk}/{action}/", f"/admin/bulk/pages/basepage/{action}/?id={top.pk}"
    address = all_of_them if many else one
    asked = admin.get(address).content.decode()
    assert "removes the page from public view" not in asked
    withdrawal = reverse("syndication:withdraw", args=[page.uid, release.channel.slug])
    assert withdrawal in asked
    told = admin.post(address, {"include_descendants": "on", "next": "/admin/"}, follow=True).content.decode()
    assert withdrawal in told
    assert Release.objects.standing().filter(pk=release.pk).exists()
    assert admin.get(withdrawal).status_code == 200


def test_who_may_not_withdraw_is_told_whom_to_ask(house: House) -> None:
    page = make_wiki_page(house.digital, "Rota", by=house.grace)
    make_release(house.ada, page, make_channel(house.ada))
    house.grace.groups.add(Group.objects.get(name="Site editors"))
    client = Client()
    client.force_login(house.grace)
    asked = client.get(f"/admin/pages/{page.pk}/unpublish/").content.decode()
    assert "ask someone who can release pages" in asked
    assert "/-/withdraw/" not in asked


def test_collections_can_be_added_after_any_of_them_was_renamed(admin: Client) -> None:
    """Wagtail's issue 9208: a new one was to have the place of another, and the answer was 500."""
    names = ["Bravo", "Charlie", "Delta", "Foxtrot"]
    for name in names:
        assert admin.post("/admin/collections/add/", {"name": name, "parent": "1"}).status_code == 302
    for name, other in [("Bravo", "Zulu"), ("Foxtrot", "Aachen"), ("Charlie", "Yankee")]:
        collection = Collection.objects.get(name=name)
        assert admin.post(f"/admin/collections/{collection.pk}/", {"name": other, "parent": "1"}).status_code == 302
        for new in (f"{other} 1", "Bravo again", f"E {other}"):
            assert admin.post("/admin/collections/add/", {"name": new, "parent": "1"}).status_code == 302
    assert not any(Collection.find_problems())
    assert Collection.objects.count() == 1 + len(names) + 9
