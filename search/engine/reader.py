"""One state of the index, and the pool that hands out the newest.

A snapshot never changes. Requests that hold an old one finish with it; its files are unmapped when the last lets go.
"""

from __future__ import annotations

import os
import threading
from array import array
from collections import Counter, OrderedDict
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import Any, Generic, TypeVar

from search.engine import postings as disk
from search.engine.adapter import LENGTHS_COLUMN, TOC, SegmentReader, byte_to_length
from search.engine.seals import check_sizes
from search.engine.storage import MappedStorage
from search.engine.store import IndexUnavailable, Pointer

K1, B = 1.5, 0.75
"""The constants of BM25."""
LENGTHS = [byte_to_length(code) for code in range(256)]
Key, Value = TypeVar("Key"), TypeVar("Value")


class Segment:
    """One segment's files. What is read from them is remembered: they never change."""

    def __init__(self, reader: SegmentReader) -> None:
        self.reader = reader
        self.size: int = reader.doc_count_all()
        # Files have one position each, so two threads must not read them at once.
        self.lock = threading.RLock()
        self.fields = frozenset(reader.indexed_field_names())
        self._keys: dict[int, str] = {}
        self._lengths: dict[str, bytes] = {}
        self._marks: dict[str, list[tuple[str, ...]]] = {}
        self._times: list[int] | None = None

    def key(self, number: int) -> str:
        """The key of a document. Those that are shown once are shown again."""
        if number not in self._keys:
            with self.lock:
                self._keys[number] = self.reader.stored_fields(number)["key"]
        return self._keys[number]

    def postings(self, field: str, term: bytes) -> tuple[array[int], array[float]] | None:
        """Numbers, within the segment, and weights of a term, deleted documents included; None where it does not occur."""
        if field not in self.fields:
            return None
        with self.lock:
            return disk.postings(self.reader, field, term)

    def lengths(self, field: str) -> bytes:
        """The length of a field in every document, in Whoosh's one-byte code."""
        if field not in self._lengths:
            with self.lock:
                column = self.reader._perdoc._cached_reader(f"_{field}_len", LENGTHS_COLUMN)
                self._lengths[field] = (
                    bytes(self.size) if column is None else bytes(disk.fixed_values(column, self.size))
                )
        return self._lengths[field]

    def marks(self, field: str) -> list[tuple[str, ...]]:
        """The marks of every document in a field, built from its postings."""
        if field not in self._marks:
            lists: list[tuple[str, ...]] = [()] * self.size
            with self.lock:
                for term, numbers in disk.all_numbers(self.reader, field):
                    mark = (term.decode(),)
                    for number in numbers:
                        lists[number] = lists[number] + mark if lists[number] else mark
            self._marks[field] = lists
        return self._marks[field]

    def times(self) -> list[int]:
        """The time of every document in seconds since 1970, 0 where it has none."""
        if self._times is None:
            with self.lock:
                column = self.reader.column_reader("at", translate=False)
                self._times = list(disk.fixed_values(column, self.size))
        return self._times


class Column:
    """The marks of all documents in one field, each distinct combination once: what facets are counted with."""

    def __init__(self, lists: Iterable[tuple[str, ...]]) -> None:
        codes: dict[tuple[str, ...], int] = {(): 0}
        self.codes = array("I", (codes.setdefault(marks, len(codes)) for marks in lists))
        self.values = list(codes)


class JointColumn:
    """Several columns as one: a code for each distinct combination of their marks."""

    def __init__(self, columns: list[Column], size: int) -> None:
        known: dict[tuple[int, ...], int] = {}
        rows = zip(*(column.codes for column in columns), strict=True)
        # A list: its numbers exist already, those of an array are made at every look.
        self.codes: list[int] = [known.setdefault(row, len(known)) for row in rows]
        self.values = [tuple(column.values[code] for column, code in zip(columns, row, strict=True)) for row in known]


