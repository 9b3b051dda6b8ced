"""The one file of a segment: written from front to back, read where it is asked for.

`docs/features/index-format.md` draws it. Numbers are in the machine's own byte order; an index is not carried between
machines.
"""

from __future__ import annotations

import json
import os
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from mmap import ACCESS_READ, MADV_DONTNEED, mmap
from struct import Struct
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.uint32]
"""Documents, in order."""
Weights: TypeAlias = NDArray[np.float32]
EXTENSION = ".cps"
MAPPED_FROM = 65_536
"""Bytes; a smaller file is read whole, which costs less than a mapping."""
POSITIONS = 4
"""Added to the width of the counts of a term whose positions are kept."""
FOOTER = Struct("<QQI8s")
"""Where the directory begins, the size of the file, the checksum of all before, the name of the format."""
MAGIC = b"CPSEG\x00\x00\x01"


class DamagedIndexError(Exception):
    """A file of the index is not what was written."""


@dataclass(frozen=True)
class Table:
    """The terms of one field: where each ends among their bytes, its documents, its postings and their kind."""

    blob: memoryview
    ends: memoryview
    counts: memoryview
    places: memoryview
    kinds: memoryview

    def term(self, at: int) -> bytes:
        return bytes(self.blob[self.ends[at - 1] if at else 0 : self.ends[at]])

    def first(self, term: bytes) -> int:
        """The place of the first term that is not before this one."""
        return bisect_left(range(len(self.ends)), term, key=self.term)

    def place(self, term: bytes) -> int | None:
        at = self.first(term)
        return at if at < len(self.ends) and self.term(at) == term else None

    def starting(self, prefix: bytes) -> Iterator[int]:
        for at in range(self.first(prefix), len(self.ends)):
            if not self.term(at).startswith(prefix):
                return
            yield at


