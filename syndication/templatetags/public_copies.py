"""For Wagtail's admin: what the public can still read of pages that are about to be taken away."""

from typing import Any

from django import template

from pages.models import BasePage
from syndication.standing import words_about_copies

register = template.Library()


@register.simple_tag(takes_context=True)
def public_copies(context: Any, page: BasePage) -> Any:
    """A sentence with links to withdraw the copies of `page` and all below it; empty where there are none."""
    branch = BasePage.objects.descendant_of(page, inclusive=True)
    return words_about_copies(context["request"].user, branch)