class Bounded(Generic[Key, Value]):
    """A cache that holds so much, and forgets what was used longest ago."""

    def __init__(self, limit: int) -> None:
        self.limit, self.held = limit, 0
        self._entries: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> Value | None:
        with self._lock:
            if key not in self._entries:
                return None
            self._entries.move_to_end(key)
            return self._entries[key][0]

    def put(self, key: Key, value: Value, size: int) -> Value:
        with self._lock:
            if key not in self._entries and size <= self.limit:
                self._entries[key] = (value, size)
                self.held += size
                while self.held > self.limit:
                    self.held -= self._entries.popitem(last=False)[1][1]
        return value


class Snapshot:
    """The index as it was after one commit. Documents are numbered through all segments."""

    CACHED_POSTINGS = 1_500_000
    """Twelve megabytes at most."""
    CACHED_NUMBERS = 200_000
    """Of terms that are looked for in names and marks: four megabytes at most."""
    CACHED_MASKS = 24_000_000
    """Bytes: four hundred token sets at 60,000 documents."""

    def __init__(self, pointer: Pointer, parts: list[tuple[Segment, frozenset[int]]]) -> None:
        self.pointer = pointer
        self.segments = [segment for segment, _ in parts]
        self.bases: list[int] = []
        self.size = 0
        alive = bytearray()
        for segment, deleted in parts:
            self.bases.append(self.size)
            self.size += segment.size
            mask = bytearray(b"\x01") * segment.size
            for number in deleted:
                mask[number] = 0
            alive += mask
        self.alive = bytes(alive)
        self.count = self.alive.count(1)
        self.scored: Bounded[Any, tuple[array[int], array[float]]] = Bounded(self.CACHED_POSTINGS)
        self.marked: Bounded[tuple[str, str], list[int]] = Bounded(self.CACHED_NUMBERS)
        self.expanded: Bounded[Any, list[str]] = Bounded(20_000)
        # How many of the documents that a set of tokens may see bear each mark of some fields.
        self.totals: Bounded[tuple[tuple[str, ...], frozenset[str]], dict[str, Counter[str]]] = Bounded(100_000)
        # Terms by field, beginning and length: six megabytes at most.
        self.spelt: Bounded[tuple[str, str], dict[int, list[str]]] = Bounded(80_000)
        self.masks: Bounded[Any, bytes] = Bounded(self.CACHED_MASKS)
        # Tags with their numbers of documents, by the audiences that are counted.
        self.tags: Bounded[frozenset[str], list[tuple[str, int]]] = Bounded(100_000)
        # What marks are called, by facet and language: a space or person that is renamed is indexed again, which makes a new snapshot.
        self.named: dict[tuple[str, str | None], dict[str, dict[str, Any]]] = {}
        self._columns: dict[str, Column] = {}
        self._joint: dict[tuple[str, ...], JointColumn] = {}
        self._times: list[int] | None = None
        self._average: dict[str, float] = {}
        self._norms: dict[str, list[float]] = {}
        self.fields = sorted({name for segment in self.segments for name in segment.fields})

    # One document

    def key(self, number: int) -> str:
        for segment, base in zip(self.segments, self.bases, strict=True):
            if number < base + segment.size:
                return segment.key(number - base)
        raise IndexError(number)

    def number(self, key: str) -> int | None:
        """The number of the living document with this key."""
        for segment, base in zip(self.segments, self.bases, strict=True):
            found = segment.postings("key", key.encode())
            for number in found[0] if found else ():
                if self.alive[base + number]:
                    return base + number
        return None

    # All documents

    def column(self, field: str) -> Column:
        if field not in self._columns:
            lists = chain.from_iterable(
                segment.marks(field) if field in segment.fields else [()] * segment.size for segment in self.segments
            )
            self._columns[field] = Column(lists)
        return self._columns[field]

    def columns(self, fields: tuple[str, ...]) -> JointColumn:
        if fields not in self._joint:
            self._joint[fields] = JointColumn([self.column(field) for field in fields], self.size)
        return self._joint[fields]

    def times(self) -> list[int]:
        if self._times is None:
            self._times = list(chain.from_iterable(segment.times() for segment in self.segments))
        return self._times

    def mask(self, field: str, marks: frozenset[str]) -> bytes:
        """One byte a document: 1 where it lives and bears one of the marks. Remembered by the set of marks."""
        key = (field, marks)
        if (known := self.masks.get(key)) is not None:
            return known
        mask = bytearray(self.size)
        for mark in marks:
            for number in self.numbers(field, mark):
                mask[number] = 1
        alive = int.from_bytes(self.alive, "little") & int.from_bytes(mask, "little")
        return self.masks.put(key, alive.to_bytes(self.size, "little"), self.size)

    def numbers(self, field: str, term: str) -> list[int]:
        """The documents that bear a term, deleted ones included."""
        if (known := self.marked.get((field, term))) is not None:
            return known
        found: list[int] = []
        for segment, base in zip(self.segments, self.bases, strict=True):
            if part := segment.postings(field, term.encode()):
                found.extend(number + base for number in part[0])
        return self.marked.put((field, term), found, len(found) + 16)

    # Statistics, with deleted documents included as Whoosh counts them

    def frequency(self, field: str, term: str) -> int:
        total = 0
        for segment in self.segments:
            if field not in segment.fields:
                continue
            with segment.lock:
                total += disk.frequency(segment.reader, field, term.encode())
        return total

    def average_length(self, field: str) -> float:
        if field not in self._average:
            total = sum(segment.reader.field_length(field) for segment in self.segments)
            self._average[field] = total / self.size if self.size else 0.0
        return self._average[field] or 1.0

    def norms(self, field: str) -> list[float]:
        """What BM25 sets against the weight of a word, by the code of the length of a document's field."""
        if field not in self._norms:
            average = self.average_length(field)
            self._norms[field] = [K1 * ((1 - B) + B * length / average) for length in LENGTHS]
        return self._norms[field]

    def expand(self, field: str, prefix: str, limit: int) -> list[str]:
        """The most frequent terms that start with a prefix, remembered."""
        if (known := self.expanded.get((field, prefix, limit))) is not None:
            return known
        counts: dict[bytes, int] = {}
        for segment in self.segments:
            with segment.lock:
                for term, count in disk.frequencies(segment.reader, field, prefix.encode()):
                    counts[term] = counts.get(term, 0) + count
        found = [term.decode() for term in sorted(counts, key=lambda term: (-counts[term], term))[:limit]]
        return self.expanded.put((field, prefix, limit), found, len(found) + 4)


