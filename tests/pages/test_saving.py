"""However a page is written, the follow-up work is done, once and in the same transaction."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from pages import actions, scheduling
from pages.consistency import PASSES, Fault, unwatched
from pages.models import BasePage, Change, FormerAddress, PageAuthor, PageLink
from search.models import OutboxEntry
from tests.factories.pages import House, make_wiki_page
from wiki.models import WikiPage


def faults() -> list[Fault]:
    """But for versions: whoever saves the model makes none."""
    return [fault for name in ("tree", "rows", "texts") for fault in PASSES[name](unwatched)]


TEXT = "See [[Guide]] and [[Shelf]]."


def by_the_site(house: House, page: Any) -> None:
    page.body = TEXT
    actions.edit_page(person=house.grace, page=page)


def by_the_model(house: House, page: Any) -> None:
    page.body = TEXT
    page.save()


def by_wagtails_editor(house: House, page: Any) -> None:
    page.body = TEXT
    page.save_revision(user=house.ada).publish(user=house.ada)


def by_the_clock(house: House, page: Any) -> None:
    page.body = TEXT
    page.go_live_at = timezone.now() + timedelta(hours=1)
    page.save_revision(user=house.ada).publish(user=house.ada)
    # The time has come.
    revision = page.revisions.order_by("-pk").first()
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    revision.content["go_live_at"] = None
    revision.save()
    assert scheduling.run_due() == 1


def by_an_old_version(house: House, page: Any) -> None:
    page.body = TEXT
    actions.edit_page(person=house.grace, page=page)
    wanted = page.latest_revision
    page.body = "Something else."
    actions.edit_page(person=house.grace, page=page)
    wanted.publish(user=house.ada)


def by_wagtails_copy(house: House, page: Any) -> None:
    by_the_site(house, page)
    copy = page.copy(update_attrs={"slug": "copy", "title": "Copy"}, user=house.ada)
    assert copy.live


WAYS: list[Callable[[House, Any], None]] = [
    by_the_site,
    by_the_model,
    by_wagtails_editor,
    by_the_clock,
    by_an_old_version,
    by_wagtails_copy,
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_every_way_to_write_a_text_leads_to_html_links_and_index(house: House, way: Callable[..., None]) -> None:
    guide = make_wiki_page(house.digital, "Guide", "x")
    page = make_wiki_page(house.digital, "Start", "Nothing yet.", by=house.grace)
    OutboxEntry.objects.all().delete()
    way(house, page)
    row = BasePage.objects.get(pk=page.pk)
    assert (row.body, row.plain) == (TEXT, "See Guide and Shelf.")
    assert set(PageLink.objects.filter(page=row).values_list("target", "to_page")) == {
        ("Guide", guide.pk),
        ("Shelf", None),
    }
    assert OutboxEntry.objects.filter(key=f"pages.basepage:{page.pk}").exists()
    assert [str(fault) for fault in faults()] == []


def hide_by_the_site(house: House, page: Any) -> None:
    actions.unpublish_page(person=house.grace, page=page)


def hide_by_wagtail(house: House, page: Any) -> None:
    page.unpublish(user=house.ada)


def hide_by_the_model(house: House, page: Any) -> None:
    page.live = False
    page.save()


def hide_by_the_clock(house: House, page: Any) -> None:
    BasePage.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    assert scheduling.run_due() == 1


def narrow(house: House, page: Any) -> None:
    actions.set_audience(person=house.grace, page=page, audience="space")


def narrow_by_the_model(house: House, page: Any) -> None:
    page.audience = "space"
    page.save()


def narrow_with_a_draft(house: House, page: Any) -> None:
    page.body = "Newer."
    actions.edit_page(person=house.grace, page=page, audience="space", publish=False)


HIDING = [
    *(hide_by_the_site, hide_by_wagtail, hide_by_the_model, hide_by_the_clock),
    *(narrow, narrow_by_the_model, narrow_with_a_draft),
]


@pytest.mark.parametrize("way", HIDING, ids=lambda way: way.__name__)
def test_no_link_tells_of_a_page_that_was_hidden_however(house: House, way: Callable[..., None]) -> None:
    secret = make_wiki_page(house.digital, "Owls", "x", by=house.grace)
    page = make_wiki_page(house.digital, "Start", "See [[Owls]].")
    assert "redlink" not in BasePage.objects.get(pk=page.pk).html
    way(house, WikiPage.objects.get(pk=secret.pk))
    assert "redlink" in BasePage.objects.get(pk=page.pk).html
    assert [str(fault) for fault in faults()] == []


def rename_by_the_site(house: House, page: Any) -> None:
    page.slug = "other"
    actions.edit_page(person=house.grace, page=page)


def rename_by_the_model(house: House, page: Any) -> None:
    page.slug = "other"
    page.save()


def move_by_the_site(house: House, page: Any) -> None:
    actions.move_page(person=house.grace, page=page, parent=WikiPage.objects.get(slug="shelf"))


def move_by_wagtail(house: House, page: Any) -> None:
    page.move(WikiPage.objects.get(slug="shelf"), pos="last-child", user=house.ada)


@pytest.mark.parametrize(
    "way", [rename_by_the_site, rename_by_the_model, move_by_the_site, move_by_wagtail], ids=lambda way: way.__name__
)
def test_a_branch_follows_a_new_address_however_it_was_given(house: House, way: Callable[..., None]) -> None:
    make_wiki_page(house.digital, "Shelf", "x")
    top = make_wiki_page(house.digital, "Guide", "x", by=house.grace)
    below = make_wiki_page(house.digital, "Below", "x", parent=top)
    linking = make_wiki_page(house.digital, "Start", "See [[Below]].")
    before = top.url_path
    OutboxEntry.objects.all().delete()
    way(house, WikiPage.objects.get(pk=top.pk))
    top, below = BasePage.objects.get(pk=top.pk), BasePage.objects.get(pk=below.pk)
    assert top.url_path != before
    assert below.url_path == f"{top.url_path}below/"
    assert FormerAddress.objects.get(url_path=before).page_id == top.pk
    assert below.get_absolute_url() in BasePage.objects.get(pk=linking.pk).html
    told = set(OutboxEntry.objects.values_list("key", flat=True))
    assert {f"pages.basepage:{page.pk}" for page in (top, below, linking)} <= told
    assert [str(fault) for fault in faults()] == []


def test_authors_without_an_order_are_saved(house: House) -> None:
    page = make_wiki_page(house.digital, "Start", "x", by=house.grace)
    page.page_authors.set([PageAuthor(person=house.mary), PageAuthor(person=house.grace, sort_order=0)])
    actions.edit_page(person=house.grace, page=page)
    assert set(PageAuthor.objects.filter(page=page).values_list("person", flat=True)) == {house.mary.pk, house.grace.pk}


def test_authors_and_tags_that_stay_keep_their_rows(house: House) -> None:
    page = make_wiki_page(house.digital, "Start", "x", by=house.grace, tags=["one", "two"])
    authors = list(PageAuthor.objects.filter(page=page).values_list("pk", flat=True))
    page.page_authors.set([PageAuthor(person=house.grace, sort_order=0)])
    page.tags.set(["two", "one"])
    actions.edit_page(person=house.grace, page=page)
    assert list(PageAuthor.objects.filter(page=page).values_list("pk", flat=True)) == authors
    page.tags.set(["two", "three"])
    actions.edit_page(person=house.grace, page=page)
    assert sorted(label["name"] for label in BasePage.objects.get(pk=page.pk).labels) == ["three", "two"]


def test_each_save_has_one_line_in_the_history(house: House) -> None:
    page = make_wiki_page(house.digital, "Start", "x", by=house.grace)
    page.body = "y"
    actions.edit_page(person=house.grace, page=page, note="First", audience="space")
    page.body = "z"
    actions.edit_page(person=house.grace, page=page, note="Second", publish=False)
    told = Change.objects.filter(page=page).order_by("pk").values_list("note", "published", "audience_token")
    members = f"space:{house.digital.pk}"
    assert list(told) == [("", True, "staff"), ("First", True, members), ("Second", False, members)]
