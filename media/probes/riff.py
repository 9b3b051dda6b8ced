"""The duration of a WAV file: RIFF chunks of type, size and content (Microsoft, Multimedia Programming
Interface 1.0).
"""

from __future__ import annotations

import io
import struct
from typing import BinaryIO

MAX_CHUNKS = 1_000


def duration(stream: BinaryIO) -> float | None:
    """Seconds, from the bytes that exist: a recorder that writes to a pipe does not know the size beforehand."""
    end = stream.seek(0, io.SEEK_END)
    start, rate = 12, 0
    for _chunk in range(MAX_CHUNKS):
        stream.seek(start)
        head = stream.read(8)
        if len(head) < 8:
            return None
        kind, size = struct.unpack("<4sI", head)
        if kind == b"fmt ":
            form = stream.read(16)
            rate = struct.unpack_from("<I", form, 8)[0] if len(form) == 16 else 0
        elif kind == b"data":
            available = end - start - 8
            # Zero and all ones mean that the size was unknown.
            played = available if size in (0, 0xFFFFFFFF) else min(size, available)
            return played / rate if rate and played > 0 else None
        start += 8 + size + size % 2
    return None
