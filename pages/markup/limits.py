"""Bounds of time and size: what no honest text reaches and no hostile one may pass."""

import re

from pages.markup.rendered import TextTooLong

MAX_TEXT_BYTES = 200_000
MAX_HTML_CHARACTERS = 3_000_000
MAX_DEPTH = 40
MAX_QUESTIONS = 2_000
MAX_HEADINGS = 1_000
MAX_TARGET = 200  # Characters of a wiki link's target; no address of a page is longer.

# C0 but tab and line feed, and DEL: single bytes in UTF-8 that are part of nothing else.
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n") + b"\x7f"
# These turn the reading direction of all that follows, without an end.
_TURNERS = "\u202a\u202b\u202c\u202d\u202e"
_MARKS = r"(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))"
# Begins with a line feed, since a search for "^" looks at every character.
_DEEP_LINE = re.compile(rf"\n((?:[ \t]*{_MARKS}){{{MAX_DEPTH}}})[ \t]*(?={_MARKS})")


def tidy(text: str, max_bytes: int) -> str:
    """The text with line feeds as its only line ends and without control characters; `TextTooLong` beyond the limit."""
    if len(text) > max_bytes or len(raw := text.encode("utf-8", "replace")) > max_bytes:
        raise TextTooLong(f"The text is longer than {max_bytes:,} bytes.")
    raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").translate(None, _CONTROLS)
    text = raw.decode("utf-8")
    for turner in _TURNERS:
        text = text.replace(turner, "")
    return text


def flatten_deep_lines(text: str) -> str:
    """Escapes the marks of quotations and lists beyond the depth that is kept; twenty thousand ">" are words."""
    return _DEEP_LINE.sub(r"\n\1 \\", f"\n{text}")[1:]


def check_growth(html: str) -> None:
    if len(html) > MAX_HTML_CHARACTERS:
        raise TextTooLong("The text grows into more HTML than a page may hold.")
