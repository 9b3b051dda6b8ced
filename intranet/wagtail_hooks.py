"""Hooks of Wagtail's admin: merging before a save, and links to the person's profile."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks

from intranet.admin_saves import joined


@hooks.register("before_edit_page")
def join_what_was_saved_meanwhile(request: HttpRequest, page: Any) -> None:
    # Wagtail itself refuses an outdated autosave.
    if request.method == "POST" and request.accepts("text/html"):
        request.POST = joined(request, page)  # type: ignore[assignment]


@hooks.register("get_avatar_url")
def show_the_photo_of_the_profile(user: Any, size: int) -> str:
    photo = getattr(user, "photo", None)
    return reverse("media:photo", args=[user.username, photo.name.rpartition("/")[2]]) if photo else ""


@hooks.register("register_account_menu_item")
def lead_to_the_profile(request: HttpRequest) -> dict[str, str]:
    person: Any = request.user
    return {
        "url": reverse("people:edit", args=[person.username]),
        "label": _("Edit profile"),
        "help_text": _("Your name, your photo and what colleagues can read about you."),
    }


@hooks.register("register_account_menu_item")
def lead_to_the_password(request: HttpRequest) -> dict[str, str]:
    return {
        "url": reverse("people:password"),
        "label": _("Change password"),
        "help_text": _("You will be signed out everywhere else."),
    }
