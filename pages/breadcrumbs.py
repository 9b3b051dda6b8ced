"""Breadcrumbs of a page, from its room down; the space and its rooms stand above them (`components/space_tabs.html`)."""

from typing import Any


def steps_to(page: Any, *between: dict[str, str]) -> list[dict[str, str]]:
    """The last step is the page; `between` are those from its room to it."""
    return [
        *between,
        {"title": page.title, "url": page.get_absolute_url(), "language": page.language},
    ]
