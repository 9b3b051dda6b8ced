"""One writer of the page tree at a time, so that an action writes upon what it has read.

A move rewrites the addresses of all pages below. A concurrent edit, rename, new page or background rendering would
write back what it read before. Row locks cannot prevent that: the set of rows is known only after reading, and two
branches would be locked in different orders. See docs/decisions/0014-one-writer.md.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from django.db import connection, transaction
from django.http import Http404

# A number that no other program uses on the same database ("page" in ASCII).
TREE_LOCK = 0x70616765


class Turns:
    """A fair queue of threads in one process.

    With SQLite they would retry after random pauses, and one of many could wait until its time-out.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.guard = threading.Lock()
        self.waiting: deque[threading.Lock] = deque()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for those that came before; after the time limit, go ahead and leave it to the database."""
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
    """Somebody deleted the page after it was read. A view that does not handle it answers 404."""


@contextmanager
def writing_pages() -> Iterator[None]:
    """A transaction with exclusive write access to pages; also a decorator: `@writing_pages()`.

    Earlier reads may be out of date, so read again what you write upon (`fresh`).
    """
    # Inside a transaction the lock is already held.
    queue = turns.turn() if connection.vendor == "sqlite" and not connection.in_atomic_block else nullcontext()
    with queue, transaction.atomic():
        hold_tree()
        yield


def hold_tree() -> None:
    """Wait for other writers of pages, and exclude them until the end of this transaction. Reentrant."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TREE_LOCK])
    # SQLite has one writer anyway: transactions begin with BEGIN IMMEDIATE.


def fresh(page: Any) -> Any:
    """The current row of `page`, with its space, of the same class. Raises `PageGone`."""
    found = type(page)._base_manager.select_related("space").filter(pk=page.pk).first()
    if found is None:
        raise PageGone("The page is deleted.")
    return found
