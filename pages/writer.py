"""The interface by which `BasePage.save` and `BasePageQuerySet.delete` call `pages.saving`, which is above the models."""

from collections.abc import Callable
from typing import Any, Protocol

#: Stores the columns and children of the page. The argument: whether its address stays the same.
Store = Callable[[bool], Any]


class Writer(Protocol):
    def write(self, page: Any, store: Store) -> Any:
        """Save `page` and update everything that depends on it; call `store` once."""

    def delete(self, pages: Any, remove: Callable[[], Any]) -> Any:
        """Delete `pages` and all pages below them, with all that follows; call `remove` once."""


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
