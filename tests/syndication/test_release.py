"""Publishing a page: what the public gets, what it does not get, and who may decide."""

from typing import Any

import feedparser
import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.test import Client

from media.models import Attachment, Picture
from pages.actions import delete_page, edit_page, move_page
from pages.models import BasePage
from syndication.actions import ChangedSinceChecked, release_page, withdraw
from syndication.copies import public_copy
from syndication.media import public_storage
from syndication.models import Channel, Release, ReleasedMedia
from tests.factories.pages import blog_of, make_episode, make_post, make_show, make_wiki_page
from tests.factories.syndication import make_channel, make_picture, make_recording, make_release

FORMATS = ("rss", "atom", "json")


def feed_bytes(client: Client, channel: Channel, format: str = "rss") -> bytes:
    return client.get(f"/public/{channel.slug}/feed.{format}").content


def test_a_stranger_reads_a_released_post_on_the_site_and_in_all_three_feeds(
    house: Any, channel: Any, stranger: Client
) -> None:
    post = make_post(house.digital, "Opening hours", "We open at **nine**.", summary="When we open", tags=["Visits"])
    release = make_release(house.ada, post, channel)

    page = stranger.get(f"/public/news/{release.slug}/")
    assert page.status_code == 200
    assert "We open at <strong>nine</strong>." in page.content.decode()
    assert "Grace Example" in page.content.decode()

    for format in ("rss", "atom"):
        entry = feedparser.parse(feed_bytes(stranger, channel, format)).entries[0]
        assert entry.title == "Opening hours"
        assert entry.id == f"urn:uuid:{post.uid}"
        assert entry.content[0].value == "<p>We open at <strong>nine</strong>.</p>"
        assert entry.author == "Grace Example"
        assert [tag.term for tag in entry.tags] == ["Visits"]
        assert entry.link.endswith(f"/public/news/{release.slug}/")
    item = stranger.get("/public/news/feed.json").json()["items"][0]
    assert (item["id"], item["title"], item["summary"]) == (f"urn:uuid:{post.uid}", "Opening hours", "When we open")


def test_the_page_inside_says_since_when_it_is_public(house: Any, channel: Any) -> None:
    post = make_post(house.digital, "Opening hours")
    make_release(house.ada, post, channel)

    stored = BasePage.objects.get(pk=post.pk)
    assert stored.public_since is not None
    withdraw(person=house.ada, release=Release.objects.get())
    assert BasePage.objects.get(pk=post.pk).public_since is None


def test_nobody_without_the_right_lets_a_page_out(house: Any, channel: Any) -> None:
    post = make_post(house.digital, "Opening hours")
    for person in (house.grace, house.mary, house.linus, house.otto):
        with pytest.raises(PermissionDenied):
            release_page(person=person, page=post, channel=channel)
    assert not Release.objects.exists()


def test_the_right_to_release_does_not_open_a_space_that_one_may_not_see(house: Any, channel: Any) -> None:
    right = Permission.objects.get(content_type__app_label="pages", codename="release_basepage")
    house.mary.user_permissions.add(right)
    mary = type(house.mary).objects.get(pk=house.mary.pk)
    secret = make_post(house.operations, "Rota")
    narrow = make_post(house.people, "Pay", audience="space", by=house.ada)

    for page in (secret, narrow):
        with pytest.raises(PermissionDenied):
            release_page(person=mary, page=page, channel=channel)
    assert release_page(person=mary, page=make_post(house.digital, "Open"), channel=channel).pk


def test_a_draft_cannot_be_released(house: Any, channel: Any) -> None:
    draft = make_post(house.digital, "Not yet", publish=False)
    with pytest.raises((PermissionDenied, ValidationError)):
        release_page(person=house.ada, page=draft, channel=channel)


def test_an_edit_inside_stays_inside_until_somebody_releases_again(house: Any, channel: Any, stranger: Client) -> None:
    post = make_post(house.digital, "Opening hours", "We open at nine.")
    release = make_release(house.ada, post, channel)
    post.body = "We open at ten."
    edit_page(person=house.grace, page=post)

    assert "nine" in stranger.get(f"/public/news/{release.slug}/").content.decode()
    renewed = release_page(person=house.ada, page=post, channel=release.channel)
    assert "ten" in stranger.get(f"/public/news/{release.slug}/").content.decode()
    assert (renewed.pk, renewed.uid, renewed.released_at) == (release.pk, release.uid, release.released_at)
    assert b"We open at ten." in feed_bytes(stranger, channel)


@pytest.mark.parametrize(
    ("body", "summary"),
    [
        ("We open at **nine**, *not* ten.", "We open at nine, not ten."),
        ("See [the list](https://example.org/): `a`, ~~b~~.", "See the list: a, b."),
        ("**Un**believable.", "Unbelievable."),
        ("One.\n\n## Two\n\n- three\n- four", "One. Two three four"),
        ("| a | b |\n|---|---|\n| c | **d** |", "a b c d"),
    ],
)
def test_a_summary_made_of_the_text_reads_as_the_text_does(house: Any, body: str, summary: str) -> None:
    assert public_copy(make_post(house.digital, "Opening hours", body)).summary == summary


