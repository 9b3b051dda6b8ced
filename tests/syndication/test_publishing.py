"""Publishing and channels in the browser: two steps to publish, one to withdraw, and nothing without the right."""

from typing import Any

import pytest

from pages.actions import delete_page, edit_page, move_page, unpublish_page
from pages.models import BasePage
from syndication.models import Channel, Release
from tests.factories.pages import make_episode, make_post, make_show, make_wiki_page, wiki_of
from tests.factories.syndication import make_channel, make_picture, make_recording, make_release

CHANNEL = {
    "title": "News",
    "slug": "news",
    "description": "New pages.",
    "author": "Department",
    "language": "en",
    "category": "Government",
}


def test_ada_checks_what_the_public_will_read_and_confirms(house: Any, channel: Channel, as_person: Any) -> None:
    make_wiki_page(house.digital, "Inner Plan")
    picture = make_picture(house.digital)
    body = f"We open at nine, see [[Inner Plan]].\n\n![The door](picture:{picture.pk})"
    post = make_post(house.digital, "Opening hours", body)
    client = as_person(house.ada)

    first = client.get(f"/publish/{post.uid}/").content.decode()
    assert 'value="news"' in first
    second = client.get(f"/publish/{post.uid}/?channel=news")
    assert "We open at nine" in second.content.decode()
    assert "the link “Inner Plan”" in second.content.decode()
    assert f"/media/pictures/{picture.pk}/" in second.content.decode()
    checked = second.content.decode().split('name="checked" value="')[1].split('"')[0]
    done = client.post(f"/publish/{post.uid}/", {"channel": "news", "checked": checked})
    assert (done.status_code, done["Location"]) == (302, post.get_absolute_url())
    assert Release.objects.get().title == "Opening hours"
    assert "Public since" in client.get(f"/publish/{post.uid}/").content.decode()


def test_nothing_goes_out_unseen(house: Any, channel: Channel, as_person: Any) -> None:
    post = make_post(house.digital, "Opening hours", "We open at nine.")
    client = as_person(house.ada)
    checked = client.get(f"/publish/{post.uid}/?channel=news").content.decode()
    checked = checked.split('name="checked" value="')[1].split('"')[0]
    post.body = "Secret."
    edit_page(person=house.grace, page=post)

    for fields in ({"channel": "news", "checked": checked}, {"channel": "news"}, {"channel": "news", "checked": "x"}):
        answer = client.post(f"/publish/{post.uid}/", fields)
        assert answer.status_code == 409
        assert "has changed since you looked" in answer.content.decode()
    assert not Release.objects.exists()


