"""Recordings as pipes, phones, recorders and editors write them: accepted if they play, with their real length."""

import io
import struct
import time
import wave
from contextlib import suppress

import pytest

from media.probes import NotARecording, isobmff, probe, riff
from tests.factories import sounds
from text.transcripts import Problem, parse, problems, to_vtt

LOUD = b"\xff\xfb\xe0\x00" + bytes(1_040)  # 320 kbit/s at 44.1 kHz, 1,044 bytes
QUIET = b"\xff\xfb\x10\x00" + bytes(100)  # 32 kbit/s, 104 bytes


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + kind + content


def track(number: int, kind: bytes, *more: bytes, codec: bytes = b"mp4a") -> bytes:
    head = box(b"tkhd", bytes(12) + struct.pack(">I", number) + bytes(68))
    media = box(b"mdhd", bytes(12) + struct.pack(">II", 1_000, 0) + bytes(4)) + box(
        b"hdlr", bytes(8) + kind + bytes(12)
    )
    samples = box(b"minf", box(b"stbl", box(b"stsd", bytes(4) + struct.pack(">II", 1, 8 + len(codec)) + codec)))
    return box(b"trak", head + b"".join(more) + box(b"mdia", media + samples))


def visual(object_type: int, length: bytes = b"\x0d") -> bytes:
    """The sample entry of `mp4v`, which says in a descriptor what it contains."""
    descriptor = b"\x03\x1b\0\1\0\4" + length + bytes([object_type, 0x11]) + bytes(11) + b"\6\1\2"
    return b"mp4v" + bytes(78) + box(b"esds", bytes(4) + descriptor)


def movie(*tracks: bytes, seconds: int = 0, brand: bytes = b"isom", more: bytes = b"") -> bytes:
    head = box(b"mvhd", bytes(12) + struct.pack(">II", 1_000, seconds * 1_000) + bytes(80))
    return box(b"ftyp", brand + bytes(4)) + box(b"moov", head + b"".join(tracks) + more)


def fragment(number: int, durations: list[int]) -> bytes:
    """With the duration of each sample, or of all where they are the same."""
    if len(set(durations)) == 1:
        head = box(b"tfhd", struct.pack(">III", 0x08, number, durations[0]))
        run = box(b"trun", struct.pack(">II", 0, len(durations)))
    else:
        head = box(b"tfhd", struct.pack(">II", 0, number))
        run = box(b"trun", struct.pack(">II", 0x100, len(durations)) + struct.pack(f">{len(durations)}I", *durations))
    return box(b"moof", box(b"traf", head + run)) + box(b"mdat", bytes(64))


def piped(size: int) -> bytes:
    whole = sounds.wav(3)
    at = whole.index(b"data") + 4
    return whole[:at] + struct.pack("<I", size) + whole[at + 4 :]


def rf64(mark: bytes) -> bytes:
    whole = sounds.wav(3)
    sizes = struct.pack("<4sIQQQI", b"ds64", 28, len(whole) + 28, 24_000, 24_000, 0)
    at = whole.index(b"data") + 4
    return mark + b"\xff" * 4 + b"WAVE" + sizes + whole[12:at] + b"\xff" * 4 + whole[at + 4 :] + b"LIST\4\0\0\0tail"


def coded(tag: int, bits: int = 4, sub: int = 0) -> bytes:
    form = struct.pack("<HHIIHHHHIH", tag, 1, 8_000, 4_000, 256, bits, 22, bits, 4, sub) + bytes(14)
    return (
        b"RIFF"
        + bytes(4)
        + b"WAVEfmt "
        + struct.pack("<I", len(form))
        + form
        + b"data"
        + struct.pack("<I", 9)
        + bytes(9)
    )


