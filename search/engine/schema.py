"""The fields of the index. Names end in `_*` where any number of fields may follow the same pattern."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from sys import byteorder
from typing import Any
from zlib import crc32

from search.engine.adapter import COLUMN, FieldType, NumericColumn, Schema, formats
from web.numbers import whole_number

VERSION = 4
"""Raised when a field changes its meaning: an index of another version is rebuilt."""

Positions = Mapping[str, list[int]]

TEXT, TITLE, ANCHOR = "text_", "title_", "anchor_"
"""Stemmed fields, by language: everything; the title alone; the words of pages that link here."""


AT, TIE = "at", "tie"
"""Columns of numbers: when a document was written, in seconds; and its place among equals."""
NUMBERS = (AT, TIE)


def tie(key: str) -> int:
    """What orders documents that are equal in all else, however they are spread over segments: the older first."""
    label, _colon, pk = key.rpartition(":")
    if (number := whole_number(pk, digits=12)) is not None:
        return (number << 16) + (crc32(label.encode()) & 0xFFFF)
    return (1 << 61) + int.from_bytes(blake2b(key.encode(), digest_size=7).digest(), "big")


SINGLE = [position.to_bytes(2, byteorder) for position in range(1 << 16)]
"""The packed form of one position, which is that of most postings: found faster than made, and kept once."""


class PackedPositions(formats.Format):
    """Positions of a term as sixteen-bit numbers: a quarter of the time and half the bytes of Whoosh's own encoding."""

    posting_size = -1

    @staticmethod
    def encode(positions: list[int]) -> bytes:
        return SINGLE[positions[0]] if len(positions) == 1 else array("H", positions).tobytes()

    def decode_positions(self, value: bytes) -> list[int]:
        return list(array("H", value))

    def decode_frequency(self, value: bytes) -> int:
        return len(value) // 2

    def decode_weight(self, value: bytes) -> float:
        return len(value) / 2


class Terms(FieldType):
    """A scored field that takes the analysed text, term to positions: analysis belongs to whoever knows the language."""

    def __init__(self) -> None:
        super().__init__(format=PackedPositions(), analyzer=None, scorable=True)

    def index(self, value: Positions, **kwargs: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        encode = PackedPositions.encode
        for term, positions in value.items():
            yield term.encode(), len(positions), float(len(positions)), encode(positions)

    def to_bytes(self, value: str | bytes) -> bytes:
        return value if isinstance(value, bytes) else value.encode()


class Marks(FieldType):
    """An unscored field of whole values (kind, space, tag, audience): what filters, facets and columns are built from."""

    def __init__(self, *, stored: bool = False, unique: bool = False) -> None:
        super().__init__(format=formats.Existence(), analyzer=None, scorable=False, stored=stored, unique=unique)

    def index(self, value: str | list[str], **kwargs: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        for mark in dict.fromkeys([value] if isinstance(value, str) else value):
            yield mark.encode(), 1, 1.0, b""

    def to_bytes(self, value: str | bytes) -> bytes:
        return value if isinstance(value, bytes) else value.encode()


def schema() -> Schema:
    """`key` names the object (`label:pk`); `name` is for completion; `f_`, `ac_` serve modelsearch; `k_` filter and count."""
    built = Schema(
        key=Marks(stored=True, unique=True),
        model=Marks(),
        name=Terms(),
        **{name: COLUMN(NumericColumn("q")) for name in NUMBERS},
    )
    for pattern in (TEXT, TITLE, ANCHOR, "f_", "ac_"):
        built.add(pattern + "*", Terms(), glob=True)
    built.add("k_*", Marks(), glob=True)
    return built
