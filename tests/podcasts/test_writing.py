"""Shows and episodes are made from the front end; a recording's type is checked against its bytes."""

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile

from media.models import Recording
from podcasts.models import EpisodePage, ShowPage
from tests.factories import sounds
from tests.factories.pages import make_episode, make_show
from tests.factories.pictures import png

NEW_SHOW = "/spaces/digital-services/podcasts/-/new/"
SRT = "1\n00:00:01,000 --> 00:00:02,000\nGood morning.\n"


def sound(name: str = "talk.mp3", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content if content is not None else sounds.mp3(2), content_type="audio/mpeg")


def test_a_member_begins_a_show_and_publishes_an_episode_that_everybody_hears(client, house):
    client.force_login(house.mary)
    client.post(NEW_SHOW, {"title": "Weekly", "summary": "News.", "body": "About.", "cover": png("c.png")})
    show = ShowPage.objects.get()

    answer = client.post(
        f"{show.get_absolute_url()}-/new/",
        {
            "title": "First talk",
            "body": "Notes.",
            "recording": sound(),
            "season": "2",
            "number": "7",
            "transcript": SRT,
        },
    )

    assert answer.headers["Location"] == "/spaces/digital-services/podcasts/weekly/first-talk/"
    episode = EpisodePage.objects.get()
    recording = episode.recording
    assert (recording.media_type, recording.length, recording.space) == (
        "audio/mpeg",
        len(sounds.mp3(2)),
        house.digital,
    )
    assert recording.duration == pytest.approx(2, abs=0.1)
    assert len(recording.sha256) == 64
    client.force_login(house.otto)
    page = client.get(episode.get_absolute_url()).text
    assert f'<audio controls preload="metadata" src="{recording.get_absolute_url()}"' in page
    assert "Season 2, episode 7" in page
    assert '<a href="#t=1" id="t=1">0:01</a>' in page
    assert "Good morning." in page
    assert b"".join(client.get(recording.get_absolute_url()).streaming_content) == sounds.mp3(2)
    assert client.get(show.cover_url).status_code == 200


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("talk.mp3", sounds.wav()),
        ("talk.mp3", b"<script>alert(1)</script>"),
        ("talk.exe", sounds.mp3()),
        ("talk.wav", b"RIFF"),
    ],
)
def test_a_recording_that_lies_is_refused_by_name_and_nothing_typed_is_lost(client, house, name, content):
    show = make_show(house.digital, "Weekly")
    client.force_login(house.mary)

    answer = client.post(
        f"{show.get_absolute_url()}-/new/", {"title": "Lies", "body": "My notes.", "recording": sound(name, content)}
    )

    assert answer.status_code == 200
    assert f"“{name}”" in answer.text
    assert "My notes." in answer.text
    assert not EpisodePage.objects.exists()
    assert not Recording.objects.exists()


def test_a_recording_that_is_too_large_is_refused_by_name(client, house, settings):
    settings.INTRANET_MAX_UPLOAD_BYTES = 1000
    show = make_show(house.digital, "Weekly")
    client.force_login(house.mary)

    answer = client.post(f"{show.get_absolute_url()}-/new/", {"title": "Long", "recording": sound("long.mp3")})

    assert "“long.mp3” is larger than 1000" in answer.text
    assert not Recording.objects.exists()


def test_a_recording_survives_an_error_elsewhere_in_the_form(client, house):
    show = make_show(house.digital, "Weekly")
    client.force_login(house.mary)
    url = f"{show.get_absolute_url()}-/new/"

    answer = client.post(url, {"title": "", "recording": sound()})
    kept = Recording.objects.get()
    assert f'name="recording_kept" value="{kept.pk}"' in answer.text
    client.post(url, {"title": "Now", "recording_kept": kept.pk})

    assert EpisodePage.objects.get().recording == kept


def test_a_recording_of_another_space_is_not_taken_by_its_number(client, house):
    theirs, ours = make_show(house.operations, "Inner"), make_show(house.digital, "Weekly")
    client.force_login(house.linus)
    client.post(f"{theirs.get_absolute_url()}-/new/", {"title": "Secret", "recording": sound()})
    client.force_login(house.mary)

    client.post(f"{ours.get_absolute_url()}-/new/", {"title": "Theft", "recording_kept": Recording.objects.get().pk})

    assert EpisodePage.objects.get(title="Theft").recording is None
    assert client.get(Recording.objects.get().get_absolute_url()).status_code == 404


