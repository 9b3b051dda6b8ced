"""Which page of a list an address asks for."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

ROWS_PER_PAGE = 20


def page_number(request: HttpRequest) -> int:
    """The page asked for by `?page=`; anything that is no number from 1 is the first."""
    asked = request.GET.get("page", "1")
    return int(asked) if asked.isascii() and asked.isdigit() and 0 < len(asked) < 7 and int(asked) > 0 else 1


def paginate(request: HttpRequest, rows: Any, size: int = ROWS_PER_PAGE) -> Page[Any]:
    """The page of `rows` that the address asks for; the last one for a number beyond it."""
    return Paginator(rows, size).get_page(page_number(request))
