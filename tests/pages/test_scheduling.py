"""Publications scheduled in Wagtail's admin happen in time, with all that follows; a failure is reported."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from blog.models import BlogPostPage
from desk.saving import newest_version
from pages import scheduling
from pages.actions import edit_page, publish_page
from pages.models import Change, PageLink
from search.models import OutboxEntry
from tests.admin_forms import admin_post
from tests.factories.pages import House, make_post, make_wiki_page
from tests.factories.syndication import make_picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Moves the time on by so many minutes."""
    real = timezone.now

    def move(minutes: float) -> None:
        monkeypatch.setattr(timezone, "now", lambda: real() + timedelta(minutes=minutes))

    return move


def in_minutes(minutes: int) -> str:
    return timezone.localtime(timezone.now() + timedelta(minutes=minutes)).strftime("%Y-%m-%d %H:%M")


@pytest.fixture
def admin(house: House) -> Client:
    client = Client()
    client.force_login(house.ada)
    return client


def test_a_draft_goes_live_at_its_time_with_links_media_history_and_index(
    house: House, admin: Client, clock: Any
) -> None:
    picture = make_picture(house.digital)
    target = make_wiki_page(house.digital, "Target", by=house.grace)
    text = f"[[Target]] ![x](picture:{picture.pk})"
    post = make_post(house.digital, "Monday", text, by=house.grace, publish=False)
    admin_post(admin, post, go_live_at=in_minutes(60), **{"action-publish": "1"})
    scheduling.run_due()
    assert not BlogPostPage.objects.get(pk=post.pk).live
    OutboxEntry.objects.all().delete()
    clock(61)
    assert (scheduling.run_due(), scheduling.run_due()) == (1, 0)
    live = BlogPostPage.objects.get(pk=post.pk)
    assert (live.live, live.audience_token) == (True, "staff")
    assert live.first_published_at > timezone.now() - timedelta(minutes=5)
    assert f"/media/pictures/{picture.pk}/" in live.html
    picture.refresh_from_db()
    assert picture.audience_token == "staff"
    assert PageLink.objects.filter(page=post, to_page=target).exists()
    assert Change.objects.get(revision=live.live_revision).published
    assert OutboxEntry.objects.filter(key__endswith=f":{post.pk}").exists()
    reader = Client()
    reader.force_login(house.otto)
    assert reader.get(live.get_absolute_url()).status_code == 200


def test_a_page_expires_at_its_time_and_stays_published_once_a_person_publishes_it(
    house: House, admin: Client, clock: Any
) -> None:
    post = make_post(house.digital, "Offer", by=house.grace)
    admin_post(admin, post, expire_at=in_minutes(60), **{"action-publish": "1"})
    clock(61)
    assert scheduling.run_due() == 1
    expired = BlogPostPage.objects.get(pk=post.pk)
    assert (expired.live, expired.expired) == (False, True)
    publish_page(person=house.grace, page=expired)
    assert scheduling.run_due() == 0
    assert BlogPostPage.objects.get(pk=post.pk).live


def test_what_was_published_meanwhile_is_not_replaced_by_an_older_text_at_its_time(
    house: House, admin: Client, clock: Any
) -> None:
    post = make_post(house.digital, "News", "First.", by=house.grace)
    admin_post(admin, post, body="For Monday.", go_live_at=in_minutes(60), **{"action-publish": "1"})
    draft = newest_version(BlogPostPage.objects.get(pk=post.pk))
    draft.body = "Urgent, now."
    edit_page(person=house.grace, page=draft)
    clock(61)
    assert scheduling.run_due() == 0
    page = BlogPostPage.objects.get(pk=post.pk)
    assert (page.body, page.live, page.go_live_at) == ("Urgent, now.", True, None)


def test_one_that_cannot_go_live_holds_up_no_other_and_is_told_of(
    house: House, admin: Client, clock: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    posts = [make_post(house.digital, title, by=house.grace, publish=False) for title in ("Bad", "Good")]
    for post in posts:
        admin_post(admin, post, go_live_at=in_minutes(60), **{"action-publish": "1"})
    save = BlogPostPage.save

    def fails(page: Any, *args: Any, **kwargs: Any) -> Any:
        if page.title == "Bad":
            raise ValueError("cannot be saved")
        return save(page, *args, **kwargs)

    monkeypatch.setattr(BlogPostPage, "save", fails)
    scheduling._reported.forget()
    clock(67)
    assert admin.get("/health/").json()["schedule"] == "2 late"
    assert scheduling.run_due() == 1
    assert [BlogPostPage.objects.get(pk=post.pk).live for post in posts] == [False, True]
    assert admin.get("/health/").json()["schedule"] == "1 late"
    # Tried every few seconds, and no traceback each time.
    for _again in range(3):
        assert scheduling.run_due() == 0
    assert sum("not done on time" in record.getMessage() for record in caplog.records) == 1


def test_the_worker_looks_at_the_schedule(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    from intranet.worker import runner

    asked: list[datetime] = []
    stop = threading.Event()

    def noted() -> int:
        asked.append(timezone.now())
        stop.set()
        return 0

    monkeypatch.setattr(scheduling, "run_due", noted)
    runner.keep_schedule(stop)
    assert len(asked) == 1
    background = runner.Background()
    assert "commonplace-schedule" in {thread.name for thread in background.threads}
