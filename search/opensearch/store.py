"""Writing the index: what `engine.store` does for a folder."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from modelsearch.backends.base import get_model_root
from modelsearch.index import get_indexed_models
from opensearchpy import NotFoundError, OpenSearchException
from opensearchpy.helpers import bulk

from search.engine.store import IndexAway, IndexBusy, Store
from search.opensearch.connection import client, translated_errors
from search.opensearch.mapping import MAPPINGS, SETTINGS, Json, body

BATCH = 500
"""Documents in one request."""
TAKE = "SELECT pg_try_advisory_lock(hashtext(%s))"
GIVE_BACK = "SELECT pg_advisory_unlock(hashtext(%s))"
BULK_BYTES = 5 * 1024 * 1024
"""In one request, so that a small server is done with it in time."""


class RemoteStore:
    """Does for OpenSearch what `engine.store.Store` does for a folder; the folder still holds locks and requests.

    A rebuild fills a new index beside the living one. What changes meanwhile is written to both, and what is deleted
    leaves a mark in the new one, so that the rebuild, which only creates, never brings back what is older.
    """

    def __init__(self, configured: Mapping[str, Any]) -> None:
        self.server = client(configured)
        self.alias = str(configured["INDEX_PREFIX"]) + "site"
        self.bulk_seconds = int(configured.get("BULK_SECONDS", 60))
        self._folder = Store(str(configured.get("PATH") or Path(settings.INTRANET_VAR) / "index"))
        self.ask_for_rebuild = self._folder.ask_for_rebuild

    @property
    def wanted(self) -> Path:
        return self._folder.wanted

    @contextmanager
    def locked(self, name: str = "write", timeout: float = 30.0) -> Iterator[None]:
        """One writer among the processes here, and among all machines that share a PostgreSQL."""
        with self._folder.locked(name, timeout), connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            shared = cursor.db.vendor == "postgresql"
            if shared:
                cursor.execute(TAKE, [f"{self.alias} {name}"])
                if not cursor.fetchone()[0]:
                    raise IndexBusy(f"another machine keeps {self.alias}")
            try:
                yield
            finally:
                if shared:
                    cursor.execute(GIVE_BACK, [f"{self.alias} {name}"])

    def exists(self) -> bool:
        """Whether there is an index of this version; `IndexUnavailable` where the server does not answer."""
        with translated_errors():
            try:
                found = self.server.indices.get_mapping(index=self.alias)
            except NotFoundError:
                return False
            return all(one["mappings"].get("_meta") == MAPPINGS["_meta"] for one in found.values())

    def create(self) -> None:
        """Makes an empty index if there is none that can be read."""
        if not self.exists():
            self.rebuild().finish()

    def write(self, documents: Iterable[Mapping[str, Any]] = (), keys: Iterable[str] = ()) -> int:
        """Writes documents and removes keys, in the living index and in one that is being built."""
        written = 0
        with translated_errors():
            living = set(self.server.indices.get_alias(name=self.alias))
            indexes = self._all()
            source = iter(documents)
            while some := list(islice(source, BATCH)):
                self._send([_action("index", index, one["key"], body(one)) for index in indexes for one in some])
                written += len(some)
            gone: list[Json] = []
            for key in keys:
                gone += [
                    {"_op_type": "delete", "_index": index, "_id": key}
                    if index in living
                    else _action("index", index, key, {"gone": True})
                    for index in indexes
                ]
            self._send(gone)
        return written

    def _send(self, actions: list[Json]) -> None:
        _done, faults = self.bulk(actions, refresh=True)
        # What was not there to be deleted is not a fault.
        if wrong := [one for fault in faults for one in fault.values() if one.get("status") != 404]:
            raise IndexAway(f"OpenSearch: {wrong[:2]}")

    def bulk(self, actions: Iterable[Json], **options: Any) -> tuple[int, list[Any]]:
        """Sends what is to be written, in parts; how much was, and what was not and why."""
        limits: Json = {"max_chunk_bytes": BULK_BYTES, "request_timeout": self.bulk_seconds}
        done, faults = bulk(self.server, actions, raise_on_error=False, **limits, **options)
        return done, list(faults) if isinstance(faults, list) else []

    def remove_leftovers(self) -> None:
        """Takes away indexes of ours that no alias names: what a rebuild that was killed left, and could not say so."""
        with translated_errors():
            for name, about in self.server.indices.get_alias(index=f"{self.alias}-*").items():
                if not about.get("aliases"):
                    self.server.indices.delete(index=name, ignore_unavailable=True, request_timeout=self.bulk_seconds)
            # Until now Wagtail's search had indexes of its own here, one more for each rebuild that failed.
            prefix = self.alias.removesuffix("site")
            labels = "|".join(sorted({get_model_root(one)._meta.db_table for one in get_indexed_models()}))
            for name in self.server.indices.get_alias(index=f"{prefix}*"):
                if re.fullmatch(f"{re.escape(prefix)}({labels})(_[a-z0-9]{{7}})?", name):
                    self.server.indices.delete(index=name, ignore_unavailable=True, request_timeout=self.bulk_seconds)

    def rebuild(self) -> RemoteRebuild:
        return RemoteRebuild(self)

    def _all(self) -> list[str]:
        return sorted(self.server.indices.get(index=f"{self.alias}-*"))


class RemoteRebuild:
    """`add` documents, then `finish`."""

    def __init__(self, store: RemoteStore) -> None:
        self.store, self.written = store, 0
        self._lock = store.locked("rebuild", timeout=0.0)
        self._lock.__enter__()
        self.index = f"{store.alias}-{time.time_ns()}"
        try:
            store.remove_leftovers()
            with translated_errors():
                about = {"settings": SETTINGS, "mappings": MAPPINGS}
                store.server.indices.create(index=self.index, body=about, request_timeout=store.bulk_seconds)
        except BaseException:
            # It may have been made by a server that answered too late.
            self.cancel()
            raise

    def add(self, documents: Iterable[Mapping[str, Any]]) -> None:
        with translated_errors():
            actions = (_action("create", self.index, one["key"], body(one)) for one in documents)
            done, faults = self.store.bulk(actions)
            # What is there already was written a moment ago, and is newer.
            if wrong := [one for fault in faults for one in fault.values() if one.get("status") != 409]:
                raise IndexAway(f"OpenSearch: {wrong[:2]}")
            self.written += done + len(faults)

    def finish(self, again: Callable[[list[str]], Iterable[Any]] | None = None) -> None:
        """Switches in one step, and takes the former indexes away. `again` is not needed: nothing was missed."""
        server, alias, wait = self.store.server, self.store.alias, self.store.bulk_seconds
        switched = False
        try:
            with translated_errors():
                server.indices.refresh(index=self.index, request_timeout=wait)
                former = [name for name in self.store._all() if name != self.index]
                actions: list[Json] = [{"add": {"index": self.index, "alias": alias}}]
                actions += [{"remove_index": {"index": name}} for name in former]
                server.indices.update_aliases(body={"actions": actions}, request_timeout=wait)
                switched = True
                gone = {"query": {"term": {"gone": True}}}
                server.delete_by_query(index=self.index, body=gone, refresh=True, request_timeout=wait)
        finally:
            if switched:
                self._lock.__exit__(None, None, None)
            else:
                self.cancel()

    def cancel(self) -> None:
        """Takes away what was built, unless it was switched to after all."""
        server, wait = self.store.server, self.store.bulk_seconds
        try:
            if not server.indices.exists_alias(index=self.index, name=self.store.alias):
                server.indices.delete(index=self.index, ignore_unavailable=True, request_timeout=wait)
        except OpenSearchException:
            # The next rebuild takes it away before it begins.
            pass
        finally:
            self._lock.__exit__(None, None, None)


def _action(kind: str, index: str, key: str, source: Json) -> Json:
    return {"_op_type": kind, "_index": index, "_id": key, "_source": source}
