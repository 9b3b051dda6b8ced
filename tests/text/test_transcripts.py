"""Transcripts in the formats that people have."""

import pytest

from text.spoken import clock
from text.transcripts import is_timed, parse, plain, to_vtt

VTT = """WEBVTT - a meeting

NOTE nobody says this

1
00:00:01.500 --> 00:00:04.000 align:start
<v Grace Hopper>Good &amp; early <b>morning</b>.

01:02:03.250 --> 01:02:05.000
It is
late.
"""
SRT = "1\r\n00:00:01,500 --> 00:00:04,000\r\nGood morning.\r\n\r\n2\r\n00:01:00,000 --> 00:01:02,000\r\nBye.\r\n"


def test_web_vtt_gives_lines_with_time_and_speaker():
    first, second = parse(VTT)

    assert (first.start, first.speaker, first.text) == (1.5, "Grace Hopper", "Good & early morning.")
    assert (second.clock, second.second, second.text) == ("1:02:03", 3723, "It is late.")


def test_subrip_is_read_alike():
    assert [(cue.clock, cue.text) for cue in parse(SRT)] == [("0:01", "Good morning."), ("1:00", "Bye.")]


def test_any_other_text_is_its_paragraphs_without_times():
    cues = parse("First\nparagraph.\n\nSecond --> with an arrow.")

    assert [cue.text for cue in cues] == ["First paragraph.", "Second --> with an arrow."]
    assert not is_timed("Second --> with an arrow.")
    assert is_timed(VTT)


def test_only_spoken_words_go_to_search():
    assert plain(VTT) == "Good & early morning.\nIt is late."


def test_captions_are_written_anew_without_foreign_markup():
    hostile = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Eve><script>alert(1)</script>1 &lt; 2 &amp; more\n\nSTYLE\n::cue{}"

    captions = to_vtt(hostile)

    assert captions.startswith("WEBVTT\n")
    assert "00:00:01.000 --> 00:00:02.000" in captions
    assert "<script>" not in captions
    assert "STYLE" not in captions
    assert "1 &lt; 2 &amp; more" in captions
    assert parse(captions)[0].speaker == "Eve"


@pytest.mark.parametrize("text", ["", "WEBVTT", "-->", "\x00", "99:99.999 --> x", "<v >", "00:01.000 --> 00:02.000"])
def test_odd_text_is_never_an_error(text):
    parse(text)
    to_vtt(text)


@pytest.mark.parametrize(
    "said", [r"{\an8}Hello {name}", r"{\i1}{\pos(1,2)}Hello {\i0}{name}", "<i>Hello</i> <font color=red>{name}"]
)
def test_marks_of_subtitle_formats_are_not_words(said):
    (cue,) = parse(f"1\n00:00:01,000 --> 00:00:02,000\n{said}\n")
    assert cue.text == "Hello {name}"


def test_a_clock_reads_like_a_player():
    assert (clock(0), clock(61.9), clock(3600)) == ("0:00", "1:01", "1:00:00")
