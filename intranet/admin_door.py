"""Access to Wagtail's admin.

Administrators can open all of it. A site editor can open only the views in `PAGES`, `PICTURES` and `PLAIN`: one that a
new version of Wagtail adds is closed until somebody has reviewed it and added its name here. Everyone else gets a plain
page that says so.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import is_valid_path, reverse

from intranet.addresses import correct
from media.models import Picture
from pages.access import behind_the_door, reads_branch
from pages.addresses import BIN_PATH
from pages.locking import writing_pages
from pages.models import BasePage
from people.audiences import token_filter
from web.numbers import whole_number

#: Uploads of pictures and files: single, multiple, and in a chooser.
UPLOADS = re.compile(
    r"/admin/(?:images|documents)/(?:add|multiple/(?:add|create_from_uploaded_\w+/\d+)|chooser/create)/"
)
ENTER = "wagtailadmin.access_admin"
BULK = "wagtail_bulk_action"
HOME, SIGN_IN, SIGN_OUT = "wagtailadmin_home", "admin_sign_in", "wagtailadmin_logout"
#: Views whose numbers are pages, which the person must be allowed to see. Histories, old versions and reports
#: are not here: the site's own history checks who could read each version.
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
                "workflow_action",
                "collect_workflow_action_data",
                "confirm_workflow_cancellation",
            )
        ),
    }
)
#: Views whose numbers are pictures.
PICTURES = frozenset(
    {
        "wagtailimages_chooser:choose",
        "wagtailimages_chooser:choose_results",
        "wagtailimages_chooser:chosen",
        "wagtailimages_chooser:chosen_multiple",
    }
)
#: Views without any content.
PLAIN = frozenset(
    {
        HOME,
        "wagtailadmin_editing_sessions:release",
        "wagtailadmin_javascript_catalog",
        SIGN_OUT,
        "wagtailadmin_sprite",
    }
)
#: Views and form fields whose action includes the pages below a page.
WITH_BRANCH = frozenset({"wagtailadmin_pages:move_confirm"})
FIELDS_OF_BRANCHES = ("copy_subpages", "include_descendants")
#: URL parameters that are not the id of a page.
NO_PAGES = ("revision_id", "session_id", "task_state_id")
#: URL parameters with the page that is acted on, as opposed to its destination.
TOPS = ("page_id", "page_to_move_id")
#: Form fields that name a page.
FIELDS_OF_PAGES = ("id", "new_parent_page", "chooser")

TOTAL = "-TOTAL_FORMS"
ROW = re.compile(r"-(\d{1,4})(?=-)")


class AdminDoorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        person: Any = request.user
        if request.method != "POST" or not request.path_info.startswith("/admin/") or not person.is_authenticated:
            # Visitors cannot write, so they must not take the lock.
            return self.get_response(request)
        # Read the body before taking the lock: a slow client must not block others.
        request.POST  # noqa: B018
        if UPLOADS.match(request.path_info):
            # Decoding takes a second or more, and writes no page.
            return self.get_response(request)
        # Wagtail sends its signals after the write: what follows from it must be in the same transaction. Nobody else
        # may write pages, because Wagtail writes back what it reads here.
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
            # Wagtail answers 405 but still deletes the cookie: an image on another site could sign people out.
            raise Http404
        if request.method == "POST" and person.is_authenticated:
            correct(request, rows_sent(request.POST))
        if _names_deleted(request, name, kwargs):
            raise Http404
        # Wagtail exempts some views from login and checks inside them, so that exemption tells nothing.
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
            if request.method == "POST" and not _reads_branches(request, name, kwargs):
                raise Http404
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


def _names_deleted(request: HttpRequest, name: str, parts: dict[str, Any]) -> bool:
    """Whether a view of pages is asked for one in the bin, or for the bin itself. They are restored or deleted in `/bin/`."""
    of_pages = name in PAGES or name.startswith("wagtailadmin_pages:")
    if not of_pages and not (name == BULK and parts["model_name"] == BasePage._meta.model_name):
        return False
    asked = [value for part, value in parts.items() if part not in NO_PAGES]
    for field in FIELDS_OF_PAGES:
        asked += [*request.GET.getlist(field), *request.POST.getlist(field)]
    return BasePage.objects.filter(pk__in=numbers(asked), url_path__startswith=BIN_PATH).exists()


def _reads_branches(request: HttpRequest, name: str, parts: dict[str, Any]) -> bool:
    """Whether the person may read everything below the pages, if the action includes their subpages."""
    moves = name in WITH_BRANCH or (name == BULK and parts["action"] == "move")
    if not moves and not any(request.POST.get(field) for field in FIELDS_OF_BRANCHES):
        return True
    asked = [value for part, value in parts.items() if part in TOPS]
    tops = BasePage.objects.filter(pk__in=numbers([*asked, *_posted(request, ("id",))]))
    return all(reads_branch(request.user, top) for top in tops)


def numbers(asked: Iterable[Any]) -> set[int]:
    return {number for value in asked if (number := whole_number(value)) is not None}


def _own_history(person: Any, number: int) -> str:
    page = behind_the_door(person, BasePage.objects.filter(pk=number)).first()
    address = f"{page.get_absolute_url()}-/history/" if page is not None else ""
    if not address or not is_valid_path(address):
        raise Http404
    return address


#: Closed views that Wagtail links to, and where a site editor finds the same.
ELSEWHERE: dict[str, Callable[[Any, dict[str, Any]], str]] = {
    "wagtailadmin_account": lambda person, _parts: person.get_absolute_url(),
    "wagtailadmin_pages:history": lambda person, parts: _own_history(person, parts["page_id"]),
    "wagtailadmin_pages:workflow_history": lambda person, parts: _own_history(person, parts["page_id"]),
    "wagtailadmin_pages:type_use": lambda _person, _parts: reverse("wagtailadmin_explore_root"),
}


def _posted(request: HttpRequest, names: Iterable[str]) -> list[str]:
    found = [value for name in names for data in (request.GET, request.POST) for value in data.getlist(name) if value]
    if any(whole_number(value) is None for value in found):
        # For example `id=all`, by which Wagtail means more than was checked.
        raise Http404
    return found


def rows_sent(posted: QueryDict) -> dict[str, list[str]]:
    """The numbers of rows that a form says it has, where it sends fewer: Django makes up to 2,000 empty ones for a number."""
    rows: dict[str, set[str]] = {name.removesuffix(TOTAL): set() for name in posted if name.endswith(TOTAL)}
    lengths = set(map(len, rows))
    for field in posted:
        for match in ROW.finditer(field):
            if match.start() in lengths and field[: match.start()] in rows:
                rows[field[: match.start()]].add(match[1])
    return {
        f"{prefix}{TOTAL}": [str(len(sent))]
        for prefix, sent in rows.items()
        if (said := whole_number(posted[f"{prefix}{TOTAL}"])) is None or said > len(sent)
    }
