"""One writer of the tree of pages at a time, so that what an action reads is what it writes upon.

A move rewrites the address of every page below; an edit, a rename, a new page or a rendering in the background beside it
would write what it had read before. Locks on single rows cannot order them: the set of rows is known only after it was
read, and two branches are met in two orders. See docs/decisions/0014-one-writer.md.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.http import Http404

# Any number that no other program takes on the same database ("page" in ASCII).
TREE_LOCK = 0x70616765


class PageGone(Http404):
    """Somebody deleted the page since it was read. A view that does not expect it answers 404."""


@contextmanager
def writing_pages() -> Iterator[None]:
    """A transaction in which nobody else writes pages. Also a decorator: `@writing_pages()`.

    What was read before it may be out of date: read again what you write upon (`fresh`, `fresh_parent`).
    """
    with transaction.atomic():
        hold_tree()
        yield


def hold_tree() -> None:
    """Waits until no other transaction writes pages; until the end of this one none will. Free where it is held already."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TREE_LOCK])
    # SQLite has one writer at a time by itself: transactions begin with BEGIN IMMEDIATE.


def fresh(page: Any) -> Any:
    """The row of `page` as it is now, with its space, of the same class. Raises `PageGone`."""
    found = type(page)._base_manager.select_related("space").filter(pk=page.pk).first()
    if found is None:
        raise PageGone("The page is deleted.")
    return found
