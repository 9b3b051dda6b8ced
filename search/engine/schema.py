"""The fields of the index, by the beginnings of their names, and what is kept of each."""

from __future__ import annotations

from enum import Enum
from hashlib import blake2b
from zlib import crc32

from web.numbers import whole_number

VERSION = 6
"""Raised when a field changes its meaning: an index of another version is rebuilt."""


class Kept(Enum):
    """What the index keeps of a field. A document brings, in this order: marks; term to count; term to positions."""

    MARKS = 1
    COUNTS = 2
    POSITIONS = 3


TEXT, TITLE, ANCHOR = "text_", "title_", "anchor_"
"""Stemmed fields, by language: everything; the title alone; the words of pages that link here."""
WORDS, NAME = "words", "name"
"""The folded words of everything, and of the title, as they are written, stop words included: for phrases and spellings."""
AT, TIE = "at", "tie"
"""Columns of numbers: when a document was written, in seconds; and its place among equals."""
COLUMNS = (AT, TIE)


def kept(name: str) -> Kept:
    """`key` names the object (`label:pk`); `k_…` filter and count; `f_…` and `ac_…` serve modelsearch."""
    if name.startswith("k_") or name in ("key", "model"):
        return Kept.MARKS
    return Kept.COUNTS if name.startswith((TEXT, TITLE, ANCHOR)) else Kept.POSITIONS


def tie(key: str) -> int:
    """What orders documents that are equal in all else, however they are spread over segments: the older first."""
    label, _colon, pk = key.rpartition(":")
    if (number := whole_number(pk, digits=12)) is not None:
        return (number << 16) + (crc32(label.encode()) & 0xFFFF)
    return (1 << 61) + int.from_bytes(blake2b(key.encode(), digest_size=7).digest(), "big")
