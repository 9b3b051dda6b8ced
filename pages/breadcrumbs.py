"""Breadcrumbs from the list of spaces to a page."""

from typing import Any

from django.utils.translation import gettext as _


def steps_to(page: Any, *between: dict[str, str]) -> list[dict[str, str]]:
    """The last step is the page; `between` are those from its space to it."""
    return [
        {"title": _("Spaces"), "url": "/spaces/"},
        {"title": page.space.name, "url": page.space.get_absolute_url()},
        *between,
        {"title": page.title, "url": page.get_absolute_url(), "language": page.language},
    ]
