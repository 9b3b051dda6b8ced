"""The interface by which the news app, which may not be imported here, learns what people should be told about spaces."""

from typing import Any, Protocol


class Announcer(Protocol):
    """Each is called in the transaction of what it announces."""

    def asked_to_join(self, request: Any) -> None: ...

    def request_answered(self, request: Any, *, by: Any, accepted: bool) -> None:
        """Called before the `JoinRequest` is deleted."""

    def role_given(self, membership: Any, *, by: Any, is_new: bool) -> None:
        """Somebody else gave a person a role in a space, and `is_new` if she was no member."""


class NoAnnouncer:
    def asked_to_join(self, request: Any) -> None:
        pass

    def request_answered(self, request: Any, *, by: Any, accepted: bool) -> None:
        pass

    def role_given(self, membership: Any, *, by: Any, is_new: bool) -> None:
        pass


_announcer: Announcer = NoAnnouncer()


def register(announcer: Announcer) -> None:
    global _announcer
    _announcer = announcer


def announcer() -> Announcer:
    return _announcer
