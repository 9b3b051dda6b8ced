"""The interface to the pages that a person wrote. The pages app, which people may not import, implements it."""

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
