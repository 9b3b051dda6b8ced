"""Nobody is named as author without knowing it, and a text that others changed does not look like hers alone."""

import pytest

from news import telling
from pages.actions import edit_page
from pages.models import AuthorInvitation, BasePage, Change, PageAuthor
from tests.factories.pages import make_post, make_wiki_page

pytestmark = pytest.mark.django_db
NEW = "/spaces/digital-services/blog/-/new/"


def names(page):
    return [one["username"] for one in BasePage.objects.get(pk=page.pk).byline]


def edit(client, page, **typed):
    fresh = BasePage.objects.get(pk=page.pk).specific
    form = {"title": page.title, "body": fresh.body, "base_revision": str(fresh.latest_revision_id), **typed}
    return client.post(f"{page.get_absolute_url()}-/edit/", form)


def answer(client, page, person, words):
    return client.post(
        "/named/", {"invitation": str(AuthorInvitation.objects.get(page=page, person=person).pk), "answer": words}
    )


def test_a_post_cannot_seem_to_be_by_the_director_alone(house, client):
    client.force_login(house.mary)
    said = client.post(NEW, {"title": "New rules", "body": "From today on.", "authors": "grace"})
    assert said.status_code == 302
    post = BasePage.objects.get(title="New rules")
    assert names(post) == ["grace", "mary"]
    assert "named as author: Grace Example" in Change.objects.get(page=post).note
    # Nor by taking oneself out again, nor by somebody else's edit.
    edit(client, post, authors="grace")
    assert names(post) == ["grace", "mary"]
    client.force_login(house.ada)
    assert "/named/" not in client.get("/").content.decode().split("<main")[1]

    client.force_login(house.grace)
    telling.tell_all()
    assert "A notification waits for your answer." in client.get("/").content.decode()
    assert "Mary Example named you as an author of “New rules”" in client.get("/inbox/").content.decode()
    listed = client.get("/named/").content.decode()
    assert "New rules" in listed
    assert "Named by Mary Example" in listed
    assert answer(client, post, house.grace, "agreed").status_code == 302
    assert "waits for your answer" not in client.get("/").content.decode()
    client.force_login(house.mary)
    edit(client, post, authors="grace")
    assert names(post) == ["grace"], "she stands by it"
    # And may think better of it.
    client.force_login(house.grace)
    answer(client, post, house.grace, "declined")
    assert names(post) == ["mary"]


def test_one_press_takes_a_name_off_for_good(house, client):
    """Off the published text, off the draft, out of old versions; and it cannot be typed again."""
    page = make_wiki_page(house.digital, "Rota", "One.", by=house.grace, authors=[house.grace, house.otto])
    client.force_login(house.grace)
    page.body = "Two."
    edit_page(person=house.grace, page=page, publish=False)
    client.force_login(house.otto)
    refused = client.post("/named/", {"invitation": "0", "answer": "declined"})
    assert refused.status_code == 404
    assert (
        "is removed from “Rota”"
        in client.post(
            "/named/",
            {"invitation": str(AuthorInvitation.objects.get().pk), "answer": "declined"},
            follow=True,
        ).content.decode()
    )
    stored = BasePage.objects.get(pk=page.pk)
    assert names(page) == ["grace"]
    assert stored.has_unpublished_changes
    draft = stored.get_latest_revision_as_object()
    assert (draft.body, [one.person.username for one in draft.page_authors.all()]) == ("Two.", ["grace"])
    assert "is no longer named as an author" in Change.objects.filter(page=page).order_by("-pk")[0].note
    assert "No one has named you as an author" in client.get("/named/").content.decode()

    client.force_login(house.grace)
    again = edit(client, page, authors="grace, otto", body="Kept text")
    assert "Otto Example asked not to be named on this page." in again.content.decode()
    assert "Kept text" in again.content.decode()
    first = page.revisions.order_by("pk")[0]
    restored = client.post(f"{page.get_absolute_url()}-/restore/", {"revision": str(first.pk)})
    assert restored.status_code == 302
    assert names(page) == ["grace"]
    # A draft on his own behalf is another matter: who writes his own name agrees to it.
    client.force_login(house.ada)
    assert edit(client, page, authors="ada").status_code == 302
    assert names(page) == ["ada"]


def test_nobody_is_told_of_what_she_may_not_read(house, client, django_assert_max_num_queries):
    hidden = make_post(house.operations, "Secret rota", by=house.linus, authors=[house.linus, house.otto])
    draft = make_post(house.digital, "Not yet", by=house.grace, authors=[house.grace, house.otto], publish=False)
    client.force_login(house.otto)
    assert "named you" not in client.get("/").content.decode().split("<main")[1]
    listed = client.get("/named/").content.decode()
    assert "Secret rota" not in listed
    assert "Not yet" not in listed
    for page in (hidden, draft):
        assert answer(client, page, house.otto, "declined").status_code == 404
        assert AuthorInvitation.objects.get(page=page).answer == ""
    for junk in ("", "x", "-1", "9" * 40, "\x00"):
        assert client.post("/named/", {"invitation": junk, "answer": "declined"}).status_code == 404
    for number in range(8):
        make_post(house.digital, f"Post {number}", by=house.grace, authors=[house.grace, house.otto])
    with django_assert_max_num_queries(8):
        client.get("/named/")


def test_whoever_took_her_name_off_is_not_named_again_by_any_save(house, client):
    page = make_post(house.digital, "Rota", by=house.grace, authors=[house.grace, house.otto])
    client.force_login(house.otto)
    assert answer(client, page, house.otto, "declined").status_code == 302
    again = BasePage.objects.get(pk=page.pk).specific
    again.page_authors = [PageAuthor(person=one, sort_order=at) for at, one in enumerate([house.grace, house.otto])]
    edit_page(person=house.grace, page=again)
    assert names(page) == ["grace"]