@pytest.mark.parametrize(
    ("body", "summary", "is_shown"),
    [
        ("We **open** at nine.", "", False),
        ("# Hours\n\nWe open at nine, " + "as every day " * 30, "", False),
        ("We open at nine.", "When we are there", True),
    ],
)
def test_a_public_page_does_not_say_the_beginning_of_its_text_twice(
    house: Any, channel: Any, client: Any, body: str, summary: str, is_shown: bool
) -> None:
    post = make_post(house.digital, "Opening hours", body, summary=summary)
    release = release_page(page=post, channel=channel, person=house.ada)
    shown = client.get(f"/public/{release.path}").content.decode()
    assert ("<h2>In short</h2>" in shown) == is_shown
    assert f'<meta name="description" content="{public_copy(post).summary}">' in shown


def _rewritten(house: Any, post: Any) -> None:
    post.body = "Something else."
    edit_page(person=house.grace, page=post)


def _space_renamed(house: Any, _post: Any) -> None:
    house.digital.name = "The unit that nobody may name"
    house.digital.save()


def _moved(house: Any, post: Any) -> None:
    move_page(person=house.ada, page=BasePage.objects.get(pk=post.pk), parent=blog_of(house.people))


@pytest.mark.parametrize("change", [_rewritten, _space_renamed, _moved])
def test_a_release_needs_what_was_checked(house: Any, channel: Any, change: Any) -> None:
    post = make_post(house.digital, "Opening hours", "We open at nine.")
    checked = public_copy(post).version
    assert public_copy(BasePage.objects.get(pk=post.pk)).version == checked
    change(house, post)

    post = BasePage.objects.get(pk=post.pk)
    with pytest.raises(ChangedSinceChecked):
        release_page(person=house.ada, page=post, channel=channel, checked=checked)
    assert not Release.objects.exists()


def test_a_withdrawn_page_answers_410_and_leaves_the_feeds(house: Any, channel: Any, stranger: Client) -> None:
    post = make_post(house.digital, "Opening hours", "We open at nine.")
    release = make_release(house.ada, post, channel)
    withdraw(person=house.ada, release=release)

    answer = stranger.get(f"/public/news/{release.slug}/")
    assert answer.status_code == 410
    assert b"nine" not in answer.content
    assert b"Opening" not in answer.content
    for format in FORMATS:
        assert b"Opening hours" not in feed_bytes(stranger, channel, format)
    assert release.slug not in stranger.get("/public/sitemap.xml").content.decode()
    release.refresh_from_db()
    assert (release.html, release.summary, release.authors) == ("", "", [])


def test_a_page_that_comes_back_keeps_its_guid_and_address(house: Any, channel: Any, stranger: Client) -> None:
    post = make_post(house.digital, "Opening hours")
    first = make_release(house.ada, post, channel)
    withdraw(person=house.ada, release=first)
    again = make_release(house.ada, post, channel)

    assert (again.pk, again.slug) == (first.pk, first.slug)
    assert stranger.get(f"/public/news/{again.slug}/").status_code == 200


def test_guid_and_public_address_survive_a_new_slug_and_a_move(house: Any, channel: Any, stranger: Client) -> None:
    post = make_post(house.digital, "Opening hours")
    release = make_release(house.ada, post, channel)
    post.slug = "hours-of-opening"
    edit_page(person=house.grace, page=post)
    move_page(person=house.ada, page=BasePage.objects.get(pk=post.pk), parent=blog_of(house.people))
    moved = BasePage.objects.get(pk=post.pk).specific
    release_page(person=house.ada, page=moved, channel=release.channel)

    entry = feedparser.parse(feed_bytes(stranger, channel)).entries[0]
    assert entry.id == f"urn:uuid:{post.uid}"
    assert entry.link.endswith("/public/news/opening-hours/")


def test_the_public_copy_outlives_the_page_and_can_still_be_withdrawn(
    house: Any, channel: Any, stranger: Client
) -> None:
    post = make_post(house.digital, "Opening hours")
    release = make_release(house.ada, post, channel)
    delete_page(person=house.ada, page=BasePage.objects.get(pk=post.pk))

    assert stranger.get(f"/public/news/{release.slug}/").status_code == 200
    with pytest.raises(PermissionDenied):
        withdraw(person=house.grace, release=release)
    withdraw(person=house.ada, release=release)
    assert stranger.get(f"/public/news/{release.slug}/").status_code == 410


def test_pictures_are_copied_without_what_the_camera_wrote_and_go_with_the_last_release(
    house: Any, channel: Any, stranger: Client, django_capture_on_commit_callbacks: Any
) -> None:
    picture = make_picture(house.digital)
    body = f"Look:\n\n![The door](picture:{picture.pk})"
    first = make_release(house.ada, make_post(house.digital, "One", body), channel)
    second = make_release(house.ada, make_post(house.digital, "Two", body), channel)

    media = ReleasedMedia.objects.get(releases=first)
    address = f"/public/{media.path}"
    assert f'src="{address}"' in stranger.get("/public/news/one/").content.decode()
    answer = stranger.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert b"bunker" not in b"".join(answer.streaming_content)

    withdraw(person=house.ada, release=first)
    assert stranger.get(address).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        withdraw(person=house.ada, release=second)
    assert stranger.get(address).status_code == 404
    assert not public_storage().exists(media.storage_name)


