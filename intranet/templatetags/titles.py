"""What is before and after the title of a page, read out first and seen in the tab: the outcome of a form, the place in a list.

Both are told from what the page was rendered with, so that no template can forget them. And what tells pages of one title apart in a list.
"""

from collections.abc import Iterator
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from web.paging import UncountedPage

register = template.Library()


def _values(context: template.Context) -> Iterator[Any]:
    for layer in context.dicts:
        yield from layer.values()


def _levels(messages: Any) -> set[str]:
    if not messages:
        return set()
    used = getattr(messages, "used", False)
    found = {message.level_tag for message in messages}
    # A frame that shows no messages, as that of sign-in, leaves them for the page that does.
    if hasattr(messages, "used"):
        messages.used = used
    return found


@register.simple_tag(takes_context=True)
def outcome(context: template.Context) -> str:
    """Return "Error: " where a form in the page was refused or a message says so, else what the view names as `answer`."""
    refused = any(isinstance(value, BaseForm) and value.is_bound and value.errors for value in _values(context))
    if refused or "error" in _levels(context.get("messages")):
        return _("Error:") + " "
    answer = context.get("answer")
    return f"{answer}: " if answer else ""


@register.simple_tag(takes_context=True)
def place(context: template.Context) -> str:
    """Return " (page 2)" on the second page of a list, so that no two pages have one title; nothing on the first."""
    request = context.get("request")
    if request is None or "page" not in request.GET:
        return ""
    lists = (value for value in _values(context) if isinstance(value, Page | UncountedPage))
    number = next((one.number for one in lists if one.number > 1), 1)
    return " " + _("(page %(number)s)") % {"number": number} if number > 1 else ""


@register.filter
def told_apart(rows: Any) -> Any:
    """Return a list of pages, or of tuples that begin with one, in which those of one title got words of their own as `apart`.

    The words are read out after the title: the space, else the day, else the address, whichever tells all of them apart.
    """
    by_title: dict[str, list[Any]] = {}
    for row in rows:
        page = row[0] if isinstance(row, tuple) else row
        by_title.setdefault(page.title, []).append(page)
    for twins in by_title.values():
        if len(twins) < 2:
            continue
        for words_of in (_space_of, _day_of, _address_of):
            words = [words_of(page) for page in twins]
            if len(set(words)) == len(words):
                break
        for page, own in zip(twins, words, strict=True):
            page.apart = own
    return rows


def _space_of(page: Any) -> str:
    return str(getattr(page.space, "name", ""))


def _day_of(page: Any) -> str:
    day = getattr(page, "first_published_at", None) or getattr(page, "published_at", None)
    return date_format(localtime(day), "j F Y") if day else ""


def _address_of(page: Any) -> str:
    return str(getattr(page, "url", "") or page.get_absolute_url())
