"""Writing the one file of a segment, from front to back; `segments` reads it."""

from __future__ import annotations

import json
import os
import zlib
from array import array
from collections.abc import Iterable
from typing import Any, TypeAlias

import numpy as np

from search.engine.segments import FOOTER, MAGIC, POSITIONS

Term: TypeAlias = tuple[bytes, Any, Any, bytes | None]
"""A term, the numbers of its documents in rising order, how often each holds it (None: once) and where (None: not kept)."""

BUFFERED = 8_192
"""Pieces that are gathered before they are handed to the file."""


class SegmentFileWriter:
    """Writes fields, then columns and keys, then `finish`."""

    def __init__(self, path: str, documents: int) -> None:
        self.file = open(path, "wb")  # noqa: SIM115 (closed by `finish` or `close`)
        self.documents = documents
        self.wide = "H" if documents <= 1 << 16 else "I"
        self.checksum = self.size = 0
        self.fields: dict[str, dict[str, int]] = {}
        self.columns: dict[str, int] = {}

    def _write(self, data: bytes) -> int:
        """Returns where the data begin."""
        start = self.size
        self.file.write(data)
        self.checksum = zlib.crc32(data, self.checksum)
        self.size += len(data)
        return start

    def _write_aligned(self, data: bytes) -> int:
        self._write(bytes(-self.size % 8))
        return self._write(data)

    def add_field(self, name: str, terms: Iterable[Term], lengths: bytes | None) -> None:
        """Writes the postings of terms that come in order, their table, and the length of the field in each document."""
        blob: list[bytes] = []
        ends, counts, places, kinds = array("I"), array("I"), array("Q"), array("B")
        pieces: list[bytes] = []
        place, end = self.size, 0
        for term, numbers, often, positions in terms:
            width = 0
            own = _packed(numbers, self.wide)
            if often is not None and (highest := int(max(often))) > 1:
                width = 1 if highest < 1 << 8 else 2
                own += _packed(often, "B" if width == 1 else "H")
            if positions is not None:
                own += positions
            pieces.append(own)
            blob.append(term)
            end += len(term)
            ends.append(end)
            counts.append(len(numbers))
            places.append(place)
            kinds.append(width + (POSITIONS if positions is not None else 0))
            place += len(own)
            if len(pieces) > BUFFERED:
                self._write(b"".join(pieces))
                pieces = []
        self._write(b"".join(pieces))
        if not blob:
            return
        self.fields[name] = {
            "terms": len(blob),
            "blob": self._write_aligned(b"".join(blob)),
            "ends": self._write_aligned(ends.tobytes()),
            "counts": self._write_aligned(counts.tobytes()),
            "places": self._write_aligned(places.tobytes()),
            "kinds": self._write_aligned(kinds.tobytes()),
        }
        if lengths is not None:
            self.fields[name]["lengths"] = self._write(lengths)

    def add_column(self, name: str, values: array[int]) -> None:
        self.columns[name] = self._write_aligned(values.tobytes())

    def finish(self, keys: list[str], *, durable: bool) -> None:
        encoded = [key.encode() for key in keys]
        ends = array("I", np.cumsum([len(key) for key in encoded], dtype=np.uint32).tolist())
        directory = {
            "documents": self.documents,
            "fields": self.fields,
            "columns": self.columns,
            "keys": self._write_aligned(b"".join(encoded)),
            "key_ends": self._write_aligned(ends.tobytes()),
        }
        place = self._write_aligned(json.dumps(directory).encode())
        self.file.write(FOOTER.pack(place, self.size + FOOTER.size, self.checksum, MAGIC))
        self.file.flush()
        if durable:
            os.fsync(self.file.fileno())
        self.file.close()

    def close(self) -> None:
        self.file.close()


def _packed(values: Any, code: str) -> bytes:
    return array(code, values).tobytes() if isinstance(values, list) else values.astype(code).tobytes()
