"""Which engine answers searches, what any engine can be asked, and where its index lies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from django.conf import settings
from django.db.models.signals import post_delete, post_save
from modelsearch import signal_handlers
from modelsearch.index import get_indexed_models

from search.backends.whoosh import pool
from search.documents import page_key
from search.engine import answering, completion, likeness
from search.engine.likeness import Likeness
from search.engine.pool import Pool
from search.engine.reader import Snapshot
from search.engine.store import IndexUnavailable, Store
from search.engine.vocabulary import IndexVocabulary
from search.request import NO_LAG, Answer, Lag, SearchRequest
from search.vocabulary import Vocabulary

if TYPE_CHECKING:
    from search.opensearch.store import RemoteStore

WHOOSH = "search.backends.whoosh"
OPENSEARCH = "search.backends.remote"


class Engine(Protocol):
    """One state of what can be found. A document's number means something to its engine alone; keys to everybody.

    Every method lets through only documents whose audience is among the tokens it is given, before it counts anything.
    """

    named: dict[Any, dict[str, dict[str, Any]]]
    """What marks are called, by facet, remembered as long as the engine knows them to be right."""
    lags: bool
    """Whether what waits in the outbox has to be withheld: the database itself is never late."""

    @property
    def state(self) -> str:
        """A text that changes whenever answers may have; "" where nobody can tell."""

    def key(self, number: Any) -> str: ...

    def number(self, key: str) -> Any | None: ...

    def answer(self, request: SearchRequest) -> Answer: ...

    def vocabulary(self, tokens: frozenset[str], withheld: frozenset[Any]) -> Vocabulary:
        """The words of the documents that may be read."""

    def complete(self, typed: str, tokens: frozenset[str], count: int, lag: Lag = NO_LAG) -> list[Any]: ...

    def tags(self, beginning: str, tokens: frozenset[str], withheld: frozenset[Any]) -> list[str]:
        """Slugs that begin so, those first that are on most pages that may be read; none that is on none."""

    def alike(self, asked: Likeness, count: int) -> list[Any]: ...

    def links(self, keys: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The marks of the links that the index holds of these documents; asked by the indexer."""

    def linked(self, numbers: frozenset[Any]) -> frozenset[Any]:
        """The documents that these link to, as far as the index knows."""

    def for_staff(self, numbers: frozenset[Any]) -> frozenset[Any]:
        """Those of these documents that the index takes for what all staff may read."""


class WhooshEngine:
    """The index on this machine, as it was after one commit."""

    lags = True

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.named, self.key, self.number = snapshot.named, snapshot.key, snapshot.number

    @property
    def state(self) -> str:
        return f"{self.snapshot.pointer.folder} {self.snapshot.pointer.commit}"

    def answer(self, request: SearchRequest) -> Answer:
        return answering.answer(self.snapshot, request)

    def vocabulary(self, tokens: frozenset[str], withheld: frozenset[Any]) -> Vocabulary:
        return IndexVocabulary(self.snapshot, tokens, withheld)

    def tags(self, beginning: str, tokens: frozenset[str], withheld: frozenset[Any]) -> list[str]:
        return completion.tags(self.snapshot, beginning, tokens, withheld)

    def complete(self, typed: str, tokens: frozenset[str], count: int, lag: Lag = NO_LAG) -> list[Any]:
        snapshot = self.snapshot.aside(lag.closed, lag.unlinked)
        return completion.complete(snapshot, typed, tokens, count, lag.withheld)

    def alike(self, asked: Likeness, count: int) -> list[Any]:
        return likeness.alike(self.snapshot, asked, count)

    def links(self, keys: Sequence[str]) -> dict[str, tuple[str, ...]]:
        if "k_links" not in self.snapshot.fields:
            return {}
        column = self.snapshot.column("k_links")
        numbers = {key: number for key in keys if (number := self.number(key)) is not None}
        return {key: column.of(number) for key, number in numbers.items()}

    def linked(self, numbers: frozenset[Any]) -> frozenset[Any]:
        if not numbers or "k_links" not in self.snapshot.fields:
            return frozenset()
        targets = {mark.partition(":")[0] for mark in self.snapshot.column("k_links").among(sorted(numbers))}
        found = (self.number(page_key(pk)) for pk in targets)
        return frozenset(number for number in found if number is not None)

    def for_staff(self, numbers: frozenset[Any]) -> frozenset[Any]:
        return frozenset(number for number in numbers if self.snapshot.public[number])


def engine() -> Engine:
    """The engine that the site is set to; `UNREADABLE` where its index cannot be asked."""
    if is_remote():
        from search.opensearch.engine import engine as remote_engine

        return remote_engine(configured())
    return WhooshEngine(readers().snapshot()) if keeps_outbox() else fallback_engine()


def fallback_engine() -> Engine:
    """The engine that is always there."""
    from search.fallback import DatabaseEngine

    return DatabaseEngine()


def configured() -> dict[str, Any]:
    return settings.WAGTAILSEARCH_BACKENDS["default"]


def keeps_outbox() -> bool:
    """Whether the site has an index of its own that an indexer must keep."""
    return configured()["BACKEND"] in (WHOOSH, OPENSEARCH)


def is_whoosh() -> bool:
    """Whether that index is a folder on this machine."""
    return configured()["BACKEND"] == WHOOSH


def is_remote() -> bool:
    """Whether that index lies on other machines."""
    return configured()["BACKEND"] == OPENSEARCH


def path() -> str:
    return str(configured()["PATH"])


def store() -> Store | RemoteStore:
    if is_remote():
        from search.opensearch.store import RemoteStore

        return RemoteStore(configured())
    return Store(path(), durable=bool(configured().get("DURABLE", True)))


def readers() -> Pool:
    """The pool of readers of this process; `IndexUnavailable` where the site has no index on this machine."""
    if configured()["BACKEND"] != WHOOSH:
        raise IndexUnavailable("another backend answers")
    return pool(path())


def stop_needless_tasks() -> None:
    """Keeps modelsearch from queueing a task for every save where no backend updates itself.

    Its handler asks no `AUTO_UPDATE`; only the task does, when a worker has come round to it. Models say here that they
    are not followed, for handlers that are connected after us, and let go of those that are there.
    """
    if any(backend.get("AUTO_UPDATE", True) for backend in settings.WAGTAILSEARCH_BACKENDS.values()):
        return
    for model in get_indexed_models():
        model.search_auto_update = False
        post_save.disconnect(signal_handlers.post_save_signal_handler, sender=model)
        post_delete.disconnect(signal_handlers.post_delete_signal_handler, sender=model)
