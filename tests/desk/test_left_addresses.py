"""Forms and links with a page's former address follow the page, or show the text again with a clear message."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from pages import actions
from pages.models import BasePage
from tests.factories.forms import form_with
from tests.factories.pages import make_episode, make_post, make_show, make_wiki_page

WORK = "An hour of work & <more>."


def make_wiki(house: Any) -> Any:
    return make_wiki_page(house.digital, "Guide", "Text.")


def make_below(house: Any) -> Any:
    return make_wiki_page(house.digital, "Below", "Text.", parent=make_wiki_page(house.digital, "Guide", "Text."))


def make_blog_post(house: Any) -> Any:
    return make_post(house.digital, "Guide", "Text.")


def make_a_show(house: Any) -> Any:
    return make_show(house.digital, "Guide", "Text.")


def make_an_episode(house: Any) -> Any:
    return make_episode(make_show(house.digital, "Show"), "Guide", "Text.")


KINDS: dict[str, Callable[[Any], Any]] = {
    "wiki page": make_wiki,
    "wiki page below": make_below,
    "post": make_blog_post,
    "show": make_a_show,
    "episode": make_an_episode,
}


def rename(house: Any, page: Any) -> None:
    changed = BasePage.objects.get(pk=page.pk).specific
    changed.slug = "another-address"
    actions.edit_page(person=house.grace, page=changed)


def rename_above(house: Any, page: Any) -> None:
    above = page.get_parent().specific
    if above.depth <= 5:
        return rename(house, page)
    return rename(house, above)


def rename_twice(house: Any, page: Any) -> None:
    rename(house, page)
    changed = BasePage.objects.get(pk=page.pk).specific
    changed.slug = "a-third-address"
    actions.edit_page(person=house.grace, page=changed)


def rename_and_begin_another(house: Any, page: Any) -> None:
    """The old address is taken by another page, so that it answers, and the form must not be taken for that page's."""
    slug = page.slug
    rename(house, page)
    other = type(page)(title="Another page", slug=slug, body="Other words.")
    actions.create_page(person=house.grace, parent=page.get_parent(), page=other)


CHANGES = [rename, rename_above, rename_twice, rename_and_begin_another]


def signed_in(person: Any) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person)
    return client


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("kind", KINDS)
def test_an_edit_is_saved_where_the_page_is_now(house: Any, kind: str, change: Any) -> None:
    page = KINDS[kind](house)
    mary, url = signed_in(house.mary), f"{page.get_absolute_url()}-/edit/"
    form = form_with(mary.get(url).text)
    change(house, page)
    answer = mary.post(url, {**form, "body": WORK, "action": "publish"})
    page.refresh_from_db()
    assert answer.status_code in {302, 409}, answer.text
    if answer.status_code == 409:
        assert "An hour of work &amp; &lt;more&gt;." in answer.text
        again = form_with(answer.text)
        answer = mary.post(f"{page.get_absolute_url()}-/edit/", {**again, "action": "publish"})
    assert answer.headers["Location"] == page.get_absolute_url()
    page.refresh_from_db()
    assert page.body == WORK
    assert not BasePage.objects.exclude(pk=page.pk).filter(body=WORK).exists()


@pytest.mark.parametrize("kind", KINDS)
def test_the_text_is_shown_where_the_page_is_gone(house: Any, kind: str) -> None:
    page = KINDS[kind](house)
    mary, url = signed_in(house.mary), f"{page.get_absolute_url()}-/edit/"
    form = form_with(mary.get(url).text)
    actions.delete_page(person=house.grace, page=page)
    answer = mary.post(url, {**form, "body": WORK, "action": "publish"}, headers={"origin": "http://testserver"})
    assert answer.status_code == 404
    assert "The page was deleted" in answer.text
    assert "An hour of work &amp; &lt;more&gt;." in answer.text
    if kind in {"post", "wiki page"}:
        kept = form_with(answer.text)
        where = answer.text.partition('method="post" action="')[2].partition('"')[0]
        shown = mary.post(where, kept)
        assert shown.status_code == 200
        assert form_with(shown.text)["body"].strip() == WORK
        made = mary.post(where, {**form_with(shown.text), "action": "publish"}, follow=True)
        assert "An hour of work &amp; &lt;more&gt;." in made.text


@pytest.mark.parametrize("kind", KINDS)
def test_the_text_is_shown_where_one_may_no_longer_write(house: Any, kind: str) -> None:
    page = KINDS[kind](house)
    mary, url = signed_in(house.mary), f"{page.get_absolute_url()}-/edit/"
    form = form_with(mary.get(url).text)
    house.digital.memberships.filter(person=house.mary).delete()
    answer = mary.post(url, {**form, "body": WORK, "action": "publish"}, headers={"origin": "http://testserver"})
    assert answer.status_code in {403, 404}
    assert "An hour of work &amp; &lt;more&gt;." in answer.text
    assert "can no longer" in answer.text


