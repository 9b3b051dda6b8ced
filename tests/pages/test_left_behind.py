"""What pages leave behind as they are renamed and moved tells nobody more than she could read there."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import Revision

from pages import actions, scheduling
from pages.models import BasePage
from syndication.models import Release
from tests.factories.pages import House, make_post, make_wiki_page, wiki_of
from tests.factories.syndication import make_channel, make_release

pytestmark = pytest.mark.django_db

SECRET = "Vrplkstmzd"


def fresh(page: Any) -> Any:
    row = BasePage.objects.select_related("space").get(pk=page.pk)
    specific = row.specific
    specific.space = row.space
    return specific


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def policy(space: Any, see: str) -> None:
    space.see = see
    space.save()


def rename(house: House, page: Any, slug: str) -> None:
    row = fresh(page)
    row.title, row.slug = slug.title(), slug
    actions.edit_page(person=house.ada, page=row, publish=row.live)


HIDDEN = ["draft", "narrow", "closed"]


def hide(house: House, page: Any, how: str) -> None:
    if how == "draft":
        actions.unpublish_page(person=house.ada, page=fresh(page))
    elif how == "narrow":
        actions.set_audience(person=house.ada, page=fresh(page), audience="space")
    else:
        policy(house.digital, "members")


def show(house: House, page: Any, how: str) -> None:
    if how == "draft":
        actions.publish_page(person=house.ada, page=fresh(page))
    elif how == "narrow":
        actions.set_audience(person=house.ada, page=fresh(page), audience="staff")
    else:
        policy(house.digital, "staff")


@pytest.mark.parametrize("how", HIDDEN)
@pytest.mark.parametrize("kind", ["wiki", "post"])
def test_an_address_left_while_hidden_leads_on_only_those_who_could_read_it(house: House, how: str, kind: str) -> None:
    page = (make_wiki_page if kind == "wiki" else make_post)(house.digital, "First", by=house.ada, slug="first")
    at = fresh(page).get_absolute_url()
    hide(house, page, how)
    rename(house, page, "secret")
    hidden = fresh(page).get_absolute_url()
    rename(house, page, "second")
    show(house, page, how)
    now = fresh(page).get_absolute_url()
    otto, grace, mary = signed_in(house.otto), signed_in(house.grace), signed_in(house.mary)
    for parts in ("", "-/history/", "-/raw/" if kind == "wiki" else "-/diff/"):
        assert otto.get(hidden + parts).status_code == 404
        assert otto.get(at + parts).url == now + parts, "all staff knew this one before it was hidden"
        assert grace.get(hidden + parts).url == now + parts
        assert (mary.get(hidden + parts).status_code == 404) == (how == "draft")


def test_a_draft_renamed_as_it_is_published_does_not_tell_what_it_was_called(house: House) -> None:
    page = make_wiki_page(house.digital, "Secret", by=house.grace, slug="secret", publish=False)
    before = page.get_absolute_url()
    row = fresh(page)
    row.slug = row.title = "open"
    actions.edit_page(person=house.grace, page=row, publish=True)
    assert signed_in(house.otto).get(before).status_code == 404
    assert signed_in(house.grace).get(before).url == fresh(page).get_absolute_url()


@pytest.mark.parametrize("draft", ["newer", "all"])
@pytest.mark.parametrize("how", ["narrow", "closed", "open"])
def test_a_draft_of_members_does_not_move_with_a_published_page(house: House, how: str, draft: str) -> None:
    page = make_wiki_page(house.digital, "Page", "Text.", by=house.ada, publish=draft == "newer")
    if how != "open":
        hide(house, page, how)
    row = fresh(page)
    row.title, row.body = f"Page {SECRET}", SECRET
    actions.edit_page(person=house.ada, page=row, publish=False)
    actions.move_page(person=house.ada, page=fresh(page), parent=wiki_of(house.operations))
    moved, linus = fresh(page), signed_in(house.linus)
    at = moved.get_absolute_url()
    # What all staff may read is no matter of members, and a page that was never published is its draft.
    told = how == "open" or draft == "all"
    for part in ("-/edit/", "-/history/", "-/diff/", "-/raw/"):
        assert told or SECRET.encode() not in linus.get(at + part).content, part
    assert (SECRET.encode() in linus.get(f"{at}-/edit/").content) == told
    actions.publish_page(person=house.linus, page=moved)
    assert (SECRET.encode() in linus.get(at).content) == told
    # Nothing is lost: who may read both spaces finds it in the history.
    ada = signed_in(house.ada)
    versions = moved.revisions.values_list("pk", flat=True)
    assert any(SECRET.encode() in ada.get(f"{at}-/history/{pk}/").content for pk in versions)


def test_who_releases_is_told_that_a_page_has_another_source(house: House) -> None:
    channel = make_channel(house.ada, "news")
    page = make_wiki_page(house.digital, "Page", "Text.", by=house.ada)
    release = make_release(house.ada, fresh(page), channel)
    ada, behind = signed_in(house.ada), "still sees the older version"

    def is_behind() -> bool:
        return behind in ada.get(f"/publish/{page.uid}/").content.decode()

    def source() -> str:
        return Release.objects.values_list("source", flat=True).get(pk=release.pk)

    assert source() == house.digital.name
    assert not is_behind()
    policy(house.digital, "members")
    assert source() == "", "a name that is closed leaves at once"
    assert not is_behind()
    policy(house.digital, "staff")
    assert source() == "", "and comes back when somebody lets it out"
    assert is_behind()
    make_release(house.ada, fresh(page), channel)
    assert source() == house.digital.name
    actions.move_page(person=house.ada, page=fresh(page), parent=wiki_of(house.people))
    assert is_behind()
    make_release(house.ada, fresh(page), channel)
    assert source() == house.people.name
    assert not is_behind()


def test_an_address_that_all_staff_knew_leads_nobody_to_a_page_that_was_hidden_since(house: House) -> None:
    page = make_post(house.digital, "First", by=house.ada, slug="first")
    at = fresh(page).get_absolute_url()
    rename(house, page, "second")
    assert signed_in(house.otto).get(at).status_code == 302
    hide(house, page, "narrow")
    assert signed_in(house.otto).get(at).status_code == 404
    assert signed_in(house.mary).get(at).status_code == 302


def test_a_draft_that_stayed_behind_is_not_published_by_the_clock(house: House) -> None:
    page = make_wiki_page(house.digital, "Page", "Text.", by=house.ada)
    hide(house, page, "narrow")
    row = fresh(page)
    row.body = SECRET
    actions.edit_page(person=house.ada, page=row, publish=False)
    past = timezone.now() - timedelta(minutes=1)
    Revision.page_revisions.filter(object_id=str(page.pk)).filter(pk=fresh(page).latest_revision_id).update(
        approved_go_live_at=past
    )
    actions.move_page(person=house.ada, page=fresh(page), parent=wiki_of(house.operations))
    scheduling.run_due()
    assert fresh(page).body == "Text."


@pytest.mark.parametrize("hidden", [True, False])
def test_a_link_by_a_title_of_before_tells_only_those_who_knew_it(house: House, hidden: bool) -> None:
    page = make_wiki_page(house.digital, "Secret plan", by=house.grace, slug="first")
    if hidden:
        hide(house, page, "narrow")
        rename(house, page, "second-plan")
    rename(house, page, "third-plan")
    if hidden:
        show(house, page, "narrow")
    linking = make_wiki_page(
        house.digital, "Guide", f"[[{'Second-Plan' if hidden else 'Secret plan'}]]", by=house.grace
    )
    html = BasePage.objects.get(pk=linking.pk).html
    assert (fresh(page).get_absolute_url() in html) is not hidden
