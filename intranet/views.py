"""Home, sign-out, the choice of where to write, and error pages."""

import sys
from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template import loader
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from database.prepared import Prepared
from desk import drafts, unsaved
from intranet import stream
from news import inbox
from pages import entries, kinds
from pages.access import visible_to
from pages.models import BasePage
from pages.permissions import may_write
from pages.prepared import PreparedQuery
from people.models import Space
from people.permissions import roles_of
from web.paging import UncountedPage, page_number
from web.unavailable import HEADERS, is_away

SIZE = 20
DRAFTS_SHOWN = 3


def _news(reader: Any, names: frozenset[str] | None = None) -> Any:
    found = entries.news(BasePage.objects.all(), names)
    return visible_to(reader, found).newest_first().values_list(*entries.COLUMNS)


newest = PreparedQuery(lambda reader: _news(reader)[: SIZE + 1])
spaces_of = Prepared(lambda person: Space.objects.filter(memberships__person=person), person=int)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """New pages of all kinds, newest first; `mine=1`: only of the reader's spaces; `followed=1`: only of what the reader
    follows; `kind`: only of that kind."""
    person = request.user
    number, roles = page_number(request.GET), roles_of(person)
    asked = {name: request.GET.get(name) == "1" for name in ("mine", "followed")}
    kind = request.GET.get("kind", "")
    kind = kind if kind in kinds.news_of_site() else ""
    if number == 1 and not kind and not any(asked.values()):
        rows = newest(person)
    else:
        news = _news(person, frozenset({kind}) if kind else None)
        if asked["mine"]:
            news = news.filter(space__in=roles)
        if asked["followed"]:
            news = stream.followed(person, news)
        rows = list(news[(number - 1) * SIZE : number * SIZE + 1])
    page = UncountedPage.of_one_more(number, [entries.Entry.of(row) for row in rows], SIZE)
    context = {
        "entries": page,
        "days": stream.days(page.object_list, since=stream.last_visit(person)),
        "spaces": spaces_of(person=person.pk) if roles else [],
        **asked,
        "kind": kind,
        "kinds": [(name, kinds.label_of(name)) for name in sorted(kinds.news_of_site())],
        "drafts": drafts.drafts_of(person).order_by("-saved_at")[:DRAFTS_SHOWN],
        "waiting": inbox.count_waiting(person),
    }
    return render(request, "intranet/home.html", context)


@require_safe
def write(request: HttpRequest) -> HttpResponse:
    spaces = [space for space in Space.objects.visible_to(request.user) if may_write(request.user, space)]
    return render(request, "intranet/write.html", {"spaces": spaces, "rooms": kinds.rooms()})


@csrf_exempt
@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session. The form is on every page, and a CSRF token would cost more than the rest of the frame.

    The session cookie is SameSite=Lax, so a form on another site cannot sign anyone out.
    """
    logout(request)
    return redirect("sign_in")


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    # Rendered without the request, because the response must not repeat a foreign host name.
    context = {"unknown_host": isinstance(exception, DisallowedHost)}
    return HttpResponse(loader.render_to_string("400.html", context), status=400)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """The same page for a missing page and for one that the reader cannot see; it repeats no address."""
    template = "public/404.html" if getattr(request, "is_public", False) else "404.html"
    return HttpResponse(loader.select_template([template, "404.html"]).render({}, request), status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    # Rendered without the request, because whatever broke must not break the error page too.
    if is_away(sys.exc_info()[1]):
        again = unsaved.typed_while_away(request)
        return again or HttpResponse(loader.render_to_string("503.html"), status=503, headers=HEADERS)
    return HttpResponse(loader.render_to_string("500.html"), status=500)


def _in_admin(request: HttpRequest) -> bool:
    return request.path_info.startswith("/admin/")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """Nothing typed is lost: a text is shown again to be sent once more; the back button restores other forms."""
    again = None
    if hasattr(request, "user"):
        if request.user.is_authenticated and unsaved.was_shown_again(request) and not _in_admin(request):
            # Signing in replaced the token on the page that showed the text again. The signed field and the browser's
            # Origin prove that the form is ours.
            again = unsaved.UnsavedTextMiddleware(lambda _request: HttpResponse()).view_of(request)
        else:
            again = unsaved.typed_again(request, "expired" if request.user.is_authenticated else "signed_out")
    return again or render(request, "403_csrf.html", {"reason": reason}, status=403)
