"""Logging without secrets: addresses that work as a key are masked, whoever logs them."""

import logging
import re
import secrets
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from web.unavailable import is_away

access = logging.getLogger("intranet.access")

# What follows these gives access without a session: private feeds and their media, links to set a password,
# the set-up of a new site, and links that stop e-mail.
SECRET_ADDRESS = re.compile(
    r"(?i)((?:^|/)(?:feeds(?:/|%2f)+(?:media(?:/|%2f)+)?|-(?:/|%2f)+(?:link|setup|mail)(?:/|%2f)+))[^/?&#\s\"'<>]+"
)


def hide_keys(text: str) -> str:
    return SECRET_ADDRESS.sub(r"\1…", text)


class Formatter(logging.Formatter):
    """One line per event, without secrets. An unavailable database takes one line, without a traceback per request."""

    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        if error is not None and is_away(error):
            record = logging.makeLogRecord({**record.__dict__, "exc_info": None, "exc_text": None})
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            record.msg, record.args = f"{record.getMessage()} (the database is away: {reason})", None
        return hide_keys(super().format(record))


class AccessLogMiddleware:
    """With `INTRANET_ACCESS_LOG`: one line per request, whose id is in the response for support.

    The path is logged without its query, which may be a search; the person is logged as a number.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not settings.INTRANET_ACCESS_LOG:
            return self.get_response(request)
        began, number = time.perf_counter(), secrets.token_hex(8)
        response = self.get_response(request)
        response.headers["X-Request-Id"] = number
        # Only if the user has been loaded anyway: logging must not cost a query.
        person = getattr(getattr(request, "_cached_user", None), "pk", None)
        access.info(
            "%s %s %s %s %.0f ms person=%s request=%s",
            request.META.get("REMOTE_ADDR", "-"),
            request.method,
            request.path.encode("unicode_escape").decode(),
            response.status_code,
            (time.perf_counter() - began) * 1000,
            person or "-",
            number,
        )
        return response
