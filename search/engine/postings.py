"""Reading the postings of a term from one segment: whole blocks at a time, without Whoosh's matcher trees.

The fast way uses private names of Whoosh's leaf matcher. `fast_reading(False)` takes the public way instead; the
self-test does so, for good, when the two disagree.
"""

from __future__ import annotations

import logging
from array import array
from collections.abc import Iterator
from itertools import accumulate
from struct import unpack
from typing import Any

from search.engine.adapter import SegmentReader, TermNotFound, W3TermInfo

logger = logging.getLogger(__name__)

_fast = True


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


def postings(reader: SegmentReader, field: str, term: bytes) -> tuple[array[int], array[float]] | None:
    """Document numbers and weights of a term in a segment, deleted documents included; None where it does not occur."""
    matcher = _matcher(reader, field, term)
    if matcher is None:
        return None
    if _fast:
        return _whole_blocks(matcher)
    numbers, weights = array("I"), array("f")
    while matcher.is_active():
        numbers.append(matcher.id())
        weights.append(matcher.weight())
        matcher.next()
    return numbers, weights


def _whole_blocks(matcher: Any) -> tuple[array[int], array[float]]:
    numbers, weights = array("I"), array("f")
    while not matcher._atend:
        matcher._read_data()
        ids, own = matcher._data[:2]
        # Whoosh keeps each number as its distance from the one before, unless all fit a byte.
        numbers.extend(ids if matcher._byteids else accumulate(ids))
        if own is None or isinstance(own, float):
            weights.extend((1.0 if own is None else own,) * len(ids))
        else:
            weights.extend(own)
        matcher._next_block()
    return numbers, weights


def all_numbers(reader: SegmentReader, field: str) -> Iterator[tuple[bytes, array[int]]]:
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


def fixed_values(column: Any, size: int) -> tuple[int, ...]:
    """All numbers of a column at once, 0 for documents that have none."""
    if not _fast:
        return tuple(column[number] for number in range(size))
    raw = bytes(column._dbfile.get(column._basepos, column._count * column._fixedlen))
    return unpack(f"!{column._count}{column._typecode}", raw) + (0,) * (size - column._count)


def positions(reader: SegmentReader, field: str, term: bytes, wanted: set[int]) -> dict[int, array[int]]:
    """Document number to the positions of a term there, for the wanted documents of a segment."""
    matcher = _matcher(reader, field, term)
    found: dict[int, array[int]] = {}
    if matcher is None:
        return found
    if _fast:
        while not matcher._atend:
            matcher._read_ids()
            if not wanted.isdisjoint(matcher._ids):
                matcher._read_values()
                for number, value in zip(matcher._ids, matcher._values, strict=True):
                    if number in wanted:
                        found[number] = array("H", value)
            matcher._next_block()
    else:
        while matcher.is_active():
            if matcher.id() in wanted:
                found[matcher.id()] = array("H", matcher.value())
            matcher.next()
    return found


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
        file, sought = found._tindex.dbfile, found._keycoder(field, prefix)
        for place, length, entry, _size in found._tindex.ranges_from(sought):
            key = file.get(place, length)
            if not key.startswith(sought):
                return
            # The first two bytes are the number of the field.
            yield key[2:], W3TermInfo.read_doc_freq(file, entry)
        return
    try:
        for (name, term), entry in reader.iter_from(field, prefix):
            if name != field or not term.startswith(prefix):
                return
            yield term, entry.doc_frequency()
    except TermNotFound:
        return