class Pool:
    """The newest snapshot of the index at a path. Asking costs one `stat` while nothing changed."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._lock = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self._snapshot: Snapshot | None = None

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
            return snapshot
        with self._lock:
            if self._snapshot is None or seen != self._seen:
                self._snapshot = self._open(self._snapshot)
                self._seen = seen
            return self._snapshot

    def forget(self) -> None:
        """Begins anew, with nothing remembered: for measuring."""
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
                # Whoosh answers a damaged file with whatever its unpickling meets.
                raise IndexUnavailable(f"{self.path}: damaged: {error!r}") from error
        raise IndexUnavailable(str(self.path))

    def _read(self, pointer: Pointer, last: Snapshot | None) -> Snapshot:
        storage = MappedStorage(str(self.path / pointer.folder))
        contents = TOC.read(storage, "MAIN")
        known = {}
        if last is not None and last.pointer.folder == pointer.folder:
            known = {segment.reader.segment().segment_id(): segment for segment in last.segments}
        parts = []
        for entry in contents.segments:
            segment = known.get(entry.segment_id())
            if segment is None:
                check_sizes(storage.folder, entry.segment_id())
                segment = Segment(SegmentReader(storage, contents.schema, entry))
            parts.append((segment, frozenset(entry.deleted_docs())))
        return Snapshot(pointer, parts)
