"""What readers find after an import: spaces, persons, links, pictures, sound."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings

from media.models import Picture, Recording
from pages.models import BasePage, Change, PageLink
from people.models import Person, Space
from podcasts.models import EpisodePage, ShowPage
from tests.intranet.test_importing import SAMPLE, page_at
from wiki.models import WikiPage

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _imported(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The sample, imported once for all tests of this file and rolled back after them."""
    folder = tmp_path_factory.mktemp("imported")
    index = {"default": {**settings.WAGTAILSEARCH_BACKENDS["default"], "PATH": str(folder / "index")}}
    with (
        django_db_blocker.unblock(),
        override_settings(MEDIA_ROOT=folder / "media", WAGTAILSEARCH_BACKENDS=index),
        transaction.atomic(),
    ):
        call_command("import_corpus", str(SAMPLE), stdout=io.StringIO(), stderr=io.StringIO())
        yield
        transaction.set_rollback(True)
    connection.close()


def test_departments_become_spaces_that_all_staff_see():
    space = Space.objects.get(slug="harbour-office")
    assert (space.name, space.see, space.description) == ("Harbour Office", "staff", "Part of Ministry of Water.")
    assert page_at("/spaces/harbour-office/").audience_token == "staff"


def test_authors_become_persons_who_cannot_sign_in():
    person = Person.objects.get(username="ines-costa")
    assert (person.name, person.job_title) == ("Ines Costa", "Harbour master")
    assert not person.has_usable_password()
    assert person.memberships.get().space.slug == "harbour-office"
    assert person.groups.count() == 1


def test_links_lead_to_our_addresses_whatever_the_order_of_lines():
    tides = page_at("/spaces/harbour-office/wiki/quay/tides/")
    spring = page_at("/spaces/harbour-office/wiki/quay/tides/spring/")
    soundings = page_at("/spaces/office-of-maps/wiki/atlas/soundings/")
    assert 'href="/spaces/harbour-office/wiki/quay/tides/spring/#heights"' in tides.html
    assert 'href="/spaces/office-of-maps/wiki/atlas/soundings/"' in tides.html
    assert 'href="/spaces/office-of-maps/wiki/atlas/soundings/#deep"' in tides.html
    assert 'href="/spaces/harbour-office/wiki/quay/tides/"' in spring.html
    assert 'href="/spaces/office-of-maps/blog/first-sheet/"' in page_at("/spaces/harbour-office/blog/new-crane/").html
    post = page_at("/spaces/harbour-office/blog/high-water/")
    assert 'href="/spaces/harbour-office/wiki/quay/tides/#heights"' in post.html
    assert set(tides.backlinks.values_list("page", flat=True)) == {spring.pk, post.pk}
    assert set(soundings.backlinks.values_list("page", flat=True)) == {tides.pk}


def test_red_links_stay_red_and_point_to_where_the_page_would_be():
    tides = page_at("/spaces/harbour-office/wiki/quay/tides/")
    red = dict(PageLink.objects.filter(page=tides, to_page=None).values_list("key", "text"))
    assert red == {"harbour-office:quay/moorings": "Moorings", "office-of-maps:atlas/reefs": "reefs"}
    assert tides.html.count('class="redlink"') == 2


def test_code_is_left_as_it_is():
    body = page_at("/spaces/harbour-office/blog/high-water/").body
    assert "`[[quay/tides|nothing]]`" in body
    assert "`](/wiki/quay/tides)`" in body


def test_a_page_without_its_parent_hangs_on_the_page_of_its_wiki():
    front = page_at("/spaces/office-of-maps/wiki/atlas/")
    assert isinstance(front, WikiPage)
    assert front.title == "Atlas"
    page = page_at("/spaces/office-of-maps/wiki/atlas/lights-red-north/")
    assert page.get_parent().pk == front.pk
    assert page_at("/spaces/harbour-office/wiki/quay/rules-anchor/").title == "Where to drop anchor"


def test_two_posts_of_one_name_get_two_addresses():
    assert page_at("/spaces/harbour-office/blog/high-water-2/").title == "High water, as the map shows it"
    assert EpisodePage.objects.get(source_path="example/voices/2.md#episode").slug == "fog-2"


def test_pictures_and_sound_come_along_once():
    picture = Picture.objects.get()
    assert picture.description == "The quay at low water"
    assert f'src="{picture.get_absolute_url()}"' in page_at("/spaces/harbour-office/blog/high-water/").html
    recording = Recording.objects.get()
    assert recording.media_type == "audio/mpeg"
    assert 0.9 < recording.duration < 1.2
    show = ShowPage.objects.get()
    assert recording.episodes.get().get_parent().pk == show.pk


def test_a_post_that_only_points_elsewhere_says_where():
    assert page_at("/spaces/office-of-maps/blog/first-sheet/").link_url == "https://maps.example.org/first-sheet"


def test_the_tree_is_sound_and_history_names_the_source():
    assert not any(BasePage.find_problems())
    change = Change.objects.get(page__source_path="example/harbour/high-water.md")
    assert change.person.username == "ines-costa"
    assert change.note == "Imported from example/harbour/high-water.md (CC0-1.0)"
