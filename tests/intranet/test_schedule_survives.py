"""A hundred posts that are due in the same minute are all published, each once, though the worker is killed twice."""

import os
import signal
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import PageLogEntry, Revision

from blog.models import BlogPostPage
from pages import scheduling
from pages.locking import writing_pages
from pages.models import Change
from tests.factories.pages import House, make_post
from tests.intranet.processes import manage, wait_for

NUMBER = 100


@pytest.mark.slow
def test_all_are_published_once_though_the_worker_is_killed_twice(committed_house: House, settings: Any) -> None:
    house = committed_house
    with writing_pages():
        posts = [make_post(house.digital, f"Post {each}", by=house.mary, publish=False) for each in range(NUMBER)]
    at = timezone.now() + timedelta(seconds=1)
    Revision.objects.filter(pk__in=[post.latest_revision_id for post in posts]).update(approved_go_live_at=at)

    def wait_until(number: int) -> None:
        rows = BlogPostPage.objects.filter(live=True, title__startswith="Post")
        wait_for(lambda: rows.count() >= number, f"{number} posts", seconds=120)

    for enough in (NUMBER // 4, NUMBER // 2):
        worker = manage("db_worker", "--no-index")
        wait_until(enough)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
    worker = manage("db_worker", "--no-index")
    try:
        wait_until(NUMBER)
    finally:
        worker.terminate()
        worker.wait()
    slowest = max(BlogPostPage.objects.filter(title__startswith="Post").values_list("first_published_at", flat=True))
    print(f"the last of {NUMBER} was published {(slowest - at).total_seconds():.1f} s after its time")
    once = PageLogEntry.objects.filter(action="wagtail.publish.scheduled").values_list("page_id", flat=True)
    assert sorted(once) == sorted(post.pk for post in posts)
    assert Change.objects.filter(page__in=posts).count() == NUMBER
    assert not scheduling._due_revisions(timezone.now()).exists()
