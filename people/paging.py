"""Which page of a list an address asks for."""

from django.http import HttpRequest


def page_number(request: HttpRequest) -> int:
    """The page asked for by `?page=`; anything that is no number from 1 is the first."""
    asked = request.GET.get("page", "1")
    return int(asked) if asked.isascii() and asked.isdigit() and 0 < len(asked) < 7 and int(asked) > 0 else 1
