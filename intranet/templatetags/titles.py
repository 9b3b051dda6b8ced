"""Text around page titles: the outcome of a form, query and number of a list page; and what distinguishes equal titles.

The first two follow from the context of the page, so that no template can forget them.
"""

from collections.abc import Iterator
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm
from django.utils.formats import date_format
from django.utils.text import Truncator
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
    # Reading them must not use them up: a frame without messages, as at sign-in, leaves them for the next page.
    if hasattr(messages, "used"):
        messages.used = used
    return found


@register.simple_tag(takes_context=True)
def outcome(context: template.Context) -> str:
    """ "Error: " if a form was refused or a message says so, else the view's `answer`; read out before the title."""
    refused = any(isinstance(value, BaseForm) and value.is_bound and value.errors for value in _values(context))
    if refused or "error" in _levels(context.get("messages")):
        return _("Error:") + " "
    answer = context.get("answer")
    return f"{answer}: " if answer else ""


@register.simple_tag(takes_context=True)
def place(context: template.Context) -> str:
    """ ": ada (page 2)" where a list was narrowed by a `query` or is on a later page, so that no two have the same title."""
    request, query = context.get("request"), context.get("query") or ""
    asked = f": {Truncator(query).chars(60)}" if query else ""
    if request is None or "page" not in request.GET:
        return asked
    lists = (value for value in _values(context) if isinstance(value, Page | UncountedPage))
    number = next((one.number for one in lists if one.number > 1), 1)
    return asked + (" " + _("(page %(number)s)") % {"number": number} if number > 1 else "")


@register.filter
def told_apart(rows: Any) -> Any:
    """Set `apart` on pages with equal titles, in a list of pages or of tuples that begin with one.

    It is read out after the title: the space, else the date, else the address, whichever distinguishes all of them.
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