POSTED: dict[str, tuple[dict[str, str], Callable[[Any], bool]]] = {
    "audience": ({"audience": "space"}, lambda page: page.audience == "space"),
    "move": ({"parent": "shelf"}, lambda page: "/shelf/" in page.url_path),
    "unpublish": ({}, lambda page: not page.live),
}


@pytest.mark.parametrize("asked", POSTED)
@pytest.mark.parametrize("change", CHANGES[:3])
def test_what_is_asked_of_a_wiki_page_happens_to_it_where_it_is_now(house: Any, asked: str, change: Any) -> None:
    make_wiki_page(house.digital, "Shelf", "A shelf.")
    page = make_below(house)
    url = page.get_absolute_url()
    change(house, page)
    data, happened = POSTED[asked]
    answer = signed_in(house.grace).post(f"{url}-/{asked}/", data)
    assert answer.status_code == 302, answer.text
    page.refresh_from_db()
    assert happened(page)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("asked", ["delete", "unpublish", "restore"])
def test_what_is_asked_of_a_page_happens_to_it_where_it_is_now(house: Any, kind: str, asked: str) -> None:
    if (kind, asked) == ("show", "restore"):
        pytest.skip("a show has no history of its own")
    page = KINDS[kind](house)
    url, first = page.get_absolute_url(), page.latest_revision_id
    rename(house, page)
    assert signed_in(house.grace).post(f"{url}-/{asked}/", {"revision": first}).status_code == 302
    now = BasePage.objects.filter(pk=page.pk, deleted=None).first()
    assert {"delete": now is None, "unpublish": now and not now.live, "restore": now and now.revisions.count() == 3}[
        asked
    ]


@pytest.mark.parametrize("asked", ["history/", "edit/", "raw/", "backlinks/", "diff/?from=1", "move/", "delete/"])
@pytest.mark.parametrize("change", CHANGES[:3])
def test_what_hangs_on_a_former_address_leads_on(house: Any, asked: str, change: Any) -> None:
    page = make_below(house)
    url = page.get_absolute_url()
    change(house, page)
    page.refresh_from_db()
    answer = signed_in(house.grace).get(f"{url}-/{asked}")
    assert answer.headers["Location"] == f"{page.get_absolute_url()}-/{asked}"


@pytest.mark.parametrize("kind", KINDS)
def test_a_former_address_leads_on_for_every_kind_and_for_nobody_else(house: Any, kind: str) -> None:
    page = KINDS[kind](house)
    url = page.get_absolute_url()
    rename(house, page)
    actions.set_audience(person=house.grace, page=page, audience="space")
    page.refresh_from_db()
    for tail in ("", "-/edit/"):
        there = signed_in(house.mary).get(f"{url}{tail}")
        assert there.headers["Location"] == f"{page.get_absolute_url()}{tail}"
        refused = signed_in(house.otto).get(f"{url}{tail}")
        assert refused.status_code == 404
        assert "another-address" not in refused.text
    typed = {"body": WORK, "title": "x", "action": "publish"}
    assert signed_in(house.otto).post(f"{url}-/edit/", typed).status_code == 404
    page.refresh_from_db()
    assert page.body != WORK


def test_a_draft_whose_address_changed_is_found_by_who_may_edit_it_only(house: Any) -> None:
    page = make_wiki_page(house.digital, "Guide", "Text.", publish=False)
    url = page.get_absolute_url()
    page.slug = "another-address"
    actions.edit_page(person=house.grace, page=page, publish=False)
    assert signed_in(house.grace).get(f"{url}-/edit/").status_code == 302
    assert signed_in(house.otto).get(f"{url}-/edit/").status_code == 404


def test_a_page_that_is_deleted_while_it_is_saved_is_no_error_of_the_site(house: Any, monkeypatch: Any) -> None:
    page = make_wiki(house)
    mary, url = signed_in(house.mary), f"{page.get_absolute_url()}-/edit/"
    form = form_with(mary.get(url).text)

    from desk import writing as desk

    before = desk.WritingView.form

    def deleted_between(view: Any, *args: Any, **kwargs: Any) -> Any:
        built = before(view, *args, **kwargs)
        if view.request.method == "POST" and BasePage.objects.filter(pk=page.pk).exists():
            actions.delete_page(person=house.grace, page=page)
        return built

    monkeypatch.setattr(desk.WritingView, "form", deleted_between)
    answer = mary.post(url, {**form, "body": WORK, "action": "publish"})
    assert answer.status_code == 404
    assert "An hour of work" in answer.text