def test_a_transcript_comes_from_a_file(client, house):
    show = make_show(house.digital, "Weekly")
    client.force_login(house.mary)
    url = f"{show.get_absolute_url()}-/new/"

    refused = client.post(url, {"title": "No", "transcript_file": SimpleUploadedFile("t.vtt", sounds.mp3())})
    client.post(url, {"title": "Yes", "transcript_file": SimpleUploadedFile("t.srt", SRT.encode())})

    assert "“t.vtt” is not a UTF-8 text file" in refused.text
    assert EpisodePage.objects.get().transcript.strip() == SRT.strip()


def test_an_edit_that_says_nothing_of_the_recording_keeps_it(client, house):
    show = make_show(house.digital, "Weekly")
    client.force_login(house.mary)
    client.post(
        f"{show.get_absolute_url()}-/new/", {"title": "Talk", "recording": sound(), "season": 3, "transcript": SRT}
    )
    episode = EpisodePage.objects.get()

    form = {"title": "Talk", "body": "New notes.", "base_revision": episode.latest_revision_id}
    assert client.post(f"{episode.get_absolute_url()}-/edit/", form).status_code == 302

    episode.refresh_from_db()
    assert (episode.body, episode.season, bool(episode.transcript)) == ("New notes.", 3, True)
    assert episode.recording is not None


