"""Lists and choosers of Wagtail's admin pass the door too; what they show is no business of who may not read it."""

from typing import Any

from django.http import HttpRequest
from wagtail import hooks

from pages.access import behind_the_door


@hooks.register("construct_explorer_page_queryset")
def explore_what_one_may_read(parent_page: Any, pages: Any, request: HttpRequest) -> Any:
    return behind_the_door(request.user, pages)


@hooks.register("construct_page_chooser_queryset")
def choose_what_one_may_read(pages: Any, request: HttpRequest) -> Any:
    return behind_the_door(request.user, pages)
