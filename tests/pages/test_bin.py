"""Deleted pages stay in the bin: nobody finds them elsewhere, and they come back whole."""

import random
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from intranet.worker import leases, runner
from media.models import Picture
from media.uploads import store_picture
from pages import actions, deleting, rerendering
from pages.access import behind_the_door, visible_to, with_own_drafts
from pages.consistency import check_pages
from pages.locking import PageGone
from pages.models import BasePage, Change, DeletedPage, Deletion, PageLink
from people.models import Membership
from tests.factories.pages import House, make_episode, make_post, make_show, make_wiki_page, wiki_of
from tests.factories.pictures import png
from wiki.models import WikiPage

KINDS = {
    "post": lambda house, **more: make_post(house.digital, "Heronword", "Heronword flies.", **more),
    "wiki page": lambda house, **more: make_wiki_page(house.digital, "Heronword", "Heronword flies.", **more),
    "show": lambda house, **more: make_show(house.digital, "Heronword", "Heronword flies.", **more),
    "episode": lambda house, **more: make_episode(
        make_show(house.digital, "Weekly"), "Heronword", "Heronword flies.", **more
    ),
}


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def state_of(pages: list[int]) -> dict[str, Any]:
    """Everything that a restored page has to have again. Its HTML and links are those of the texts on the site."""
    columns = [field.name for field in BasePage._meta.concrete_fields if field.name not in {"path", "numchild"}]
    rows = BasePage.objects.filter(pk__in=pages).order_by("pk").values(*columns)
    return {
        "rows": list(rows),
        "changes": list(Change.objects.filter(page__in=pages).order_by("pk").values()),
        "links": sorted(
            PageLink.objects.filter(page__in=pages).values_list("page", "to_page", "target", "key"), key=repr
        ),
        "media": list(Picture.objects.order_by("pk").values_list("pk", "audience", "space")),
        "tree": list(
            BasePage.objects.exclude(url_path="/bin/").order_by("pk").values_list("pk", "url_path", "numchild")
        ),
    }


def faults() -> list[str]:
    return [str(fault) for fault in check_pages()]


@pytest.mark.parametrize("kind", KINDS)
def test_a_deleted_page_comes_back_as_it_was(house: House, kind: str) -> None:
    page = KINDS[kind](house)
    address = page.get_absolute_url()
    before = state_of([page.pk])
    grace = signed_in(house.grace)
    assert grace.post(f"{address}-/delete/").status_code == 302
    assert grace.get(address).status_code == 410
    assert faults() == []
    listed = grace.get("/bin/").text
    assert "Heronword" in listed
    answer = grace.post(f"/bin/{Deletion.objects.get().pk}/restore/", follow=True)
    assert answer.redirect_chain == [(address, 302)]
    assert state_of([page.pk]) == {**before, "tree": state_of([page.pk])["tree"]}
    assert "is empty" in grace.get("/bin/").text
    assert faults() == []


@pytest.mark.parametrize("seed", range(4))
def test_random_branches_come_back_with_links_media_and_drafts(
    house: House, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rerendering, "RERENDER_AT_ONCE", 100)
    rnd = random.Random(seed)
    picture = store_picture(png("nest.png"), alt="A nest", space=house.digital, person=house.grace)
    pages = [wiki_of(house.digital)]
    for number in range(14):
        links = " ".join(f"[[Page {rnd.randrange(14)}]]" for _ in range(3))
        shown = f" ![A nest](picture:{picture.pk})" if rnd.random() < 0.3 else ""
        live = rnd.random() < 0.8
        parent = rnd.choice(pages[:1] + [page for page in pages[1:] if page.live])
        parent.refresh_from_db()
        page = make_wiki_page(house.digital, f"Page {number}", links + shown, parent=parent, publish=live)
        if rnd.random() < 0.3:
            actions.set_audience(person=house.grace, page=page, audience="space")
        if live and rnd.random() < 0.3:
            page.body = "A newer draft."
            actions.edit_page(person=house.grace, page=page, publish=False)
        pages.append(page)
    everything = list(BasePage.objects.values_list("pk", flat=True))
    before = state_of(everything)
    tops = rnd.sample([page.pk for page in pages[1:]], 3)
    for pk in tops:
        if not BasePage.objects.get(pk=pk).is_deleted:
            actions.delete_page(person=house.grace, page=WikiPage.objects.get(pk=pk))
            assert faults() == []
    for deletion in Deletion.objects.order_by("-pk"):
        deleting.restore(deletion, by=house.grace)
        assert faults() == []
    assert state_of(everything) == {**before, "tree": state_of(everything)["tree"]}
    assert {pk: address for pk, address, _ in before["tree"]} == {
        pk: address for pk, address, _ in state_of(everything)["tree"]
    }
    assert not DeletedPage.objects.exists()


