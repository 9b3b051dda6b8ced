"""In Wagtail's admin: log entries for releases, and a warning when pages with public copies go."""

from functools import reduce
from operator import or_
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from wagtail import hooks

from pages.models import BasePage
from syndication.withdrawal_notice import public_copies_notice


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action(
        "syndication.release", gettext_lazy("Release to the public"), gettext_lazy("Released to the public")
    )
    actions.register_action(
        "syndication.withdraw", gettext_lazy("Withdraw from the public"), gettext_lazy("Withdrawn from the public")
    )


def _tell_of_public_copies(request: HttpRequest, pages: Any) -> None:
    # The confirmation page before has the same words (`syndication.templatetags.public_copies`).
    words = public_copies_notice(request.user, pages) if request.method == "POST" else ""
    if words:
        messages.warning(request, words)


@hooks.register("before_delete_page")
def tell_of_copies_of_deleted(request: HttpRequest, page: Any) -> None:
    _tell_of_public_copies(request, BasePage.objects.descendant_of(page, inclusive=True))


@hooks.register("before_unpublish_page")
def tell_of_copies_of_unpublished(request: HttpRequest, page: Any) -> None:
    _tell_of_public_copies(request, BasePage.objects.descendant_of(page, inclusive=True))


@hooks.register("before_bulk_action")
def tell_of_copies_of_many(request: HttpRequest, action_type: str, objects: Any, action_class_instance: Any) -> None:
    if action_type in {"delete", "unpublish"} and objects and isinstance(objects[0], BasePage):
        below = reduce(or_, (Q(path__startswith=page.path) for page in objects))
        _tell_of_public_copies(request, BasePage.objects.filter(below))
