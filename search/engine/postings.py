"""Reading the postings of a term from one segment: whole blocks at a time, without Whoosh's matchers.

The fast way reads the bytes of the files, and finds them by private names of Whoosh. `fast_reading(False)` takes the public way instead; the
self-test does so, for good, when the two disagree.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from itertools import compress
from mmap import MADV_DONTNEED, mmap
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from search.engine import blocks
from search.engine.adapter import SegmentReader, StructFile, TermNotFound
from search.engine.storage import Unmapped

logger = logging.getLogger(__name__)

Numbers: TypeAlias = NDArray[np.uint32]
"""Documents, in order."""
Weights: TypeAlias = NDArray[np.float32]

_fast = True


def fast_reading(on: bool) -> None:
    """Chooses between blocks and Whoosh's public interface, for the whole process."""
    global _fast
    _fast = on


def _matcher(reader: SegmentReader, field: str, term: bytes) -> Any:
    try:
        return reader.postings(field, term)
    except (TermNotFound, KeyError):
        return None


def postings(reader: SegmentReader, field: str, term: bytes) -> tuple[Numbers, Weights] | None:
    """Document numbers and weights of a term in a segment, deleted documents included; None where it does not occur."""
    try:
        entry = _entry(reader, field, term)
    except KeyError:
        return None
    if entry is not None:
        return _read(_bytes(reader._terms._postfile), entry)
    matcher = _matcher(reader, field, term)
    if matcher is None:
        return None
    numbers: list[int] = []
    weights: list[float] = []
    while matcher.is_active():
        numbers.append(matcher.id())
        weights.append(matcher.weight())
        matcher.next()
    return np.array(numbers, np.uint32), np.array(weights, np.float32)


def _entry(reader: SegmentReader, field: str, term: bytes) -> blocks.Entry | None:
    """What the table of terms says of a term; None where Whoosh has to be asked, `KeyError` for no term."""
    if not _fast:
        return None
    table, key = reader._terms._tindex, reader._terms._keycoder(field, term)
    rows = _bytes(table.dbfile)
    return blocks.entry_of(rows, blocks.row_of(rows, table.tables, table.hashfn(key), key))


def _bytes(file: StructFile) -> Any:
    """What a file of `MappedStorage` holds, for slicing it without its position."""
    if isinstance(file.file, BytesIO):
        return file.file.getbuffer()
    return Unmapped(file.file.fileno()) if file.is_real else file.file


def release_pages(reader: SegmentReader) -> None:
    """Lets go of the pages of the table of terms that were read, of which the system keeps what it has room for."""
    table = _bytes(reader._terms._tindex.dbfile)
    if isinstance(table, mmap):
        table.madvise(MADV_DONTNEED)


def _read(posts: Any, entry: blocks.Entry) -> tuple[Numbers, Weights]:
    return blocks.read_plain(posts, entry) or _joined(blocks.read_blocks(posts, entry))


def _joined(found: Iterable[tuple[Sequence[int], Any, Any]]) -> tuple[Numbers, Weights]:
    numbers: list[int] = []
    weights: list[float] = []
    sizes: list[int] = []
    for ids, own, _values in found:
        numbers.extend(ids)
        sizes.append(len(ids))
        weights.extend((1.0 if own is None else own,) * len(ids) if own is None or isinstance(own, float) else own)
    return _summed(numbers, sizes), np.array(weights, np.float32)


def _summed(numbers: Sequence[int], sizes: list[int]) -> Numbers:
    """Whoosh keeps each number of a block as its distance from the one before."""
    if len(numbers) == 1:
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
    posts, rows = _bytes(reader._terms._postfile), _bytes(reader._terms._tindex.dbfile)
    for term, at in _rows(reader, field, b""):
        entry = blocks.entry_of(rows, at)
        if entry is not None:
            yield term, _read(posts, entry)[0]
        elif found := postings(reader, field, term):
            yield term, found[0]


def _rows(reader: SegmentReader, field: str, prefix: bytes) -> Iterator[tuple[bytes, int]]:
    """The terms of a field that start with a prefix, in order, and where the entry of each is in the table."""
    found: Any = reader._terms
    table, sought = found._tindex, found._keycoder(field, prefix)
    place = table.closest_key_pos(sought)
    return iter(()) if place is None else blocks.entries(_bytes(table.dbfile), place, table.endofdata, sought)


def fixed_values(column: Any, size: int) -> NDArray[Any]:
    """All numbers of a column at once, 0 for documents that have none; so for all, where no document of the segment has one."""
    if column is None:
        return np.zeros(size, np.int64)
    # Whoosh stands an empty reader, without a file, for a column that nothing was written into.
    if not _fast or not hasattr(column, "_dbfile"):
        return np.array([column[number] for number in range(size)])
    raw = bytes(column._dbfile.get(column._basepos, column._count * column._fixedlen))
    found = np.frombuffer(raw, f">{np.dtype(column._typecode).str[1:]}")
    return np.concatenate([found, np.zeros(size - len(found), found.dtype)]).astype(found.dtype.newbyteorder("="))


def positions(
    reader: SegmentReader, field: str, term: bytes, wanted: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where a term is in the wanted documents of a segment: a document number and a position for each place.

    Blocks of postings without any of these documents are not read.
    """
    documents: list[Numbers] = [np.empty(0, np.uint32)]
    values: list[bytes] = []
    try:
        entry = _entry(reader, field, term)
    except KeyError:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    if entry is not None:
        first = 0

        def worth(last: int) -> bool:
            nonlocal first
            before, first = first, last + 1
            return bool(wanted[before:first].any())

        for ids, _weights, own in blocks.read_blocks(_bytes(reader._terms._postfile), entry, worth):
            numbers = _summed(ids, [len(ids)])
            chosen = wanted[numbers]
            documents.append(numbers[chosen])
            values += compress(own or (), chosen.tolist())
    elif (matcher := _matcher(reader, field, term)) is not None:
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
        entry = _entry(reader, field, term)
        return entry.documents if entry else reader.doc_frequency(field, term)
    except (KeyError, TermNotFound):
        return 0


def frequencies(reader: SegmentReader, field: str, prefix: bytes) -> Iterator[tuple[bytes, int]]:
    """The terms of a field that start with a prefix and in how many documents each occurs, in one walk."""
    if _fast:
        rows = _bytes(reader._terms._tindex.dbfile)
        for term, at in _rows(reader, field, prefix):
            yield term, blocks.documents_of(rows, at)
        return
    try:
        for (name, term), entry in reader.iter_from(field, prefix):
            if name != field or not term.startswith(prefix):
                return
            yield term, entry.doc_frequency()
    except TermNotFound:
        return
