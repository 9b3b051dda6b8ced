"""The interface by which the news app, which may not be imported here, learns what people should be told about pages."""

from typing import Any, Protocol


class Announcer(Protocol):
    def version_saved(self, page: Any, change: Any, *, named: list[Any]) -> None:
        """`change` is the new line of the page's history; `named`: people named as authors for the first time.

        Called in the transaction of the change, and not for imports.
        """

    def credit_answered(self, page: Any, person: Any) -> None:
        """A person who was named as an author agreed or declined."""


class NoAnnouncer:
    def version_saved(self, page: Any, change: Any, *, named: list[Any]) -> None:
        pass

    def credit_answered(self, page: Any, person: Any) -> None:
        pass


_announcer: Announcer = NoAnnouncer()


def register(announcer: Announcer) -> None:
    global _announcer
    _announcer = announcer


def announcer() -> Announcer:
    return _announcer
