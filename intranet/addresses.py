"""Refuses or cleans control characters and overlong addresses in one place, before any view reads them.

PostgreSQL and file systems fail on NUL; SQLite and Python accept it as a character.
"""

import re
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase

from intranet.views import bad_request
from limits import PATH_CHARACTERS, QUERY_BYTES

CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
# Django leaves bytes that are not UTF-8 percent-encoded, in capitals.
NOT_UTF8 = re.compile(r"%[89A-F][0-9A-F]")
# Except tabs, line and page breaks, which people paste into a search. They become spaces, so that nothing is joined.
STRANGE_CONTROLS = re.compile(r"%(?:0[0-8EeFf]|1[0-9A-Fa-f]|7[Ff])|[\x00-\x08\x0e-\x1f\x7f]")


class AddressMiddleware:
    """404 for a path with control characters, too long, or not in UTF-8; 400 for a query that is too long.

    A query is read without its control characters, as a form is: any search gets an answer.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if len(path) > PATH_CHARACTERS or CONTROLS.search(path) or NOT_UTF8.search(path):
            raise Http404
        query = str(request.META.get("QUERY_STRING", ""))
        if len(query) > QUERY_BYTES:
            return bad_request(request)
        if STRANGE_CONTROLS.search(query):
            request.META["QUERY_STRING"] = STRANGE_CONTROLS.sub("+", query)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any) -> None:
        """Strip NUL from posted text instead of refusing it, so that nothing typed is lost."""
        if request.method == "POST":
            correct(request, {name: _without_nul(values) for name, values in request.POST.lists() if _has_nul(values)})


def correct(request: HttpRequest, fields: dict[str, list[str]]) -> None:
    """Replace the values of these fields in what was posted."""
    if fields:
        corrected = request.POST.copy()
        for name, values in fields.items():
            corrected.setlist(name, values)
        corrected._mutable = False
        request.POST = corrected  # type: ignore[assignment]


def _has_nul(values: list[str]) -> bool:
    return any("\0" in value for value in values)


def _without_nul(values: list[str]) -> list[str]:
    return [value.replace("\0", "") for value in values]
