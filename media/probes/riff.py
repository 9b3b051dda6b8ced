"""Codec and duration of a WAV file: RIFF chunks of type, size and content (Microsoft, Multimedia Programming
Interface 1.0). RF64 (EBU Tech 3306) and BW64 (ITU-R BS.2088) have 64-bit sizes in a first chunk `ds64`.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

MAX_CHUNKS = 1_000
LARGE = (b"RF64", b"BW64")
#: A size that is in another chunk, or that the recorder did not know.
UNKNOWN = 0xFFFFFFFF
EXTENSIBLE = 0xFFFE
FLOAT = 3
#: PCM, float, A-law, µ-law and MP3. Dictation machines and telephone systems write others.
SUPPORTED = frozenset({1, FLOAT, 6, 7, 0x55})
CODECS = {0x02: "ADPCM", 0x11: "ADPCM", 0x31: "GSM", 0x40: "G.721", 0x45: "G.726", 0x161: "WMA"}


@dataclass(slots=True)
class Wave:
    """`seconds` is None if nothing can be played."""

    seconds: float | None = None
    unsupported_codec: str = ""


def is_wave(head: bytes) -> bool:
    return head[:4] in (b"RIFF", *LARGE) and head[8:12] == b"WAVE"


def read(stream: BinaryIO) -> Wave:
    """Seconds are from the bytes that exist: a recorder that writes to a pipe does not know the size beforehand."""
    end, wave, rate = stream.seek(0, io.SEEK_END), Wave(), 0
    for kind, start, size in _chunks(stream):
        if kind == b"fmt ":
            rate, wave.unsupported_codec = _format(stream.read(26))
        elif kind == b"data":
            there = end - start
            played = there if size in (0, UNKNOWN) else min(size, there)
            wave.seconds = played / rate if rate and played > 0 else None
            break
    return wave


def make_small(stream: BinaryIO) -> None:
    """Write 32-bit sizes into an RF64 file, which then is a WAV file that all programs read. More than 4 GB stay RF64."""
    end = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    head = stream.read(12)
    if head[:4] not in LARGE or not is_wave(head) or end > UNKNOWN:
        return
    for kind, start, size in list(_chunks(stream)):
        if kind == b"data":
            there = end - start
            _write(stream, start - 4, struct.pack("<I", there if size == UNKNOWN else min(size, there)))
        elif kind == b"ds64":
            _write(stream, start - 8, b"JUNK")
    _write(stream, 0, b"RIFF" + struct.pack("<I", end - 8))


def _chunks(stream: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    """Type, offset and size of each chunk's content, with the stream at that offset."""
    start, of_data = 12, UNKNOWN
    for _chunk in range(MAX_CHUNKS):
        stream.seek(start)
        head = stream.read(8)
        if len(head) < 8:
            return
        kind, size = struct.unpack("<4sI", head)
        if kind == b"ds64" and len(sizes := stream.read(16)) == 16:
            (of_data,) = struct.unpack_from("<Q", sizes, 8)
        if kind == b"data" and size == UNKNOWN:
            size = of_data
        stream.seek(start + 8)
        yield kind, start + 8, size
        start += 8 + size + size % 2


def _format(form: bytes) -> tuple[int, str]:
    """Bytes per second, and the name of the codec if it is unsupported."""
    if len(form) < 16:
        return 0, ""
    tag, _channels, _pitch, rate, _block, bits = struct.unpack_from("<HHIIHH", form)
    if tag == EXTENSIBLE and len(form) >= 26:
        (tag,) = struct.unpack_from("<H", form, 24)
    if tag == FLOAT and bits > 32:
        return rate, f"{bits}-bit float"
    return rate, "" if tag in SUPPORTED else CODECS.get(tag, f"WAV 0x{tag:x}")


def _write(stream: BinaryIO, at: int, content: bytes) -> None:
    stream.seek(at)
    stream.write(content)