FRAGMENTS = [fragment(1, [500, 500]), fragment(1, [300, 700, 1_000]), fragment(1, [1_000])]
SOUND, PICTURES = track(1, b"soun"), track(2, b"vide", codec=b"avc1")
CHAPTERS = box(b"tref", box(b"chap", struct.pack(">I", 2)))
TAKEN = {
    "wav of a pipe": ("a.wav", piped(0xFFFFFFFF), "audio/wav", 3),
    "wav of a pipe that says nothing": ("a.wav", piped(0), "audio/wav", 3),
    "wav that promises more than it holds": ("a.wav", piped(10_000_000), "audio/wav", 3),
    "mp3 of two bit rates, loud first": ("a.mp3", LOUD * 383 + QUIET * 1_148, "audio/mpeg", 40),
    "mp3 of two bit rates, quiet first": ("a.mp3", QUIET * 1_148 + LOUD * 383, "audio/mpeg", 40),
    "mp3 behind empty bytes": ("a.mp3", bytes(1_152) + sounds.mp3(2), "audio/mpeg", 2),
    "mp3 behind a tag and empty bytes": ("a.mp3", b"ID3\4\0\0\0\0\1\0" + bytes(128) + bytes(900) + sounds.mp3(2), "audio/mpeg", 2),
    "mp3 with damage within": ("a.mp3", sounds.mp3(2) + b"damage" * 50 + sounds.mp3(2), "audio/mpeg", 4),
    "mp3 with a tag at its end": ("a.mp3", sounds.mp3(2) + b"TAG" + bytes(125), "audio/mpeg", 2),
    "fragmented sound": ("a.m4a", movie(SOUND) + b"".join(FRAGMENTS), "audio/mp4", 4),
    "fragmented video": ("a.mp4", movie(SOUND, PICTURES) + b"".join(FRAGMENTS), "video/mp4", 4),
    "sound with chapter pictures": (
        "a.m4a", movie(track(1, b"soun", CHAPTERS), track(2, b"vide", codec=b"jpeg"), seconds=20) + box(b"mdat", b"x"), "audio/mp4", 20,
    ),
    **{
        f"sound with {what} in {brand.decode()} named {name}": (
            f"a.{name}", movie(SOUND, track(2, b"vide", codec=codec), seconds=9, brand=brand) + box(b"mdat", b"x"), "audio/mp4", 9,
        )
        for what, codec, brand, name in (
            ("JPEG", visual(0x6C), b"isom", "m4a"), ("JPEG", visual(0x6C), b"isom", "m4b"), ("JPEG", visual(0x6C), b"qt  ", "mov"),
            ("PNG", visual(0x6D, b"\x80\x80\x80\x0d"), b"isom", "mp4"), ("MPEG-4", visual(0x20), b"M4A ", "m4a"), ("Cinepak", b"cvid", b"isom", "m4b"),
        )
    },
    "sound with pictures, by its name": ("a.m4a", movie(SOUND, PICTURES, seconds=9) + box(b"mdat", b"x"), "audio/mp4", 9),
    "video": ("a.mp4", movie(SOUND, PICTURES, seconds=9) + box(b"mdat", b"x"), "video/mp4", 9),
    "flac": ("a.flac", sounds.flac(20), "audio/flac", 20),
    "flac of a pipe": ("a.flac", sounds.flac(20, knows_length=False), "audio/flac", 20),
    "flac that was cut": ("a.flac", sounds.flac(20)[:5_000], "audio/flac", 10.4),
    "flac behind a tag, with noise at its end": ("a.flac", b"ID3\4\0\0\0\0\1\0" + bytes(128) + sounds.flac(3) + b"\xff\xf8\xff" * 99, "audio/flac", 3),
    "aac": ("a.aac", sounds.aac(4.8), "audio/aac", 4.8),
    "aac behind a tag": ("a.aac", b"ID3\4\0\0\0\0\1\0" + bytes(128) + sounds.aac(3.2), "audio/aac", 3.2),
    "wav with sizes of 64 bits": ("a.wav", rf64(b"RF64"), "audio/wav", 3),
    "broadcast wav with sizes of 64 bits": ("a.wav", rf64(b"BW64"), "audio/wav", 3),
    "mov of a telephone": ("a.MOV", movie(SOUND, PICTURES, seconds=9, brand=b"qt  ") + box(b"mdat", b"x"), "video/mp4", 9),
    "mov of before MP4": ("a.mov", (movie(SOUND, PICTURES, seconds=9)[16:]) + box(b"mdat", b"x"), "video/mp4", 9),
    "audio book": ("a.m4b", movie(SOUND, seconds=9, brand=b"M4B ") + box(b"mdat", b"x"), "audio/mp4", 9),
    "media of 64-bit size": ("a.m4a", movie(SOUND, seconds=5) + struct.pack(">I", 1) + b"mdat" + struct.pack(">Q", 17) + b"x", "audio/mp4", 5),
}  # fmt: skip


