"""Writing one segment: Whoosh's files, without the detour of its tokens, its pool of tuples and its sort of all postings."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from whoosh.codec.whoosh3 import W3Codec
from whoosh.index import FileIndex
from whoosh.reading import SegmentReader, TermNotFound
from whoosh.writing import SegmentWriter

from search.engine.blocks import BLOCK, COMPRESSION, write_terms
from search.engine.schema import SINGLE, Marks, PackedPositions, Terms

Document = Mapping[str, Any]
"""Field name to value: positions for `Terms`, strings for `Marks`, a number for `at`. `key` must be there."""

TIERS = (20, 200, 2_000)
FULL_TIER = 8
"""Segments smaller than a tier are merged once there are this many: a query reads few files, a commit copies little."""


class GroupedPool:
    """Postings by field and term. Sorting the terms is enough, since documents come in order."""

    def __init__(self) -> None:
        self.fields: dict[str, dict[str, list[Any]]] = {}
        self.fieldnames: set[str] = set()
        self.merged = False

    def terms(self, field: str) -> dict[str, list[Any]]:
        """Term to a flat list: number, value, number, value..."""
        self.fieldnames.add(field)
        return self.fields.setdefault(field, {})

    def add(self, item: tuple[str, bytes, int, float, bytes]) -> None:
        """Takes a posting of a segment that is merged into this one. Its weight is the number of its positions."""
        field, term, number, _weight, value = item
        self.merged = True
        self.terms(field).setdefault(term.decode(), []).extend((number, value))

    def ordered(self) -> Iterator[tuple[str, Iterator[tuple[bytes, list[int], list[bytes]]]]]:
        """Field by field: term, document numbers, values, in the order of the file. Empties the pool."""
        for field in sorted(self.fields):
            terms = self.fields.pop(field)
            # Characters sort as their bytes do.
            yield field, ((term.encode(), *self._by_number(terms.pop(term))) for term in sorted(terms))

    def _by_number(self, flat: list[Any]) -> tuple[list[int], list[bytes]]:
        numbers, values = flat[0::2], flat[1::2]
        if self.merged and any(a > b for a, b in pairwise(numbers)):
            # Merged segments follow the documents that were added first.
            order = sorted(range(len(numbers)), key=numbers.__getitem__)
            numbers, values = ([column[at] for at in order] for column in (numbers, values))
        return numbers, values

    def cleanup(self) -> None:
        self.fields.clear()


class BatchWriter(SegmentWriter):
    """Adds documents to one new segment. One at a time exists, under the lock of the store."""

    def __init__(self, index: FileIndex) -> None:
        super().__init__(index, timeout=10.0, compound=False, codec=W3Codec(blocklimit=BLOCK, compression=COMPRESSION))
        self.pool = GroupedPool()  # type: ignore[assignment]

    def add(self, document: Document) -> None:
        """Adds a document; whoever replaces one deletes its old version first."""
        number = self.docnum
        perdoc, schema, pool = self.perdocwriter, self.schema, self.pool
        perdoc.start_doc(number)
        for name, value in document.items():
            if value is None or value == "" or value == [] or value == {}:
                continue
            field = schema[name]
            length = 0
            if isinstance(field, Terms):
                postings = pool.terms(name)
                for term, positions in value.items():
                    frequency = len(positions)
                    length += frequency
                    packed = SINGLE[positions[0]] if frequency == 1 else PackedPositions.encode(positions)
                    flat = postings.get(term)
                    if flat is None:
                        postings[term] = [number, packed]
                    else:
                        flat += (number, packed)
            elif isinstance(field, Marks):
                postings = pool.terms(name)
                for mark in dict.fromkeys((value,) if isinstance(value, str) else value):
                    postings.setdefault(mark, []).extend((number, b""))
            else:
                perdoc.add_column_value(name, field.column_type, value)
            perdoc.add_field(name, field, value if field.stored else None, length)
        perdoc.finish_doc()
        self._added = True
        self.docnum += 1

    def _flush_segment(self) -> None:
        """Writes postings by our own hand. Whoosh would pass through six calls for each."""
        self.perdocwriter.close()
        fields = self.fieldwriter
        for name, terms in self.pool.ordered():  # type: ignore[attr-defined]
            fields.start_field(name, self.schema[name])
            write_terms(fields, terms, scored=isinstance(self.schema[name], Terms))
            fields.finish_field()
        fields.close()


def numbers_of(index: FileIndex, keys: Iterable[str]) -> list[int]:
    """The numbers under which the index holds these keys now."""
    numbers: list[int] = []
    reader = index.reader()
    try:
        for key in keys:
            try:
                matcher = reader.postings("key", key.encode())
            except TermNotFound:
                continue
            numbers += matcher.all_ids()
    finally:
        reader.close()
    return numbers


def merge_full_tiers(writer: SegmentWriter, segments: list[Any]) -> list[Any]:
    """Whoosh's merge policy hook: merges the segments of a full tier, and those that are mostly deletions."""
    tiers: dict[int, list[Any]] = {}
    for segment in segments:
        live = segment.doc_count_all() - segment.deleted_count()
        tier = next((index for index, size in enumerate(TIERS) if live < size), len(TIERS))
        if tier == len(TIERS) and segment.deleted_count() < live:
            continue
        tiers.setdefault(tier, []).append(segment)
    merged = [
        segment
        for tier, members in tiers.items()
        if tier == len(TIERS) or len(members) >= FULL_TIER
        for segment in members
    ]
    for segment in merged:
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return [segment for segment in segments if segment not in merged]


def commit(
    index: FileIndex, documents: Iterable[Document], keys: Iterable[str], *, replace: bool = True, durable: bool = True
) -> int:
    """Writes documents in place of their old versions and removes `keys`; returns how many documents were written.

    Either all of it is in the index afterwards or, with an exception, nothing.
    """
    folder = index.storage.folder
    before = set(os.listdir(folder))
    if replace:
        documents = list(documents)
        gone = numbers_of(index, [*keys, *(document["key"] for document in documents)])
    else:
        gone = []
    writer = BatchWriter(index)
    written = 0
    try:
        for number in gone:
            writer.delete_document(number)
        for written, document in enumerate(documents, 1):  # noqa: B007 (the count is what we return)
            writer.add(document)
    except BaseException:
        writer.cancel()
        raise
    writer.commit(mergetype=merge_full_tiers)
    if durable:
        sync(folder, before)
    return written


def sync(folder: str, before: set[str]) -> None:
    """Asks the disk to keep what a commit wrote. Whoosh never does, and would lose it with the power."""
    for name in set(os.listdir(folder)) - before:
        descriptor = os.open(os.path.join(folder, name), os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
