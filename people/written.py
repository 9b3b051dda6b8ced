"""The interface to the pages that a person wrote. The pages app, which people may not import, implements it."""

from collections.abc import Callable
from typing import Any, Protocol


class Written(Protocol):
    def newest_by(self, reader: Any, author: Any, count: int) -> list[Any]: ...

    def renamed(self, person: Any, username: str) -> None:
        """Update pages after `person`, formerly `username`, was renamed, left or came back."""


class NothingWritten:
    def newest_by(self, reader: Any, author: Any, count: int) -> list[Any]:
        return []

    def renamed(self, person: Any, username: str) -> None:
        pass


_written: Written = NothingWritten()


def register(written: Written) -> None:
    global _written
    _written = written


def written() -> Written:
    return _written


_when_renamed: list[Callable[[Any, str], None]] = []


def when_renamed(call: Callable[[Any, str], None]) -> None:
    """Call it as `Written.renamed` after a person was renamed, left or came back: for texts that are no pages."""
    _when_renamed.append(call)


def renamed(person: Any, username: str) -> None:
    _written.renamed(person, username)
    for call in _when_renamed:
        call(person, username)
