"""The door in front of Wagtail's admin.

Administrators may open all of it. A site editor may open the addresses of `PAGES`, `PICTURES` and `PLAIN` and no other:
a view that a new version of Wagtail brings is closed until somebody has read it and written its name here. Everybody else
finds nothing but a plain page that says so.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import is_valid_path, reverse

from media.models import Picture
from pages.access import behind_the_door
from pages.locking import writing_pages
from pages.models import BasePage
from people.audiences import token_filter
from web.numbers import whole_number

#: Where new pictures and files come in, alone or many, and from a chooser.
UPLOADS = re.compile(
    r"/admin/(?:images|documents)/(?:add|multiple/(?:add|create_from_uploaded_\w+/\d+)|chooser/create)/"
)
ENTER = "wagtailadmin.access_admin"
BULK = "wagtail_bulk_action"
HOME, SIGN_IN, SIGN_OUT = "wagtailadmin_home", "admin_sign_in", "wagtailadmin_logout"
#: Whatever number such an address names is a page, and the page has to be behind the door of the person. Histories,
#: old versions and reports are not here: the site has a history of its own, which asks who could read each version.
PAGES = frozenset(
    {
        "wagtailadmin_explore",
        "wagtailadmin_explore_results",
        "wagtailadmin_explore_root",
        "wagtailadmin_choose_page",
        "wagtailadmin_choose_page_child",
        "wagtailadmin_choose_page_search",
        "wagtailadmin_choose_page_chosen_multiple",
        "wagtailadmin_editing_sessions:ping",
        *(
            f"wagtailadmin_pages:{name}"
            for name in (
                "add",
                "add_subpage",
                "copy",
                "delete",
                "edit",
                "lock",
                "move",
                "move_confirm",
                "preview_on_add",
                "preview_on_edit",
                "revisions_unschedule",
                "search",
                "search_results",
                "set_page_position",
                "unlock",
                "unpublish",
                "view_draft",
            )
        ),
    }
)
#: Whatever such an address names is a picture.
PICTURES = frozenset(
    {
        "wagtailimages_chooser:choose",
        "wagtailimages_chooser:choose_results",
        "wagtailimages_chooser:chosen",
        "wagtailimages_chooser:chosen_multiple",
    }
)
#: These hold nothing that anybody wrote.
PLAIN = frozenset(
    {
        HOME,
        "wagtailadmin_choose_page_anchor_link",
        "wagtailadmin_choose_page_email_link",
        "wagtailadmin_choose_page_external_link",
        "wagtailadmin_choose_page_phone_link",
        "wagtailadmin_editing_sessions:release",
        "wagtailadmin_javascript_catalog",
        SIGN_OUT,
        "wagtailadmin_sprite",
    }
)
#: Parts of such an address that count something else.
NO_PAGES = ("revision_id", "session_id")
#: Fields of a form that name a page.
FIELDS_OF_PAGES = ("id", "new_parent_page", "chooser")


class AdminDoorMiddleware:
    """Asks the door before any view of the admin runs. Every write there is one transaction, too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        person: Any = request.user
        if request.method != "POST" or not request.path_info.startswith("/admin/") or not person.is_authenticated:
            # A stranger writes nothing there, and does not make those wait who write.
            return self.get_response(request)
        # Read to its end before anything is locked: a slow sender holds nobody up.
        request.POST  # noqa: B018
        if UPLOADS.match(request.path_info):
            # Decoding takes a second or more, and no page is written: each new file is stored whole or not at all.
            return self.get_response(request)
        # Wagtail moves a page and tells of it afterwards: what follows from a write is written with it or not at all. What it
        # reads on the way is what it writes upon, so nobody else writes pages meanwhile.
        with writing_pages():
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response

    def process_view(self, request: HttpRequest, view_func: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not request.path_info.startswith("/admin/"):
            return None
        person: Any = request.user
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name == SIGN_OUT and request.method != "POST":
            # Wagtail refuses that, and takes the cookie away all the same: a picture on another site would do for it.
            raise Http404
        # Wagtail calls some views open to all and asks a stranger to sign in within them, so nothing is read off that.
        if person.is_superuser or not person.is_authenticated or name == SIGN_IN:
            return None
        if not person.has_perm(ENTER):
            if name == HOME:
                return render(request, "intranet/admin_closed.html", status=403)
            raise Http404
        if name in PAGES or (name == BULK and kwargs["model_name"] == BasePage._meta.model_name):
            parts = [value for part, value in kwargs.items() if part not in NO_PAGES]
            wanted = numbers([*args, *parts, *_posted(request, FIELDS_OF_PAGES)])
            named: Any = BasePage.objects.filter(pk__in=wanted)
            readable = behind_the_door(person, named)
        elif name in PICTURES:
            wanted = numbers([*args, *kwargs.values(), *_posted(request, ("id",))])
            named = Picture.objects.filter(pk__in=wanted)
            readable = named.filter(token_filter(person))
        elif name in PLAIN:
            return None
        elif name in ELSEWHERE:
            return redirect(ELSEWHERE[name](person, kwargs))
        else:
            raise Http404
        if wanted and named.count() != readable.count():
            raise Http404
        return None


def numbers(asked: Iterable[Any]) -> set[int]:
    """The numbers of rows among the parts of an address."""
    return {number for value in asked if (number := whole_number(value)) is not None}


def _own_history(person: Any, number: int) -> str:
    """The address of the history of a page that `person` can read; 404 for a page without one."""
    page = behind_the_door(person, BasePage.objects.filter(pk=number)).first()
    address = f"{page.get_absolute_url()}-/history/" if page is not None else ""
    if not address or not is_valid_path(address):
        raise Http404
    return address


#: What Wagtail links to and this door keeps closed, and where a site editor finds the same.
ELSEWHERE: dict[str, Callable[[Any, dict[str, Any]], str]] = {
    "wagtailadmin_account": lambda person, _parts: person.get_absolute_url(),
    "wagtailadmin_pages:history": lambda person, parts: _own_history(person, parts["page_id"]),
    "wagtailadmin_pages:workflow_history": lambda person, parts: _own_history(person, parts["page_id"]),
    "wagtailadmin_pages:type_use": lambda _person, _parts: reverse("wagtailadmin_explore_root"),
}


def _posted(request: HttpRequest, names: Iterable[str]) -> list[str]:
    found = [value for name in names for data in (request.GET, request.POST) for value in data.getlist(name) if value]
    if any(whole_number(value) is None for value in found):
        # Such as `id=all`, by which Wagtail means more than the door was asked for.
        raise Http404
    return found
