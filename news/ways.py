"""The ways out besides the inbox: e-mail, digest, webhook. Each is registered here and finds its work in `Delivery`."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from news.models import Delivery, Event, Notice


class Way(Protocol):
    name: str

    def wanted(self, event: Event, notices: list[Notice]) -> Iterable[tuple[Notice, datetime]]:
        """Which of these new notices of one event go out this way, and when at the earliest.

        Called by the worker in the transaction that makes the notices, for up to `telling.BATCH` of them. Whoever sends
        takes the rows of `Delivery` that are due, and asks `news.access` again before it makes a text.
        """


_ways: dict[str, Way] = {}


def register(way: Way) -> None:
    _ways[way.name] = way


def unregister(name: str) -> None:
    _ways.pop(name, None)


def queue(event: Event, notices: list[Notice]) -> None:
    for name, way in _ways.items():
        rows = [Delivery(notice=notice, way=name, due_at=due) for notice, due in way.wanted(event, notices)]
        Delivery.objects.bulk_create(rows, ignore_conflicts=True)
