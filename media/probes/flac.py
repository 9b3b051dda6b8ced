"""The duration of a FLAC file: metadata blocks, then numbered frames. RFC 9639."""

from __future__ import annotations

import io
import re
from typing import BinaryIO

from limits import RECORDING_TRIES
from media.probes.mpeg import after_tag

SIGNATURE = b"fLaC"
STREAMINFO_BYTES = 34
MAX_BLOCKS = 1_000
#: The last frame is searched for in this many bytes at the end; no stereo frame is larger.
WINDOW_BYTES = 1024 * 1024
SYNC = re.compile(rb"\xff[\xf8\xf9]")


def is_flac(stream: BinaryIO) -> bool:
    stream.seek(after_tag(stream))
    return stream.read(len(SIGNATURE)) == SIGNATURE


def duration(stream: BinaryIO) -> float | None:
    """Seconds until the end of the last frame; None if there is no frame."""
    start = after_tag(stream) + len(SIGNATURE)
    stream.seek(start)
    info = stream.read(4 + STREAMINFO_BYTES)[4:]
    rate = int.from_bytes(info[10:13]) >> 4
    if len(info) < STREAMINFO_BYTES or not rate:
        return None
    block_size, total = int.from_bytes(info[2:4]), int.from_bytes(info[13:18]) & 0xFFFFFFFFF
    frames = _after_blocks(stream, start)
    end = stream.seek(0, io.SEEK_END)
    window_at = max(frames, end - WINDOW_BYTES)
    stream.seek(window_at)
    held = stream.read(WINDOW_BYTES)
    tries = RECORDING_TRIES
    for found in reversed(list(SYNC.finditer(held))):
        tries -= 1
        if tries < 0:
            break
        if (reached := _reached(held[found.start() : found.start() + 16], block_size)) is not None:
            return (min(reached, total) if total else reached) / rate
    return None


def _after_blocks(stream: BinaryIO, at: int) -> int:
    for _block in range(MAX_BLOCKS):
        stream.seek(at)
        head = stream.read(4)
        if len(head) < 4:
            break
        at += 4 + int.from_bytes(head[1:])
        if head[0] & 0x80:
            break
    return at


def _reached(head: bytes, block_size: int) -> int | None:
    """Samples until the end of the frame with this header, or None if its checksum is wrong."""
    if len(head) < 6 or head[3] & 1 or head[2] >> 4 == 0:
        return None
    number, at = _coded_number(head)
    size, at = _block_size(head, at)
    at += {12: 1, 13: 2, 14: 2}.get(head[2] & 15, 0)
    if number < 0 or at >= len(head) or _crc8(head[:at]) != head[at]:
        return None
    return (number if head[1] & 1 else number * block_size) + size


def _coded_number(head: bytes) -> tuple[int, int]:
    """The number of the frame or of its first sample, coded like a letter in UTF-8, and where it ends; -1 if it is damaged."""
    first = head[4]
    if first < 0x80:
        return first, 5
    more = 8 - (first ^ 0xFF).bit_length() - 1
    rest = head[5 : 5 + more]
    if not 1 <= more <= 6 or len(rest) < more:
        return -1, 5
    number = first & (0x3F >> more)
    for byte in rest:
        number = number << 6 | byte & 0x3F
    return number, 5 + more


def _block_size(head: bytes, at: int) -> tuple[int, int]:
    code = head[2] >> 4
    if code in (6, 7):
        width = code - 5
        return int.from_bytes(head[at : at + width]) + 1, at + width
    if code == 1:
        return 192, at
    return (576 << (code - 2) if code < 6 else 256 << (code - 8)), at


def _crc8(content: bytes) -> int:
    crc = 0
    for byte in content:
        crc ^= byte
        for _bit in range(8):
            crc = crc << 1 ^ 0x107 if crc & 0x80 else crc << 1
    return crc
