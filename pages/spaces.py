"""Creating a space with its pages, and changing its settings."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pages.access import visible_to
from pages.locking import writing_pages
from pages.models import BasePage
from pages.tree import ensure_space
from people.models import Membership, Space
from people.once import came_of, once, taken
from people.permissions import forget_roles, may_administer
from people.space_form import SpaceForm

MAX_PUBLIC_PAGES = 50


@writing_pages()
def start_space(*, person: Any, space: Space) -> Space:
    """Save the new `space` with front page, blog, wiki and podcasts, and make `person` its owner."""
    if space.kind == Space.Kind.DEPARTMENT and not person.is_superuser:
        raise PermissionDenied
    space.save()
    ensure_space(space)
    Membership.objects.create(person=person, space=space, role=Membership.Role.OWNER)
    forget_roles(person)
    return space


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    form = SpaceForm(request.POST or None, person=request.user)
    if request.method == "POST" and form.is_valid():
        space = form.save(commit=False)
        url, is_first = once(request, lambda: start_space(person=request.user, space=space).get_absolute_url())
        if is_first:
            messages.success(request, _("“%(name)s” has been created. You are its owner.") % {"name": space.name})
        return taken(request, redirect(url))
    # The same form sent twice: the space it just made has its short name, which is not an error.
    if url := came_of(request):
        return taken(request, redirect(url))
    context = {"form": form, "title": _("Create a space"), "back": "/spaces/"}
    return render(request, "pages/space_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def policies(request: HttpRequest, space: str) -> HttpResponse:
    found = get_object_or_404(Space.objects.visible_to(request.user), slug=space)
    if not may_administer(request.user, found):
        raise Http404
    form = SpaceForm(request.POST or None, instance=found, person=request.user)
    if request.method == "POST" and form.is_valid():
        with writing_pages():
            form.save()
            front = ensure_space(found)
            front.title, front.draft_title, front.summary = found.name, found.name, found.description
            front.save()
        messages.success(request, _("The space settings are saved."))
        return taken(request, redirect(found))
    context = {
        "form": form,
        "title": _("Space settings"),
        "back": found.get_absolute_url(),
        "space": found,
        # Public copies stay public when the space is closed.
        "public": visible_to(request.user, BasePage.objects.filter(space=found, public_since__isnull=False))[
            :MAX_PUBLIC_PAGES
        ],
    }
    return render(request, "pages/space_form.html", context, status=422 if form.errors else 200)
