"""Writing one segment: Whoosh's files, without the detour of its tokens, its pool of tuples and its sort of all postings."""

from __future__ import annotations

import heapq
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import groupby
from operator import itemgetter
from typing import Any, Self

from search.engine.adapter import (
    LENGTHS_COLUMN,
    TOC,
    FileIndex,
    FileStorage,
    SegmentReader,
    SegmentWriter,
    TermNotFound,
    W3Codec,
    byte_to_length,
    clean_files,
)
from search.engine.blocks import BLOCK, COMPRESSION, read_terms, write_terms
from search.engine.schema import NUMBERS, SINGLE, TIE, Marks, PackedPositions, Terms, tie
from search.engine.seals import flush, seal_list, seal_segment
from search.engine.storage import MappedStorage

Postings = tuple[bytes, list[int], list[bytes]]
"""A term, the numbers of its documents in rising order, and a value for each."""

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

    def terms(self, field: str) -> dict[str, list[Any]]:
        """Term to a flat list: number, value, number, value..."""
        self.fieldnames.add(field)
        return self.fields.setdefault(field, {})

    def ordered(self, field: str) -> Iterator[Postings]:
        """The terms of a field in the order of the file. Empties the field."""
        terms = self.fields.pop(field, {})
        # Characters sort as their bytes do.
        for term in sorted(terms):
            flat = terms.pop(term)
            yield term.encode(), flat[0::2], flat[1::2]

    def cleanup(self) -> None:
        self.fields.clear()


class Merged:
    """A segment whose living documents go into the new one, where they have the numbers `renumbered`, -1 for the dead."""

    def __init__(self, reader: SegmentReader, renumbered: list[int]) -> None:
        self.reader, self.renumbered = reader, renumbered
        self.fields = set(reader.indexed_field_names())
        self.whole = -1 not in renumbered

    def ordered(self, field: str) -> Iterator[Postings]:
        renumber = self.renumbered.__getitem__
        for term, numbers, values in read_terms(self.reader, field):
            numbers = list(map(renumber, numbers))
            if not self.whole and min(numbers) < 0:
                living = [at for at, number in enumerate(numbers) if number >= 0]
                if not living:
                    continue
                numbers, values = [numbers[at] for at in living], [values[at] for at in living]
            yield term, numbers, values


def joined(sources: Sequence[Iterator[Postings]]) -> Iterator[Postings]:
    """Sources in the order of their documents as one, term by term: no more than a term of each is in memory."""
    if len(sources) == 1:
        yield from sources[0]
        return
    for term, found in groupby(heapq.merge(*sources, key=itemgetter(0)), itemgetter(0)):
        numbers: list[int] = []
        values: list[bytes] = []
        # Of equal terms, `merge` gives that of the earlier source first.
        for _term, more, own in found:
            numbers = numbers + more if numbers else more
            values = values + own if values else own
        yield term, numbers, values


