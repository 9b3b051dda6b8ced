"""Recognises uploaded recordings: the type by content, and the duration.

A file name proves nothing, so all answers come from the bytes. Nothing is decoded, and no program is started.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

import filetype
from django.utils.translation import gettext as _

from media.probes import ebml, flac, isobmff, mpeg, ogg, riff
from text import phrases

#: The types that each ending allows. Some endings are for both audio and video.
PROMISES: dict[str, frozenset[str]] = {
    "mp3": frozenset({"audio/mpeg"}),
    "m4a": frozenset({"audio/mp4"}),
    "mp4": frozenset({"video/mp4", "audio/mp4"}),
    "m4v": frozenset({"video/mp4"}),
    "m4b": frozenset({"audio/mp4"}),
    # MP4 was made from QuickTime, which phones and cameras write.
    "mov": frozenset({"video/mp4", "audio/mp4"}),
    "aac": frozenset({"audio/aac"}),
    "flac": frozenset({"audio/flac"}),
    "ogg": frozenset({"audio/ogg"}),
    "oga": frozenset({"audio/ogg"}),
    "opus": frozenset({"audio/ogg"}),
    "wav": frozenset({"audio/wav"}),
    "webm": frozenset({"video/webm", "audio/webm"}),
}
ACCEPT = ",".join(f".{ending}" for ending in PROMISES)
#: Files that are stored under another ending, by their type.
STORED_ENDINGS = {".mov": {"video/mp4": ".mp4", "audio/mp4": ".m4a"}}
MAX_SECONDS = 10_000_000


class NotARecording(ValueError):
    """The file cannot be played, or is not what its name says. The message names the file."""


@dataclass(frozen=True, slots=True)
class Probe:
    """`length` in bytes; `duration` in seconds, 0.0 if the file does not say (live WebM)."""

    media_type: str
    duration: float
    length: int


def probe(stream: BinaryIO, name: str) -> Probe:
    """Recognise the file in `stream`, or raise NotARecording with a message for the person who sent it."""
    ending = PurePosixPath(name).suffix.lower().lstrip(".")
    if ending not in PROMISES:
        raise NotARecording(
            _("“%(name)s” was not added. Choose a recording in one of these formats: %(endings)s.")
            % {"name": name, "endings": ", ".join(PROMISES)}
        )
    stream.seek(0, io.SEEK_END)
    length = stream.tell()
    if not length:
        raise NotARecording(phrases.FILE_EMPTY % {"name": name})
    media_type = media_type_of(stream)
    if PROMISES[ending] == {"audio/mp4"} and media_type == "video/mp4" and isobmff.read(stream).has_sound:
        # Chapter pictures can be a track of their own; the name says that the file is audio.
        media_type = "audio/mp4"
    if media_type not in PROMISES[ending]:
        raise NotARecording(
            _("The name of “%(name)s” says %(ending)s, but its content is %(found)s. Choose another file.")
            % {"name": name, "ending": ending.upper(), "found": describe(stream, media_type)}
        )
    # Each is read once for all that follows: a file can have very many parts.
    movie = isobmff.read(stream) if media_type.endswith("/mp4") else None
    wave = riff.read(stream) if media_type == "audio/wav" else None
    if movie and not movie.is_whole:
        raise NotARecording(
            _("The end of “%(name)s” is missing. Upload the file again, or record it again.") % {"name": name}
        )
    if codec := movie.unsupported_codec(media_type) if movie else wave.unsupported_codec if wave else "":
        raise NotARecording(
            _(
                "“%(name)s” contains %(codec)s, which browsers do not play. Save it as MP3, M4A or MP4 (H.264), "
                "then choose it again."
            )
            % {"name": name, "codec": codec}
        )
    if movie:
        duration = movie.duration or None
    else:
        duration = wave.seconds if wave else duration_of(stream, media_type)
    stream.seek(0)
    if duration is None:
        raise NotARecording(
            _("“%(name)s” looks like a recording, but nothing in it can be played. Choose another file.")
            % {"name": name}
        )
    # Four months or more is a forged duration: store it as unknown.
    return Probe(media_type, round(duration, 3) if duration < MAX_SECONDS else 0.0, length)


def media_type_of(stream: BinaryIO) -> str:
    """The type by signature, or "" if it is not a recording that we play."""
    stream.seek(0)
    head = stream.read(32)
    if head.startswith(ogg.SIGNATURE):
        return "audio/ogg"
    if riff.is_wave(head):
        return "audio/wav"
    if flac.is_flac(stream):
        return "audio/flac"
    # Old QuickTime files start without a file type.
    if head[4:8] in (b"ftyp", b"moov", b"wide", b"mdat"):
        return "video/mp4" if isobmff.read(stream).has_video else "audio/mp4"
    if head.startswith(ebml.SIGNATURE):
        header = ebml.read(stream)
        if header.doc_type != "webm":
            return ""
        return "video/webm" if header.has_video else "audio/webm"
    codecs = {"audio/mpeg": mpeg.MP3, "audio/aac": mpeg.AAC}
    return next((kind for kind, codec in codecs.items() if mpeg.first_frame(stream, codec) is not None), "")


def duration_of(stream: BinaryIO, media_type: str) -> float | None:
    """Duration in seconds, of all but MP4 and WAV; 0.0 if only the end of a live stream would tell, None if nothing can be
    played.
    """
    if media_type.endswith("/webm"):
        header = ebml.read(stream)
        return header.duration if header.has_tracks else None
    if media_type == "audio/flac":
        return flac.duration(stream)
    if media_type in ("audio/mpeg", "audio/aac"):
        return mpeg.duration(stream, mpeg.MP3 if media_type == "audio/mpeg" else mpeg.AAC)
    return ogg.duration(stream)


def describe(stream: BinaryIO, media_type: str) -> str:
    if media_type:
        return media_type
    stream.seek(0)
    head = stream.read(8192)
    kind = filetype.guess(head)
    if kind is not None and not kind.mime.startswith(("audio/", "video/")):
        return str(kind.mime)
    if kind is not None:
        return _("damaged")
    if not {0, 0xFF} & {*head}:
        return _("text")
    return _("something else")
