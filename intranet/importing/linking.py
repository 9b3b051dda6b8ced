"""After the pages stand: links that waited for one of them are joined, and texts that showed them red are rendered again."""

from collections.abc import Callable

from django.db import transaction

from pages.actions import RERENDER_AT_ONCE, rerender
from pages.models import BasePage, PageLink
from pages.rendering import keys_of

ROWS = 500


def join_links(just_written: set[int], progress: Callable[[int], None] = lambda count: None) -> int:
    """Points links without a page at those that have come; returns how many links or pages were changed.

    Pages in `just_written` were rendered knowing what would come, so only their stored links are completed. Those of an
    earlier run, cut short or limited, and those written by people are rendered again.
    """
    waiting = PageLink.objects.filter(to_page=None).values_list("pk", "page_id", "key")
    if not waiting:
        return 0
    wanted = {key for _pk, _page, key in waiting}
    exact: dict[str, int] = {}
    loose: set[str] = set()
    imported = BasePage.objects.filter(live=True, source_path__isnull=False)
    for page in imported.only("pk", "title", "slug", "url_path").iterator():
        keys = keys_of(page)
        if found := wanted & keys:
            loose |= found
            exact.update((key, page.pk) for key in found if "/" in key or key == f"path:{page.get_absolute_url()}")
    complete = [
        PageLink(pk=pk, to_page_id=exact[key])
        for pk, page_id, key in waiting
        if page_id in just_written and key in exact
    ]
    again = sorted({page_id for _pk, page_id, key in waiting if page_id not in just_written and key in loose})
    for start in range(0, len(complete), ROWS):
        with transaction.atomic():
            PageLink.objects.bulk_update(complete[start : start + ROWS], ["to_page"])
        progress(start)
    for start in range(0, len(again), RERENDER_AT_ONCE):
        with transaction.atomic():
            rerender(again[start : start + RERENDER_AT_ONCE])
        progress(start)
    return len(complete) + len(again)
