"""A prepared query gives each reader what the access rule gives her."""

from datetime import UTC, datetime

import pytest

from blog.models import BlogPostPage
from pages.access import visible_to
from pages.models import BasePage
from pages.prepared import PreparedQuery
from tests.factories.pages import make_post

titles = PreparedQuery(
    lambda reader, moment, space_id: (
        visible_to(reader, BlogPostPage.objects.filter(first_published_at__lte=moment, space_id=space_id))
        .order_by("title")
        .values_list("title")
    ),
    moment=datetime,
    space_id=int,
)
posts = PreparedQuery(
    lambda reader, url_path: visible_to(
        reader, BlogPostPage.objects.select_related("space", "hero").filter(url_path=url_path)
    ),
    url_path=str,
)
below = PreparedQuery(
    lambda reader, start: visible_to(reader, BasePage.objects.filter(url_path__startswith=start)), start=str
)


def test_every_reader_gets_what_the_door_gives_her(house):
    for space in (house.digital, house.operations):
        for audience in ("staff", "space"):
            make_post(space, f"{space.slug} {audience}", audience=audience, at=datetime(2024, 1, 1, tzinfo=UTC))
        make_post(space, f"{space.slug} late", at=datetime(2025, 1, 1, tzinfo=UTC))
        make_post(space, f"{space.slug} draft", publish=False)
    moment = datetime(2024, 6, 1, tzinfo=UTC)

    for person in house.everybody:
        for space in (house.digital, house.operations):
            asked = BlogPostPage.objects.filter(first_published_at__lte=moment, space=space).order_by("title")
            expected = list(visible_to(person, asked).values_list("title"))
            assert titles(person, moment=moment, space_id=space.pk) == expected
        start = "/home/spaces/operations/"
        expected_pages = visible_to(person, BasePage.objects.filter(url_path__startswith=start))
        assert {page.pk for page in below(person, start=start)} == {page.pk for page in expected_pages}
        assert below(person, start="/home/spaces/oper%") == []


def test_a_stranger_and_a_leaver_get_nothing(house):
    from django.contrib.auth.models import AnonymousUser

    post = make_post(house.digital, "Open")
    assert len(posts(house.otto, url_path=post.url_path)) == 1

    house.otto.is_active = False
    assert posts(house.otto, url_path=post.url_path) == []
    assert posts(AnonymousUser(), url_path=post.url_path) == []


def test_an_object_is_as_whole_as_one_that_django_loads(house, django_assert_num_queries):
    written = make_post(house.digital, "Whole", body="*Text*", tags=["a"])
    loaded = BlogPostPage.objects.get(pk=written.pk)
    house.otto._roles_by_space = {}

    with django_assert_num_queries(1):
        (post,) = posts(house.otto, url_path=written.url_path)
        assert post.space == house.digital
        assert post.hero is None
    assert type(post) is BlogPostPage
    for field in BlogPostPage._meta.concrete_fields:
        assert getattr(post, field.attname) == getattr(loaded, field.attname)
    assert not post.get_deferred_fields()


def test_a_question_that_does_not_use_its_values_is_a_mistake(house):
    careless = PreparedQuery(lambda reader, url_path: visible_to(reader, BlogPostPage.objects.all()), url_path=str)

    with pytest.raises(ValueError, match="url_path"):
        careless(house.otto, url_path="/")
