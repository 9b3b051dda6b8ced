"""The stream on the home page: days, what is new since the last visit, filters, faces and pictures, and its cost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from intranet import stream
from news import follows
from news.models import Follow, Level
from pages.models import BasePage
from people.models import Person
from tests.factories.pages import make_post, make_wiki_page
from tests.factories.syndication import make_picture

pytestmark = pytest.mark.django_db


def home(client, person, query=""):
    client.force_login(person)
    return client.get(f"/{query}")


def published(page, **before):
    BasePage.objects.filter(pk=page.pk).update(first_published_at=timezone.now() - timedelta(**before))


def titles(response):
    return [[item.entry.title for item in run.items] for day in response.context["days"] for run in day.runs]


def looked(person, **before):
    Person.objects.filter(pk=person.pk).update(seen_at=timezone.now() - timedelta(**before))


def test_pages_are_under_their_day_in_the_time_zone_of_the_site(house, client, settings):
    settings.TIME_ZONE = "Asia/Tokyo"
    late = make_post(house.digital, "After midnight in Tokyo")
    BasePage.objects.filter(pk=late.pk).update(first_published_at="2024-03-01T16:00:00Z")
    with timezone.override("Asia/Tokyo"):
        response = home(client, house.mary)
    assert "Saturday 2 March 2024" in response.content.decode()


def test_what_came_since_the_last_visit_is_marked_and_the_rest_is_said_to_be_seen(house, client):
    published(make_post(house.digital, "Seen before"), hours=5)
    published(make_post(house.people, "New to me"), hours=1)
    looked(house.mary, hours=3)
    text = home(client, house.mary).content.decode()
    assert text.index("New to me") < text.index("You have seen the rest") < text.index("Seen before")
    assert text.count('class="tag is-new"') == 1
    # A reload belongs to the same visit, and shows the same.
    assert client.get("/").content.decode().count('class="tag is-new"') == 1


def test_nothing_is_marked_on_a_first_visit(house, client):
    make_post(house.digital, "A post")
    assert "is-new" not in home(client, house.mary).content.decode()


def test_a_visit_writes_once_in_ten_minutes_however_often_one_looks(house, client, django_assert_num_queries):
    looked(house.mary, hours=3)
    first = stream.last_visit(house.mary)
    assert timezone.now() - first > timedelta(hours=2)
    with django_assert_num_queries(1):
        assert stream.last_visit(house.mary) == first


def test_many_pages_of_one_kind_by_one_person_are_one_line_that_opens(house, client):
    make_post(house.digital, "A post before", by=house.grace)
    for number in range(5):
        make_wiki_page(house.digital, f"Chapter {number}", by=house.mary)
    found = titles(home(client, house.otto))
    assert found == [[f"Chapter {number}" for number in (4, 3, 2, 1, 0)], ["A post before"]]


def test_pages_with_other_readers_are_not_told_in_one_line(house, client):
    for number in range(4):
        make_wiki_page(house.digital, f"Open {number}", by=house.mary)
    for number in range(4):
        make_wiki_page(house.digital, f"Closed {number}", by=house.mary, audience="space")
    assert [len(run) for run in titles(home(client, house.grace))] == [4, 4]


def test_following_shows_what_is_in_by_or_about_what_one_follows_and_no_more(house, client):
    make_post(house.digital, "By grace", by=house.grace, authors=[house.grace])
    tagged = make_post(house.people, "About maps", tags=["maps"])
    make_post(house.people, "Nothing of it")
    branch = make_wiki_page(house.people, "Handbook")
    make_wiki_page(house.people, "Chapter one", parent=branch)
    muted = make_post(house.people, "Muted")
    hidden = make_post(house.operations, "Hidden")
    tag = tagged.tagged_items.get().tag
    kind = Follow.Kind
    for of, thing in ((kind.PERSON, house.grace), (kind.TAG, tag), (kind.BRANCH, branch), (kind.PAGE, hidden)):
        follows.follow(house.otto, of, thing, Level.ALL)
    follows.follow(house.otto, kind.PAGE, muted, Level.MUTED)
    shown = {title for run in titles(home(client, house.otto, "?followed=1")) for title in run}
    assert shown == {"By grace", "About maps", "Handbook", "Chapter one"}


def test_one_kind_can_be_shown_alone_also_together_with_my_spaces(house, client):
    make_post(house.digital, "My post")
    make_wiki_page(house.digital, "My wiki page")
    make_wiki_page(house.people, "Their wiki page")
    assert titles(home(client, house.mary, "?kind=wiki&mine=1")) == [["My wiki page"]]


@pytest.mark.parametrize(
    "junk", ["?kind=nonsense", "?kind=%00", "?followed=2", "?kind=wiki&page=999", "?mine=1&followed=1"]
)
def test_junk_filters_show_a_page(house, client, junk):
    assert home(client, house.otto, junk).status_code == 200


def test_a_picture_is_shown_only_where_all_readers_of_the_page_may_see_it(house, client):
    shown = make_picture(house.digital, title="Shown")
    kept = make_picture(house.operations, title="Kept")
    post = make_post(house.digital, "With a picture")
    type(post).objects.filter(pk=post.pk).update(hero=shown)
    assert f"/media/pictures/{shown.pk}/" in home(client, house.ada).content.decode()
    type(post).objects.filter(pk=post.pk).update(hero=kept)
    assert f"/media/pictures/{kept.pk}/" not in home(client, house.ada).content.decode()


def test_home_costs_at_most_twelve_queries_for_an_owner_with_everything_on_it(
    house, client, django_assert_max_num_queries
):
    picture = make_picture(house.digital, title="Shown")
    for number in range(12):
        post = make_post(house.digital, f"Post {number}", tags=["first"], authors=[house.grace, house.mary])
        type(post).objects.filter(pk=post.pk).update(hero=picture)
        make_wiki_page(house.people, f"Page {number}", by=house.ada)
    home(client, house.grace)
    with django_assert_max_num_queries(12):
        client.get("/")
