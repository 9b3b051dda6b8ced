"""Where the app that finds pages learns which of them changed: it is above this one and is not imported."""

from collections.abc import Iterable
from typing import Protocol


class Index(Protocol):
    def pages_changed(self, pks: Iterable[int]) -> None:
        """Pages were written, moved, hidden or deleted. Called inside the transaction of the change."""


class NoIndex:
    """For tests, and for a site without search."""

    def pages_changed(self, pks: Iterable[int]) -> None:
        pass


_index: Index = NoIndex()


def register(index: Index) -> None:
    """Called once, when the app that finds pages is ready."""
    global _index
    _index = index


def pages_changed(pks: Iterable[int]) -> None:
    if pks := sorted(set(pks)):
        _index.pages_changed(pks)
