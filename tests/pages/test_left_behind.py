"""Traces of renamed and moved pages reveal nothing to people who may not read the pages."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from wagtail.models import Revision

from pages import actions, scheduling
from pages.models import BasePage
from podcasts.models import PodcastIndexPage
from syndication.models import Release, ReleasedMedia
from tests.factories.pages import House, blog_of, make_episode, make_post, make_show, make_wiki_page, wiki_of
from tests.factories.people import join, make_person
from tests.factories.syndication import make_channel, make_picture, make_recording, make_release

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


@pytest.mark.parametrize("older", [False, True])
@pytest.mark.parametrize("by_admin", [False, True])
@pytest.mark.parametrize("live", [True, False])
def test_a_draft_that_stayed_behind_is_not_published_by_the_clock(
    house: House, live: bool, by_admin: bool, older: bool
) -> None:
    """Nor one that is not the newest any more, nor one of Wagtail's admin, which writes no line of the history."""
    page = make_wiki_page(house.digital, "Page", "Text.", by=house.ada, publish=live)
    hide(house, page, "narrow")

    def draft(words: str) -> int:
        row = fresh(page)
        row.body = words
        if by_admin:
            return int(row.save_revision(user=house.ada).pk)
        actions.edit_page(person=house.ada, page=row, publish=False)
        return int(fresh(page).latest_revision_id)

    scheduled = draft(SECRET)
    if older or not live:
        draft("Harmless.")
    past = timezone.now() - timedelta(minutes=1)
    Revision.objects.filter(pk=scheduled).update(approved_go_live_at=past)
    actions.move_page(person=house.ada, page=fresh(page), parent=wiki_of(house.operations))
    scheduling.run_due()
    at, linus = fresh(page).get_absolute_url(), signed_in(house.linus)
    assert fresh(page).body != SECRET
    for part in ("", "-/edit/", "-/history/", "-/diff/", f"-/history/{scheduled}/"):
        assert SECRET not in linus.get(at + part).text, part
    assert SECRET in signed_in(house.ada).get(f"{at}-/history/{scheduled}/").text


@pytest.mark.parametrize("field", ["hero", "cover", "recording"])
def test_what_stayed_in_a_space_is_not_shown_by_a_page_that_left_it(house: House, field: str) -> None:
    """Neither its words inside nor its bytes to the public."""
    media: Any = make_recording(house.digital, title=SECRET) if field == "recording" else None
    if media is None:
        media = make_picture(house.digital, title=SECRET, size=(2, 2))
        media.description = SECRET
    media.audience = "space"
    media.save()
    if field == "cover":
        page, stays = (make_show(house.digital, title, by=house.ada, cover=media) for title in ("One", "Two"))
        parent: Any = PodcastIndexPage.objects.get(space=house.people)
    elif field == "recording":
        show = make_show(house.digital, "Show", by=house.ada)
        page, stays = (make_episode(show, title, by=house.ada, recording=media) for title in ("One", "Two"))
        parent = make_show(house.people, "Other show", by=house.ada)
    else:
        page, stays = (make_post(house.digital, title, by=house.ada, hero=media) for title in ("One", "Two"))
        parent = blog_of(house.people)
    told = SECRET.lower()
    otto = signed_in(house.otto)
    assert told in otto.get(fresh(page).get_absolute_url()).text.lower()
    actions.move_page(person=house.ada, page=fresh(page), parent=parent)
    hide(house, stays, "narrow")
    moved = fresh(page)
    owner = make_person("olga")
    join(owner, house.people, "owner")
    for reader in (otto, signed_in(owner)):
        for address in (moved.get_absolute_url(), parent.get_absolute_url(), f"{moved.get_absolute_url()}-/edit/"):
            assert told not in reader.get(address).text.lower(), address
    if field != "cover":
        channel = make_channel(house.ada)
        before = ReleasedMedia.objects.count()
        release = make_release(house.ada, moved, channel)
        assert (str(release.picture), release.picture_alt, ReleasedMedia.objects.count() - before) == ("", "", 0)


def test_nobody_takes_a_hidden_draft_of_a_colleague_along_into_her_own_space(house: House) -> None:
    join(house.mary, house.people, "editor")
    top = make_wiki_page(house.digital, "Top", by=house.mary)
    below = make_wiki_page(house.digital, SECRET, SECRET, by=house.grace, parent=top, publish=False)
    with pytest.raises(ValidationError):
        actions.move_page(person=house.mary, page=fresh(top), parent=wiki_of(house.people))
    assert fresh(below).space == house.digital
    actions.publish_page(person=house.grace, page=fresh(below))
    actions.move_page(person=house.mary, page=fresh(top), parent=wiki_of(house.people))
    assert fresh(below).space == house.people


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