class BatchWriter(SegmentWriter):
    """Adds documents to one new segment. One at a time exists, under the lock of the store."""

    is_closed: bool
    writelock: Any

    def __init__(self, index: FileIndex, *, durable: bool = True) -> None:
        super().__init__(index, timeout=10.0, compound=False, codec=W3Codec(blocklimit=BLOCK, compression=COMPRESSION))
        self.pool = GroupedPool()  # type: ignore[assignment]
        self.merged: list[Merged] = []
        self.forgot = False
        self.durable = durable

    def add(self, document: Document) -> None:
        """Adds a document; whoever replaces one deletes its old version first."""
        number = self.docnum
        perdoc, schema, pool = self.perdocwriter, self.schema, self.pool
        perdoc.start_doc(number)
        perdoc.add_column_value(TIE, schema[TIE].column_type, tie(document["key"]))
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

    def forget(self, numbers: Iterable[int]) -> None:
        """Marks documents as dead, by the numbers that they had when this writer began."""
        for number in numbers:
            self.delete_document(number)
            self.forgot = True

    def add_reader(self, reader: SegmentReader) -> None:
        """Takes over the living documents of a segment; their postings when this one is written, so keep it open."""
        perdoc, schema, source = self.perdocwriter, self.schema, reader._perdoc
        names = [name for name in reader.indexed_field_names() if isinstance(schema[name], Terms)]
        lengths = []
        for name in names:
            column = source._cached_reader(f"_{name}_len", LENGTHS_COLUMN)
            if column is not None:
                lengths.append((name, schema[name], bytes(column)))
        columns = [
            (name, schema[name].column_type, reader.column_reader(name, translate=False))
            for name in NUMBERS
            if reader.has_column(name)
        ]
        renumbered = [-1] * reader.doc_count_all()
        for number in reader.all_doc_ids():
            renumbered[number] = self.docnum
            perdoc.start_doc(self.docnum)
            for name, field, codes in lengths:
                if codes[number]:
                    perdoc.add_field(name, field, None, byte_to_length(codes[number]))
            for name, value in reader.stored_fields(number).items():
                perdoc.add_field(name, schema[name], value, 0)
            for name, kind, column in columns:
                if value := column[number]:
                    perdoc.add_column_value(name, kind, value)
            perdoc.finish_doc()
            self.docnum += 1
        self.merged.append(Merged(reader, renumbered))
        self._added = True

    def _flush_segment(self) -> None:
        """Writes postings by our own hand. Whoosh would pass through six calls for each."""
        self.perdocwriter.close()
        fields = self.fieldwriter
        sources = [self.pool, *self.merged]
        for name in sorted(self.pool.fieldnames.union(*(source.fields for source in self.merged))):
            fields.start_field(name, self.schema[name])
            terms = joined([source.ordered(name) for source in sources])
            write_terms(fields, terms, scored=isinstance(self.schema[name], Terms))
            fields.finish_field()
        fields.close()
        for source in self.merged:
            source.reader.close()

    def _commit_toc(self, segments: list[Any]) -> None:
        """Lists the segments once the disk holds them, and removes old ones once it holds the list.

        Whoosh asks for neither, and would lose both with the power.
        """
        storage, folder = self.storage, self.storage.folder
        if self._added:
            seal_segment(folder, self.newsegment.segment_id(), durable=self.durable)
        # Written apart first: whoever sees the name sees all of it.
        apart = FileStorage(os.path.join(folder, f"{self.indexname}.tmp")).create()
        listed = TOC(self.schema, segments, self.generation)
        name = listed._filename(self.indexname, self.generation)
        with suppress(FileNotFoundError):
            # A writer that was killed at this place left one, and Whoosh writes over none.
            os.unlink(os.path.join(apart.folder, name))
        listed.write(apart, self.indexname)
        seal_list(os.path.join(apart.folder, name), durable=self.durable)
        os.replace(os.path.join(apart.folder, name), os.path.join(folder, name))
        if self.durable:
            flush(folder)
        clean_files(storage, self.indexname, self.generation, segments)

    def abandon(self) -> None:
        """Lets go of files and the lock, wherever the writer was stopped. A disk may be full, so nothing of it may fail."""
        closing: list[Callable[[], Any]] = [source.reader.close for source in self.merged]
        if not self.is_closed:
            closing += [self._close_segment, self._tempstorage.destroy]
        # A file that cannot write its last words is closed all the same.
        closing += [self.fieldwriter._tindex.dbfile.close, self.fieldwriter._postfile.close]
        for close in closing:
            with suppress(Exception):
                close()
        if self.writelock:
            with suppress(Exception):
                self.writelock.release()
            self.writelock = None
        self.is_closed = True


class Numbers:
    """The numbers under which the index holds keys."""

    def __init__(self, index: FileIndex) -> None:
        self.reader = index.reader()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.reader.close()

    def of(self, key: str) -> list[int]:
        try:
            return list(self.reader.postings("key", key.encode()).all_ids())
        except TermNotFound:
            return []


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
        writer.add_reader(SegmentReader(MappedStorage(writer.storage.folder), writer.schema, segment))
    return [segment for segment in segments if segment not in merged]


def commit(
    index: FileIndex, documents: Iterable[Document], keys: Iterable[str], *, replace: bool = True, durable: bool = True
) -> int:
    """Writes documents in place of their old versions and removes `keys`; returns how many documents were written.

    Documents are taken one by one, and `keys` after the last of them. Either all of it is in the index afterwards or,
    with an exception, nothing, and nothing of it stays on the disk.
    """
    folder = index.storage.folder
    before = set(os.listdir(folder))
    written = 0
    writer = None
    try:
        with Numbers(index) as old:
            writer = BatchWriter(index, durable=durable)
            for written, document in enumerate(documents, 1):  # noqa: B007 (the count is what we return)
                if replace:
                    writer.forget(old.of(document["key"]))
                writer.add(document)
            for key in keys:
                writer.forget(old.of(key))
        if written or writer.forgot:
            writer.commit(mergetype=merge_full_tiers)
            return written
        writer.cancel()
    except BaseException:
        if writer is not None:
            writer.abandon()
        remove_unlisted(index, before)
        raise
    remove_unlisted(index, before)
    return 0


def remove_unlisted(index: FileIndex, before: set[str]) -> None:
    """Takes away what a commit that failed has left: a full disk would stay full of it."""
    storage = index.storage
    if index.latest_generation() == max(
        (int(name.split("_")[2][:-4]) for name in before if name.endswith(".toc")), default=-1
    ):
        for name in set(os.listdir(storage.folder)) - before:
            with suppress(OSError):
                os.unlink(os.path.join(storage.folder, name))
