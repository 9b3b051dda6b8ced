"""The interface by which `BasePage.save` and `BasePageQuerySet.delete` call `pages.saving`, which is above the models."""

from collections.abc import Callable
from typing import Any, Protocol

#: Stores the columns and children of the page; the argument says that its address does not change.
Store = Callable[[bool], Any]


class Writer(Protocol):
    def write(self, page: Any, store: Store) -> Any:
        """Write `page` and everything that follows from it; call `store` once."""

    def delete(self, pages: Any, remove: Callable[[], Any]) -> Any:
        """Delete `pages` with all below them, and what follows from that; call `remove` once."""


class PlainWriter:
    """Before the apps are ready."""

    def write(self, page: Any, store: Store) -> Any:
        return store(False)

    def delete(self, pages: Any, remove: Callable[[], Any]) -> Any:
        return remove()


_writer: Writer = PlainWriter()


def register(writer: Writer) -> None:
    global _writer
    _writer = writer


def writer() -> Writer:
    return _writer