# Each is something that the public reads, sees or hears of an episode or a post.
CHANGES: dict[str, Any] = {
    "title": lambda house: {"title": "Another title"},
    "summary": lambda house: {"summary": "Another summary"},
    "text": lambda house: {"body": "We open at ten."},
    "language": lambda house: {"language": "de"},
    "transcript": lambda house: {"transcript": "Something else was said."},
    "recording": lambda house: {"recording": make_recording(house.digital, seconds=3.0)},
    "season": lambda house: {"season": 7},
    "number": lambda house: {"number": 77},
    "picture at the head": lambda house: {"hero": make_picture(house.digital, colour="red")},
    "no picture at the head": lambda house: {"hero": None},
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_page_says_when_the_public_gets_an_older_version(
    house: Any, channel: Channel, as_person: Any, change: str
) -> None:
    picture = make_picture(house.digital)
    text = f"We open at nine.\n\n![Door](picture:{picture.pk})\n\n[Top](#top) @mary [[Nothing]]"
    fields = CHANGES[change](house)
    if {"hero"} & set(fields):
        page = make_post(house.digital, "Hours", text, hero=picture)
    else:
        recording = make_recording(house.digital)
        page = make_episode(make_show(house.digital, "Talks"), "Hours", text, recording=recording, season=1, number=2)
    make_release(house.ada, page, channel)
    client = as_person(house.ada)
    assert "The public sees the current version" in client.get(f"/publish/{page.uid}/").content.decode()

    for name, value in fields.items():
        setattr(page, name, value)
    edit_page(person=house.grace, page=page)
    assert "still sees the older version" in client.get(f"/publish/{page.uid}/").content.decode()

    make_release(house.ada, page, channel)
    assert "The public sees the current version" in client.get(f"/publish/{page.uid}/").content.decode()


def test_ada_withdraws_after_being_asked(house: Any, channel: Channel, as_person: Any) -> None:
    post = make_post(house.digital, "Hours")
    make_release(house.ada, post, channel)
    address = f"/publish/{post.uid}/-/withdraw/news/"
    client = as_person(house.ada)
    assert client.get(address).status_code == 200
    assert Release.objects.live().exists()
    assert client.post(address).status_code == 302
    assert not Release.objects.live().exists()
    assert client.get(address).status_code == 404


def test_a_page_for_members_is_released_knowingly_and_can_be_taken_back_after_it_was_unpublished(
    house: Any, channel: Channel, as_person: Any, stranger: Any
) -> None:
    post = make_post(house.operations, "Night rota", by=house.linus)
    client = as_person(house.ada)
    assert "only members of its space can see it" in client.get(f"/publish/{post.uid}/?channel=news").content.decode()
    release = make_release(house.ada, post, channel)
    assert release.source == ""
    unpublish_page(person=house.linus, page=post)

    assert stranger.get("/public/news/night-rota/").status_code == 200
    assert client.post(f"/publish/{post.uid}/-/withdraw/news/")["Location"] == "/channels/news/"
    assert stranger.get("/public/news/night-rota/").status_code == 410


@pytest.mark.parametrize("name", ["grace", "linus", "mary", "otto"])
def test_who_may_not_release_finds_nothing(house: Any, channel: Channel, as_person: Any, name: str) -> None:
    post = make_post(house.digital, "Hours")
    make_release(house.ada, post, channel)
    client = as_person(getattr(house, name))
    for address in (
        f"/publish/{post.uid}/",
        f"/publish/{post.uid}/?channel=news",
        f"/publish/{post.uid}/-/withdraw/news/",
        "/channels/-/new/",
        "/channels/news/-/edit/",
    ):
        assert client.get(address).status_code == 404
        assert client.post(address, {"channel": "news", "checked": "x", **CHANNEL}).status_code == 404
    assert Release.objects.live().count() == Channel.objects.count() == 1


def test_a_stranger_is_asked_to_sign_in_everywhere_inside(house: Any, channel: Channel, stranger: Any) -> None:
    post = make_post(house.digital, "Hours")
    for address in (f"/publish/{post.uid}/", "/channels/", "/channels/news/", "/channels/-/new/", "/subscriptions/"):
        answer = stranger.get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/sign-in/")


def test_ada_makes_and_changes_a_channel(house: Any, as_person: Any, stranger: Any) -> None:
    client = as_person(house.ada)
    assert client.post("/channels/-/new/", CHANNEL)["Location"] == "/channels/news/"
    made = Channel.objects.get()
    assert stranger.get(f"/public/{made.picture}").status_code == 200
    answer = client.post("/channels/news/-/edit/", {**CHANNEL, "slug": "other", "title": "Better news"})
    assert answer.status_code == 302
    changed = Channel.objects.get()
    assert (changed.slug, changed.title, changed.podcast_guid) == ("news", "Better news", made.podcast_guid)


@pytest.mark.parametrize("slug", ["media", "-", "static", "news"])
def test_a_channel_cannot_take_an_address_that_is_taken(
    house: Any, channel: Channel, as_person: Any, slug: str
) -> None:
    answer = as_person(house.ada).post("/channels/-/new/", {**CHANNEL, "slug": slug})
    assert answer.status_code == 422
    assert Channel.objects.count() == 1


def test_the_list_of_releases_names_no_page_that_the_reader_may_not_see(
    house: Any, channel: Channel, as_person: Any
) -> None:
    secret = make_post(house.operations, "Rota for all", by=house.linus)
    make_release(house.ada, secret, channel)
    page = as_person(house.otto).get("/channels/news/").content.decode()
    assert "Rota for all" in page
    assert "/spaces/operations/" not in page
    assert BasePage.objects.get(pk=secret.pk).public_since


def test_whoever_narrows_or_takes_away_a_page_is_told_that_the_public_reads_on(
    house: Any, channel: Channel, as_person: Any
) -> None:
    post, page = (
        make_post(house.digital, "Hours", by=house.grace),
        make_wiki_page(house.digital, "Rota", by=house.grace),
    )
    quiet = make_post(house.digital, "Quiet", by=house.grace)
    ada, grace = as_person(house.ada), as_person(house.grace)
    forms = [f"{post.get_absolute_url()}-/{what}/" for what in ("edit", "delete")]
    forms += [f"{page.get_absolute_url()}-/{what}/" for what in ("audience", "move", "delete")]
    words = "The public can read a copy of this page since"
    for address in forms:
        assert words not in grace.get(address).content.decode()
    for one in (post, page):
        make_release(house.ada, one, channel)
    for address in forms:
        asked = grace.get(address).content.decode()
        assert words in asked, address
        assert "Ask someone who can release pages" in asked
        assert "/publish/" in ada.get(address).content.decode(), address
    assert words not in grace.get(f"{quiet.get_absolute_url()}-/edit/").content.decode()
    settings = grace.get("/spaces/digital-services/-/settings/").content.decode()
    assert "Hours" in settings
    assert "Rota" in settings
    assert "Quiet" not in settings
    # And once more when it is done; widening again says nothing.
    narrowed = {"title": "Hours", "body": "x", "audience": "space", "audience_seen": "staff"}
    narrowed["base_revision"] = str(BasePage.objects.get(pk=post.pk).latest_revision_id)
    saved = grace.post(f"{post.get_absolute_url()}-/edit/", narrowed, follow=True).content.decode()
    assert "The public can still read the released copy" in saved
    for audience, told in (("space", True), ("staff", False)):
        changed = grace.post(f"{page.get_absolute_url()}-/audience/", {"audience": audience}, follow=True)
        assert ("The public can still read the released copy" in changed.content.decode()) is told


@pytest.mark.parametrize("size", [199_000, 250_000, 390_000])
def test_whatever_can_be_saved_can_be_released(house: Any, channel: Channel, as_person: Any, size: int) -> None:
    post = make_post(house.digital, "Long", "word " * (size // 5))
    client = as_person(house.ada)
    checked = client.get(f"/publish/{post.uid}/?channel=news").content.decode()
    checked = checked.split('name="checked" value="')[1].split('"')[0]
    assert client.post(f"/publish/{post.uid}/", {"channel": "news", "checked": checked}).status_code == 302
    post.body += " and more" * 10
    edit_page(person=house.grace, page=post)
    assert client.get(f"/publish/{post.uid}/").status_code == 200


def test_a_public_page_that_grew_too_large_can_still_be_withdrawn(house: Any, channel: Channel, as_person: Any) -> None:
    """Such a text can be stored only under limits that were wider than today's."""
    post = make_post(house.digital, "Grown", "We open at nine.")
    make_release(house.ada, post, channel)
    BasePage.objects.filter(pk=post.pk).update(body="word " * 100_000)
    client = as_person(house.ada)

    chosen = client.get(f"/publish/{post.uid}/")
    assert chosen.status_code == 200
    assert f"/publish/{post.uid}/-/withdraw/news/" in chosen.content.decode()
    for answer in (
        client.get(f"/publish/{post.uid}/?channel=news"),
        client.post(f"/publish/{post.uid}/", {"channel": "news", "checked": "x"}),
    ):
        assert "too long to release" in answer.content.decode()
    assert client.post(f"/publish/{post.uid}/-/withdraw/news/").status_code == 302


def test_the_name_of_a_space_leaves_the_public_with_its_policy_and_follows_its_name(house, client):
    channel = make_channel(house.ada)
    post = make_post(house.people, "One", by=house.ada)
    gone, moved = make_post(house.people, "Two", by=house.ada), make_wiki_page(house.people, "Three", by=house.ada)
    other = make_post(house.digital, "Four", by=house.ada)
    releases = [make_release(house.ada, page, channel) for page in (post, gone, moved, other)]
    delete_page(person=house.ada, page=gone)
    move_page(person=house.ada, page=moved, parent=wiki_of(house.digital))

    def shown():
        pages = [client.get(f"/public/news/{release.slug}/").text for release in releases]
        return ["renamed" in text.lower() or "people and culture" in text.lower() for text in pages]

    assert shown() == [True, True, True, False]
    house.people.name = "Renamed"
    house.people.save()
    assert set(Release.objects.values_list("source", flat=True)) == {"Renamed", "Digital Services"}
    assert shown() == [True, True, True, False]
    house.people.see = "members"
    house.people.save()
    assert shown() == [False] * 4
    everything = [client.get(url).content for url in ("/public/", "/public/news/", "/public/news/feed.rss")]
    assert b"Renamed" not in b"".join(everything)
    assert Release.objects.get(uid=other.uid).source == "Digital Services"


@pytest.mark.parametrize(("media_type", "warned"), [("audio/mpeg", False), ("audio/wav", True), ("audio/ogg", True)])
def test_a_recording_that_directories_refuse_is_released_knowingly(
    house: Any, channel: Channel, as_person: Any, media_type: str, warned: bool
) -> None:
    show = make_show(house.digital, "Weekly")
    episode = make_episode(show, "Talk", enclosure_url="https://e.example/a", enclosure_type=media_type)
    checked = as_person(house.ada).get(f"/publish/{episode.uid}/?channel=news").content.decode()
    assert ("Podcast directories may refuse" in checked) == warned
