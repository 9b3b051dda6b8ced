"""Probing an upload costs at most in proportion to its bytes, whatever is in them."""

import io
import struct
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from media.probes import NotARecording, ogg, probe
from tests.factories import sounds
from text.transcripts import parse, problems, to_vtt

MEGABYTE = 1024 * 1024
FLOOR = 0.02  # seconds below which nothing is compared
SMALL_FRAME = b"\xff\xe3\x18\xc4"


def page(granule: int, body: bytes, *, flags: int = 0, serial: int = 1) -> bytes:
    lacing = [255] * (len(body) // 255) + [len(body) % 255]
    head = struct.pack("<4sBBqIIIB", b"OggS", 0, flags, granule, serial, 0, 0, len(lacing))
    return head + bytes(lacing) + body


OPUS = b"OpusHead\x01\x01" + struct.pack("<HIh", 312, 48_000, 0) + b"\0"
VORBIS = b"\x01vorbis" + struct.pack("<IBI", 0, 2, 44_100) + bytes(14)
FLAC = b"\x7fFLAC\x01\x00\x00\x01fLaC\x00\x00\x00\x22" + bytes(10) + (48_000 << 4).to_bytes(3) + bytes(20)
SPEEX = b"Speex   " + bytes(28) + struct.pack("<I", 16_000) + bytes(40)
RATES = {
    "opus": (OPUS, 48_000, 312),
    "vorbis": (VORBIS, 44_100, 0),
    "flac": (FLAC, 48_000, 0),
    "speex": (SPEEX, 16_000, 0),
}


def link(codec: str, seconds: int, *, serial: int = 1, start: int = 0) -> bytes:
    packet, rate, skipped = RATES[codec]
    pages = [page(0, packet, flags=2, serial=serial), page(0, b"tags", serial=serial)]
    pages += [page(start * rate + skipped + n * rate, b"sound" * 50, serial=serial) for n in range(1, seconds + 1)]
    return b"".join(pages)


def box(kind: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I", len(content) + 8) + kind + content


MP4 = box(b"ftyp", b"isom" + bytes(4))
HOSTILE: dict[str, tuple[str, Callable[[int], bytes]]] = {
    "all ones": ("a.mp3", lambda n: b"\xff" * n),
    "heads of frames that lead nowhere": ("a.mp3", lambda n: sounds.mp3(1) + b"\xff\xfb\x90\x00" * (n // 4)),
    "nothing but heads": ("a.mp3", lambda n: b"\xff\xfb\x90\x00" * (n // 4)),
    "damage after every third frame": ("a.mp3", lambda n: (sounds.mp3(0.08) + b"damage") * (n // 1_257)),
    "small frames and damage": ("a.mp3", lambda n: ((SMALL_FRAME + bytes(68)) * 3 + b"\xff") * (n // 217)),
    "a tag and silence": ("a.mp3", lambda n: b"ID3\x04\0\0\0\0\0\0" + b"\xff\xfa" * (n // 2)),
    "pages of nothing": ("a.ogg", lambda n: page(0, OPUS, flags=2) + page(9, b"") * (n // 28)),
    "pages that begin and begin": ("a.ogg", lambda n: (page(0, OPUS, flags=2) + page(9, b"")) * (n // 80)),
    "marks of pages": ("a.ogg", lambda n: page(0, OPUS, flags=2) + b"OggS" * (n // 4)),
    "damage between marks": ("a.ogg", lambda n: page(0, OPUS, flags=2) + (b"?" + page(5, b"")) * (n // 29)),
    "empty boxes": ("a.mp4", lambda n: MP4 + box(b"free") * (n // 8)),
    "tracks and tracks": ("a.mp4", lambda n: MP4 + box(b"moov", box(b"trak", box(b"tkhd", bytes(16))) * (n // 32))),
    "fragments of no track": (
        "a.mp4",
        lambda n: (
            MP4
            + box(b"moov", box(b"trak") * (n // 16))
            + box(b"moof", box(b"traf", box(b"tfhd", struct.pack(">II", 0, 7)) * (n // 32)))
        ),
    ),
    "durations of many tracks": (
        "a.mp4",
        lambda n: (
            MP4
            + box(
                b"moov",
                box(b"trak", box(b"tkhd", bytes(16))) * (n // 64) + box(b"mvex", box(b"trex", bytes(20)) * (n // 56)),
            )
        ),
    ),
    "a run without end": (
        "a.mp4",
        lambda n: MP4 + box(b"moof", box(b"traf", box(b"trun", struct.pack(">II", 0x100, n) + b"\0\0\0\1" * (n // 4)))),
    ),
    "chapters": ("a.m4a", lambda n: MP4 + box(b"moov", box(b"trak", box(b"tref", box(b"chap", bytes(n)))))),
    "elements": ("a.webm", lambda n: sounds.webm()[:40] + b"\xae\x80" * (n // 2)),
    "marks of FLAC frames": ("a.flac", lambda n: sounds.flac(1) + b"\xff\xf8" * (n // 2)),
    "blocks of FLAC": ("a.flac", lambda n: b"fLaC" + b"\x04\0\0\0" * (n // 4)),
    "heads of AAC that lead nowhere": ("a.aac", lambda n: sounds.aac(1) + b"\xff\xf1\x50\x80" * (n // 4)),
    "chunks": ("a.wav", lambda n: b"RIFF\0\0\0\0WAVE" + b"junk\0\0\0\0" * (n // 8)),
}


def cost(work: Callable[[], object]) -> float:
    best = 9e9
    for _try in range(2):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return best


def look(name: str, content: bytes) -> None:
    with suppress(NotARecording):
        probe(io.BytesIO(content), name)


@pytest.mark.parametrize("kind", HOSTILE)
def test_ten_times_the_bytes_cost_about_ten_times_as_much(kind: str) -> None:
    name, made = HOSTILE[kind]
    few, many = made(MEGABYTE // 2), made(5 * MEGABYTE)
    small, large = cost(lambda: look(name, few)), cost(lambda: look(name, many))
    print(f"{kind}: {small:.3f} s, {large:.3f} s")
    assert large < 15 * max(small, FLOOR)
    # Eight megabytes of ones took three seconds.
    assert large < 3


TEXTS: dict[str, str] = {
    "openings": "<",
    "voices": "<v ",
    "voices with a class": "<v.a",
    "closings": ">",
    "blank lines": "\n \n",
    "arrows": "-->",
    "cues": "00:01.000 --> 00:02.000\na\n\n",
    "cues in one": "00:01.000 --> 00:02.000\n",
    "entities": "&amp",
    "blanks": " ",
}


@pytest.mark.parametrize("piece", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("before", ["", "00:01.000 --> 00:02.000\n", "00:01.000 --> 00:02.000\n<v"])
def test_a_transcript_costs_no_more_than_its_letters(piece: str, before: str) -> None:
    def read(size: int) -> None:
        text = before + piece * (size // len(piece))
        parse(text)
        problems(text)
        to_vtt(text)

    small, large = cost(lambda: read(8_000)), cost(lambda: read(80_000))
    assert large < 15 * max(small, FLOOR)


@pytest.mark.parametrize("codec", RATES)
def test_an_ogg_plays_as_long_as_its_samples_say(codec: str) -> None:
    def seconds(content: bytes) -> float | None:
        return ogg.duration(io.BytesIO(content))

    whole = link(codec, 5)
    assert seconds(whole) == pytest.approx(5)
    assert seconds(whole[:-100]) == pytest.approx(5), "the head of the last page counts"
    assert seconds(whole + b"TAG behind the end") == pytest.approx(5)
    assert seconds(link(codec, 5) + link(codec, 3, serial=2)) == pytest.approx(8), "two, one behind the other"
    assert seconds(link(codec, 5, start=10_000)) == pytest.approx(4), "a live stream, met in its middle"
    at = len(whole) // 2
    assert seconds(whole[:at] + b"damage" + whole[at + 90 :]) == pytest.approx(5)
    assert seconds(page(0, RATES[codec][0], flags=2)) is None
    assert seconds(page(0, b"\x80theora" + bytes(40), flags=2) + page(9, b"x")) is None


def test_the_longest_of_several_streams_counts() -> None:
    sound = [page(0, OPUS, flags=2, serial=1), page(0, VORBIS, flags=2, serial=2)]
    sound += [page(48_000 * 4 + 312, b"a", serial=1), page(44_100 * 6, b"a", serial=2)]
    assert ogg.duration(io.BytesIO(b"".join(sound))) == pytest.approx(6)
