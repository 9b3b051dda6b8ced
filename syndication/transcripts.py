"""A transcript as paragraphs for the public page of an episode; subtitle files (WebVTT, SRT) lose their timing."""

import re
from html import escape

from django.utils.translation import gettext as _

_TIMING = re.compile(r"^\s*(?:\d+:)?\d+:\d+[.,]\d+\s*-->")
_VOICE = re.compile(r"<v(?:\.[^ >]*)? ([^>]*)>")
_TAG = re.compile(r"</?[a-z][^>]*>")


def transcript_html(transcript: str) -> str:
    """A section with the spoken words, or nothing for an empty transcript."""
    paragraphs = [words for block in re.split(r"\n\s*\n", transcript.replace("\r\n", "\n")) if (words := _words(block))]
    if not paragraphs:
        return ""
    spoken = "".join(f"<p>{escape(words)}</p>" for words in paragraphs)
    return f"<h2>{escape(_('Transcript'))}</h2>{spoken}"


def _words(block: str) -> str:
    lines = block.strip().splitlines()
    if lines and lines[0].startswith(("WEBVTT", "NOTE", "STYLE", "REGION")):
        return ""
    timing = next((place for place, line in enumerate(lines) if _TIMING.match(line)), None)
    if timing is not None:
        lines = lines[timing + 1 :]
    spoken = " ".join(lines)
    return " ".join(_TAG.sub("", _VOICE.sub(r"\1: ", spoken)).split())
