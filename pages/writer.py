"""Where a page that is saved by whatever way finds the one way to be written, `pages.saving`, which is above the models."""

from collections.abc import Callable
from typing import Any, Protocol

#: Stores the columns and children of the page; `address_stays` where its row has the same address already.
Store = Callable[[bool], Any]


class Writer(Protocol):
    def __call__(self, page: Any, store: Store) -> Any:
        """Writes `page` with all that follows from it; calls `store` once."""


def write_plainly(page: Any, store: Store) -> Any:
    """Before the apps are ready."""
    return store(False)


_writer: Writer = write_plainly


def register(writer: Writer) -> None:
    """Called once, when this app is ready."""
    global _writer
    _writer = writer


def writer() -> Writer:
    return _writer
