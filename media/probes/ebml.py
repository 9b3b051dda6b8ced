"""The head of a WebM file: document type, duration and kind of tracks. RFC 8794 (EBML), RFC 9559 (Matroska)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

SIGNATURE = b"\x1a\x45\xdf\xa3"

HEADER, DOC_TYPE = 0x1A45DFA3, 0x4282
SEGMENT, INFO, TIMESTAMP_SCALE, DURATION = 0x18538067, 0x1549A966, 0x2AD7B1, 0x4489
TRACKS, TRACK_ENTRY, TRACK_TYPE, CLUSTER = 0x1654AE6B, 0xAE, 0x83, 0x1F43B675
VIDEO = 1

#: Info and Tracks come before the first cluster, near the start of any file that a browser can play.
WINDOW_BYTES = 1024 * 1024
MAX_ELEMENTS = 4_000
#: The most that an unsigned integer has (RFC 8794, 7.2).
MAX_INTEGER_BYTES = 8


@dataclass(slots=True)
class Header:
    """`duration` is in seconds; 0.0 if the recorder did not know it yet, as is usual for live recordings."""

    doc_type: str = ""
    duration: float = 0.0
    has_video: bool = False
    has_tracks: bool = False


def read(stream: BinaryIO) -> Header:
    """The header of the file; empty if it is damaged or not EBML."""
    stream.seek(0)
    content = stream.read(WINDOW_BYTES)
    header = Header()
    scale, ticks, left = 1_000_000, 0.0, MAX_ELEMENTS
    pending = [(0, len(content))]
    while pending and left > 0:
        start, end = pending.pop()
        for element, body, stop in _elements(content, start, end):
            left -= 1
            if element == CLUSTER or left <= 0:
                break
            if element in {HEADER, SEGMENT, INFO, TRACKS, TRACK_ENTRY}:
                pending.append((body, stop))
                header.has_tracks |= element == TRACK_ENTRY
            elif element == DOC_TYPE:
                header.doc_type = content[body:stop].rstrip(b"\0").decode("ascii", "replace")
            elif element == TIMESTAMP_SCALE and stop - body <= MAX_INTEGER_BYTES:
                scale = int.from_bytes(content[body:stop])
            elif element == DURATION and stop - body in {4, 8}:
                (ticks,) = struct.unpack(">f" if stop - body == 4 else ">d", content[body:stop])
            elif element == TRACK_TYPE and int.from_bytes(content[body:stop]) == VIDEO:
                header.has_video = True
    # NaN and infinity fail the comparison too, so that no forged duration reaches the database.
    seconds = ticks * scale / 1_000_000_000
    header.duration = seconds if 0 < seconds < 10_000_000 else 0.0
    return header


def _elements(content: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    while start < end:
        width = 9 - content[start].bit_length()
        if width > 4 or start + width >= end:
            return
        element = int.from_bytes(content[start : start + width])
        start += width
        width = 9 - content[start].bit_length()
        if width > 8 or start + width > end:
            return
        size = int.from_bytes(content[start : start + width]) & ((1 << 7 * width) - 1)
        body = start + width
        # All ones means "unknown size": the element extends to the end of its parent.
        stop = end if size == (1 << 7 * width) - 1 else min(body + size, end)
        yield element, body, stop
        start = stop
