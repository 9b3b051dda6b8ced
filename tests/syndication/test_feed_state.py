"""A private feed answers 304 only as long as making it would give the same bytes."""

import random
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction
from django.test import Client
from django.utils import timezone

from media.models import Recording
from pages import kinds
from pages.columns import PENDING
from pages.models import BasePage
from people.models import Membership, Person, Space
from syndication.actions import create_private_feed
from syndication.feed_state import UNUSED, state_of
from syndication.models import PrivateFeed
from syndication.private_feeds import feed_of
from syndication.writers import json_feed, rss
from tests.factories.pages import make_episode, make_post, make_show, make_wiki_page
from tests.factories.syndication import make_recording

SINCE = datetime(2026, 1, 1, tzinfo=timezone.get_default_timezone())


class Undone(Exception):
    """Takes back one change."""


@pytest.fixture
def feeds(house: Any) -> list[PrivateFeed]:
    """Everything that a feed can be narrowed by, over a page of each kind."""
    Membership.objects.create(space=house.operations, person=house.mary)
    show = make_show(house.digital, "Talks")
    for number in range(2):
        make_post(house.digital, f"Post {number}", tags=["Annual report"], by=house.mary)
        make_wiki_page(house.digital, f"Page {number}")
        make_episode(show, f"Talk {number}", recording=make_recording(house.digital))
    make_post(house.operations, "For operators")
    BasePage.objects.update(summary="In short.")  # a text without one is told by another column
    made = [
        PrivateFeed(),
        PrivateFeed(space=house.digital, kind="episode"),
        PrivateFeed(tag="annual-report", author=house.mary),
    ]
    for feed in made:
        create_private_feed(person=house.mary, feed=feed)
    return made


def written(feed: PrivateFeed) -> tuple[bytes, str]:
    """What the feed is, and what is said of it without making it."""
    feed = PrivateFeed.objects.select_related("owner", "author").get(pk=feed.pk)
    made = feed_of(feed, "token", "json", SINCE)
    return json_feed.write(made) + rss.write(made), state_of(feed)


def other(field: Any, value: Any) -> Any:
    """Another value for a column."""
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, models.DateTimeField):
        return (value or timezone.now()) + timedelta(hours=5)
    if isinstance(field, models.DateField):
        return SINCE.date()
    if isinstance(field, models.UUIDField):
        return uuid.uuid4()
    if isinstance(field, models.JSONField):
        return [{"name": "Somebody else", "slug": "else", "username": "else", "id": "x", "text": "x", "level": 2}]
    if isinstance(field, models.CharField | models.TextField | models.FileField):
        return f"{str(value or '')[: (field.max_length or 99) - 1]}x"
    return (value or 0) + 1


def changes() -> Iterator[tuple[str, Callable[[], Any]]]:
    """Each column of each table that may be in a feed, changed in one row by itself, and what people do besides."""
    for model in (BasePage, *(kinds.by_name()[name] for name in sorted(kinds.items())), Recording, Space, Person):
        for field in model._meta.local_concrete_fields:
            if field.primary_key or field.is_relation:
                continue

            def change(model: Any = model, field: Any = field) -> None:
                for row in model.objects.order_by("pk"):
                    model.objects.filter(pk=row.pk).update(**{field.name: other(field, field.value_from_object(row))})

            yield f"{model.__name__}.{field.name}", change
    yield "no summary", lambda: BasePage.objects.update(summary="", plain="What it says.")
    yield "left", lambda: Membership.objects.all().delete()
    yield "no recording", lambda: Recording.objects.update(audience_token="space:999999")
    yield "deleted", lambda: BasePage.objects.filter(title="Post 0").delete()
    yield "called", lambda: PrivateFeed.objects.update(label="Called otherwise")


@pytest.mark.sqlite_only
def test_whatever_changes_a_byte_of_a_feed_changes_its_state(house: Any, feeds: list[PrivateFeed]) -> None:
    before = {feed.pk: written(feed) for feed in feeds}
    assert all(state for _body, state in before.values())
    assert written(PrivateFeed.objects.create(owner=house.mary, uid=uuid.uuid4(), token_hash="x", kind="gone"))[1] == ""
    assert before == {feed.pk: written(feed) for feed in feeds}
    told: set[str] = set()
    for what, change in changes():
        try:
            with transaction.atomic():
                change()
                for feed in feeds:
                    body, state = written(feed)
                    if body != before[feed.pk][0]:
                        told.add(what)
                        assert state != before[feed.pk][1], what
                raise Undone
        except (Undone, IntegrityError):  # the database takes no such value
            pass
    # The columns above are what a feed is made of.
    assert told >= {
        *("BasePage.title", "BasePage.html", "BasePage.summary", "BasePage.byline", "BasePage.labels"),
        *("BasePage.url_path", "BasePage.language", "BasePage.last_published_at", "BasePage.live"),
        *("Recording.length", "Recording.duration", "Space.name", "no summary", "left", "no recording", "deleted"),
    }


def test_many_changes_at_once_change_the_state_too(feeds: list[PrivateFeed]) -> None:
    """Two changes that take each other back, half of a change, the same change to another row."""
    random_ = random.Random(5)
    columns = [BasePage._meta.get_field(name) for name in ("title", "html", "summary", "language", "last_published_at")]
    seen: dict[int, dict[str, bytes]] = {feed.pk: {} for feed in feeds}
    pages = list(BasePage.objects.filter(depth__gt=5))
    for _ in range(30):
        page, field = random_.choice(pages), random_.choice(columns)
        value = random_.choice([field.value_from_object(page), other(field, field.value_from_object(page))])
        BasePage.objects.filter(pk=page.pk).update(**{field.name: value})
        for feed in feeds:
            body, state = written(feed)
            assert seen[feed.pk].setdefault(state, body) == body


def test_the_entry_of_each_kind_reads_nothing_but_columns_that_are_in_the_state(
    feeds: list[PrivateFeed], django_assert_num_queries: Any
) -> None:
    for name in kinds.items():
        model = kinds.by_name()[name]
        unused = {*(UNUSED - {"plain"}), model.kind.transcript_field} - {""}
        page = model.objects.defer(*unused).filter(live=True).first()
        for field in page.kind.media_fields:
            if model._meta.get_field(field).related_model is Recording:
                setattr(page, field, Recording.objects.first())
        with django_assert_num_queries(0):
            page.feed_entry()


def test_a_text_that_waits_for_its_rendering_has_no_state(feeds: list[PrivateFeed]) -> None:
    BasePage.objects.filter(title="Post 0").update(html=PENDING)
    assert written(feeds[0])[1] == ""
    BasePage.objects.filter(title="Post 0").update(html="<p>Text</p>", first_published_at=None)
    assert written(feeds[0])[1] == ""


def test_a_feed_that_did_not_change_is_not_made(
    house: Any, stranger: Client, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    make_post(house.digital, "For all")
    link = f"/feeds/{create_private_feed(person=house.mary, feed=PrivateFeed())}/feed.rss"
    first = stranger.get(link)
    monkeypatch.setattr("syndication.views.private.feed_of", None)
    with django_assert_max_num_queries(3):
        assert stranger.get(link, headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert stranger.get(link, headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 304
