"""Writing one segment: Whoosh's files, without the detour of its tokens, its pool of tuples and its sort of all postings."""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from whoosh.codec.whoosh3 import W3Codec
from whoosh.index import FileIndex
from whoosh.reading import SegmentReader, TermNotFound
from whoosh.writing import SegmentWriter

from search.engine.schema import Marks, PackedPositions, Terms

Document = Mapping[str, Any]
"""Field name to value: positions for `Terms`, strings for `Marks`, a number for `at`. `key` must be there."""

BLOCK = 256
"""Postings in one block of the file: a whole block is read at a time."""

TIERS = (20, 200, 2_000)
FULL_TIER = 8
"""Segments smaller than a tier are merged once there are this many: a query reads few files, a commit copies little."""


class GroupedPool:
    """Postings by field and term. Sorting the terms is enough, since documents come in order."""

    def __init__(self) -> None:
        self.fields: dict[str, dict[bytes, list[Any]]] = {}
        self.fieldnames: set[str] = set()

    def terms(self, field: str) -> dict[bytes, list[Any]]:
        """Term to a flat list: number, weight, value, number, weight, value..."""
        self.fieldnames.add(field)
        return self.fields.setdefault(field, {})

    def add(self, item: tuple[str, bytes, int, float, bytes]) -> None:
        """Takes a posting of a segment that is merged into this one."""
        field, term, number, weight, value = item
        self.terms(field).setdefault(term, []).extend((number, weight, value))

    def ordered(self) -> Iterator[tuple[str, list[tuple[bytes, list[int], list[float], list[bytes]]]]]:
        """Field by field: term, document numbers, weights, values, in the order of the file. Empties the pool."""
        for field in sorted(self.fields):
            terms = self.fields.pop(field)
            yield field, [(term, *self._by_number(terms.pop(term))) for term in sorted(terms)]

    @staticmethod
    def _by_number(flat: list[Any]) -> tuple[list[int], list[float], list[bytes]]:
        numbers, weights, values = flat[0::3], flat[1::3], flat[2::3]
        if any(a > b for a, b in pairwise(numbers)):
            # Merged segments follow the documents that were added first.
            order = sorted(range(len(numbers)), key=numbers.__getitem__)
            numbers, weights, values = ([column[at] for at in order] for column in (numbers, weights, values))
        return numbers, weights, values

    def cleanup(self) -> None:
        self.fields.clear()


class BatchWriter(SegmentWriter):
    """Adds documents to one new segment. One at a time exists, under the lock of the store."""

    def __init__(self, index: FileIndex) -> None:
        super().__init__(index, timeout=10.0, compound=False, codec=W3Codec(blocklimit=BLOCK, compression=1))
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
                encode = PackedPositions.encode
                for text, positions in value.items():
                    frequency = len(positions)
                    length += frequency
                    term = text.encode()
                    flat = postings.get(term)
                    if flat is None:
                        postings[term] = [number, float(frequency), encode(positions)]
                    else:
                        flat += (number, float(frequency), encode(positions))
            elif isinstance(field, Marks):
                postings = pool.terms(name)
                for mark in dict.fromkeys((value,) if isinstance(value, str) else value):
                    postings.setdefault(mark.encode(), []).extend((number, 1.0, b""))
            else:
                perdoc.add_column_value(name, field.column_type, value)
            perdoc.add_field(name, field, value if field.stored else None, length)
        perdoc.finish_doc()
        self._added = True
        self.docnum += 1

    def _flush_segment(self) -> None:
        """Writes blocks of postings as wholes. Whoosh would pass through six calls for each posting."""
        self.perdocwriter.close()
        fields = self.fieldwriter
        for name, terms in self.pool.ordered():  # type: ignore[attr-defined]
            fields.start_field(name, self.schema[name])
            block = fields._postwriter
            for term, numbers, weights, values in terms:
                fields.start_term(term)
                for start in range(0, len(numbers), BLOCK):
                    stop = start + BLOCK
                    block._new_block()
                    block._ids = array("I", numbers[start:stop])
                    block._weights = array("f", weights[start:stop])
                    # An existence has no value, and Whoosh keeps none.
                    block._values = values[start:stop] if values[start] else []
                    # Lengths stay unset: to Whoosh's own scorer that means "as short as can be", which is safe.
                    block._maxweight = max(block._weights)
                    block._write_block(last=stop >= len(numbers))
                block._new_block()
                fields.finish_term()
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
