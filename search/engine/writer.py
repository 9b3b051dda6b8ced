"""Writing a commit: one new segment with what was added and what is merged, then the list that names it."""

from __future__ import annotations

import heapq
import os
from array import array
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import groupby
from operator import itemgetter
from sys import byteorder
from typing import Any

import numpy as np

from search.engine import codec
from search.engine.codec import Segment
from search.engine.schema import AT, TIE, Kept, kept, tie
from search.engine.segment_writer import SegmentFileWriter, Term
from search.engine.segments import SegmentFile

Document = Mapping[str, Any]
"""Field name to value, as `schema.Kept` says; a number for `at`. `key` must be there."""

TIERS = (20, 200, 2_000)
FULL_TIER = 8
"""Segments smaller than a tier are merged once there are this many: a query reads few files, a commit copies little."""
SINGLE = [position.to_bytes(2, byteorder) for position in range(1 << 16)]
"""The packed form of one position, which is that of most postings: found faster than made, and kept once."""


class Added:
    """New documents in memory: field to term to a flat list of numbers, or of numbers and values."""

    def __init__(self) -> None:
        self.fields: dict[str, dict[str, list[Any]]] = {}
        self.lengths: dict[str, bytearray] = {}
        self.keys: list[str] = []
        self.times: list[int] = []

    def add(self, document: Document) -> None:
        number = len(self.keys)
        self.keys.append(document["key"])
        self.times.append(document.get(AT) or 0)
        for name, value in document.items():
            if name == AT or not value:
                continue
            terms = self.fields.setdefault(name, {})
            how = kept(name)
            if how is Kept.MARKS:
                for mark in dict.fromkeys((value,) if isinstance(value, str) else value):
                    terms.setdefault(mark, []).append(number)
                continue
            length = 0
            for term, found in value.items():
                if how is Kept.COUNTS:
                    often, packed = found, found
                else:
                    often = len(found)
                    packed = SINGLE[found[0]] if often == 1 else array("H", found).tobytes()
                length += often
                flat = terms.get(term)
                if flat is None:
                    terms[term] = [number, packed]
                else:
                    flat += (number, packed)
            lengths = self.lengths.setdefault(name, bytearray())
            lengths += bytes(number - len(lengths))
            lengths.append(codec.length_to_byte(length))

    def ordered(self, name: str) -> Iterator[Term]:
        """The terms of a field in the order of the file. Empties the field."""
        terms, how = self.fields.pop(name, {}), kept(name)
        # Characters sort as their bytes do.
        for term in sorted(terms):
            flat = terms.pop(term)
            if how is Kept.MARKS:
                yield term.encode(), flat, None, None
            elif how is Kept.COUNTS:
                yield term.encode(), flat[0::2], flat[1::2], None
            else:
                yield term.encode(), flat[0::2], [len(one) // 2 for one in flat[1::2]], b"".join(flat[1::2])


class Merged:
    """A segment whose living documents go into the new one, from number `base` on."""

    def __init__(self, file: SegmentFile, deleted: set[int], base: int) -> None:
        self.file = file
        self.alive = np.ones(file.documents, np.bool_)
        self.alive[[*deleted]] = False
        self.whole = not deleted
        self.renumbered = np.cumsum(self.alive) - 1 + base
        self.count = int(np.count_nonzero(self.alive))

    def ordered(self, name: str) -> Iterator[Term]:
        for term, numbers, often, positions in self.file.terms(name):
            if self.whole:
                yield term, self.renumbered[numbers], often, positions
                continue
            living = self.alive[numbers]
            if not living.any():
                continue
            if positions is not None:
                held = np.ones(len(numbers), np.int64) if often is None else often
                positions = np.frombuffer(positions, np.uint16)[np.repeat(living, held)].tobytes()
            yield term, self.renumbered[numbers[living]], None if often is None else often[living], positions


def joined(sources: list[Iterator[Term]]) -> Iterator[Term]:
    """Sources in the order of their documents as one, term by term: no more than a term of each is in memory."""
    # Of equal terms, `merge` gives that of the earlier source first.
    for term, found in groupby(heapq.merge(*sources, key=itemgetter(0)), itemgetter(0)):
        parts = list(found)
        if len(parts) == 1:
            yield parts[0]
            continue
        often = None
        if any(one[2] is not None for one in parts):
            often = np.concatenate([np.ones(len(one[1])) if one[2] is None else np.asarray(one[2]) for one in parts])
        positions = None if parts[0][3] is None else b"".join(one[3] or b"" for one in parts)
        yield term, np.concatenate([np.asarray(one[1]) for one in parts]), often, positions


def write_segment(folder: str, added: Added, old: list[Segment], *, durable: bool) -> Segment:
    """Writes one segment with the new documents, and after them the living ones of old segments."""
    merged: list[Merged] = []
    count = len(added.keys)
    for one in old:
        merged.append(Merged(SegmentFile(one.path(folder)), one.deleted, count))
        count += merged[-1].count
    segment = Segment(count)
    # An index of nothing but deletions.
    names = sorted({*added.fields, *(name for one in merged for name in one.file.fields)})
    writer = SegmentFileWriter(segment.path(folder), count)
    try:
        for name in names:
            lengths = None
            if kept(name) is not Kept.MARKS:
                own = added.lengths.get(name, bytearray())
                parts = [bytes(own) + bytes(len(added.keys) - len(own))]
                lengths = b"".join([*parts, *(one.file.lengths(name)[one.alive].tobytes() for one in merged)])
            writer.add_field(name, joined([one.ordered(name) for one in (added, *merged)]), lengths)
        keys = [*added.keys, *(one.file.key(at) for one in merged for at in np.flatnonzero(one.alive).tolist())]
        times = array("q", added.times)
        for one in merged:
            times.extend(one.file.column(AT)[one.alive].tolist())
        writer.add_column(AT, times)
        writer.add_column(TIE, array("q", map(tie, keys)))
        writer.finish(keys, durable=durable)
    finally:
        writer.close()
    return segment


def to_merge(segments: list[Segment]) -> list[Segment]:
    """The segments of a full tier, and those that are mostly deletions."""
    tiers: dict[int, list[Segment]] = {}
    for segment in segments:
        live = segment.doc_count()
        tier = next((index for index, size in enumerate(TIERS) if live < size), len(TIERS))
        if tier < len(TIERS) or segment.deleted_count() >= live:
            tiers.setdefault(tier, []).append(segment)
    return [
        segment
        for tier, members in tiers.items()
        if tier == len(TIERS) or len(members) >= FULL_TIER
        for segment in members
    ]


def commit(
    folder: str, documents: Iterable[Document], keys: Iterable[str], *, replace: bool = True, durable: bool = True
) -> int | None:
    """Writes documents in place of their old versions and removes `keys`; returns how many documents were written, and None
    where there was nothing to do.

    Documents are taken one by one, and `keys` after the last of them. Either all of it is in the index afterwards or,
    with an exception, nothing, and nothing of it stays on the disk.
    """
    segments = codec.read_list(folder)
    files = [SegmentFile(segment.path(folder)) for segment in segments]
    added = Added()

    def forget(key: str) -> bool:
        known = False
        for segment, file in zip(segments, files, strict=True):
            found = file.postings("key", key.encode())
            for number in found[0].tolist() if found else ():
                known = known or not segment.is_deleted(number)
                segment.delete_document(number)
        return known

    forgot = False
    for document in documents:
        if replace:
            forgot |= forget(document["key"])
        added.add(document)
    for key in keys:
        forgot |= forget(key)
    if not added.keys and not forgot:
        return None
    written, before = len(added.keys), set(os.listdir(folder))
    number = codec.generation(folder) + 1
    old = to_merge(segments)
    kept_segments = [segment for segment in segments if segment not in old and segment.doc_count()]
    try:
        if written or any(segment.doc_count() for segment in old):
            kept_segments.append(write_segment(folder, added, old, durable=durable))
        codec.write_list(folder, kept_segments, number, durable=durable)
    finally:
        if os.path.exists(os.path.join(folder, codec.list_name(number))):
            codec.clean_files(codec.FileStorage(folder), codec.INDEX, number, kept_segments)
        else:
            remove_new(folder, before)
    return written


def remove_new(folder: str, before: set[str]) -> None:
    """Takes away what a commit that failed has left: a full disk would stay full of it."""
    for name in set(os.listdir(folder)) - before:
        with suppress(OSError):
            os.unlink(os.path.join(folder, name))
