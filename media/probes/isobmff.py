"""MP4 files: tracks, duration, and whether the file is complete. ISO/IEC 14496-12.

Boxes of size, type and content. Recorders that write while they record (MediaRecorder, OBS) give durations in fragments
(`moof`) instead of the head; these are added up.
"""

from __future__ import annotations

import io
import struct
import sys
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from limits import RECORDING_BOX_BYTES, RECORDING_BOXES

CONTAINERS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"tref", b"mvex", b"moof", b"traf"})
LEAVES = frozenset({b"mvhd", b"tkhd", b"mdhd", b"hdlr", b"chap", b"stsd", b"trex", b"tfhd", b"trun"})
#: Brands of audio files, which may have pictures too (covers, chapters).
SOUND_BRANDS = frozenset({b"M4A ", b"M4B ", b"M4P "})
STILLS = frozenset({b"jpeg", b"png ", b"mjpa", b"mjpb"})
#: What `mp4v`, a name for any visual stream, contains; ISO/IEC 14496-1, objectTypeIndication. The rest is MPEG-4 Visual.
VISUAL = {0x6C: b"jpeg", 0x6D: b"png ", 0x6A: b"mp1v", **dict.fromkeys(range(0x60, 0x66), b"mp2v")}
#: Codecs that browsers do not play, by the names that people see in their programs.
UNSUPPORTED = {
    **dict.fromkeys((b"apch", b"apcn", b"apcs", b"apco", b"ap4h", b"ap4x"), "Apple ProRes"),
    **dict.fromkeys((b"samr", b"sawb", b"sawp"), "AMR"),
    **dict.fromkeys((b"s263", b"h263"), "H.263"),
    **dict.fromkeys((b"dvc ", b"dvcp", b"dv5p", b"dvpp", b"dvhp"), "DV"),
    **dict.fromkeys((b"SVQ1", b"SVQ3"), "Sorenson Video"),
    b"mp4v": "MPEG-4 Visual",
    **dict.fromkeys((b"mp1v", b"mp2v", b"m1v ", b"m2v1"), "MPEG-1 or MPEG-2"),
    b"cvid": "Cinepak",
    b"rle ": "Animation",
    b"AVdn": "DNxHD",
    b"QDM2": "QDesign Music",
}
#: In bytes; a fragment of an hour at 30 frames per second has less.
MAX_BOX_BYTES = 4 * 1024 * 1024
#: Levels of boxes; sample descriptions are at the fifth.
MAX_DEPTH = 10
UNKNOWN = 0xFFFFFFFF


@dataclass(slots=True)
class Track:
    number: int = 0
    kind: bytes = b""
    codec: bytes = b""
    timescale: int = 0
    usual_duration: int = 0
    ticks: int = 0  # in fragments


@dataclass(slots=True)
class Movie:
    """`is_whole`: no box extends beyond the end of the file, and there is media to play."""

    brand: bytes = b""
    seconds: float = 0.0
    tracks: list[Track] = field(default_factory=list)
    by_number: dict[int, Track] = field(default_factory=dict)
    chapters: set[int] = field(default_factory=set)
    has_media: bool = False
    is_cut: bool = False

    @property
    def is_whole(self) -> bool:
        return self.has_media and not self.is_cut

    @property
    def has_sound(self) -> bool:
        return any(track.kind == b"soun" for track in self.tracks)

    @property
    def has_video(self) -> bool:
        if self.brand in SOUND_BRANDS and self.has_sound:
            return False
        return any(
            track.kind == b"vide" and track.number not in self.chapters and track.codec not in STILLS
            for track in self.tracks
        )

    def unsupported_codec(self, media_type: str) -> str:
        """Of what is played: pictures beside audio (covers, chapters) are not."""
        kinds = {b"soun", b"vide"} if media_type.startswith("video/") else {b"soun"}
        return next(
            (UNSUPPORTED[track.codec] for track in self.tracks if track.kind in kinds and track.codec in UNSUPPORTED),
            "",
        )

    @property
    def duration(self) -> float:
        """Seconds, from the head or from the fragments, whichever is longer."""
        fragments = (track.ticks / track.timescale for track in self.tracks if track.timescale)
        return max([self.seconds, *fragments])


