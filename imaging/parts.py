"""Limits the number of segments, chunks or blocks in a picture file.

Parsers run their own code for each, so that many empty ones cost seconds. They are counted up to `PICTURE_PARTS` before
any parser sees the file. Pixels are skipped.
"""

import struct
from collections.abc import Iterator
from typing import IO

from limits import PICTURE_PARTS


def has_too_many(stream: IO[bytes]) -> bool:
    stream.seek(0)
    head = stream.read(13)
    if head.startswith(b"\xff\xd8"):
        parts = _jpeg(stream)
    elif head.startswith(b"\x89PNG"):
        parts = _png(stream)
    elif head.startswith(b"GIF8"):
        parts = _gif(stream, head)
    elif head.startswith(b"RIFF"):
        parts = _riff(stream)
    else:
        parts = iter(())
    try:
        return any(number >= PICTURE_PARTS for number, _part in enumerate(parts))
    finally:
        stream.seek(0)


def _jpeg(stream: IO[bytes]) -> Iterator[int]:
    """The segments before the first scan. Fill bytes count too."""
    stream.seek(2)
    while len(head := stream.read(4)) == 4:
        if head[0] != 0xFF or head[1] == 0xFF:
            stream.seek(-3, 1)
        elif head[1] in {0xDA, 0xD9}:
            return
        elif head[1] == 0x01 or 0xD0 <= head[1] <= 0xD7:
            stream.seek(-2, 1)
        else:
            stream.seek(max(int.from_bytes(head[2:]) - 2, 0), 1)
        yield head[1]


def _png(stream: IO[bytes]) -> Iterator[int]:
    stream.seek(8)
    while len(head := stream.read(8)) == 8:
        yield 1
        stream.seek(int.from_bytes(head[:4]) + 4, 1)


def _gif(stream: IO[bytes], head: bytes) -> Iterator[int]:
    if len(head) < 13:
        return
    stream.seek(13 + (3 * 2 ** ((head[10] & 7) + 1) if head[10] & 0x80 else 0))
    while kind := stream.read(1):
        yield 1
        if kind == b"!":
            stream.seek(1, 1)
        elif kind == b",":
            frame = stream.read(9)
            if len(frame) < 9:
                return
            stream.seek(1 + (3 * 2 ** ((frame[8] & 7) + 1) if frame[8] & 0x80 else 0), 1)
        elif kind == b";":
            return
        else:
            continue
        while (size := stream.read(1)) and size[0]:
            # Pixels come in blocks of full size, which are not counted; small ones are.
            if size[0] < 128:
                yield 1
            stream.seek(size[0], 1)


def _riff(stream: IO[bytes]) -> Iterator[int]:
    stream.seek(12)
    while len(head := stream.read(8)) == 8:
        yield 1
        size = struct.unpack("<I", head[4:])[0]
        stream.seek(size + size % 2, 1)
