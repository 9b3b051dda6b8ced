"""Our segments through Whoosh's public codec interface: Whoosh lists them, and its own searcher can read them.

Nothing else imports Whoosh. Used are its list of segments (`TOC`), its schema, and the classes below.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from io import BytesIO
from struct import Struct
from typing import Any

from whoosh import formats
from whoosh.codec import base
from whoosh.fields import FieldType, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.index import TOC, FileIndex, clean_files
from whoosh.matching.mcore import ListMatcher
from whoosh.reading import TermInfo
from whoosh.util.numeric import byte_to_length, length_to_byte

from search.engine.schema import ANCHOR, NAME, TEXT, TITLE, WORDS, Kept, kept
from search.engine.segments import EXTENSION, DamagedIndexError, SegmentFile, verify

__all__ = ["FileStorage", "byte_to_length", "clean_files", "length_to_byte"]

INDEX = "MAIN"
_CHECKSUM = Struct("!I")


class Field(FieldType):
    """A field whose terms come to the index as they are: analysis belongs to whoever knows the language."""

    def __init__(self, *, scorable: bool) -> None:
        how = formats.Frequency() if scorable else formats.Existence()
        super().__init__(format=how, analyzer=None, scorable=scorable)

    def to_bytes(self, value: str | bytes) -> bytes:
        return value if isinstance(value, bytes) else value.encode()


def schema() -> Schema:
    built = Schema()
    for name in ("key", "model", NAME, WORDS):
        built.add(name, Field(scorable=kept(name) is not Kept.MARKS))
    for pattern in (TEXT, TITLE, ANCHOR, "f_", "ac_", "k_"):
        built.add(pattern + "*", Field(scorable=pattern != "k_"), glob=True)
    return built


class Segment(base.Segment):
    """What the list of segments says of one: its name, its size, and the documents that were deleted since."""

    def __init__(self, documents: int = 0) -> None:
        super().__init__(INDEX)
        self.documents = documents
        self.deleted: set[int] = set()

    def codec(self) -> Codec:
        return Codec()

    def path(self, folder: str) -> str:
        return os.path.join(folder, self.make_filename(EXTENSION))

    def should_assemble(self) -> bool:
        return False

    def doc_count_all(self) -> int:
        return self.documents

    def set_doc_count(self, doccount: int) -> None:
        self.documents = doccount

    def deleted_count(self) -> int:
        return len(self.deleted)

    def deleted_docs(self) -> set[int]:
        return self.deleted

    def is_deleted(self, docnum: int) -> bool:
        return docnum in self.deleted

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        (self.deleted.add if delete else self.deleted.discard)(docnum)


class Codec(base.Codec):
    """For readers: what is written is written by `search.engine.writer`."""

    def terms_reader(self, storage: FileStorage, segment: Segment) -> TermsReader:
        return TermsReader(SegmentFile(segment.path(storage.folder)))

    def per_document_reader(self, storage: FileStorage, segment: Segment) -> PerDocumentReader:
        return PerDocumentReader(SegmentFile(segment.path(storage.folder)), segment)

    def new_segment(self, storage: FileStorage, indexname: str) -> Segment:
        return Segment()


class TermsReader(base.TermsReader):
    def __init__(self, file: SegmentFile) -> None:
        self.file = file

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self.file.frequency(*term) > 0

    def indexed_field_names(self) -> list[str]:
        return sorted(self.file.fields)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        return ((name, term) for name in self.indexed_field_names() for term, _count in self.file.frequencies(name))

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        return (found for found in self.terms() if found >= (fieldname, prefix))

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        if (found := self.file.postings(fieldname, text)) is None:
            raise KeyError(text)
        numbers, weights = found
        ends = {"minid": int(numbers[0]), "maxid": int(numbers[-1])}
        # The shortest length that there can be: a bound that is safe.
        return TermInfo(float(weights.sum()), len(numbers), 1, 0, float(weights.max()), **ends)

    def frequency(self, fieldname: str, text: bytes) -> float:
        return self.term_info(fieldname, text).weight()

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        return self.file.frequency(fieldname, text)

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ListMatcher:
        info = self.term_info(fieldname, text)
        numbers, weights = self.file.postings(fieldname, text) or ((), ())
        own = {"term": (fieldname, text), "terminfo": info, "scorer": scorer, "format": format_}
        return ListMatcher([int(one) for one in numbers], [float(one) for one in weights], **own)

    def close(self) -> None:
        """Closed when the last lets go of it."""


class PerDocumentReader(base.PerDocumentReader):
    def __init__(self, file: SegmentFile, segment: Segment) -> None:
        self.file, self.segment = file, segment

    def doc_count(self) -> int:
        return self.segment.doc_count()

    def doc_count_all(self) -> int:
        return self.segment.doc_count_all()

    def has_deletions(self) -> bool:
        return self.segment.has_deletions()

    def is_deleted(self, docnum: int) -> bool:
        return self.segment.is_deleted(docnum)

    def deleted_docs(self) -> set[int]:
        return self.segment.deleted_docs()

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        return byte_to_length(int(self.file.lengths(fieldname)[docnum])) or default

    def field_length(self, fieldname: str) -> int:
        return sum(map(byte_to_length, self.file.lengths(fieldname).tolist()))

    def min_field_length(self, fieldname: str) -> int:
        return 1

    def max_field_length(self, fieldname: str) -> int:
        return byte_to_length(int(self.file.lengths(fieldname).max(initial=0)))

    def stored_fields(self, docnum: int) -> dict[str, str]:
        return {"key": self.file.key(docnum)}

    def close(self) -> None:
        """Closed when the last lets go of it."""


# The list of segments


class SealedStorage(FileStorage):
    """A folder whose lists of segments end with their checksum."""

    def open_file(self, name: str, **kwargs: Any) -> StructFile:
        with open(os.path.join(self.folder, name), "rb") as file:
            content = file.read()
        if content[-_CHECKSUM.size :] != _CHECKSUM.pack(zlib.crc32(content[: -_CHECKSUM.size])):
            raise DamagedIndexError(f"{name} is not as it was written")
        return StructFile(BytesIO(content), name=name, **kwargs)


def generation(folder: str) -> int:
    """The number of the newest list in a folder."""
    return int(FileIndex(FileStorage(folder), indexname=INDEX).latest_generation())


def list_name(number: int) -> str:
    return f"_{INDEX}_{number}.toc"


def read_list(folder: str) -> list[Segment]:
    return list(TOC.read(SealedStorage(folder), INDEX).segments)


def write_list(folder: str, segments: list[Segment], number: int, *, durable: bool) -> None:
    """Writes the list apart, and gives it its name once all of it is on the disk: whoever sees it sees it whole."""
    apart = FileStorage(os.path.join(folder, f"{INDEX}.tmp")).create()
    path = os.path.join(apart.folder, list_name(number))
    # A writer that was killed may have left one, and Whoosh writes over none.
    if os.path.exists(path):
        os.unlink(path)
    TOC(schema(), segments, number).write(apart, INDEX)
    with open(path, "r+b") as file:
        file.write(_CHECKSUM.pack(zlib.crc32(file.read())))
        file.flush()
        if durable:
            os.fsync(file.fileno())
    os.replace(path, os.path.join(folder, list_name(number)))
    if durable:
        flush(folder)


def flush(path: str) -> None:
    """Returns when the disk holds the names in a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def check(folder: str) -> None:
    """Reads every byte of the segments that are listed. Raises `DamagedIndexError`, or `OSError` for a file that is gone."""
    for segment in read_list(folder):
        verify(segment.path(folder))
