"""Following: by a button, by hand for a page, and the list of all that is followed."""

import pytest
from bs4 import BeautifulSoup

from news import follows, telling
from news.models import DepartmentFollow, Follow, Level
from pages.actions import set_audience
from tests.factories.pages import blog_of, make_post, make_show, make_wiki_page

pytestmark = pytest.mark.django_db


def press(client, address: str, inside: str, name: str = "level", **chosen: str):
    """Send the form at `address` as a browser would, with the button or the choices that it has."""
    soup = BeautifulSoup(client.get(address).content, "html.parser")
    form = soup.select_one(inside)
    typed = {box["name"]: box["value"] for box in form.select("input[type=hidden]")}
    button = form.select_one(f"button[name={name}]")
    if button is not None:
        typed[name] = button["value"]
    return client.post(form.get("action") or address, typed | chosen, follow=True)


@pytest.mark.parametrize("what", ["space", "person"])
def test_the_button_follows_and_unfollows_in_one_press_each(house, client, what):
    client.force_login(house.otto)
    thing = house.digital if what == "space" else house.grace
    address = thing.get_absolute_url()
    assert "You follow" in press(client, address, "form.follow").content.decode()
    assert follows.level_of(house.otto, f"{what}:{thing.pk}") == Level.NEW
    answer = press(client, address, "form.follow")
    assert "You no longer follow" in answer.content.decode()
    assert answer.redirect_chain[-1][0] == address
    assert follows.level_of(house.otto, f"{what}:{thing.pk}") == Level.NONE


def test_a_page_is_followed_at_its_own_address(house, client):
    page = make_post(house.digital, "A post", by=house.grace)
    client.force_login(house.otto)
    assert f"{page.get_absolute_url()}-/follow/" in client.get(page.get_absolute_url()).content.decode()
    press(client, f"{page.get_absolute_url()}-/follow/", "main form", level="mentions")
    row = Follow.objects.get(follower=house.otto)
    assert (row.kind, row.page_id, row.level, row.why) == (Follow.Kind.PAGE, page.pk, Level.MENTIONS, Follow.Why.HAND)


def test_pages_that_hold_others_are_followed_with_them_or_alone(house, client):
    top = make_wiki_page(house.digital, "Top", by=house.grace)
    make_wiki_page(house.digital, "Below", by=house.grace, parent=top)
    show, blog = make_show(house.digital, "Talks", by=house.grace), blog_of(house.digital)
    client.force_login(house.otto)
    for page in (top, show, blog):
        press(client, f"{page.get_absolute_url()}-/follow/", "main form", level="all", kind="branch")
        assert follows.level_of(house.otto, f"branch:{page.pk}") == Level.ALL


def test_the_address_of_a_space_follows_the_space(house, client):
    client.force_login(house.otto)
    client.post(f"{house.digital.get_absolute_url()}-/follow/", {"level": "all"})
    assert follows.level_of(house.otto, f"space:{house.digital.pk}") == Level.ALL


@pytest.mark.parametrize("sent", [{}, {"level": "loud"}, {"level": "all", "kind": "space"}])
def test_a_level_that_there_is_not_is_refused(house, client, sent):
    page = make_post(house.digital, "A post", by=house.grace)
    client.force_login(house.otto)
    answer = client.post(f"{page.get_absolute_url()}-/follow/", sent, follow=True)
    assert "Choose how closely" in answer.content.decode()
    assert not Follow.objects.filter(follower=house.otto).exists()


def test_hidden_things_cannot_be_followed_nor_asked_about(house, client):
    inner = make_post(house.digital, "Inner", by=house.grace, audience="space", tags=["secret"])
    closed = make_post(house.operations, "Closed", by=house.linus)
    tag = inner.tagged_items.get().tag
    client.force_login(house.otto)
    for page in (inner, closed):
        assert client.get(f"{page.get_absolute_url()}-/follow/").status_code == 404
        assert client.post(f"{page.get_absolute_url()}-/follow/", {"level": "all"}).status_code == 404
    things = [("page", inner.pk), ("branch", closed.pk), ("space", house.operations.pk), ("tag", tag.pk)]
    things += [("person", 0), ("page", "x"), ("search", "")]
    for kind, key in things:
        assert client.post("/following/", {"kind": kind, "key": key, "level": "all"}).status_code == 404
    assert not Follow.objects.filter(follower=house.otto).exists()


def test_the_list_shows_and_changes_all_of_it_with_the_reason(house, client):
    page = make_post(house.digital, "A post", by=house.grace, tags=["open"])
    telling.tell_all()
    follows.follow(house.grace, Follow.Kind.PERSON, house.mary, Level.NEW)
    follows.follow(house.grace, Follow.Kind.TAG, page.tagged_items.get().tag, Level.ALL)
    follows.follow(house.grace, Follow.Kind.SPACE, house.operations, Level.MUTED)
    client.force_login(house.grace)
    text = client.get("/following/").content.decode()
    for words in ("A post", "You wrote or edited it.", "Mary Example", "#open", "You chose this."):
        assert words in text
    assert "Operations" not in text  # a space that its members see
    press(client, "/following/", f"form.follow-row:has(input[value='{page.pk}'])", level="none")
    assert "A post" not in client.get("/following/").content.decode()
    assert follows.level_of(house.grace, f"page:{page.pk}") == Level.NONE


def test_a_page_that_is_hidden_now_is_not_named(house, client):
    page = make_post(house.digital, "A post", by=house.grace)
    follows.follow(house.otto, Follow.Kind.PAGE, page, Level.ALL)
    set_audience(person=house.grace, page=page, audience="space")
    client.force_login(house.otto)
    assert "A post" not in client.get("/following/").content.decode()
    # It comes back with the page.
    set_audience(person=house.grace, page=page, audience="staff")
    assert "A post" in client.get("/following/").content.decode()


def test_members_leave_what_owners_chose_for_them(house, client):
    DepartmentFollow.objects.create(space=house.digital, members_of=house.operations, by=house.grace)
    client.force_login(house.linus)
    assert "Its owners tell everyone in Operations what is new." in client.get("/following/").content.decode()
    press(client, "/following/", "main form")
    assert "Its owners tell" not in client.get("/following/").content.decode()
    assert follows.level_of(house.linus, f"space:{house.digital.pk}") == Level.NONE


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""])
def test_the_way_back_stays_on_the_site(house, client, back):
    client.force_login(house.otto)
    sent = {"kind": "space", "key": house.digital.pk, "level": "all", "back": back}
    assert client.post("/following/", sent)["Location"] == "/following/"