class SegmentFile:
    """What a `SegmentFileWriter` wrote. Any number of threads may read it; it is closed when the last lets go."""

    def __init__(self, path: str) -> None:
        self._descriptor = os.open(path, os.O_RDONLY)
        size = os.fstat(self._descriptor).st_size
        mapped = size > MAPPED_FROM
        self._bytes: bytes | mmap = (
            mmap(self._descriptor, 0, access=ACCESS_READ) if mapped else os.pread(self._descriptor, size, 0)
        )
        self._view = memoryview(self._bytes)
        if size < FOOTER.size:
            raise DamagedIndexError(f"{path} is cut off")
        place, written, self.checksum, magic = FOOTER.unpack_from(self._bytes, size - FOOTER.size)
        if magic != MAGIC or written != size:
            raise DamagedIndexError(f"{path} has not the size with which it was written")
        try:
            self._directory = json.loads(self._bytes[place : size - FOOTER.size])
        except ValueError as error:
            raise DamagedIndexError(f"{path} has no directory") from error
        self.documents = int(self._directory["documents"])
        self._number = np.dtype(np.uint16 if self.documents <= 1 << 16 else np.uint32)
        self.fields = frozenset(self._directory["fields"])
        self._tables: dict[str, Table] = {}

    def __del__(self) -> None:
        os.close(self._descriptor)

    def release_pages(self) -> None:
        """Lets go of the pages that were read, of which the system keeps what it has room for."""
        if isinstance(self._bytes, mmap):
            self._bytes.madvise(MADV_DONTNEED)

    def _part(self, place: int, count: int, code: Literal["B", "I", "Q"]) -> memoryview:
        return self._view[place : place + count * array(code).itemsize].cast(code)

    def _stored(self, place: int, size: int) -> bytes:
        """Postings are read in one piece, so that they do not count as this process's memory as mapped pages do."""
        return os.pread(self._descriptor, size, place)

    def table(self, field: str) -> Table | None:
        if field not in self.fields:
            return None
        if field not in self._tables:
            about = self._directory["fields"][field]
            terms = about["terms"]
            ends = self._part(about["ends"], terms, "I")
            self._tables[field] = Table(
                self._part(about["blob"], ends[terms - 1], "B"),
                ends,
                self._part(about["counts"], terms, "I"),
                self._part(about["places"], terms, "Q"),
                self._part(about["kinds"], terms, "B"),
            )
        return self._tables[field]

    def _found(self, field: str, term: bytes) -> tuple[Table, int] | None:
        table = self.table(field)
        at = table.place(term) if table else None
        return (table, at) if table and at is not None else None

    def _numbers(self, stored: bytes, count: int) -> Numbers:
        return np.frombuffer(stored, self._number, count).astype(np.uint32)

    def _often(self, stored: bytes, count: int, width: int) -> NDArray[Any] | None:
        return np.frombuffer(stored, "BH"[width - 1], count, count * self._number.itemsize) if width else None

    def postings(self, field: str, term: bytes) -> tuple[Numbers, Weights] | None:
        """Documents and weights of a term, deleted documents included; None where it does not occur."""
        if (found := self._found(field, term)) is None:
            return None
        table, at = found
        count, width = table.counts[at], table.kinds[at] & 3
        stored = self._stored(table.places[at], count * (self._number.itemsize + width))
        often = self._often(stored, count, width)
        return self._numbers(stored, count), np.ones(count, np.float32) if often is None else often.astype(np.float32)

    def frequency(self, field: str, term: bytes) -> int:
        """In how many documents a term occurs, deleted ones included."""
        found = self._found(field, term)
        return found[0].counts[found[1]] if found else 0

    def frequencies(self, field: str, prefix: bytes = b"") -> Iterator[tuple[bytes, int]]:
        """The terms of a field that start with a prefix, in order, and in how many documents each occurs."""
        if (table := self.table(field)) is not None:
            for at in table.starting(prefix):
                yield table.term(at), table.counts[at]

    def words(self, field: str, prefix: str) -> list[str]:
        """The terms of a field that start with a prefix, all at once."""
        if (table := self.table(field)) is None:
            return []
        first, last = table.first(prefix.encode()), table.first(prefix.encode() + b"\xff")
        ends = [table.ends[first - 1] if first else 0, *table.ends[first:last]]
        stored = bytes(table.blob[ends[0] : ends[-1]])
        return [stored[begin - ends[0] : end - ends[0]].decode() for begin, end in pairwise(ends)]

    def all_numbers(self, field: str) -> Iterator[tuple[bytes, Numbers]]:
        """The terms of a field, in order, each with its documents."""
        if (table := self.table(field)) is not None:
            for at, count in enumerate(table.counts):
                stored = self._stored(table.places[at], count * self._number.itemsize)
                yield table.term(at), self._numbers(stored, count)

    def positions(
        self, field: str, term: bytes, wanted: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where a term is in the wanted documents: a document number and a position for each place."""
        if (found := self._found(field, term)) is None:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        _term, numbers, often, stored = self._read(*found)
        chosen = wanted[numbers]
        held = np.ones(len(numbers), np.int64) if often is None else often.astype(np.int64)
        places = np.frombuffer(stored or b"", np.uint16).astype(np.int64)
        return np.repeat(numbers[chosen].astype(np.int64), held[chosen]), places[np.repeat(chosen, held)]

    def _read(self, table: Table, at: int) -> tuple[bytes, Numbers, NDArray[Any] | None, bytes | None]:
        count, kind, place = table.counts[at], table.kinds[at], table.places[at]
        width, size = kind & 3, table.counts[at] * self._number.itemsize
        stored = self._stored(place, size + count * width)
        often = self._often(stored, count, width)
        positions = None
        if kind & POSITIONS:
            held = count if often is None else int(often.sum(dtype=np.int64))
            positions = self._stored(place + size + count * width, 2 * held)
        return table.term(at), self._numbers(stored, count), often, positions

    def terms(self, field: str) -> Iterator[tuple[bytes, Numbers, NDArray[Any] | None, bytes | None]]:
        """All that was written of a field, in order."""
        if (table := self.table(field)) is not None:
            for at in range(len(table.ends)):
                yield self._read(table, at)

    def lengths(self, field: str) -> NDArray[np.uint8]:
        """The length of a field in each document, in Whoosh's one-byte code; 0 where it has none."""
        place = self._directory["fields"].get(field, {}).get("lengths")
        if place is None:
            return np.zeros(self.documents, np.uint8)
        return np.frombuffer(self._bytes[place : place + self.documents], np.uint8)

    def column(self, name: str) -> NDArray[np.int64]:
        """A number for each document, 0 where it has none."""
        place = self._directory["columns"].get(name)
        if place is None:
            return np.zeros(self.documents, np.int64)
        return np.frombuffer(self._bytes[place : place + 8 * self.documents], np.int64)

    @cached_property
    def _key_ends(self) -> memoryview:
        return self._part(self._directory["key_ends"], self.documents, "I")

    def key(self, number: int) -> str:
        place, ends = self._directory["keys"], self._key_ends
        return bytes(self._view[place + (ends[number - 1] if number else 0) : place + ends[number]]).decode()


def verify(path: str) -> None:
    """Reads every byte. Raises `DamagedIndexError` where one is not as it was written."""
    expected = SegmentFile(path).checksum
    total, left = 0, os.path.getsize(path) - FOOTER.size
    with open(path, "rb") as file:
        while left > 0 and (part := file.read(min(left, 1 << 20))):
            total = zlib.crc32(part, total)
            left -= len(part)
    if left or total != expected:
        raise DamagedIndexError(f"{path} is not as it was written")
