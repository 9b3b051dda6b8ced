"""The duration of an Ogg file: granule positions of pages count samples (RFC 3533).

Codecs: RFC 7845 (Opus), Vorbis I, Ogg FLAC, Speex.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from typing import BinaryIO

from limits import RECORDING_PAGES

SIGNATURE = b"OggS"
HEAD = struct.Struct("<4sBBqIIIB")
BEGINS = 0x02  # of a logical stream (RFC 3533, 6)
NO_PACKET_ENDS = -1
#: The largest page in bytes. After a damaged page the next one begins within this distance, or the rest is ignored.
WINDOW_BYTES = 65_307
OPUS_RATE = 48_000


@dataclass(slots=True)
class Stream:
    """`rate` is samples per second, `last` the samples so far, `first` those that are not played."""

    rate: int
    first: int = 0
    last: int = 0
    has_begun: bool = False

    def note(self, granule: int) -> None:
        if granule <= 0:
            return
        # A recording of a live stream starts in the middle: a page never has more than a few seconds.
        if not self.has_begun and granule > 60 * self.rate:
            self.first = granule
        self.has_begun, self.last = True, max(self.last, granule)

    @property
    def seconds(self) -> float:
        return max(self.last - self.first, 0) / self.rate


def duration(stream: BinaryIO) -> float | None:
    """Seconds of all chained streams together; None if nothing can be played."""
    end, at, total = stream.seek(0, io.SEEK_END), 0, 0.0
    streams: dict[int, Stream] = {}
    begins = True
    for _page in range(RECORDING_PAGES):
        stream.seek(at)
        head = stream.read(HEAD.size + 255)
        if len(head) < HEAD.size:
            break
        mark, _version, flags, granule, serial, _number, _sum, segments = HEAD.unpack_from(head)
        if mark != SIGNATURE:
            stream.seek(at)
            following = stream.read(WINDOW_BYTES + len(SIGNATURE)).find(SIGNATURE, 1)
            if following < 0:
                break
            at += following
            continue
        body = at + HEAD.size + segments
        if flags & BEGINS:
            if not begins:
                # A chained stream starts counting from zero.
                total, streams = total + _longest(streams), {}
            begins = True
            stream.seek(body)
            if found := _stream_of(stream.read(64)):
                streams[serial] = found
        else:
            begins = False
            if serial in streams and granule != NO_PACKET_ENDS:
                streams[serial].note(granule)
        at = body + sum(head[HEAD.size : HEAD.size + segments])
    else:
        # Estimate the rest by its bytes.
        return (total + _longest(streams)) * end / at or None
    return total + _longest(streams) or None


def _longest(streams: dict[int, Stream]) -> float:
    return max((each.seconds for each in streams.values()), default=0.0)


def _stream_of(packet: bytes) -> Stream | None:
    """The stream that this first packet begins; None for video and unknown codecs."""
    try:
        if packet.startswith(b"OpusHead"):
            return Stream(OPUS_RATE, struct.unpack_from("<H", packet, 10)[0])
        if packet.startswith(b"\x01vorbis"):
            rate = struct.unpack_from("<I", packet, 12)[0]
        elif packet.startswith(b"\x7fFLAC"):
            # 13 bytes of mapping, 4 of block header, then STREAMINFO, with the rate in 20 bits at byte 10 (RFC 9639, 8.2).
            rate = int.from_bytes(packet[27:30]) >> 4
        elif packet.startswith(b"Speex   "):
            rate = struct.unpack_from("<I", packet, 36)[0]
        else:
            return None
    except struct.error:
        return None
    return Stream(rate) if rate else None
