"""Bounds of time and size: what no honest text reaches and no hostile one may pass."""

import re

from pages.markup.rendered import TextTooLong

MAX_TEXT_BYTES = 200_000
MAX_HTML_CHARACTERS = 3_000_000
MAX_DEPTH = 40
MAX_QUESTIONS = 2_000
MAX_HEADINGS = 1_000
MAX_TARGET = 200  # Characters of a wiki link's target; no address of a page is longer.

# C0 but tab and line feed, DEL, and the characters that turn the reading direction of what follows without an end.
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\ud800-\udfff]")
_MARKS = r"(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))"
_DEEP_LINE = re.compile(rf"^((?:[ \t]*{_MARKS}){{{MAX_DEPTH}}})[ \t]*(?={_MARKS})", re.MULTILINE)


def tidy(text: str) -> str:
    """The text with line feeds as its only line ends and without control characters."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNWANTED.sub("", text)


def check_size(text: str, max_bytes: int) -> None:
    if len(text) > max_bytes or len(text.encode("utf-8", "replace")) > max_bytes:
        raise TextTooLong(f"The text is longer than {max_bytes:,} bytes.")


def flatten_deep_lines(text: str) -> str:
    """Escapes the marks of quotations and lists beyond the depth that is kept; twenty thousand ">" are words."""
    return _DEEP_LINE.sub(r"\1 \\", text)


def check_growth(html: str) -> None:
    if len(html) > MAX_HTML_CHARACTERS:
        raise TextTooLong("The text grows into more HTML than a page may hold.")
