"""Home, sign-in, sign-out, the choice of where to write, and the plain pages for errors."""

from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template import loader
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from pages.access import visible_to
from pages.models import BasePage
from pages.permissions import may_write
from pages.views import paginate
from people.models import Space
from people.permissions import roles_of

KINDS_AT_HOME = ("blogpostpage", "wikipage", "episodepage")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is new for me across kinds, newest first; `?mine=1` keeps to the spaces I am a member of."""
    person = request.user
    entries = visible_to(person, BasePage.objects.filter(content_type__in=_content_types()))
    mine = request.GET.get("mine") == "1"
    spaces = Space.objects.filter(pk__in=roles_of(person)) if roles_of(person) else Space.objects.none()
    if mine:
        entries = entries.filter(space__in=roles_of(person))
    page = paginate(request, entries.newest_first().for_list())
    context = {"entries": page, "spaces": list(spaces), "mine": mine}
    return render(request, "intranet/home.html", context)


def _content_types() -> list[int]:
    from django.contrib.contenttypes.models import ContentType

    from blog.models import BlogPostPage
    from podcasts.models import EpisodePage
    from wiki.models import WikiPage

    # Kept in memory by Django after the first time: no query.
    return [ContentType.objects.get_for_model(model).pk for model in (BlogPostPage, WikiPage, EpisodePage)]


@require_safe
def write(request: HttpRequest) -> HttpResponse:
    """The spaces in which the reader may write, each with what can be begun there."""
    spaces = [space for space in Space.objects.visible_to(request.user) if may_write(request.user, space)]
    return render(request, "intranet/write.html", {"spaces": spaces})


@method_decorator(login_not_required, name="dispatch")
class SignInView(LoginView):
    """Name and password. Where one wanted to go is kept, as long as it is on this site."""

    template_name = "sign_in.html"
    redirect_authenticated_user = True


@csrf_exempt
@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session. The form stands on every page, and a token in it would cost more than all else in the frame;
    the session cookie is SameSite=Lax, so that a form on another site signs nobody out."""
    logout(request)
    return redirect("sign_in")


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """The same bare page for a page that is not there and one that the reader may not see; it names no address."""
    template = "public/404.html" if getattr(request, "is_public", False) else "404.html"
    return HttpResponse(loader.select_template([template, "404.html"]).render({}, request), status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    # Rendered without the request: whatever broke must not break the error page too.
    return HttpResponse(loader.render_to_string("500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Nothing typed is lost: the browser's back button brings the form again; the page says so."""
    return render(request, "403_csrf.html", {"reason": reason}, status=403)
