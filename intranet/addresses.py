"""What no address and no form of this site holds is refused, or taken out, in one place, before any view reads it.

PostgreSQL stores no NUL and says so with an error, and file systems take none; SQLite and Python take it for a letter.
"""

import re
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase

from intranet.views import bad_request
from limits import PATH_CHARACTERS, QUERY_BYTES

CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
# Django writes bytes that are not UTF-8 as they came, in percent and capitals.
NOT_UTF8 = re.compile(r"%[89A-F][0-9A-F]")
# But for tabs, line and page breaks, which people paste into a search. A space is in their place: nothing new can come of it.
STRANGE_CONTROLS = re.compile(r"%(?:0[0-8EeFf]|1[0-9A-Fa-f]|7[Ff])|[\x00-\x08\x0e-\x1f\x7f]")


class AddressMiddleware:
    """404 for a path with control characters, without end, or in another code than UTF-8; 400 for a query without end.

    A query is read without its control characters, as a form is: whatever is in a search, it is answered.
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
        """A text is taken without its NULs rather than refused: nothing typed is lost."""
        if request.method != "POST" or not any("\0" in one for _name, values in request.POST.lists() for one in values):
            return
        cleaned = request.POST.copy()
        for name, values in request.POST.lists():
            cleaned.setlist(name, [one.replace("\0", "") for one in values])
        cleaned._mutable = False
        request.POST = cleaned  # type: ignore[assignment]