NOT_PLAYED = {
    "ADPCM": ("a.wav", coded(0x11)),
    "GSM": ("a.wav", coded(0x31, 0)),
    "64-bit float": ("a.wav", coded(0xFFFE, 64, 3)),
    "WAV 0x1234": ("a.wav", coded(0x1234)),
    "AMR": ("a.m4a", movie(track(1, b"soun", codec=b"samr"), seconds=9) + box(b"mdat", b"x")),
    "Apple ProRes": ("a.mov", movie(SOUND, track(2, b"vide", codec=b"apcn"), seconds=9) + box(b"mdat", b"x")),
    "MPEG-4 Visual": ("a.mp4", movie(SOUND, track(2, b"vide", codec=b"mp4v"), seconds=9) + box(b"mdat", b"x")),
    "MPEG-1 or MPEG-2": ("a.mp4", movie(SOUND, track(2, b"vide", codec=visual(0x61)), seconds=9) + box(b"mdat", b"x")),
}


@pytest.mark.parametrize("coding", NOT_PLAYED)
def test_what_no_browser_plays_is_refused_by_its_name(coding: str) -> None:
    name, content = NOT_PLAYED[coding]
    with pytest.raises(NotARecording, match=f"“{name}” contains {coding}"):
        probe(io.BytesIO(content), name)


@pytest.mark.parametrize("tag", [1, 3, 6, 7, 0x55])
def test_a_coding_that_browsers_play_is_taken_in_a_wav(tag: int) -> None:
    for content in (coded(tag, 8), coded(0xFFFE, 8, tag)):
        assert probe(io.BytesIO(content), "a.wav").media_type == "audio/wav"


@pytest.mark.parametrize("mark", [b"RF64", b"BW64"])
def test_sizes_of_64_bits_become_the_usual_ones_in_place(mark: bytes) -> None:
    stream = io.BytesIO(rf64(mark))
    riff.make_small(stream)
    with wave.open(io.BytesIO(stream.getvalue())) as sound:
        assert (sound.getnframes(), sound.readframes(24_000)) == (24_000, bytes([128]) * 24_000)
    assert struct.unpack("<4sI", stream.getvalue()[:8]) == (b"RIFF", len(rf64(mark)) - 8)
    for other in (sounds.wav(1), sounds.mp3(1), b"", b"RF64", mark + bytes(40)):
        riff.make_small(stream := io.BytesIO(other))
        assert len(stream.getvalue()) == len(other)
        assert stream.getvalue() == other or other.startswith(mark)


@pytest.mark.parametrize(("name", "content", "media_type", "seconds"), TAKEN.values(), ids=TAKEN)
def test_it_is_taken_for_as_long_as_it_plays(name: str, content: bytes, media_type: str, seconds: float) -> None:
    found = probe(io.BytesIO(content), name)
    assert found.media_type == media_type
    assert found.duration == pytest.approx(seconds, abs=0.1)


@pytest.mark.parametrize("kept", [0.1, 0.3, 0.6, 0.95, 0.999])
@pytest.mark.parametrize(
    "whole",
    [
        movie(SOUND, PICTURES, seconds=9) + box(b"mdat", bytes(5_000)),
        box(b"ftyp", b"isom" + bytes(4)) + box(b"mdat", bytes(5_000)) + movie(SOUND, PICTURES, seconds=9)[16:],
        movie(SOUND, PICTURES) + b"".join(FRAGMENTS),
    ],
    ids=["head first", "head last", "fragments"],
)
def test_a_film_that_ends_in_the_middle_is_refused(whole: bytes, kept: float) -> None:
    probe(io.BytesIO(whole), "film.mp4")
    with pytest.raises(NotARecording, match=r"film\.mp4"):
        probe(io.BytesIO(whole[: int(len(whole) * kept)]), "film.mp4")


