"""Which tracks an MP4 file holds. ISO/IEC 14496-12: boxes of size, type and content; `hdlr` names a track's kind."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

CONTAINERS = frozenset({b"moov", b"trak", b"mdia"})
MAX_BOXES = 2_000


def handlers(stream: BinaryIO) -> set[str]:
    """The handler types of all tracks, such as {"soun", "vide"}; what is damaged counts for nothing."""
    stream.seek(0, io.SEEK_END)
    return {kind.decode("ascii", "replace") for kind in _walk(stream, 0, stream.tell(), [MAX_BOXES])}


def _walk(stream: BinaryIO, start: int, end: int, budget: list[int]) -> Iterator[bytes]:
    while start + 8 <= end and budget[0] > 0:
        budget[0] -= 1
        stream.seek(start)
        head = stream.read(16)
        size, kind, body = int.from_bytes(head[:4]), head[4:8], start + 8
        if size == 1:
            # A size of one announces the 64-bit size that follows the type.
            size, body = int.from_bytes(head[8:16]), start + 16
        elif size == 0:
            size = end - start
        if size < body - start:
            return
        stop = min(start + size, end)
        if kind in CONTAINERS:
            yield from _walk(stream, body, stop, budget)
        elif kind == b"hdlr":
            stream.seek(body + 8)
            yield stream.read(4)
        start = stop
