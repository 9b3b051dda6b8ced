"""The interface by which the search app, which may not be imported here, learns of changed pages."""

from collections.abc import Iterable
from typing import Protocol


class Index(Protocol):
    def pages_changed(self, pks: Iterable[int]) -> None:
        """Pages were written, moved, hidden or deleted. Called in the transaction of the change."""


class NoIndex:
    def pages_changed(self, pks: Iterable[int]) -> None:
        pass


_index: Index = NoIndex()


def register(index: Index) -> None:
    global _index
    _index = index


def pages_changed(pks: Iterable[int]) -> None:
    if pks := sorted(set(pks)):
        _index.pages_changed(pks)
