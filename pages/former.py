"""Former addresses of pages redirect people who can read the page, to the same view of it.

An address reveals the title at the time, so it redirects only people who could read the page when it left.
"""

import re
from typing import Any

from django.http import Http404, HttpRequest

from pages.access import sees_drafts_of, with_own_drafts
from pages.addresses import to_path
from pages.models import BasePage, Change, FormerAddress
from people.audiences import STAFF, audience_tokens

#: Separates the address of a page from the view.
MARK = "/-/"
MAX_STEPS = 12
OF_PAGES = re.compile(r"/spaces/[\w-]+/[\w/-]*/?")


class Elsewhere(Http404):
    """The form was opened for another page than the one that now has this address."""

    def __init__(self, page: Any) -> None:
        self.page = page
        super().__init__("This form belongs to another page.")


def remember(pk: int, address: str, *, readers: str) -> None:
    """Store that the page left `address`, where these `readers` could read it.

    If all staff have been able to read it there, the address redirects them for good.
    """
    if readers != STAFF and _all_staff_knew(pk, address):
        readers = STAFF
    FormerAddress.objects.update_or_create(url_path=address, defaults={"page_id": pk, "audience_token": readers})


def _all_staff_knew(pk: int, address: str) -> bool:
    slug = address.rstrip("/").rpartition("/")[2]
    published = Change.objects.filter(page_id=pk, published=True, audience_token=STAFF)
    return published.filter(revision__content__slug=slug).exists()


def page_that_left(person: Any, path: str) -> Any:
    """The page that was at `path`, or that moved with a page above it, if `person` can read it; else None."""
    wanted = to_path(f"/{path.strip('/')}/").replace("//", "/")
    parts = wanted.strip("/").split("/")
    prefixes = ["/" + "/".join(parts[: end + 1]) + "/" for end in range(len(parts))]
    former = FormerAddress.objects.filter(url_path__in=prefixes[-MAX_STEPS:]).select_related("page")
    for row in sorted(former, key=lambda row: -len(row.url_path)):
        address = row.page.url_path + wanted.removeprefix(row.url_path)
        page = with_own_drafts(person, BasePage.objects.all()).filter(url_path=address).first()
        if page is not None and page.url_path != wanted and _could_read(person, row):
            return page
    return None


def _could_read(person: Any, row: FormerAddress) -> bool:
    return row.audience_token in audience_tokens(person) or (
        not row.audience_token and sees_drafts_of(person, row.page)
    )


def new_address(request: HttpRequest, refusal: Http404) -> str | None:
    """The new address for a former one, or for a form of another page."""
    address, mark, asked = request.path_info.partition(MARK)
    if isinstance(refusal, Elsewhere):
        page = refusal.page
    else:
        page = page_that_left(request.user, address) if OF_PAGES.fullmatch(address) else None
    return f"{page.get_absolute_url()}{mark.lstrip('/')}{asked}" if page is not None else None
