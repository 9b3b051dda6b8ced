"""Lists and choosers in Wagtail's admin show only what the person can read."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.permissions import register_permission_policy

from pages.access import behind_the_door
from pages.depth import check_depth, levels_of
from pages.models import BasePage
from pages.permissions import may_delete
from pages.saving import save_version
from people.audiences import token_filter


class PolicyBehindTheDoor(PagePermissionPolicy):  # type: ignore[misc]
    """Hides drafts of others from the admin's search, which calls no hook, in spaces where the user can only write."""

    def explorable_instances(self, user: Any) -> Any:
        return behind_the_door(user, super().explorable_instances(user))


register_permission_policy(BasePage, PolicyBehindTheDoor(BasePage))


@hooks.register("construct_explorer_page_queryset")
def explore_what_one_may_read(parent_page: Any, pages: Any, request: HttpRequest) -> Any:
    return behind_the_door(request.user, pages)


@hooks.register("construct_page_chooser_queryset")
def choose_what_one_may_read(pages: Any, request: HttpRequest) -> Any:
    return behind_the_door(request.user, pages)


@hooks.register("construct_image_chooser_queryset")
def choose_pictures_one_may_see(pictures: Any, request: HttpRequest) -> Any:
    return pictures if request.user.is_superuser else pictures.filter(token_filter(request.user))


@hooks.register("construct_homepage_panels")
def keep_the_start_plain(request: HttpRequest, panels: list[Any]) -> None:
    """Remove panels that list pages a person has edited, even if they can no longer be read."""
    if not request.user.is_superuser:
        panels.clear()


@hooks.register("construct_main_menu")
def offer_what_opens(request: HttpRequest, items: list[Any]) -> None:
    """Remove menu entries that site editors cannot open (`intranet.admin_door`)."""
    if not request.user.is_superuser:
        items[:] = [item for item in items if item.name == "explorer"]


@hooks.register("before_move_page")
def say_what_is_too_deep(request: HttpRequest, page: Any, destination: Any) -> HttpResponse | None:
    """Otherwise Wagtail would say that permission is missing."""
    try:
        check_depth(destination, levels=levels_of(page))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return redirect("wagtailadmin_pages:move", page.pk)
    return None


@hooks.register("before_delete_page")
def delete_what_one_may_delete(request: HttpRequest, page: Any) -> None:
    """Wagtail lets everyone who can edit a page delete it."""
    if not request.user.is_superuser and not may_delete(request.user, page):  # type: ignore[union-attr]
        raise PermissionDenied


@hooks.register("before_bulk_action")
def delete_many_that_one_may_delete(
    request: HttpRequest, action_type: str, objects: Any, action_class_instance: Any
) -> None:
    for page in objects if action_type == "delete" else ():
        if isinstance(page, BasePage):
            delete_what_one_may_delete(request, page)


@hooks.register("after_copy_page")
def begin_the_history_of_copies(request: HttpRequest, page: Any, new_page: Any) -> None:
    """Start the history of a copy with its published text and the person who made it.

    Wagtail also copies old versions and a newer draft, which readers of the copy may not be allowed to see, and marks
    the draft as published.
    """
    for copy in BasePage.objects.descendant_of(new_page, inclusive=True).specific():
        copy.revisions.all().delete()
        copy.refresh_from_db(fields=["latest_revision", "live_revision"])
        save_version(copy, by=request.user, note=_("Copied"), publish=copy.live, settled=True)
