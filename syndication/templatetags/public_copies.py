"""For Wagtail's admin: warns that deleted or unpublished pages stay public."""

from typing import Any

from django import template

from pages.models import BasePage
from syndication.withdrawal_notice import public_copies_notice

register = template.Library()


@register.simple_tag(takes_context=True)
def public_copies(context: Any, page: BasePage) -> Any:
    branch = BasePage.objects.descendant_of(page, inclusive=True)
    return public_copies_notice(context["request"].user, branch)
