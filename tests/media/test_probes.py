"""The type and length of an uploaded recording come from its bytes."""

import io

import pytest

from media.probes import NotARecording, probe
from tests.factories import sounds


@pytest.mark.parametrize(
    ("name", "content", "media_type", "seconds"),
    [
        ("interview.mp3", sounds.mp3(2), "audio/mpeg", 2),
        ("INTERVIEW.WAV", sounds.wav(1), "audio/wav", 1),
        ("talk.m4a", sounds.mp4(4), "audio/mp4", 4),
        ("talk.mp4", sounds.mp4(4, video=True), "video/mp4", 4),
        ("call.webm", sounds.webm(3), "audio/webm", 3),
        ("screen.webm", sounds.webm(3, video=True), "video/webm", 3),
    ],
)
def test_type_duration_and_length_come_from_the_bytes(name, content, media_type, seconds):
    found = probe(io.BytesIO(content), name)

    assert found.media_type == media_type
    assert found.duration == pytest.approx(seconds, abs=0.05)
    assert found.length == len(content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("minutes.mp3", sounds.wav()),
        ("minutes.mp3", b"%PDF-1.7 these are the minutes"),
        ("minutes.mp3", b"just words"),
        ("minutes.mp3", b"<html><script>alert(1)</script></html>"),
        ("minutes.mp3", b"\xff\xfe" + "words in UTF-16".encode("utf-16-le")),
        ("minutes.mp3", b"ID3\x04\x00\x00\x00\x00\x00\x00 no frame follows"),
        ("minutes.m4a", sounds.mp4(video=True)),
        ("minutes.ogg", sounds.mp3()),
        ("minutes.webm", b"\x1a\x45\xdf\xa3"),
        ("minutes.mp4", b"\x00\x00\x00\x18ftypisom"),
        ("minutes.wav", b""),
        ("minutes.exe", sounds.mp3()),
        ("minutes", sounds.mp3()),
    ],
)
def test_a_recording_that_lies_about_itself_is_refused_by_name(name, content):
    with pytest.raises(NotARecording, match="minutes"):
        probe(io.BytesIO(content), name)


def test_a_refusal_says_what_the_file_really_is():
    with pytest.raises(NotARecording, match=r"says MP3, but its content is audio/wav"):
        probe(io.BytesIO(sounds.wav()), "minutes.mp3")


@pytest.mark.parametrize("make", [sounds.mp3, sounds.wav, sounds.webm, sounds.mp4])
def test_a_damaged_recording_never_ends_in_an_error_of_ours(make):
    whole = make()
    for length in range(1, min(len(whole), 200)):
        for name in ("cut.mp3", "cut.wav", "cut.webm", "cut.mp4", "cut.ogg"):
            try:
                probe(io.BytesIO(whole[:length]), name)
            except NotARecording:
                continue
