"""Kinds of events. Each is registered once, by the app that records it; the inbox and all ways out read from here."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from news.models import Level

Text = str | Promise
ALL, NEW = Level.ALL, Level.NEW


@dataclass(frozen=True, slots=True)
class Details:
    """What a row says below its sentence, for one reader, and where it leads if not to the page or space."""

    text: str = ""
    url: str = ""
    # The page that compares two versions.
    changes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EventKind:
    """`says` is the sentence of a row, with `%(by)s` for who did it and `%(title)s` for the page or space, which gets its
    quotation marks when it is shown.

    `says_by` has other sentences for some reasons. `levels`: the followers who are told, by how closely they follow;
    a kind without any tells only the people that its event names.
    """

    name: str
    says: Text
    says_by: Mapping[Any, Text] = field(default_factory=dict)
    levels: frozenset[str] = frozenset()
    # A row of its own in the inbox, not folded with others about the same page.
    stands_alone: bool = False
    # Only owners of the event's space may know of it.
    for_owners: bool = False
    # About safety or moderation: mailed at once to people who chose the digest.
    urgent: bool = False
    # Run once by the worker, before it tells anyone: more people to tell, by reason. May run again after a crash.
    recipients: Callable[[Any], Mapping[Any, Iterable[int]]] | None = None
    # For a reader and events that the reader may know of: details by event id. One query for all of them.
    details: Callable[[Any, list[Any]], Mapping[int, Details]] | None = None

    def sentence(self, reason: str) -> str:
        return str(self.says_by.get(reason, self.says))


_kinds: dict[str, EventKind] = {}


def register(*kinds: EventKind) -> None:
    _kinds.update({kind.name: kind for kind in kinds})


def kind_of(name: str) -> EventKind | None:
    """None if the app that recorded such events is no longer installed."""
    return _kinds.get(name)


def details_of(person: Any, events: Iterable[Any]) -> dict[int, Details]:
    """Details by event id, of events that `person` may know of. One query for each kind among them that has any."""
    by_kind: dict[str, list[Any]] = {}
    for event in events:
        by_kind.setdefault(event.kind, []).append(event)
    found: dict[int, Details] = {}
    for name, of_kind in by_kind.items():
        kind = kind_of(name)
        if kind is not None and kind.details is not None:
            found.update(kind.details(person, of_kind))
    return found


def known() -> list[str]:
    return sorted(_kinds)


def for_owners() -> list[str]:
    return sorted(name for name, kind in _kinds.items() if kind.for_owners)