def test_a_picture_of_another_audience_is_not_copied(house: Any, channel: Any) -> None:
    picture = make_picture(house.operations)
    post = make_post(house.digital, "One", f"Look:\n\n![The door](picture:{picture.pk})")
    release = make_release(house.ada, post, channel)
    assert "<img" not in release.html
    assert not release.media.exists()


def test_an_episode_makes_the_channel_a_podcast(house: Any, stranger: Client) -> None:
    talks = make_channel(house.ada, "talks", owner_email="press@example.org")
    recording = make_recording(house.digital)
    episode = make_episode(make_show(house.digital, "Talks"), "First talk", recording=recording, season=1, number=2)
    make_release(house.ada, episode, talks)

    parsed = feedparser.parse(feed_bytes(stranger, talks))
    enclosure = parsed.entries[0].enclosures[0]
    sound = stranger.get(enclosure.href.replace("http://127.0.0.1:8000", ""))
    assert sound.status_code == 200
    assert len(b"".join(sound.streaming_content)) == int(enclosure.length) == recording.length
    assert (enclosure.type, parsed.entries[0].itunes_duration, parsed.entries[0].itunes_episode) == (
        "audio/mpeg",
        "2",
        "2",
    )
    assert b"<podcast:guid>" in feed_bytes(stranger, talks)


def test_texts_and_episodes_do_not_mix_in_one_channel(house: Any, channel: Any) -> None:
    make_release(house.ada, make_post(house.digital, "A post"), channel)
    episode = make_episode(make_show(house.digital, "Talks"), "First talk", recording=make_recording(house.digital))
    with pytest.raises(ValidationError):
        make_release(house.ada, episode, channel)


def test_links_to_released_pages_lead_to_them_and_others_become_words(
    house: Any, channel: Any, stranger: Client
) -> None:
    make_wiki_page(house.digital, "Secret Plan Zebra")
    known = make_wiki_page(house.digital, "Known Facts")
    make_release(house.ada, known, channel)
    body = (
        "See [[Known Facts]], [[Secret Plan Zebra]] and [[Secret Plan Zebra|the other one]].\n\n"
        "Ask @linus or look at http://127.0.0.1:8000/spaces/operations/wiki/hidden/ and [rota](/spaces/operations/).\n\n"
        "## About [[Secret Plan Zebra]]\n\n`/spaces/operations/wiki/hidden/`"
    )
    release = make_release(house.ada, make_wiki_page(house.digital, "Guide", body), channel)

    html = stranger.get(f"/public/news/{release.slug}/").content.decode()
    assert '<a href="/public/news/known-facts/">Known Facts</a>' in html
    assert "the other one" in html
    assert "rota" in html
    for word in ("Zebra", "zebra", "linus", "Linus", "hidden", "operations", "/people/", "/spaces/"):
        assert word not in html


def test_a_file_is_copied_under_its_own_name_and_sent_to_be_saved(house, client):
    file = Attachment(title="Budget 2026", space=house.digital, file=ContentFile(b"%PDF-1.4 x", "Budget_2026.pdf"))
    file.save()
    post = make_post(house.digital, "Budget", f"See [the budget](file:{file.pk}).")
    release = make_release(house.ada, post, make_channel(house.ada))
    copy = release.media.get()
    assert f'href="public:{copy.path}"' in release.html
    assert "(PDF, 10&nbsp;bytes)" in release.html
    assert "/media/files/" not in release.html
    sent = client.get(f"/public/{copy.path}")
    assert b"".join(sent.streaming_content) == b"%PDF-1.4 x"
    assert sent["Content-Type"] == "application/pdf"
    assert sent["Content-Disposition"] == "attachment; filename*=UTF-8''budget-2026.pdf"
    assert sent["X-Content-Type-Options"] == "nosniff"
    withdraw(person=house.ada, release=release)
    assert client.get(f"/public/{copy.path}").status_code == 404


def test_a_picture_is_described_or_marked_as_decoration_before_the_public_sees_it(house, client):
    picture = make_picture(house.digital)
    Picture.objects.update(description="")
    post = make_post(house.digital, "Door", f"![](picture:{picture.pk})")
    channel = make_channel(house.ada)
    with pytest.raises(ValidationError, match="describe the picture “A door”"):
        make_release(house.ada, post, channel)
    client.force_login(house.ada)
    address = f"/publish/{post.uid}/"
    checked = client.get(address, {"channel": channel.slug})
    assert "describe the picture" in checked.text
    assert "Release to the public" not in checked.text
    refused = client.post(address, {"channel": channel.slug, "checked": checked.context["copy"].version})
    assert refused.status_code == 409
    Picture.objects.update(is_decorative=True)
    assert make_release(house.ada, post, channel).pk
