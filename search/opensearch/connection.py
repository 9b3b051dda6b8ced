"""Connections, and errors as callers know them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from opensearchpy import NotFoundError, OpenSearch, OpenSearchException

from search.backoff import Backoff
from search.engine.store import IndexAway, IndexUnavailable

TIMEOUT = 5
"""Seconds that a reader waits before the database is asked instead."""


@dataclass
class Rest:
    """Until when a server that did not answer is not asked again."""

    backoff: Backoff = field(default_factory=lambda: Backoff(5.0, 30.0))
    until: float = 0.0


_clients: dict[str, OpenSearch] = {}
rests: dict[int, Rest] = {}
"""By the client, which lives as long as the process."""


def client(configured: Mapping[str, Any]) -> OpenSearch:
    """One pool of connections a process, to the servers that the administrator named and nowhere else. No call of it waits
    longer than `TIMEOUT`, except for those that write much and say so."""
    key = repr((configured["HOSTS"], configured.get("OPTIONS")))
    if key not in _clients:
        _clients[key] = OpenSearch(hosts=configured["HOSTS"], timeout=TIMEOUT, **configured.get("OPTIONS", {}))
    return _clients[key]


@contextmanager
def translated_errors() -> Iterator[None]:
    """The client's errors as the one that callers know."""
    try:
        yield
    except NotFoundError as error:
        raise IndexUnavailable(f"OpenSearch: {error}") from error
    except OpenSearchException as error:
        raise IndexAway(f"OpenSearch: {error}") from error