@pytest.mark.parametrize("publish", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_only_who_could_read_a_page_is_told_that_it_is_deleted(house: House, kind: str, publish: bool) -> None:
    page = KINDS[kind](house, by=house.mary, publish=publish)
    if publish:
        actions.set_audience(person=house.grace, page=page, audience="space")
    address = page.get_absolute_url()
    actions.delete_page(person=house.grace, page=page)
    told = {house.grace: 410, house.ada: 410, house.mary: 410 if publish else 404, house.otto: 404, house.linus: 404}
    for person, status in told.items():
        for view in ("", "-/history/", "-/edit/"):
            answer = signed_in(person).get(address + view)
            assert answer.status_code == status, (person, view)
            assert ("Heronword" in answer.text) == (status == 410)
            assert ("Restore" in answer.text) == (status == 410 and person != house.mary)
    assert Client().get(address).status_code == 302


def test_who_loses_the_space_is_told_nothing_any_more(house: House) -> None:
    page = make_post(house.digital, "Heronword", by=house.mary)
    address = page.get_absolute_url()
    actions.delete_page(person=house.mary, page=page)
    deletion = Deletion.objects.get()
    mary = signed_in(house.mary)
    assert "Heronword" in mary.get("/bin/").text
    Membership.objects.filter(person=house.mary).delete()
    house.digital.see = "members"
    house.digital.save()
    assert "Heronword" not in mary.get("/bin/").text
    assert mary.get(address).status_code == 404
    assert mary.post(f"/bin/{deletion.pk}/restore/").status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_no_list_of_the_site_names_a_deleted_page(house: House, kind: str) -> None:
    page = KINDS[kind](house)
    actions.delete_page(person=house.grace, page=page)
    for person in house.everybody:
        for shown in (visible_to, with_own_drafts, behind_the_door):
            assert not shown(person, BasePage.objects.filter(pk=page.pk)).exists(), (person, shown)


def test_what_is_deleted_cannot_be_written(house: House) -> None:
    page = make_post(house.digital, "Heronword")
    parent = page.get_parent()
    actions.delete_page(person=house.grace, page=page)
    stored = BasePage.objects.get(pk=page.pk).specific
    for write in (
        lambda: actions.edit_page(person=house.grace, page=page),
        lambda: actions.publish_page(person=house.ada, page=stored),
        lambda: actions.delete_page(person=house.ada, page=stored),
        lambda: actions.move_page(person=house.ada, page=stored, parent=parent),
        stored.save,
    ):
        with pytest.raises(PageGone):
            write()
    assert not stored.can_move_to(BasePage.objects.get(url_path="/bin/"))


def test_another_page_may_have_taken_the_address_and_the_place_may_be_gone(house: House) -> None:
    parent = make_wiki_page(house.digital, "Birds", "x")
    page = make_wiki_page(house.digital, "Owls", "First.", parent=parent)
    actions.delete_page(person=house.grace, page=page)
    make_wiki_page(house.digital, "Owls", "Second.", parent=parent)
    first = deleting.restore(Deletion.objects.get(), by=house.grace)
    assert first.get_absolute_url().endswith("/wiki/birds/owls-2/")
    actions.delete_page(person=house.grace, page=first)
    actions.delete_page(person=house.grace, page=parent)
    # The page above is in the bin too, so it comes back below the front page of the wiki.
    first = deleting.restore(Deletion.objects.get(top=first), by=house.grace)
    assert first.get_absolute_url().endswith("/wiki/owls-2/")
    assert first.get_parent().pk == wiki_of(house.digital).pk


def test_an_episode_waits_for_its_show(house: House) -> None:
    show = make_show(house.digital, "Weekly")
    episode = make_episode(show, "Owls")
    actions.delete_page(person=house.grace, page=episode)
    actions.delete_page(person=house.grace, page=show)
    grace = signed_in(house.grace)
    of_show, of_episode = Deletion.objects.get(top=show), Deletion.objects.get(top=episode)
    answer = grace.post(f"/bin/{of_episode.pk}/restore/", follow=True)
    assert "“Weekly”, which it was in, is deleted too" in answer.text
    for deletion in (of_show, of_episode):
        assert grace.post(f"/bin/{deletion.pk}/restore/", follow=True).status_code == 200
    assert grace.get(episode.get_absolute_url()).status_code == 200


def test_a_restored_page_obeys_the_space_as_it_is_now(house: House) -> None:
    page = make_post(house.digital, "Heronword")
    actions.delete_page(person=house.grace, page=page)
    house.digital.see = "members"
    house.digital.save()
    assert signed_in(house.otto).get(page.get_absolute_url()).status_code == 404
    deleting.restore(Deletion.objects.get(), by=house.grace)
    assert signed_in(house.otto).get(page.get_absolute_url()).status_code == 404
    assert signed_in(house.mary).get(page.get_absolute_url()).status_code == 200
    assert faults() == []


def test_what_is_older_than_90_days_goes_for_good(house: House) -> None:
    old, new = make_post(house.digital, "Old"), make_post(house.digital, "New")
    for page in (old, new):
        actions.delete_page(person=house.grace, page=page)
    Deletion.objects.filter(top=old).update(at=timezone.now() - timedelta(days=91))
    runner.tidy()
    worker_id = leases.new_worker_id()
    leases.beat(worker_id)
    runner.drain(worker_id)
    assert list(BasePage.objects.filter(title__in=["Old", "New"]).values_list("title", flat=True)) == ["New"]
    assert not BasePage.objects.filter(pk=old.pk).exists()
    assert signed_in(house.grace).get(old.get_absolute_url()).status_code == 404


def test_only_an_owner_deletes_for_good_and_only_after_a_question(house: House) -> None:
    page = make_post(house.digital, "Heronword", by=house.mary)
    actions.delete_page(person=house.mary, page=page)
    url = f"/bin/{Deletion.objects.get().pk}/delete/"
    assert signed_in(house.mary).post(url).status_code == 404
    assert "Delete for good" not in signed_in(house.mary).get("/bin/").text
    grace = signed_in(house.grace)
    assert "cannot be restored" in grace.get(url).text
    assert BasePage.objects.filter(pk=page.pk).exists()
    assert "has been deleted for good" in grace.post(url, follow=True).text
    assert not BasePage.objects.filter(pk=page.pk).exists()


def test_a_page_that_was_imported_can_be_imported_again_and_both_stay(house: House) -> None:
    first, second = (make_post(house.digital, title) for title in ("First", "Second"))
    BasePage.objects.filter(pk=first.pk).update(source_path="blog:x/y")
    actions.delete_page(person=house.grace, page=first)
    BasePage.objects.filter(pk=second.pk).update(source_path="blog:x/y")
    assert deleting.restore(Deletion.objects.get(), by=house.grace).source_path is None


def test_a_schedule_and_a_workflow_end_with_the_page(house: House) -> None:
    page = make_post(house.digital, "Heronword", publish=False)
    revision = page.get_latest_revision()
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    revision.save()
    actions.delete_page(person=house.grace, page=page)
    call_command("publish_scheduled")
    page.refresh_from_db()
    assert not page.live


@pytest.mark.parametrize("number", [1, 3])
def test_the_bin_costs_the_same_for_any_number(house: House, number: int) -> None:
    for each in range(number):
        actions.delete_page(person=house.grace, page=make_wiki_page(house.digital, f"Page {each}"))
    grace = signed_in(house.grace)
    grace.get("/bin/")
    with CaptureQueriesContext(connection) as queries:
        assert grace.get("/bin/").text.count("Deleted by") == number
    assert len(queries) == 5


@pytest.mark.parametrize("asked", ["page", "bin"])
def test_nobody_opens_or_deletes_what_is_in_the_bin_in_the_admin(house: House, asked: str) -> None:
    """Deleting the bin there would have deleted everything in it for good."""
    page = make_post(house.digital, "Heronword")
    actions.delete_page(person=house.grace, page=page)
    number = page.pk if asked == "page" else BasePage.objects.get(url_path="/bin/").pk
    ada = signed_in(house.ada)
    views = (
        "",
        "edit/",
        "delete/",
        "move/",
        "copy/",
        "unpublish/",
        "view_draft/",
        "history/",
        "usage/",
        "add_subpage/",
    )
    for view in views:
        assert ada.get(f"/admin/pages/{number}/{view}").status_code == 404, view
        assert ada.post(f"/admin/pages/{number}/{view}").status_code == 404, view
    many = "/admin/bulk/pages/basepage/delete/"
    assert ada.get(many, {"id": number}).status_code == 404
    assert ada.post(f"{many}?id={number}").status_code == 404
    assert ada.post(f"/admin/pages/{wiki_of(house.digital).pk}/move/{number}/confirm/").status_code == 404
    assert Deletion.objects.get().top_id == page.pk