def test_a_recording_follows_the_audience_of_its_episode(client, house):
    show = make_show(house.digital, "Weekly")
    client.force_login(house.mary)
    client.post(f"{show.get_absolute_url()}-/new/", {"title": "Talk", "recording": sound()})
    episode = EpisodePage.objects.get()

    form = {"title": "Talk", "audience": "space", "base_revision": episode.latest_revision_id}
    client.post(f"{episode.get_absolute_url()}-/edit/", form)

    client.force_login(house.otto)
    assert client.get(episode.recording.get_absolute_url()).status_code == 404
    client.force_login(house.grace)
    assert client.get(episode.recording.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("name", ["otto", "linus"])
def test_who_may_not_write_here_finds_no_form(client, house, name):
    show = make_show(house.digital, "Weekly")
    episode = make_episode(show, "Talk")
    client.force_login(getattr(house, name))

    urls = [NEW_SHOW] + [
        f"{page.get_absolute_url()}-/{what}/" for page in (show, episode) for what in ("edit", "delete")
    ]
    for url in [*urls, f"{show.get_absolute_url()}-/new/"]:
        assert client.get(url).status_code == 404
        assert client.post(url, {"title": "Theirs"}).status_code == 404
    for page in (show, episode):
        assert client.post(f"{page.get_absolute_url()}-/unpublish/").status_code == 404
    assert set(EpisodePage.objects.values_list("title", "live")) == {("Talk", True)}


def test_the_second_of_two_editors_overwrites_nothing(client, house):
    episode = make_episode(make_show(house.digital, "Weekly"), "Talk", body="First.")
    client.force_login(house.mary)
    form = {"title": "Talk", "body": "Second.", "base_revision": episode.latest_revision_id}

    assert client.post(f"{episode.get_absolute_url()}-/edit/", form).status_code == 302
    assert client.post(f"{episode.get_absolute_url()}-/edit/", {**form, "body": "Third."}).status_code == 409
    episode.refresh_from_db()
    assert episode.body == "Second."


def test_a_show_is_unpublished_and_deleted_after_a_question(client, house):
    show = make_show(house.digital, "Weekly", by=house.mary)
    client.force_login(house.mary)

    client.post(f"{show.get_absolute_url()}-/unpublish/")
    client.force_login(house.otto)
    assert client.get(show.get_absolute_url()).status_code == 404
    client.force_login(house.mary)
    assert "<title>Delete “Weekly”" in client.get(f"{show.get_absolute_url()}-/delete/").text
    client.post(f"{show.get_absolute_url()}-/delete/")
    assert not ShowPage.objects.filter(deleted=None).exists()


@pytest.mark.parametrize(
    "junk",
    [
        {},
        {"title": "t\x00"},
        {"title": "t", "season": "-1"},
        {"title": "t", "season": "99999999999999999999", "number": "x"},
        {"title": "t", "recording_kept": "junk"},
        {"title": "t", "recording_kept": "9" * 30},
        {"title": "t", "transcript": "-->\x00 00:00.000 --> "},
        {"title": "t", "base_revision": "x", "action": "preview"},
    ],
)
def test_junk_is_never_an_error_of_ours(client, house, junk):
    show = make_show(house.digital, "Weekly")
    episode = make_episode(show, "Talk")
    client.force_login(house.mary)

    for url in (NEW_SHOW, f"{show.get_absolute_url()}-/new/", f"{episode.get_absolute_url()}-/edit/"):
        assert client.post(url, junk).status_code in {200, 302, 409}


def test_a_transcript_that_would_lose_lines_is_refused_with_their_numbers_and_stays_typed(client, house):
    client.force_login(house.mary)
    client.post(NEW_SHOW, {"title": "Weekly", "body": "About."})
    address = f"{ShowPage.objects.get().get_absolute_url()}-/new/"
    lost = "00:01.000 --> 00:02.000\nHello.\n\n00:05.000 --> 00:03.000\nBackwards.\n\nno times here"
    for fields in ({"transcript": lost}, {"transcript_file": SimpleUploadedFile("t.vtt", lost.encode())}):
        answer = client.post(address, {"title": "Talk", "body": "typed text", **fields})
        assert "Line 4 ends before it starts." in answer.text
        assert "Line 7 has no times" in answer.text
        assert "typed text" in answer.text
    assert not EpisodePage.objects.exists()

    episode = {"title": "Talk", "body": "x", "transcript": "Just words, and an arrow --> there."}
    assert client.post(address, episode).status_code == 302
    EpisodePage.objects.update(transcript=lost)
    page = EpisodePage.objects.get()
    again = {**episode, "transcript": lost, "base_revision": page.latest_revision_id}
    answer = client.post(f"{page.get_absolute_url()}-/edit/", again)
    assert answer.status_code == 302, "an import brought it so, and another change does not wait for its mending"


@pytest.mark.parametrize(
    ("size", "told"), [((600, 400), True), ((1_000, 1_000), True), ((1_400, 1_400), False), ((3_001, 3_001), True)]
)
def test_a_cover_that_directories_refuse_is_taken_and_said_so(client, house, size, told):
    client.force_login(house.mary)
    fields = {"title": "Weekly", "body": "About.", "cover": png("c.png", size)}
    answer = client.post(NEW_SHOW, fields, follow=True)
    assert ShowPage.objects.get().cover.width == size[0]
    assert ("Apple Podcasts needs a square" in answer.text) == told


def breadcrumbs(answer: object) -> list[str]:
    trail = BeautifulSoup(answer.text, "html.parser").select_one("nav.breadcrumbs")  # type: ignore[attr-defined]
    return [link.get_text() for link in trail.select("a")]


def test_the_form_of_an_episode_says_where_the_episode_is(client, house):
    show = make_show(house.digital, "Weekly")
    episode = make_episode(show, "First talk")
    client.force_login(house.grace)
    assert breadcrumbs(client.get(f"{show.get_absolute_url()}-/new/")) == ["Digital Services", "Weekly"]
    edit = f"{episode.get_absolute_url()}-/edit/"
    assert breadcrumbs(client.get(edit)) == ["Digital Services", "Weekly", "First talk"]


def test_the_form_of_an_episode_does_not_name_a_show_that_its_writer_cannot_read(client, house):
    show = make_show(house.digital, "Kestrel show")
    episode = make_episode(show, "First talk")
    ShowPage.objects.filter(pk=show.pk).update(audience_token="space:0")
    client.force_login(house.grace)
    answer = client.get(f"{episode.get_absolute_url()}-/edit/")
    assert breadcrumbs(answer) == ["Digital Services", "First talk"]
    assert "Kestrel" not in answer.text
