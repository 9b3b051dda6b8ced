"""Whether a request comes from a signed-in person, checked before its body is read."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.db import close_old_connections
from django.http import HttpRequest, parse_cookie


def is_signed_in(headers: Any) -> bool:
    """Two short queries if there is a session cookie, otherwise none."""
    key = parse_cookie(headers.get("cookie") or "").get(settings.SESSION_COOKIE_NAME)
    if not key or getattr(settings, "INTRANET_ROLE", "all") == "public":
        return False
    close_old_connections()
    try:
        request = HttpRequest()
        request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
        return bool(get_user(request).is_authenticated)
    finally:
        close_old_connections()