def read(stream: BinaryIO) -> Movie:
    """What the file contains; damaged boxes are ignored."""
    stream.seek(0, io.SEEK_END)
    end, movie = stream.tell(), Movie()
    stream.seek(8)
    movie.brand = stream.read(4)
    fragment = Track()
    for kind, body in _boxes(stream, 0, end, [RECORDING_BOXES, RECORDING_BOX_BYTES], movie):
        try:
            if kind == b"trak":
                movie.tracks.append(Track())
            elif kind == b"tfhd":
                fragment = _fragment_of(body, movie)
            elif kind == b"trun":
                fragment.ticks += _ticks(body, fragment.usual_duration)
            elif kind in LEAVES:
                _note(kind, body, movie)
        except (struct.error, IndexError):
            continue
    return movie


def _boxes(
    stream: BinaryIO, start: int, end: int, budget: list[int], movie: Movie, depth: int = 0
) -> Iterator[tuple[bytes, bytes]]:
    """The type of each box, and the content of those in LEAVES; children follow their parent."""
    outermost = depth == 0
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
            movie.is_cut |= outermost
            return
        stop = min(start + size, end)
        if outermost:
            movie.is_cut |= start + size > end
            movie.has_media |= kind == b"mdat" and stop > body
        if kind in CONTAINERS:
            yield kind, b""
            if depth < MAX_DEPTH:
                yield from _boxes(stream, body, stop, budget, movie, depth + 1)
        elif kind in LEAVES:
            stream.seek(body)
            content = stream.read(min(stop - body, MAX_BOX_BYTES, budget[1]))
            budget[1] -= len(content)
            yield kind, content
        start = stop


def _note(kind: bytes, body: bytes, movie: Movie) -> None:
    track = movie.tracks[-1] if movie.tracks else Track()
    if kind in (b"mvhd", b"mdhd"):
        scale, ticks = struct.unpack_from(">IQ" if body[0] == 1 else ">II", body, 20 if body[0] == 1 else 12)
        if kind == b"mdhd":
            track.timescale = scale
        elif scale and ticks not in (UNKNOWN, 2**64 - 1):
            movie.seconds = ticks / scale
    elif kind == b"tkhd":
        (track.number,) = struct.unpack_from(">I", body, 20 if body[0] == 1 else 12)
        movie.by_number.setdefault(track.number, track)
    elif kind == b"hdlr":
        # The first one in the track; metadata have a handler too.
        track.kind = track.kind or body[8:12]
    elif kind == b"stsd":
        track.codec = VISUAL.get(_object_type(body), b"mp4v") if body[12:16] == b"mp4v" else body[12:16]
    elif kind == b"chap":
        movie.chapters |= {number for (number,) in struct.iter_unpack(">I", body[: len(body) // 4 * 4])}
    elif kind == b"trex":
        number, _description, duration = struct.unpack_from(">III", body, 4)
        if number in movie.by_number:
            movie.by_number[number].usual_duration = duration


def _object_type(body: bytes) -> int:
    """What a sample description of MPEG-4 says is in its stream, or 0: the first byte of the decoder's descriptor."""
    body = body[:1024]
    at = body.find(b"esds") + 8
    for tag, head in ((3, 3), (4, 0)):
        if at < 8 or body[at] != tag:
            return 0
        at += 1
        while body[at] & 0x80:  # the length; its last byte has no such bit
            at += 1
        at += 1 + head
    return body[at]


def _fragment_of(body: bytes, movie: Movie) -> Track:
    """The track that a fragment continues, with the duration of its samples."""
    flags, (number,) = int.from_bytes(body[1:4]), struct.unpack_from(">I", body, 4)
    track = movie.by_number.get(number) or Track()
    if flags & 0x08:
        at = 8 + (8 if flags & 0x01 else 0) + (4 if flags & 0x02 else 0)
        (track.usual_duration,) = struct.unpack_from(">I", body, at)
    return track


def _ticks(body: bytes, usual: int) -> int:
    flags, (count,) = int.from_bytes(body[1:4]), struct.unpack_from(">I", body, 4)
    if not flags & 0x100:
        return min(count, 10_000_000) * usual
    at = 8 + (4 if flags & 0x01 else 0) + (4 if flags & 0x04 else 0)
    width = 4 * sum(bool(flags & bit) for bit in (0x100, 0x200, 0x400, 0x800))
    stop = at + max(min(count * width, (len(body) - at) // 4 * 4), 0)
    words = array("I", body[at:stop])
    if sys.byteorder == "little":
        words.byteswap()
    return sum(words[:: width // 4])
