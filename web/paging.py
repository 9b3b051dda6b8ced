"""Pages of a list: reading the page number, and paging without counting."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

from web.numbers import whole_number

ROWS_PER_PAGE = 20
MAX_COUNTED = 500


def page_number(asked: Mapping[str, str]) -> int:
    """The page number in the query string; 1 if it is missing or not a positive number."""
    return whole_number(asked.get("page", "1"), digits=6) or 1


def paginate(request: HttpRequest, rows: Any, size: int = ROWS_PER_PAGE) -> Page[Any]:
    """The page of `rows` that the request asks for; beyond the end, the last one."""
    return Paginator(rows, size).get_page(page_number(request.GET))


class UncountedPage:
    """The interface of Django's `Page` for templates, for a list that is not counted, or not to its end.

    Counting everything that a reader can see can cost more than showing the page. `more`: whether another page follows;
    `last`: the number of the last page if it is known, where "previous" leads from a page beyond it.
    """

    paginator = None

    def __init__(self, number: int, rows: Iterable[Any], *, more: bool, last: int | None = None) -> None:
        self.number = number
        self.object_list = list(rows)
        self._more, self._last = more, last

    @classmethod
    def of_one_more(cls, number: int, rows: Sequence[Any], size: int) -> "UncountedPage":
        """From up to `size + 1` rows; the extra one only shows that there is a next page."""
        return cls(number, rows[:size], more=len(rows) > size)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.object_list)

    def __len__(self) -> int:
        return len(self.object_list)

    def has_next(self) -> bool:
        return self._more

    def has_previous(self) -> bool:
        return self.number > 1

    def has_other_pages(self) -> bool:
        return self._more or self.number > 1

    def next_page_number(self) -> int:
        return self.number + 1

    def previous_page_number(self) -> int:
        return self.number - 1 if self._last is None else min(self.number - 1, self._last)


def paginate_uncounted(request: HttpRequest, rows: Any, size: int) -> UncountedPage:
    """The page of `rows` that the request asks for, read from the beginning on until it is full."""
    number = page_number(request.GET)
    return UncountedPage.of_one_more(number, list(rows[(number - 1) * size : number * size + 1]), size)


def paginate_long(request: HttpRequest, rows: Any, size: int) -> Page[Any] | UncountedPage:
    """Like `paginate`, but counts at most to `MAX_COUNTED`; of a longer list it only knows whether there is more.

    The cost of counting grows with the list, the cost of showing a page does not.
    """
    number = page_number(request.GET)
    counted = rows.order_by()[: MAX_COUNTED + 1].count()
    if counted > MAX_COUNTED:
        shown = paginate_uncounted(request, rows, size)
        return shown if len(shown) else Paginator(rows, size).get_page(number)
    pages = Paginator(rows, size)
    pages.count = counted
    return pages.get_page(number)
