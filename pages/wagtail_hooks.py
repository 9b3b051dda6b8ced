"""Lists and choosers in Wagtail's admin show only what the person can read."""

from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.permissions import register_permission_policy

from pages import approval, deleting, media_audience, scheduling
from pages.access import behind_the_door
from pages.depth import check_depth, levels_of
from pages.locking import PageGone, writing_pages
from pages.models import BasePage, Change
from pages.permissions import may_delete
from pages.saving import save_version
from people.audiences import token_filter
from text import phrases


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


@hooks.register("after_edit_page")
def show_what_a_draft_shows(request: HttpRequest, page: Any) -> None:
    """A draft over a published page is a version without a write of the page."""
    if page.live and page.space_id is not None and page.has_unpublished_changes:
        media_audience.adopt(page.get_latest_revision_as_object(), by=request.user)


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
def check_who_deletes(request: HttpRequest, page: Any) -> None:
    """Wagtail lets everyone who can edit a page delete it."""
    if not request.user.is_superuser and not may_delete(request.user, page):  # type: ignore[union-attr]
        raise PermissionDenied


@hooks.register("before_bulk_action")
def check_who_deletes_many(request: HttpRequest, action_type: str, objects: Any, action_class_instance: Any) -> None:
    for page in _deleted_by(action_type, objects):
        check_who_deletes(request, page)


# After the hooks of other apps, because a response ends them.
@hooks.register("before_delete_page", order=100)
def move_to_bin(request: HttpRequest, page: Any) -> HttpResponse | None:
    """Wagtail has no bin."""
    if request.method != "POST" or page.space_id is None:
        return None
    above = page.get_parent()
    _move_to_bin(request, [page])
    return redirect(get_valid_next_url_from_request(request) or reverse("wagtailadmin_explore", args=[above.pk]))


@hooks.register("before_bulk_action", order=100)
def move_many_to_bin(
    request: HttpRequest, action_type: str, objects: Any, action_class_instance: Any
) -> HttpResponse | None:
    pages = _deleted_by(action_type, objects)
    if not pages or any(page.space_id is None for page in pages):
        return None
    _move_to_bin(request, pages)
    return redirect(action_class_instance.next_url)


def _deleted_by(action_type: str, objects: Any) -> list[BasePage]:
    return [page for page in objects if isinstance(page, BasePage)] if action_type == "delete" else []


@writing_pages()
def _move_to_bin(request: HttpRequest, pages: list[Any]) -> None:
    for page in pages:
        with suppress(PageGone):  # it is below another of them
            deleting.delete(page, by=request.user)
            messages.success(request, phrases.DELETED % {"title": page.title})


@hooks.register("after_publish_page")
def note_what_waits(request: HttpRequest, page: Any) -> None:
    """With a time to go live, the admin's "Publish" only schedules; the history of the page lists that version too."""
    revision = scheduling.scheduled_of(page)
    if revision is not None and not Change.objects.filter(revision=revision).exists():
        token = BasePage.objects.values_list("audience_token", flat=True).get(pk=page.pk)
        Change.objects.create(
            page_id=page.pk,
            revision=revision,
            person=revision.user,
            published=False,
            at=timezone.now(),
            audience_token=token,
        )


@hooks.register("register_log_actions")
def name_our_log_actions(actions: Any) -> None:
    refused = gettext_lazy("Not published at its time")
    actions.register_action(scheduling.REFUSED, refused, refused)
    commented = gettext_lazy("Commented on a version that waits for approval")
    actions.register_action(approval.COMMENT, gettext_lazy("Comment"), commented)
    actions.register_action("pages.restore", gettext_lazy("Restore"), gettext_lazy("Restored from the bin"))


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
