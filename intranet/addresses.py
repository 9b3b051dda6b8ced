"""What no address and no form of this site holds is refused, or taken out, in one place, before any view reads it.

PostgreSQL stores no NUL and says so with an error, and file systems take none; SQLite and Python take it for a letter.
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_to_bytes

from django.http import Http404, HttpRequest, HttpResponseBase

from intranet.views import bad_request

MAX_PATH_CHARACTERS = 2_048
MAX_QUERY_BYTES = 32_768
CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
# Django writes bytes that are no UTF-8 as they came, in percent and capitals.
NOT_UTF8 = re.compile(r"%[89A-F][0-9A-F]")
# People paste tabs, line and page breaks into a search.
STRANGE_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")


class AddressMiddleware:
    """404 for a path, and 400 for a query, with control characters, without end, or (a path) in another code than UTF-8."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if len(path) > MAX_PATH_CHARACTERS or CONTROLS.search(path) or NOT_UTF8.search(path):
            raise Http404
        query = str(request.META.get("QUERY_STRING", "")).encode("latin-1", "replace")
        if len(query) > MAX_QUERY_BYTES or (b"%" in query and STRANGE_CONTROLS.search(unquote_to_bytes(query))):
            return bad_request(request)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any) -> None:
        """A text is taken without its NULs rather than refused: nothing typed is lost."""
        if request.method != "POST" or not any("\0" in one for _name, values in request.POST.lists() for one in values):
            return
        cleaned = request.POST.copy()
        for name, values in request.POST.lists():
            cleaned.setlist(name, [one.replace("\0", "") for one in values])
        cleaned._mutable = False
        request.POST = cleaned  # type: ignore[assignment]