@pytest.mark.parametrize(
    "content",
    [
        QUIET * 1_500_000,
        movie(SOUND) + box(b"moof", box(b"traf", b"")) * 300_000,
        box(b"ftyp", b"isom" + bytes(4)) + box(b"moov", box(b"trak", b"") * 400_000),
        b"\xff" * 20_000_000,
        LOUD + b"\xff\xfb" * 5_000_000,
        movie(SOUND) + box(b"moof", box(b"traf", box(b"tfhd", struct.pack(">III", 8, 1, 9)) + box(b"trun", struct.pack(">II", 0, 2**32 - 1)))),
    ],
    ids=["frames", "fragments", "tracks", "beginnings", "damage", "samples"],
)  # fmt: skip
def test_no_file_takes_long_to_look_into(content: bytes) -> None:
    begun = time.process_time()
    for name in ("a.mp3", "a.mp4", "a.wav"):
        with suppress(NotARecording):
            probe(io.BytesIO(content), name)
    isobmff.read(io.BytesIO(content))
    assert time.process_time() - begun < 20


def nested(kind: bytes, depth: int) -> bytes:
    content = b""
    for _level in range(depth):
        content = box(kind, content)
    return content


def element(number: int, content: bytes) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8) + (1 << 56 | len(content)).to_bytes(8) + content


def live(scale: bytes, ticks: bytes) -> bytes:
    info = element(0x1549A966, element(0x2AD7B1, scale) + element(0x4489, ticks))
    tracks = element(0x1654AE6B, element(0xAE, element(0x83, b"\x02")))
    return element(0x1A45DFA3, element(0x4282, b"webm")) + element(0x18538067, info + tracks)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        *[("a.mp4", movie(SOUND, more=nested(kind, 5_000)) + box(b"mdat", b"x")) for kind in sorted(isobmff.CONTAINERS)],
        *[("a.webm", live(b"\xff" * size, struct.pack(">d", 1e300))) for size in (0, 1, 8, 9, 200, 5_000)],
        *[("a.webm", live(b"\1", ticks)) for ticks in (b"", b"\x7f\xf0" + bytes(6), b"\xff" * 4, b"\xff" * 90)],
    ],
)  # fmt: skip
def test_a_forged_head_never_ends_in_an_error_of_ours(name: str, content: bytes) -> None:
    with suppress(NotARecording):
        found = probe(io.BytesIO(content), name)
        assert 0 <= found.duration < 10_000_000


def test_a_transcript_says_which_lines_would_be_lost() -> None:
    text = (
        "WEBVTT - title\n\nNOTE words\nof the editor\n\n1\n00:01.000 --> 00:02.000\nHello.\n\n00:00:05.000 --> 00:00:03.000\n"
        "Backwards.\n\n99:99 -> 3\ngarbage\n\n2\n\n00:06.000 --> 00:07.000\nEnd.\n\nlost words\n"
    )
    assert problems(text) == [Problem(10, "backwards"), Problem(13, "no times"), Problem(21, "no times")]
    assert problems(text.replace("\n", "\r\n")) == problems(text)
    assert problems("Just words.\n\nMore of them.") == []


def test_captions_never_end_before_they_begin() -> None:
    captions = to_vtt("00:00:05.000 --> 00:00:03.000\nA\n\n00:06.000 --> 00:06.000\nB\n")
    assert [(cue.start, cue.end) for cue in parse(captions)] == [(5, 7), (6, 8)]


@pytest.mark.parametrize(
    "text",
    [
        "-->" * 100_000,
        "00:01.000 --> " * 30_000,
        "<v " * 100_000,
        "\n\n" * 200_000,
        "1\n\n" * 100_000,
        "a --> b\n" * 50_000,
    ],
)
def test_no_transcript_takes_long_to_read(text: str) -> None:
    begun = time.process_time()
    parse(text), problems(text), to_vtt(text)
    assert time.process_time() - begun < 10
