"""Headers for every response, unless its view has set them; and the redirect to sign-in."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import Http404, HttpRequest, HttpResponseBase

from desk.unsaved import typed_again
from intranet.logs import SECRET_ADDRESS

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'self'"
)
# Wagtail's admin writes styles and scripts into its pages and previews pages in frames.
ADMIN_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)


class ResponseHeadersMiddleware:
    """Content-Security-Policy; internal pages are not indexed, nor stored by shared caches."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        headers = response.headers
        path = request.path_info
        if "Content-Security-Policy" not in headers:
            headers["Content-Security-Policy"] = ADMIN_POLICY if path.startswith("/admin/") else POLICY
        if not getattr(request, "is_public", False):
            headers.setdefault("Cache-Control", "private, no-cache")
            headers.setdefault("X-Robots-Tag", "noindex, nofollow, noarchive")
        headers.setdefault("X-Frame-Options", "SAMEORIGIN")
        return response


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Django's own, but it checks the view before the person.

    A public view must not touch the session: that would cost queries and make its response vary by cookie.
    """

    def process_view(self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any) -> Any:
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        if SECRET_ADDRESS.search(request.path_info):
            # Even if mistyped, it is the key of a feed, and must not be passed on in a redirect.
            raise Http404
        # People who were signed out while writing get their text back.
        return typed_again(request, "signed_out") or super().handle_no_permission(request, view_func)
