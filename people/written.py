"""Where the app that holds pages tells what somebody wrote: it is above this one and is not imported."""

from typing import Any, Protocol


class Written(Protocol):
    def newest_by(self, reader: Any, author: Any, count: int) -> list[Any]:
        """The newest pages of `author` that `reader` may read."""


class NothingWritten:
    """For tests, and for a site without pages."""

    def newest_by(self, reader: Any, author: Any, count: int) -> list[Any]:
        return []


_written: Written = NothingWritten()


def register(written: Written) -> None:
    """Called once, when the app that holds pages is ready."""
    global _written
    _written = written


def written() -> Written:
    return _written
