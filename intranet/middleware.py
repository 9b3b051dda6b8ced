"""Headers that every answer of the site carries unless its view has set its own."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase

from pages.access import behind_the_door
from pages.models import BasePage
from pages.typed import typed_again

ADMIN_OF_PAGES = ("/admin/pages/", "/admin/choose-page/", "/admin/bulk/", "/admin/workflows/")
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
    """Content-Security-Policy, no indexing of the internal site, and no storing of internal pages by shared caches."""

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


class AdminDoorMiddleware:
    """Asks the door for every page that an address of Wagtail's admin names, for those who are no administrators.

    Wagtail asks whether one may edit, and shows titles on the way there: in its explorer, choosers and bulk actions. Every
    write there is one transaction, too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method != "POST" or not request.path_info.startswith("/admin/"):
            return self.get_response(request)
        # Wagtail moves a page and tells of it afterwards: what follows from a write is written with it or not at all.
        with transaction.atomic():
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response

    def process_view(self, request: HttpRequest, view_func: Any, args: Any, kwargs: Any) -> None:
        if not request.path_info.startswith(ADMIN_OF_PAGES) or request.user.is_superuser:
            return
        asked = [*args, *kwargs.values(), *request.GET.getlist("id"), *request.POST.getlist("id")]
        numbers = {int(value) for value in map(str, asked) if value.isascii() and value.isdigit() and len(value) < 16}
        named = BasePage.objects.filter(pk__in=numbers)
        if numbers and named.count() != behind_the_door(request.user, named).count():
            raise Http404


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Django's own, but it looks at the view before it looks at the person.

    A view for everybody must not touch the session: that would cost queries and make every public answer vary by cookie.
    """

    def process_view(self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any) -> Any:
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        # Who was signed out while she wrote gets her text back instead of an empty form after signing in.
        return typed_again(request, signed_out=True) or super().handle_no_permission(request, view_func)
