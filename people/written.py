"""The interface by which the pages app, which may not be imported here, lists what a person wrote."""

from typing import Any, Protocol


class Written(Protocol):
    def newest_by(self, reader: Any, author: Any, count: int) -> list[Any]: ...


class NothingWritten:
    """For tests, and for a site without pages."""

    def newest_by(self, reader: Any, author: Any, count: int) -> list[Any]:
        return []


_written: Written = NothingWritten()


def register(written: Written) -> None:
    global _written
    _written = written


def written() -> Written:
    return _written
