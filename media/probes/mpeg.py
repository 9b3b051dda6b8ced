"""Consecutive audio frames and their duration: MPEG layer III (ISO/IEC 11172-3, 2.4.2.3; 13818-3) and AAC in ADTS
frames (13818-7, 6.2).
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from limits import RECORDING_FRAMES, RECORDING_TRIES

#: kbit/s by the four bits of the header; 0 is for "free" and "bad", which browsers do not play.
BIT_RATES = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0),
}
SAMPLE_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
AAC_SAMPLE_RATES = (
    *(96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000),
    *(22_050, 16_000, 12_000, 11_025, 8_000, 7_350),
)
#: Bytes of a frame that tell its length.
HEADER_BYTES = 7
#: This many in a row do not occur by chance.
FRAMES_IN_A_ROW = 3
#: In bytes, after the tags: room for the padding of encoders and for several frames of any bit rate.
WINDOW_BYTES = 128 * 1024


@dataclass(frozen=True, slots=True)
class Codec:
    """`sync`: the first bytes of a frame, to find candidates at the speed of C; `length` and `seconds` of a frame by
    its header."""

    sync: re.Pattern[bytes]
    length: Callable[[bytes], int]
    seconds: Callable[[bytes], float]


def first_frame(stream: BinaryIO, codec: Codec) -> int | None:
    """The offset of the first of three consecutive frames, after tags and padding; None if there are none.

    Only a small window is searched: a parser would go through a large file of another type byte by byte.
    """
    start = after_tag(stream)
    stream.seek(start)
    content = stream.read(WINDOW_BYTES)
    if not start and not content.lstrip(b"\0").startswith(b"\xff"):
        return None
    at = _frames_in(content, 0, [RECORDING_TRIES], codec)
    return None if at is None else start + at


def after_tag(stream: BinaryIO) -> int:
    """The offset after the ID3 tag, if there is one."""
    stream.seek(0)
    head = stream.read(10)
    if not head.startswith(b"ID3") or len(head) < 10:
        return 0
    return 10 + sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))


def duration(stream: BinaryIO, codec: Codec) -> float | None:
    """Seconds, by counting frames: the bit rate can change, and a header with the total is optional."""
    start = first_frame(stream, codec)
    if start is None:
        return None
    end = stream.seek(0, io.SEEK_END)
    seconds, frames, at = 0.0, 0, start
    buffer, buffer_start, tries = b"", start, [RECORDING_TRIES]
    while frames < RECORDING_FRAMES and tries[0] > 0:
        if at + HEADER_BYTES > buffer_start + len(buffer):
            stream.seek(at)
            buffer, buffer_start = stream.read(1 << 20), at
            if len(buffer) < HEADER_BYTES:
                break
        place = at - buffer_start
        length = codec.length(buffer[place : place + HEADER_BYTES])
        if not length:
            # Damage, or tags at the end: continue at the next frame, if there is one.
            following = _frames_in(buffer, place + 1, tries, codec)
            at = buffer_start + (len(buffer) if following is None else following)
            continue
        if frames or not _is_info_frame(buffer[place : place + 64]):
            seconds += codec.seconds(buffer[place : place + HEADER_BYTES])
        frames, at = frames + 1, at + length
    if frames >= RECORDING_FRAMES or tries[0] <= 0:
        seconds *= (end - start) / (at - start)
    return seconds or None


def _is_info_frame(frame: bytes) -> bool:
    """Whether the first frame is the silent one with information on the others (Xing, LAME, Fraunhofer)."""
    return any(mark in frame for mark in (b"Xing", b"Info", b"VBRI"))


def _frames_in(content: bytes, start: int, tries: list[int], codec: Codec) -> int | None:
    """The index in `content` of three consecutive frames. `tries` is how many candidates may still be tested."""
    for found in codec.sync.finditer(content, start):
        tries[0] -= 1
        place, seen = found.start(), 0
        while seen < FRAMES_IN_A_ROW and (length := codec.length(content[place : place + HEADER_BYTES])):
            place, seen = place + length, seen + 1
        if seen >= FRAMES_IN_A_ROW:
            return found.start()
        if tries[0] <= 0:
            break
    return None


def frame_length(header: bytes) -> int:
    """Bytes of the layer III frame with this header, or 0 if it is not one."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:
        return 0
    version, rate, pitch = header[1] >> 3 & 3, header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or pitch == 3:
        return 0
    bits = BIT_RATES[1 if version == 3 else 2][rate] * 1000
    if not bits:
        return 0
    return (144 if version == 3 else 72) * bits // SAMPLE_RATES[version][pitch] + (header[2] >> 1 & 1)


def _seconds(header: bytes) -> float:
    version = header[1] >> 3 & 3
    return (1_152 if version == 3 else 576) / SAMPLE_RATES[version][header[2] >> 2 & 3]


def _aac_length(header: bytes) -> int:
    """The same for an ADTS frame, which is at least as long as its header."""
    if len(header) < HEADER_BYTES or header[0] != 0xFF or header[1] & 0xF6 != 0xF0:
        return 0
    length = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
    return length if length >= HEADER_BYTES and header[2] >> 2 & 15 < len(AAC_SAMPLE_RATES) else 0


def _aac_seconds(header: bytes) -> float:
    return 1_024 * ((header[6] & 3) + 1) / AAC_SAMPLE_RATES[header[2] >> 2 & 15]


MP3 = Codec(re.compile(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb][\x10-\xef]"), frame_length, _seconds)
AAC = Codec(re.compile(rb"\xff[\xf0\xf1\xf8\xf9]"), _aac_length, _aac_seconds)
