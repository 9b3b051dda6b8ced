"""Transcripts in WebVTT, SubRip or plain text, read into lines with times.

WebVTT: https://www.w3.org/TR/webvtt1/. Text without readable cues is plain text, never an error.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import lru_cache

from text.spoken import Spoken, clock

TIMING = re.compile(
    r"^\s*(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})\s*-->\s*(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"
)
SHOWN_SECONDS = 2
# Stops at the next "<", so that unclosed ones stay cheap.
VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s+([^\s<>][^<>]*)>", re.IGNORECASE)
# Tags, and places on the screen (`{\an8}`) as SubRip files have them from other subtitle formats.
MARKUP = re.compile(r"<[^<>]*>|\{\\[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Cue:
    """A line of a transcript. Times are in seconds; `start` is None in a text without times."""

    start: float | None
    end: float | None
    speaker: str
    text: str

    @property
    def second(self) -> int:
        return int(self.start or 0)

    @property
    def clock(self) -> str:
        return clock(self.start or 0)


def parse(text: str) -> list[Cue]:
    """The cues of a WebVTT or SubRip text; of other text its paragraphs, without times."""
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff").strip())
    cues = [cue for block in blocks if (cue := _cue(block.split("\n")))]
    if not cues:
        # A WebVTT file without cues has only its head.
        blocks_of_text = blocks[1:] if blocks[0].startswith("WEBVTT") else blocks
        cues = [Cue(None, None, "", " ".join(block.split())) for block in blocks_of_text if block.strip()]
    return cues


def paragraphs(text: str) -> list[str]:
    return [f"{cue.speaker}: {cue.text}" if cue.speaker else cue.text for cue in parse(text)]


@dataclass(frozen=True, slots=True)
class Problem:
    """A faulty line of a timed transcript. `kind`: "backwards" (ends before it begins) or "no times" (not shown)."""

    line: int
    kind: str


def problems(text: str) -> list[Problem]:
    """The faults of a timed transcript, by line; none for a text without times."""
    if not is_timed(text):
        return []
    found, block_at = [], 0
    lines = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff").split("\n")
    for number, line in enumerate([*lines, ""], start=1):
        if line.strip():
            block_at = block_at or number
            continue
        if block_at:
            found += _problems_of(lines[block_at - 1 : number - 1], block_at)
        block_at = 0
    return found


def _problems_of(block: list[str], at: int) -> list[Problem]:
    for number, line in enumerate(block, start=at):
        if "-->" in line and (timing := TIMING.match(line)):
            backwards = _seconds(*timing.groups()[4:]) < _seconds(*timing.groups()[:4])
            return [Problem(number, "backwards")] if backwards else []
    # WebVTT blocks that are not cues (3.1), and the number of an empty SubRip cue.
    if block[0].lstrip().startswith(("WEBVTT", "NOTE", "STYLE", "REGION")) or (
        block == [block[0]] and block[0].strip().isdigit()
    ):
        return []
    return [Problem(at, "no times")]


def is_timed(text: str) -> bool:
    return any(TIMING.match(line) for line in text.splitlines() if "-->" in line)


def plain(text: str) -> str:
    return "\n".join(cue.text for cue in parse(text))


@lru_cache(maxsize=32)
def spoken(text: str) -> Spoken:
    """The text with its times, for search results. Cached, because parsing a long one takes milliseconds."""
    return Spoken.of((cue.text, None if cue.start is None else cue.second) for cue in parse(text))


def to_vtt(text: str) -> str:
    """Captions for a player's <track>, written again from the cues, so that no foreign markup passes."""
    lines = ["WEBVTT", ""]
    for cue in parse(text):
        if cue.start is None or cue.end is None:
            continue
        words = cue.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        speaker = re.sub(r"[<>&\n]", " ", cue.speaker)
        # A cue must end after it begins (WebVTT 4.1); otherwise show it for a moment.
        end = cue.end if cue.end > cue.start else cue.start + SHOWN_SECONDS
        lines += [f"{_stamp(cue.start)} --> {_stamp(end)}", f"<v {speaker}>{words}" if speaker else words, ""]
    return "\n".join(lines)


def _cue(lines: list[str]) -> Cue | None:
    for number, line in enumerate(lines):
        if "-->" in line and (found := TIMING.match(line)):
            spoken = " ".join(lines[number + 1 :]).strip()
            voice = VOICE.search(spoken)
            words = " ".join(html.unescape(MARKUP.sub("", spoken)).split())
            if not words:
                return None
            start, end = _seconds(*found.groups()[:4]), _seconds(*found.groups()[4:])
            return Cue(start, max(start, end), html.unescape(voice[1]).strip() if voice else "", words)
    return None


def _seconds(hours: str | None, minutes: str, seconds: str, fraction: str) -> float:
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + int(fraction.ljust(3, "0")) / 1000


def _stamp(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"
