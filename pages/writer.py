"""The interface by which `BasePage.save` calls `pages.saving`, which is above the models."""

from collections.abc import Callable
from typing import Any, Protocol

#: Stores the columns and children of the page; the argument says that its address does not change.
Store = Callable[[bool], Any]


class Writer(Protocol):
    def __call__(self, page: Any, store: Store) -> Any:
        """Write `page` and everything that follows from it; call `store` once."""


def write_plainly(page: Any, store: Store) -> Any:
    """Before the apps are ready."""
    return store(False)


_writer: Writer = write_plainly


def register(writer: Writer) -> None:
    global _writer
    _writer = writer


def writer() -> Writer:
    return _writer
