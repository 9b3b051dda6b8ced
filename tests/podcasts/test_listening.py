"""People with access find and hear shows and episodes, at a constant number of queries; no request leaves the site."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.pages import make_episode, make_show

PODCASTS = "/spaces/digital-services/podcasts/"
VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Grace>Good morning.\n\n01:00:05.000 --> 01:00:06.000\nBye.\n"


def day(number: int) -> datetime:
    return datetime(2024, 1, 1, 12, tzinfo=UTC) + timedelta(days=number)


def test_a_listener_goes_from_the_shows_to_an_episode(client, house):
    show = make_show(house.digital, "Weekly", body="About *us*.", summary="News.")
    make_episode(show, "Old talk", at=day(1))
    make_episode(show, "New talk", at=day(2), summary="With guests.")
    client.force_login(house.otto)

    shows = client.get(PODCASTS).text
    assert "Weekly" in shows
    assert "2 episodes" in shows
    page = client.get(show.get_absolute_url())
    assert [episode.title for episode in page.context["episodes"]] == ["New talk", "Old talk"]
    assert "About <em>us</em>" in page.text
    assert "-/edit/" not in page.text
    episode = client.get(f"{PODCASTS}weekly/new-talk/").text
    assert 'rel="prev" href="/spaces/digital-services/podcasts/weekly/old-talk/"' in episode
    assert "Weekly" in episode


def test_timed_lines_lead_to_their_second_and_captions_are_served_to_those_who_may(client, house):
    episode = make_episode(make_show(house.operations, "Inner"), "Talk", transcript=VTT)
    client.force_login(house.linus)

    page = client.get(episode.get_absolute_url()).text
    assert '<a href="#t=3605" id="t=3605">1:00:05</a>' in page
    assert "<strong>Grace:</strong>" in page
    captions = client.get(f"{episode.get_absolute_url()}-/captions.vtt")
    assert captions.headers["Content-Type"] == "text/vtt; charset=utf-8"
    assert "<v Grace>Good morning." in captions.text
    client.force_login(house.mary)
    assert client.get(f"{episode.get_absolute_url()}-/captions.vtt").status_code == 404


def test_a_plain_transcript_has_no_times_and_no_captions(client, house):
    episode = make_episode(make_show(house.digital, "Weekly"), "Talk", transcript="Just words.\n\nAnd more.")
    client.force_login(house.otto)

    page = client.get(episode.get_absolute_url()).text
    assert "And more." in page
    assert "#t=" not in page
    assert client.get(f"{episode.get_absolute_url()}-/captions.vtt").status_code == 404


def test_sound_kept_elsewhere_is_a_link_that_nothing_follows_by_itself(client, house):
    address = "https://media.example.org/talk.mp3"
    episode = make_episode(make_show(house.digital, "Weekly"), "Talk", enclosure_url=address)
    client.force_login(house.otto)

    page = client.get(episode.get_absolute_url()).text
    assert f'href="{address}"' in page
    assert "media.example.org" in page
    assert f'src="{address}"' not in page
    assert "<audio" not in page
    assert episode.feed_entry().sound.url == address


def test_a_member_of_another_space_hears_nothing_and_counts_nothing(client, house):
    show = make_show(house.digital, "Weekly")
    make_episode(show, "For all", at=day(1))
    make_episode(show, "For us", audience="space", at=day(2))
    make_episode(show, "Unfinished", publish=False)
    inner = make_episode(make_show(house.operations, "Inner"), "Talk")
    client.force_login(house.otto)

    assert "1 episode " in client.get(PODCASTS).text.replace("\n", " ")
    assert [episode.title for episode in client.get(show.get_absolute_url()).context["episodes"]] == ["For all"]
    assert "For us" not in client.get(f"{PODCASTS}weekly/for-all/").text
    for url in (f"{PODCASTS}weekly/for-us/", f"{PODCASTS}weekly/unfinished/", inner.get_absolute_url()):
        assert client.get(url).status_code == 404
    assert client.get("/spaces/operations/podcasts/").status_code == 404
    client.force_login(house.mary)
    assert client.get(f"{PODCASTS}weekly/for-us/").status_code == 200


def test_an_episode_of_a_show_that_one_may_not_see_does_not_name_it(client, house):
    show = make_show(house.digital, "Inner circle", audience="space")
    episode = make_episode(show, "For all", audience="staff")
    client.force_login(house.otto)

    page = client.get(episode.get_absolute_url())
    assert page.status_code == 200
    assert "Inner circle" not in page.text


@pytest.mark.sqlite_only
@pytest.mark.parametrize("name", ["otto", "mary"])
def test_an_episode_costs_at_most_six_queries(client, house, name, django_assert_max_num_queries):
    show = make_show(house.digital, "Weekly")
    make_episode(show, "Before", at=day(1))
    episode = make_episode(show, "Talk", transcript=VTT, at=day(2))
    client.force_login(getattr(house, name))
    client.get(episode.get_absolute_url())

    with django_assert_max_num_queries(7):  # one of them asks for comments
        client.get(episode.get_absolute_url())


@pytest.mark.sqlite_only
def test_lists_cost_the_same_with_one_row_and_with_twenty(client, house):
    show = make_show(house.digital, "Weekly")
    make_episode(show, "Talk")
    make_episode(show, "Draft", publish=False, by=house.mary)

    def cost(reader, url: str) -> int:
        client.force_login(reader)
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    asked = [(reader, url) for reader in (house.otto, house.mary) for url in (PODCASTS, show.get_absolute_url())]
    few = [cost(*each) for each in asked]
    for number in range(20):
        make_episode(show, f"Talk {number}")
        make_show(house.digital, f"Show {number}")
    assert [cost(*each) for each in asked] == few
    assert max(few) <= 8


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "path", ["nothing/", "-/edit/", "weekly/nothing/", "weekly/-/", "weekly/talk/-/", "?page=junk", "?page=%00"]
)
def test_junk_is_404_or_the_list(client, house, path):
    make_episode(make_show(house.digital, "Weekly"), "Talk")
    client.force_login(house.grace)

    assert client.get(f"{PODCASTS}{path}").status_code == (200 if "?" in path else 404)
