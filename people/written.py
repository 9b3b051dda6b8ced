"""The interface to the pages app, which may not be imported here: what a person wrote, and under which name."""

from typing import Any, Protocol


class Written(Protocol):
    def newest_by(self, reader: Any, author: Any, count: int) -> list[Any]: ...

    def renamed(self, person: Any, username: str) -> None:
        """`person`, whose username was `username`, has another name now, has left or has come back."""


class NothingWritten:
    """For tests, and for a site without pages."""

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
