"""A hundred posts that are due in the same minute are all published, each once, though the worker is killed twice."""

import os
import resource
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

    def run_until(number: int, end: signal.Signals) -> None:
        """A worker of its own; it takes minutes to start on a machine that is busy with other tests."""
        rows = BlogPostPage.objects.filter(live=True, title__startswith="Post")
        worker = manage("db_worker", "--no-index")
        try:
            wait_for(lambda: rows.count() >= number, f"{number} posts", seconds=900)
        finally:
            os.kill(worker.pid, end)
            worker.wait()

    run_until(NUMBER // 4, signal.SIGKILL)
    run_until(NUMBER // 2, signal.SIGKILL)
    run_until(NUMBER, signal.SIGTERM)
    slowest = max(BlogPostPage.objects.filter(title__startswith="Post").values_list("first_published_at", flat=True))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"the last of {NUMBER} was published {(slowest - at).total_seconds():.1f} s after its time,")
    print(f"with {used.ru_utime + used.ru_stime:.1f} s of CPU in three workers")
    once = PageLogEntry.objects.filter(action="wagtail.publish.scheduled").values_list("page_id", flat=True)
    assert sorted(once) == sorted(post.pk for post in posts)
    assert Change.objects.filter(page__in=posts).count() == NUMBER
    assert not scheduling._due_revisions(timezone.now()).exists()
