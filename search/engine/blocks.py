"""Writing the postings of a field in Whoosh's format: the bytes of many terms at a time, not one call for each posting.

Before the blocks of a term that many documents hold, where Whoosh never looks, are its documents and weights once more
as plain numbers: reading them costs a fiftieth of unpacking blocks, of which positions are the largest part.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import BytesIO
from itertools import accumulate
from mmap import mmap
from operator import sub
from pickle import dumps, load, loads
from struct import Struct
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from search.engine.adapter import WHOOSH3_HEADER_MAGIC, CorruptIndexError, SegmentReader, W3FieldWriter
from search.engine.storage import Unmapped

Buffer: TypeAlias = bytes | memoryview | mmap | Unmapped
BLOCK = 256
"""Postings in one block of the file: a whole block is read at a time."""
COMPRESSION = 1
# Whoosh writes the second, in which bytes are text that a function of Python makes bytes again, at every reading.
PICKLE_PROTOCOL = 4
COMPRESSION_MIN_SIZE = 80
"""Bytes; a shorter block grows by compression."""
BUFFERED = 8_192
"""Pieces that are gathered before they are handed to the file."""

PLAIN = 16
"""Terms that more documents hold are also written plainly."""
_PLAIN_END = Struct("=4sBB")
_PLAIN_MAGIC = b"PLN1"
_TYPECODES = {1: "B", 2: "H", 4: "I"}

# Inlined or not, weight, documents, shortest, longest, highest weight, first and last number; where the postings are.
_INFO = Struct("!BfIBBfIIqi")
_LENGTH = Struct("!i")
_FIELD = Struct("!H")
_SIZES = Struct("!ii")
# A slot of the hash table: the hash of a key and where its row is; 0 where it is empty.
_SLOT = Struct("!Iq")


class Entry(NamedTuple):
    """Where the blocks of a term begin, in how many bytes they lie, and how many documents hold the term."""

    place: int
    stored: int
    documents: int


def write_terms(fields: W3FieldWriter, terms: Iterable[tuple[bytes, list[int], list[bytes]]], *, scored: bool) -> None:
    """Writes terms, in order, with their document numbers and values, between `start_field` and `finish_field`.

    A scored term weighs as much as it has positions, sixteen bits each. Lengths are left out: to Whoosh's own scorer
    that means "as short as can be", which is safe.
    """
    table, postings = fields._tindex, fields._postfile
    prefix = _FIELD.pack(fields._fieldid)
    row, offset = table.dbfile.tell(), postings.tell()
    buckets, hashed, positions = table.buckets, table.hashfn, table.index
    rows: list[bytes] = []
    blocks: list[bytes] = []
    key = table.lastkey
    for term, numbers, values in terms:
        count = len(numbers)
        if count > PLAIN:
            plain = plain_bytes(numbers, [len(value) // 2 for value in values] if scored else None)
            blocks.append(plain)
            offset += len(plain)
        start = offset
        blocks.append(WHOOSH3_HEADER_MAGIC)
        offset += len(WHOOSH3_HEADER_MAGIC)
        total = highest = 0.0
        for at in range(0, count, BLOCK):
            ids, own = (numbers, values) if count <= BLOCK else (numbers[at : at + BLOCK], values[at : at + BLOCK])
            weights: Any = None
            weight, top = float(len(ids)), 1.0
            if scored:
                sizes = list(map(len, own))
                largest = max(sizes)
                if largest > 2:
                    top = largest / 2
                    weight = sum(sizes) / 2
                    weights = top if min(sizes) == largest else tuple([size / 2 for size in sizes])
            block = (ids[0], *map(sub, ids[1:], ids)), weights, tuple(own) if scored else None
            data = dumps(block, PICKLE_PROTOCOL)
            level = COMPRESSION if len(data) >= COMPRESSION_MIN_SIZE else 0
            if level:
                data = zlib.compress(data, level)
            info = dumps((len(ids), ids[-1], top, level, 0, 0), PICKLE_PROTOCOL)
            size = len(info) + len(data)
            # The last block has a negative size.
            blocks += (_LENGTH.pack(-size if at + BLOCK >= count else size), info, data)
            offset += _LENGTH.size + size
            total += weight
            highest = max(highest, top)
        last, key = key, prefix + term
        if key <= last:
            raise ValueError(f"terms are out of order: {last!r}, {key!r}")
        value = _INFO.pack(0, total, count, 0, 0, highest, numbers[0], numbers[-1], start, offset - start)
        rows += (_SIZES.pack(len(key), len(value)), key, value)
        number = hashed(key)
        buckets[number & 255].append((number, row))
        positions.append(row)
        row += _SIZES.size + len(key) + len(value)
        if len(rows) > BUFFERED:
            table.dbfile.write(b"".join(rows))
            postings.write(b"".join(blocks))
            rows, blocks = [], []
    table.lastkey = key
    table.dbfile.write(b"".join(rows))
    postings.write(b"".join(blocks))


def plain_bytes(numbers: list[int], weights: list[int] | None) -> bytes:
    """Documents and weights (None where each is 1) as plain numbers, with what tells how wide they are at the end."""
    wide = 2 if numbers[-1] < 1 << 16 else 4
    heaviest = max(weights or (1,))
    heavy = 0 if heaviest == 1 else 1 if heaviest < 1 << 8 else 2
    own = array(_TYPECODES[heavy], weights).tobytes() if heavy and weights else b""
    return array(_TYPECODES[wide], numbers).tobytes() + own + _PLAIN_END.pack(_PLAIN_MAGIC, wide, heavy)


def read_plain(posts: Buffer, entry: Entry) -> tuple[NDArray[np.uint32], NDArray[np.float32]] | None:
    """Documents and weights of a term from what `plain_bytes` wrote; None where nothing of it is before the blocks.

    Raises `CorruptIndexError` for widths that nothing has.
    """
    place, _stored, count = entry
    if count <= PLAIN:
        return None
    found = posts[max(0, place - 6 * count - _PLAIN_END.size) : place]
    magic, wide, heavy = _PLAIN_END.unpack_from(found, len(found) - _PLAIN_END.size)
    start = len(found) - _PLAIN_END.size - count * (wide + heavy)
    if magic != _PLAIN_MAGIC:
        return None
    if start < 0 or wide not in (2, 4) or heavy > 2:
        raise CorruptIndexError(f"no numbers at {place}")
    numbers = np.frombuffer(found, _TYPECODES[wide], count, start).astype(np.uint32)
    if not heavy:
        return numbers, np.ones(count, np.float32)
    return numbers, np.frombuffer(found, _TYPECODES[heavy], count, start + count * wide).astype(np.float32)


def read_terms(reader: SegmentReader, field: str) -> Iterator[tuple[bytes, list[int], list[bytes]]]:
    """What `write_terms` wrote for a field of a segment: terms in order, with document numbers and values.

    `reader` belongs to a `MappedStorage`. Both files are read in their order, as one after another lies there.
    """
    table, fields = reader._terms._tindex, reader._terms._fieldmap
    prefix = _FIELD.pack(fields.get(field, 65_535))
    at = table.closest_key_pos(prefix) if field in fields else None
    if at is None:
        return
    rows, posts = (reader.storage().contents(reader.segment().make_filename(ext)) for ext in (".trm", ".pst"))
    for term, row in entries(rows, at, table.endofdata, prefix):
        entry = entry_of(rows, row)
        if entry is None:
            raise CorruptIndexError(f"{term!r} has no postings of ours")
        numbers: list[int] = []
        values: list[bytes] = []
        for ids, _weights, own in read_blocks(posts, entry):
            numbers += accumulate(ids) if len(ids) > 1 else ids
            values += own or (b"",) * len(ids)
        yield term, numbers, values


def entries(rows: Any, at: int, end: int, sought: bytes) -> Iterator[tuple[bytes, int]]:
    """The terms whose keys start with `sought`, from the row at `at` on, and where the entry of each is in the table."""
    while at < end:
        length, size = _SIZES.unpack_from(rows, at)
        at += _SIZES.size
        key = bytes(rows[at : at + length])
        if not key.startswith(sought):
            return
        at += length
        # The first two bytes are the number of the field.
        yield key[2:], at
        at += size


def read_blocks(
    posts: Buffer, entry: Entry, wanted: Callable[[int], bool] = lambda last: True
) -> Iterator[tuple[tuple[int, ...], Any, Sequence[bytes] | None]]:
    """The blocks of one term: distances between document numbers, weights, values.

    `wanted` is asked for each block, with the last document in it, whether it is worth unpacking.
    """
    place, stored, _documents = entry
    found = posts[place : place + stored]
    if found[:4] != WHOOSH3_HEADER_MAGIC:
        raise CorruptIndexError(f"no postings at {place}")
    start = 4
    while start < stored:
        (size,) = _LENGTH.unpack_from(found, start)
        start += 4 + abs(size)
        block = BytesIO(found[start - abs(size) : start])
        # Our own files, as docs/decisions/0004 says: who may write them may run code anyway.
        _count, last, _top, compressed, _shortest, _longest = load(block)  # noqa: S301
        if wanted(last):
            yield loads(zlib.decompress(block.read())) if compressed else load(block)  # noqa: S301


def row_of(rows: Any, buckets: Sequence[tuple[int, int]], hashed: int, key: bytes) -> int:
    """Where the entry of a key is in the table, by its hash; `KeyError` where it is not there."""
    first, count = buckets[hashed & 255]
    for slot in range(count):
        number, at = _SLOT.unpack_from(rows, first + ((hashed >> 8) + slot) % count * _SLOT.size)
        if not at:
            break
        if number == hashed:
            length, _size = _SIZES.unpack_from(rows, at)
            at += _SIZES.size
            if rows[at : at + length] == key:
                return int(at + length)
    raise KeyError(key)


def entry_of(rows: Any, at: int) -> Entry | None:
    """What the table of terms says of a term, whose entry is at `at`; None if its postings are in the table itself."""
    inlined, _weight, documents, *_statistics, place, stored = _INFO.unpack_from(rows, at)
    return None if inlined else Entry(place, stored, documents)


def documents_of(rows: Any, at: int) -> int:
    """In how many documents a term occurs, from its entry in the table."""
    return int(_INFO.unpack_from(rows, at)[2])
