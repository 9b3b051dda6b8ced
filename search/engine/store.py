"""Index generations on disk: which folder is current, who may write, how a rebuilt index takes its place."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import shutil
import struct
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

from search.engine import codec, schema
from search.engine.segments import DamagedIndexError
from search.engine.writer import Document, commit

logger = logging.getLogger(__name__)

# Whoosh answers a damaged file with whatever its decoding stumbles over.
DAMAGE: tuple[type[Exception], ...] = (
    DamagedIndexError,
    OSError,
    ValueError,
    KeyError,
    IndexError,
    EOFError,
    AssertionError,
    UnpicklingError,
    struct.error,
    zlib.error,
)


PATIENCE = 300.0
"""Seconds that one writer waits for another: thousands of documents may be in one commit."""


class IndexUnavailable(Exception):
    """There is no index that can be trusted: answer from the database, and rebuild."""


UNREADABLE: tuple[type[Exception], ...] = (IndexUnavailable, *DAMAGE)
"""What asking an engine may raise: answer from the database then (`fallback.DatabaseEngine`)."""


class IndexAway(IndexUnavailable):
    """The index lies on another machine, which does not answer: answer from the database, and wait."""


class IndexBusy(Exception):
    """Another process holds the lock for writing."""


@dataclass(frozen=True)
class Pointer:
    """What the file `current` says: the folder, and a number that grows with every commit."""

    folder: str
    commit: int
    version: int

    @classmethod
    def read(cls, path: Path) -> Pointer:
        try:
            fields = json.loads((path / "current").read_text())
            pointer = cls(str(fields["folder"]), int(fields["commit"]), int(fields["version"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexUnavailable(f"{path}: no index") from error
        if pointer.version != schema.VERSION or "/" in pointer.folder:
            raise IndexUnavailable(f"{path}: an index of another version")
        return pointer

    def write(self, path: Path) -> None:
        temporary = path / f"current.{os.getpid()}"
        with open(temporary, "w") as file:
            json.dump({"folder": self.folder, "commit": self.commit, "version": self.version}, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path / "current")


class Store:
    """The index of a site at `path`. `durable` False saves the waiting for the disk, in tests. Every writing method takes the lock; reading goes through `reader.Pool`."""

    def __init__(self, path: str | os.PathLike[str], *, durable: bool = True) -> None:
        self.path = Path(path)
        self.durable = durable

    # Locks die with the process that holds them: nothing is left to clear after a kill.
    @contextmanager
    def locked(self, name: str = "write", timeout: float = 30.0) -> Iterator[None]:
        self.path.mkdir(parents=True, exist_ok=True)
        with open(self.path / f"{name}.lock", "w") as file:
            deadline = time.monotonic() + timeout
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except OSError as error:
                    if time.monotonic() >= deadline:
                        raise IndexBusy(str(self.path)) from error
                    time.sleep(0.02)
            yield

    def exists(self) -> bool:
        try:
            pointer = Pointer.read(self.path)
        except IndexUnavailable:
            return False
        return (self.path / pointer.folder).is_dir()

    def create(self) -> None:
        """Makes an empty index if there is none that can be read."""
        with self.locked():
            if not self.exists():
                self._switch(self._new_folder())

    def write(self, documents: Iterable[Document] = (), keys: Iterable[str] = (), *, replace: bool = True) -> int:
        """Writes documents and removes keys in one commit, in the current index; returns how many were written.

        Documents may be made while they are written: `keys` is read after the last of them.
        """
        with self.locked(timeout=PATIENCE), self._noted_for_rebuild() as note:
            pointer = Pointer.read(self.path)
            new = (note(document, document["key"]) for document in documents)
            gone = (note(key, key) for key in keys)
            written = self._commit(pointer.folder, new, gone, replace=replace)
            if written is not None:
                Pointer(pointer.folder, pointer.commit + 1, schema.VERSION).write(self.path)
        return written or 0

    def _commit(
        self, folder: str, documents: Iterable[Document], keys: Iterable[str] = (), *, replace: bool = True
    ) -> int | None:
        return commit(str(self.path / folder), documents, keys, replace=replace, durable=self.durable)

    @property
    def wanted(self) -> Path:
        """The file whose presence asks the worker for a rebuild."""
        return self.path / "rebuild-wanted"

    def ask_for_rebuild(self) -> None:
        """Called by whoever meets an index that cannot be read. Never fails: the reader has her answer to get."""
        try:
            self.wanted.parent.mkdir(parents=True, exist_ok=True)
            self.wanted.touch()
        except OSError:
            logger.exception("a rebuild of the index cannot be asked for")

    def rebuild(self) -> Rebuild:
        """A new index beside the living one; see `Rebuild`."""
        return Rebuild(self)

    def _new_folder(self) -> str:
        numbers = [int(name) for name in os.listdir(self.path) if name.isdigit()]
        folder = f"{max(numbers, default=0) + 1:06d}"
        (self.path / folder).mkdir()
        codec.write_list(str(self.path / folder), [], 0, durable=self.durable)
        return folder

    def check(self) -> None:
        """Reads every byte of the index. Raises one of `DAMAGE` or `IndexUnavailable` where one is not as it was written."""
        with self.locked(timeout=PATIENCE):
            codec.check(str(self.path / Pointer.read(self.path).folder))

    def _remove_leftovers(self) -> None:
        """Takes away what a rebuild that was killed has left: the folders after the current one."""
        try:
            current = Pointer.read(self.path).folder
        except IndexUnavailable:
            return
        for name in os.listdir(self.path):
            if name.isdigit() and int(name) > int(current):
                shutil.rmtree(self.path / name, ignore_errors=True)

    def _switch(self, folder: str) -> None:
        """Makes a folder current. The last one stays a while, since a reader may be about to open its files."""
        try:
            last = Pointer.read(self.path)
        except IndexUnavailable:
            last = Pointer("", 0, schema.VERSION)
        Pointer(folder, last.commit + 1, schema.VERSION).write(self.path)
        for name in os.listdir(self.path):
            if name.isdigit() and name not in (folder, last.folder):
                shutil.rmtree(self.path / name, ignore_errors=True)

    @property
    def _tail(self) -> Path:
        return self.path / "changed-since-rebuild-began"

    @contextmanager
    def _noted_for_rebuild(self) -> Iterator[Callable[[Any, str], Any]]:
        """A function that gives back its first argument, and notes the key where a rebuild has begun."""
        if not self._tail.exists():
            yield lambda item, key: item
            return
        with open(self._tail, "a", buffering=1) as file:

            def note(item: Any, key: str) -> Any:
                file.write(f"{key}\n")
                return item

            yield note


class Rebuild:
    """`add` documents, then `finish`: what changed in the meantime is written again, then the folders are switched."""

    BATCH = 8_000
    """Documents in one segment; some hundred megabytes while it is written. They are consumed one by one."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._lock = store.locked("rebuild", timeout=0.0)
        self._lock.__enter__()
        with store.locked(timeout=PATIENCE):
            store._remove_leftovers()
            store._tail.write_text("")
            self.folder = store._new_folder()
        self.written = 0

    def add(self, documents: Iterable[Document]) -> None:
        source = iter(documents)
        while batch := self.store._commit(self.folder, islice(source, self.BATCH), replace=False):
            self.written += batch

    def finish(self, again: Callable[[list[str]], Iterable[Document]] | None = None) -> None:
        """Switches to the new index. `again(keys)` gives the documents, as they are now, of keys that changed since."""
        switched = False
        try:
            with self.store.locked(timeout=PATIENCE):
                changed = list(dict.fromkeys(self.store._tail.read_text().split("\n")[:-1]))
                if changed:
                    documents = again(changed) if again else ()
                    self.store._commit(self.folder, documents, changed)
                self.store._tail.unlink(missing_ok=True)
                self.store._switch(self.folder)
                switched = True
        finally:
            if switched:
                self._lock.__exit__(None, None, None)
            else:
                self.cancel()

    def cancel(self) -> None:
        self.store._tail.unlink(missing_ok=True)
        shutil.rmtree(self.store.path / self.folder, ignore_errors=True)
        self._lock.__exit__(None, None, None)
