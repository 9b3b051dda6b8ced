"""Completes links after the import: red links get their pages, and texts that show them red are rendered again."""

from dataclasses import dataclass

from django.db import transaction

from intranet.importing.bulk_writer import set_each
from pages.addresses import to_address
from pages.models import BasePage, PageLink
from pages.rendering import keys_of
from pages.rerendering import RERENDER_AT_ONCE, rerender

ROWS = 500


@dataclass(frozen=True, slots=True)
class _Named:
    """What `keys_of` needs of a page; cheaper than thousands of pages."""

    url_path: str
    slug: str
    title: str

    def get_absolute_url(self) -> str:
        return to_address(self.url_path)

    @property
    def addresses(self) -> set[str]:
        space, _wiki, path = to_address(self.url_path).removeprefix("/spaces/").rstrip("/").partition("/wiki/")
        return {self.get_absolute_url(), f"{space}:{path}"}


def complete_links(just_written: set[int]) -> set[int]:
    """Point red links at pages that now exist; return the numbers of the pages with the links.

    Pages in `just_written` were rendered with all pages known, so only their stored links are completed. Pages of an
    earlier import, and pages that people wrote, are rendered again.
    """
    waiting = PageLink.objects.filter(to_page=None).values_list("pk", "page_id", "key")
    if not waiting:
        return set()
    wanted = {key for _pk, _page, key in waiting}
    exact: dict[str, int] = {}
    loose: set[str] = set()
    imported = BasePage.objects.filter(live=True, source_path__isnull=False)
    for pk, *names in imported.values_list("pk", "url_path", "slug", "title").iterator():
        page = _Named(*names)
        if found := wanted & keys_of(page):  # type: ignore[arg-type]
            exact.update((key, pk) for key in found if key in page.addresses)
            # A title or last path part can lead only to new pages: for old ones it would have matched before.
            loose |= found if pk in just_written else found & page.addresses
    complete = [(exact[key], pk) for pk, page_id, key in waiting if page_id in just_written and key in exact]
    again = sorted({page_id for _pk, page_id, key in waiting if page_id not in just_written and key in loose})
    for start in range(0, len(complete), ROWS):
        with transaction.atomic():
            set_each(PageLink, ["to_page_id"], complete[start : start + ROWS])
    for start in range(0, len(again), RERENDER_AT_ONCE):
        rerender(again[start : start + RERENDER_AT_ONCE])
    return {page_id for _pk, page_id, key in waiting if page_id in just_written and key in exact} | set(again)
