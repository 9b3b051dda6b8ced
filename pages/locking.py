"""One writer of the page tree at a time, so that an action writes upon what it has read.

A move rewrites the addresses of all pages below. A concurrent edit, rename, new page or background rendering would
write back what it read before. Row locks cannot prevent that: the set of rows is known only after reading, and two
branches would be locked in different orders. See docs/decisions/0014-one-writer.md.
"""

import fcntl
import os
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.http import Http404

from database.prepared import Prepared
from pages import version

# A number that no other program uses on the same database ("page" in ASCII).
TREE_LOCK = 0x70616765
PAUSE = 0.004  # seconds between two attempts to get a lock


class Turns:
    """A fair queue of threads in one process, and of processes on one machine.

    With SQLite they would retry after random pauses, and one of many could wait until its time-out.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.guard = threading.Lock()
        self.waiting: deque[threading.Lock] = deque()

    @contextmanager
    def turn(self, database: str = "") -> Iterator[None]:
        """Wait for those that came before; after the time limit, go ahead and leave it to the database."""
        mine = threading.Lock()
        mine.acquire()
        until = time.monotonic() + self.seconds
        with self.guard:
            self.waiting.append(mine)
            is_first = self.waiting[0] is mine
        if not is_first:
            mine.acquire(timeout=self.seconds)
        try:
            with turn_of_process(database, until) if database else nullcontext():
                yield
        finally:
            with self.guard:
                was_first = self.waiting[0] is mine
                self.waiting.remove(mine)
                if was_first and self.waiting:
                    self.waiting[0].release()


@contextmanager
def turn_of_process(database: str, until: float) -> Iterator[None]:
    """Wait for other processes that use this database. Two locks: a process waits for the turn while it holds the door.

    With a single lock, a process with many writers would take it again before any other wakes up.
    """
    with ExitStack() as turn:
        with ExitStack() as door, suppress(OSError):  # SQLite reports a folder that cannot be written
            if _locked(door, f"{database}-door", until):
                _locked(turn, f"{database}-turn", until)
        yield


def _locked(stack: ExitStack, path: str, until: float) -> bool:
    """Hold the lock until the stack closes. The kernel releases the lock of a process that dies."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    stack.callback(os.close, file)
    while time.monotonic() < until:
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(PAUSE)
    return False


turns = Turns(seconds=20)


class _Held(threading.local):
    by_this_thread = False


_held = _Held()


class PageGone(Http404):
    """Somebody deleted the page after it was read. A view that does not handle it answers 404."""


@contextmanager
def writing_pages() -> Iterator[None]:
    """A transaction with exclusive write access to pages; also a decorator: `@writing_pages()`.

    Earlier reads may be out of date, so read again what you write upon (`fresh`).
    """
    if _held.by_this_thread:
        with transaction.atomic():
            yield
        return
    queue = nullcontext() if connection.vendor != "sqlite" or connection.in_atomic_block else turns.turn(_file())
    with queue, transaction.atomic():
        # On SQLite transactions begin with BEGIN IMMEDIATE, so that it has one writer anyway.
        version.replace(lock=TREE_LOCK)
        _held.by_this_thread = True
        try:
            yield
        finally:
            _held.by_this_thread = False


def _file() -> str:
    """The path of the database; empty for one in memory, which only this process has."""
    name = str(connection.settings_dict["NAME"])
    return "" if "memory" in name and not Path(name).exists() else name


def fresh(page: Any) -> Any:
    """The current row of `page`, with its space, of the same class. Raises `PageGone`."""
    kind: Any = type(page)
    found = _row_of(kind)(pk=page.pk)
    if not found or found[0].is_deleted:
        raise PageGone("The page is deleted.")
    return found[0]


@cache
def _row_of(kind: Any) -> Prepared:
    return Prepared(lambda pk: kind._base_manager.select_related("space").filter(pk=pk), pk=int)
