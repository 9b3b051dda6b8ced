"""Copying, deleting and unpublishing in Wagtail's admin."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from wagtail.models import Collection

from desk.saving import newest_version
from pages.actions import edit_page, publish_page
from pages.models import BasePage, Change, SpacePage
from syndication.models import Release
from tests.factories.pages import House, blog_of, make_episode, make_post, make_show, make_wiki_page, wiki_of
from tests.factories.people import join
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


@pytest.mark.parametrize("live", [True, False])
def test_a_copy_has_the_text_that_readers_read_and_no_older_or_newer_one(
    house: House, admin: Client, live: bool
) -> None:
    page = make_wiki_page(house.digital, "Rota", "Kestrel of before.", by=house.grace)
    for words, publish in (("Rota for all.", True), ("Kestrel to come.", False)):
        draft = newest_version(page)
        draft.body = words
        edit_page(person=house.grace, page=draft, publish=publish)
    assert copy(admin, page, **({"publish_copies": "on"} if live else {})).status_code == 302
    copied = BasePage.objects.get(slug="a-copy").specific
    assert (copied.live, copied.has_unpublished_changes, newest_version(copied).body) == (
        live,
        not live,
        "Rota for all.",
    )
    assert [change.revision.content["body"] for change in Change.objects.filter(page=copied)] == ["Rota for all."]
    assert copied.revisions.count() == 1
    reader = Client()
    reader.force_login(house.otto if live else house.grace)
    for part in ("", "-/history/", "-/diff/", "-/edit/", f"-/history/{copied.latest_revision_id}/"):
        assert "Kestrel" not in reader.get(copied.get_absolute_url() + part).content.decode()


@pytest.fixture
def branch(house: House) -> tuple[Client, Any, Any]:
    """A member who may enter the admin, her page, and a colleague's draft below it that she may not read."""
    house.mary.groups.add(Group.objects.get(name="Site editors"))
    join(house.mary, house.people, "editor")
    top = make_wiki_page(house.digital, "Top", by=house.mary)
    below = make_wiki_page(house.digital, "Kestrel", "Kestrel.", by=house.grace, parent=top, publish=False)
    member = Client()
    member.force_login(house.mary)
    assert member.get(below.get_absolute_url()).status_code == 404
    return member, top, below


@pytest.mark.parametrize("what", ["copy", "publish", "unpublish", "unpublish many", "move", "move many"])
def test_what_is_done_to_a_branch_in_the_admin_is_for_who_reads_all_of_it(
    house: House, branch: tuple[Client, Any, Any], what: str
) -> None:
    member, top, below = branch
    target = wiki_of(house.people)
    address, sent = {
        "copy": (
            f"/admin/pages/{top.pk}/copy/",
            {"new_title": "C", "new_slug": "c", "new_parent_page": str(target.pk), "copy_subpages": "on"},
        ),
        "publish": (f"/admin/bulk/pages/basepage/publish/?id={top.pk}", {"include_descendants": "on"}),
        "unpublish": (f"/admin/pages/{top.pk}/unpublish/", {"include_descendants": "on"}),
        "unpublish many": (f"/admin/bulk/pages/basepage/unpublish/?id={top.pk}", {"include_descendants": "on"}),
        "move": (f"/admin/pages/{top.pk}/move/{target.pk}/confirm/", {}),
        "move many": (f"/admin/bulk/pages/basepage/move/?id={top.pk}", {"chooser": str(target.pk)}),
    }[what]

    def state() -> list[Any]:
        return list(BasePage.objects.order_by("pk").values_list("pk", "live", "space", "url_path"))

    before = state()
    assert member.post(address, sent).status_code == 404
    assert state() == before
    # Of what she may read she does all that.
    publish_page(person=house.grace, page=below)
    before = state()
    assert member.post(address, sent).status_code == 302
    assert state() != before or what == "publish"


@pytest.mark.parametrize("many", [False, True])
def test_the_admin_deletes_what_its_user_may_delete(house: House, branch: tuple[Client, Any, Any], many: bool) -> None:
    member, _top, _below = branch
    own, other = (make_wiki_page(house.digital, "A page", by=by) for by in (house.mary, house.grace))
    for page in (own, other):
        address = f"/admin/bulk/pages/basepage/delete/?id={page.pk}" if many else f"/admin/pages/{page.pk}/delete/"
        assert member.post(address).status_code == 302
    assert list(BasePage.objects.filter(title="A page", deleted=None)) == [BasePage.objects.get(pk=other.pk)]


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
    assert Release.objects.live().filter(pk=release.pk).exists()
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
