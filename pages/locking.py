"""One writer of the tree of pages at a time, so that what an action reads is what it writes upon.

A move rewrites the address of every page below; an edit, a rename, a new page or a rendering in the background beside it
would write what it had read before. Locks on single rows cannot order them: the set of rows is known only after it was
read, and two branches are met in two orders. See docs/decisions/0014-one-writer.md.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from django.db import connection, transaction
from django.http import Http404

# Any number that no other program takes on the same database ("page" in ASCII).
TREE_LOCK = 0x70616765


class Turns:
    """Threads of one process in the order in which they came.

    SQLite lets them try again and again, each after a pause of its own, so that one of many may try until its time is over.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.guard = threading.Lock()
        self.waiting: deque[threading.Lock] = deque()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Waits for those who came before. Who waited too long goes on, and asks the database itself."""
        mine = threading.Lock()
        mine.acquire()
        with self.guard:
            self.waiting.append(mine)
            is_first = self.waiting[0] is mine
        if not is_first:
            mine.acquire(timeout=self.seconds)
        try:
            yield
        finally:
            with self.guard:
                was_first = self.waiting[0] is mine
                self.waiting.remove(mine)
                if was_first and self.waiting:
                    self.waiting[0].release()


turns = Turns(seconds=20)


class PageGone(Http404):
    """Somebody deleted the page since it was read. A view that does not expect it answers 404."""


@contextmanager
def writing_pages() -> Iterator[None]:
    """A transaction in which nobody else writes pages. Also a decorator: `@writing_pages()`.

    What was read before it may be out of date: read again what you write upon (`fresh`, `fresh_parent`).
    """
    # Within a transaction its lock is held already.
    queue = turns.turn() if connection.vendor == "sqlite" and not connection.in_atomic_block else nullcontext()
    with queue, transaction.atomic():
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
