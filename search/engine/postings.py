"""Reading the postings of a term from one segment: whole blocks at a time, without Whoosh's matcher trees.

The fast way uses private names of Whoosh's leaf matcher. `fast_reading(False)` takes the public way instead; the
self-test does so, for good, when the two disagree.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from io import BytesIO
from itertools import compress
from struct import Struct
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from search.engine.adapter import SegmentReader, TermNotFound, W3TermInfo

logger = logging.getLogger(__name__)

Numbers: TypeAlias = NDArray[np.uint32]
"""Documents, in order."""
Weights: TypeAlias = NDArray[np.float32]

_fast = True
# How long a key and its entry are, which stand before both; and what stands before the number of documents in an entry.
_ROW, _BEFORE, _COUNT = Struct("!ii"), Struct("!Bf"), Struct("!I")


def fast_reading(on: bool) -> None:
    """Chooses between blocks and Whoosh's public interface, for the whole process."""
    global _fast
    _fast = on


def _matcher(reader: SegmentReader, field: str, term: bytes) -> Any:
    try:
        return (
            reader._terms.matcher(field, term, reader.schema[field].format) if _fast else reader.postings(field, term)
        )
    except (TermNotFound, KeyError):
        return None


def postings(reader: SegmentReader, field: str, term: bytes) -> tuple[Numbers, Weights] | None:
    """Document numbers and weights of a term in a segment, deleted documents included; None where it does not occur."""
    matcher = _matcher(reader, field, term)
    if matcher is None:
        return None
    if _fast:
        return _whole_blocks(matcher)
    numbers: list[int] = []
    weights: list[float] = []
    while matcher.is_active():
        numbers.append(matcher.id())
        weights.append(matcher.weight())
        matcher.next()
    return np.array(numbers, np.uint32), np.array(weights, np.float32)


def _whole_blocks(matcher: Any) -> tuple[Numbers, Weights]:
    numbers: list[int] = []
    weights: list[float] = []
    sizes: list[int] = []
    while not matcher._atend:
        matcher._read_data()
        ids, own = matcher._data[:2]
        numbers.extend(ids)
        sizes.append(len(ids))
        weights.extend((1.0 if own is None else own,) * len(ids) if own is None or isinstance(own, float) else own)
        matcher._next_block()
    return _summed(numbers, sizes, matcher._byteids), np.array(weights, np.float32)


def _summed(numbers: list[int], sizes: list[int], whole: bool) -> Numbers:
    """Whoosh keeps each number of a block as its distance from the one before, unless all fit a byte (`whole`)."""
    if whole:
        return np.array(numbers, np.uint32)
    sums = np.cumsum(np.array(numbers, np.int64))
    if len(sizes) > 1:
        ends = sums[np.cumsum(sizes) - 1]
        sums -= np.repeat(np.concatenate(([0], ends[:-1])), sizes)
    return sums.astype(np.uint32)


def all_numbers(reader: SegmentReader, field: str) -> Iterator[tuple[bytes, Numbers]]:
    """The terms of a field, in order, each with its document numbers."""
    if not _fast:
        for term in list(terms(reader, field)):
            if found := postings(reader, field, term):
                yield term, found[0]
        return
    found_terms, form = reader._terms, reader.schema[field].format
    sought = found_terms._keycoder(field, b"")
    for key, entry in found_terms._tindex.items_from(sought):
        if not key.startswith(sought):
            return
        info = W3TermInfo.from_bytes(entry)
        matcher = found_terms._codec.postings_reader(found_terms._postfile, info, form, term=(field, key[2:]))
        yield key[2:], _whole_blocks(matcher)[0]


def fixed_values(column: Any, size: int) -> NDArray[Any]:
    """All numbers of a column at once, 0 for documents that have none."""
    if not _fast:
        return np.array([column[number] for number in range(size)])
    raw = bytes(column._dbfile.get(column._basepos, column._count * column._fixedlen))
    found = np.frombuffer(raw, f">{np.dtype(column._typecode).str[1:]}")
    return np.concatenate([found, np.zeros(size - len(found), found.dtype)]).astype(found.dtype.newbyteorder("="))


def positions(
    reader: SegmentReader, field: str, term: bytes, wanted: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where a term stands in the wanted documents of a segment: a document number and a position for each place.

    Blocks of postings without any of these documents are not read.
    """
    matcher = _matcher(reader, field, term)
    documents: list[Numbers] = [np.empty(0, np.uint32)]
    values: list[bytes] = []
    if matcher is not None and _fast:
        first = 0
        while not matcher._atend:
            if wanted[first : matcher._maxid + 1].any():
                matcher._read_values()
                ids = matcher._data[0]
                numbers = _summed(ids, [len(ids)], matcher._byteids)
                chosen = wanted[numbers]
                documents.append(numbers[chosen])
                values += compress(matcher._values, chosen.tolist())
            first = matcher._maxid + 1
            matcher._next_block()
    elif matcher is not None:
        while matcher.is_active():
            if wanted[matcher.id()]:
                documents.append(np.array([matcher.id()], np.uint32))
                values.append(matcher.value())
            matcher.next()
    places = np.frombuffer(b"".join(values), np.uint16).astype(np.int64)
    held = np.fromiter(map(len, values), np.int64, len(values)) // 2
    return np.repeat(np.concatenate(documents).astype(np.int64), held), places


def terms(reader: SegmentReader, field: str, prefix: bytes = b"") -> Iterator[bytes]:
    """The terms of a field that start with a prefix, in order."""
    try:
        for name, term in reader.terms_from(field, prefix):
            if name != field or not term.startswith(prefix):
                return
            yield term
    except TermNotFound:
        return


def frequency(reader: SegmentReader, field: str, term: bytes) -> int:
    """In how many documents of the segment a term occurs, deleted ones included."""
    try:
        return reader.doc_frequency(field, term)
    except TermNotFound:
        return 0


def frequencies(reader: SegmentReader, field: str, prefix: bytes) -> Iterator[tuple[bytes, int]]:
    """The terms of a field that start with a prefix and in how many documents each occurs, in one walk."""
    if _fast:
        found: Any = reader._terms
        table, sought = found._tindex, found._keycoder(field, prefix)
        rows = table.dbfile.file.getbuffer() if isinstance(table.dbfile.file, BytesIO) else table.dbfile.file
        place, end = table.closest_key_pos(sought), table.endofdata
        while place is not None and place < end:
            length, entry = _ROW.unpack_from(rows, place)
            place += _ROW.size
            key = bytes(rows[place : place + length])
            if not key.startswith(sought):
                return
            place += length
            # The first two bytes are the number of the field.
            yield key[2:], _COUNT.unpack_from(rows, place + _BEFORE.size)[0]
            place += entry
        return
    try:
        for (name, term), entry in reader.iter_from(field, prefix):
            if name != field or not term.startswith(prefix):
                return
            yield term, entry.doc_frequency()
    except TermNotFound:
        return
