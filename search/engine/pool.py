"""The pool that hands out the newest snapshot. Files of an old one are unmapped when the last request lets go of it."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from search.engine.codec import read_list
from search.engine.reader import Snapshot
from search.engine.segment import Segment
from search.engine.segments import SegmentFile
from search.engine.store import IndexUnavailable, Pointer


class Pool:
    """The newest snapshot of the index at a path. Asking costs one `stat` while nothing changed."""

    REST = 5
    """After so many times the mapped pages are given back: in the end every page of the table of terms was read once."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._lock = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self._snapshot: Snapshot | None = None
        self._given = 0

    def snapshot(self) -> Snapshot:
        """The newest snapshot; `IndexUnavailable` if there is none that can be read."""
        try:
            status = os.stat(self.path / "current")
        except OSError as error:
            self._seen = self._snapshot = None
            raise IndexUnavailable(f"{self.path}: no index") from error
        seen = (status.st_mtime_ns, status.st_ino)
        snapshot = self._snapshot
        if snapshot is not None and seen == self._seen:
            self._given += 1
            if self._given % self.REST == 0:
                snapshot.release_pages()
            return snapshot
        with self._lock:
            if self._snapshot is None or seen != self._seen:
                self._snapshot = self._open(self._snapshot)
                self._seen = seen
            return self._snapshot

    def forget(self) -> None:
        """Starts again, with nothing remembered: for measuring."""
        with self._lock:
            self._seen = self._snapshot = None

    def _open(self, last: Snapshot | None) -> Snapshot:
        for attempt in range(5):
            pointer = Pointer.read(self.path)
            try:
                return self._read(pointer, last)
            except (OSError, KeyError) as error:
                # A commit removed a segment that the list of a moment ago named: read the new list.
                if attempt == 4:
                    raise IndexUnavailable(f"{self.path}: {error}") from error
            except Exception as error:
                # A damaged list is answered with whatever its unpickling meets.
                raise IndexUnavailable(f"{self.path}: damaged: {error!r}") from error
        raise IndexUnavailable(str(self.path))

    def _read(self, pointer: Pointer, last: Snapshot | None) -> Snapshot:
        folder = str(self.path / pointer.folder)
        same = last is not None and last.pointer.folder == pointer.folder
        known = {segment.name: segment for segment in last.segments} if last is not None and same else {}
        parts = []
        for entry in read_list(folder):
            name = entry.segment_id()
            segment = known.get(name) or Segment(name, SegmentFile(entry.path(folder)))
            parts.append((segment, frozenset(entry.deleted_docs())))
        return Snapshot(pointer, parts)
