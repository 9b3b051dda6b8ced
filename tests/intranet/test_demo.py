"""The demo content is complete, linked, in its place, visible to the right readers, and loaded into an empty site only."""

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client, override_settings
from django.utils import timezone

from blog.models import BlogPostPage
from intranet.demo import texts
from media.models import Picture, Recording
from pages.access import visible_to
from pages.models import BasePage, PageLink
from people.models import Person, Space
from podcasts.models import EpisodePage, ShowPage
from search.models import ChosenAnswer, WordGroup
from syndication.models import Channel, Release
from text.transcripts import is_timed
from wiki.models import WikiPage

# What is written does not depend on the database, and it takes a while.
pytestmark = pytest.mark.django_db
HASHER = "django.contrib.auth.hashers.MD5PasswordHasher"


@pytest.fixture(scope="module", autouse=True)
def _furnished(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The demo content, loaded once for all tests of this file and rolled back after them."""
    folder = tmp_path_factory.mktemp("demo")
    with (
        django_db_blocker.unblock(),
        override_settings(INTRANET_DEMO=True, MEDIA_ROOT=folder / "media", PASSWORD_HASHERS=[HASHER]),
        transaction.atomic(),
    ):
        call_command("load_demo", stdout=io.StringIO())
        yield
        transaction.set_rollback(True)
    connection.close()


@pytest.fixture
def demo() -> dict[str, Person]:
    return {person.username: person for person in Person.objects.all()}


def test_an_empty_house_is_furnished(demo: dict[str, Person]):
    assert set(demo) >= {"ada", "grace", "linus", "mary", "otto"}
    assert len(demo) == 14
    assert Space.objects.count() == 3
    assert BlogPostPage.objects.count() >= 20
    assert WikiPage.objects.count() >= 25
    assert ShowPage.objects.count() == 2
    assert EpisodePage.objects.count() == 5
    assert not any(BasePage.find_problems())


def test_search_has_words_and_an_answer(demo: dict[str, Person]):
    assert any("a11y" in group.forms for group in WordGroup.objects.filter(state="accepted"))
    assert [group.proposed_by for group in WordGroup.objects.filter(state="proposed")] == [demo["otto"]]
    page = BasePage.objects.get(url_path="/home/spaces/people-and-culture/wiki/flexible-working/")
    assert ChosenAnswer.objects.get(query="working from home").key == f"pages.basepage:{page.pk}"


def test_the_persons_of_the_contract_are_who_they_should_be(demo: dict[str, Person]):
    roles = {
        (membership.person.username, membership.space.slug): membership.role
        for space in Space.objects.all()
        for membership in space.memberships.select_related("person", "space")
    }
    assert roles["grace", "digital-services"] == "owner"
    assert roles["mary", "digital-services"] == "member"
    assert roles["linus", "operations"] == "editor"
    assert not demo["otto"].memberships.exists()
    assert demo["ada"].is_superuser
    assert not any(demo[name].is_superuser or demo[name].is_staff for name in ("grace", "linus", "mary", "otto"))
    assert authenticate(username="mary", password="commonplace") == demo["mary"]
    assert dict(Space.objects.values_list("slug", "see")) == {
        "digital-services": "staff",
        "operations": "members",
        "people-and-culture": "staff",
    }


def test_a_second_start_changes_nothing(demo: dict[str, Person], settings: Any):
    settings.INTRANET_DEMO = True
    before = list(BasePage.objects.order_by("pk").values())
    out = io.StringIO()
    call_command("load_demo", stdout=out)
    assert "nothing was loaded" in out.getvalue()
    assert list(BasePage.objects.order_by("pk").values()) == before


def test_home_is_alive_and_nothing_lies_in_the_future(demo: dict[str, Person]):
    newest = BasePage.objects.exclude(body="").order_by("-first_published_at")
    assert (timezone.now() - newest[0].first_published_at).days <= 2
    assert not newest.filter(first_published_at__gt=timezone.now()).exists()
    assert not newest.filter(last_published_at__gt=timezone.now()).exists()


def test_operations_are_seen_by_their_members_only(demo: dict[str, Person]):
    inside = BasePage.objects.filter(space__slug="operations")
    assert not visible_to(demo["otto"], inside).exists()
    assert not visible_to(demo["mary"], inside).exists()
    assert visible_to(demo["linus"], inside).count() == inside.count()


def test_only_links_that_are_meant_to_be_red_are_red(demo: dict[str, Person]):
    red = set(
        PageLink.objects.filter(to_page=None).exclude(target__startswith="operations:").values_list("target", flat=True)
    )
    assert red == {
        "Free some disk",
        "Leaving well",
        "Mail queue",
        "Network map",
        "Page weight",
        "Patterns for staff tools",
        "Permits for carers",
        "Show and tell sign-up",
        "on-call/quiet-list",
    }


def test_every_picture_is_used_and_described_and_every_recording_has_a_timed_transcript(demo: dict[str, Person]):
    assert Picture.objects.count() == len(texts.table("pictures"))
    assert not Picture.objects.filter(description="").exists()
    assert not Picture.objects.filter(audience=Picture.Audience.WRITER).exists()
    assert not BasePage.objects.filter(body__contains="picture:").exclude(html__contains="/media/pictures/").exists()
    for episode in EpisodePage.objects.select_related("recording"):
        assert episode.recording.duration > 20
        assert is_timed(episode.transcript)
    assert max(Recording.objects.values_list("length", flat=True)) <= 150_000


def test_markup_of_every_kind_is_there_to_be_seen(demo: dict[str, Person]):
    html = "\n".join(BasePage.objects.values_list("html", flat=True))
    for sign in ("<table>", "task-box", "footnote", "<pre", "<blockquote>", 'class="mention"', "<figure"):
        assert sign in html, sign
    assert re.search(r'class="[^"]*(warning|important|note|tip|caution)', html)


def test_histories_have_something_to_compare(demo: dict[str, Person]):
    page = WikiPage.objects.get(slug="accessibility")
    moments = list(page.changes.values_list("at", flat=True))
    assert len(moments) == 3
    assert moments == sorted(moments, reverse=True)
    assert [change.person.username for change in page.changes.all()] == ["amina", "mary", "amina"]


def test_the_public_reads_what_was_released_and_nothing_else(demo: dict[str, Person], client: Client):
    assert Channel.objects.count() == 2
    assert Release.objects.filter(channel__slug="digital-services").count() == 3
    assert not Release.objects.exclude(enclosure_url="").exclude(channel__slug="plain-speaking").exists()
    page = client.get("/public/digital-services/")
    assert page.status_code == 200
    assert "What 312 people taught us" in page.content.decode()
    assert "outage" not in page.content.decode()


def test_every_page_can_be_read_by_whoever_may(demo: dict[str, Person], client: Client):
    client.force_login(demo["ada"])
    for page in BasePage.objects.filter(live=True, space__isnull=False):
        assert client.get(page.get_absolute_url()).status_code == 200, page.get_absolute_url()
