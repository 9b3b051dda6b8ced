"""Bounds of what a text may be and may become; the numbers are in `limits`."""

from limits import HTML_CHARACTERS, HTML_TAGS, TEXT_BYTES, TEXT_MARKS
from text.markup.rendered import TextTooLong

# C0 but tab and line feed, and DEL: single bytes in UTF-8 that are part of nothing else.
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\v\f") + b"\x7f"
# Line breaks within a paragraph, pasted from Word and PowerPoint. A blank keeps rows of tables and headings in one line.
_SOFT_BREAKS = bytes.maketrans(b"\v\f", b"  ")
# What the engine makes a node of its own of, whatever comes of it: a quarter of a kilobyte each, a whole one for a footnote.
# 0xC2 begins the signs of Latin-1, among them the no-break space, for which the allow-list takes the square of their number.
_MARKS = b"*_~`[]<>!|@&$^:.\\\"'w\n\xc2"
# These turn the reading direction of all that follows, without an end.
_TURNERS = "\u202a\u202b\u202c\u202d\u202e"


def tidy(text: str) -> str:
    """The text with line feeds as its only line ends and without control characters; `TextTooLong` beyond the limit."""
    if len(text) > TEXT_BYTES or len(raw := text.encode("utf-8", "replace")) > TEXT_BYTES:
        raise TextTooLong(f"The text is longer than {TEXT_BYTES:,} bytes.")
    raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").translate(_SOFT_BREAKS, _CONTROLS)
    if len(raw) - len(raw.translate(None, _MARKS)) > TEXT_MARKS:
        raise TextTooLong(f"The text holds more than {TEXT_MARKS:,} marks and lines.")
    text = raw.decode("utf-8")
    for turner in _TURNERS:
        text = text.replace(turner, "")
    return text


def check_growth(html: str, *, woven: bool) -> None:
    """`woven`: with the addresses, titles and classes that this site adds, for which the engine's HTML leaves room."""
    if len(html) > (HTML_CHARACTERS if woven else HTML_CHARACTERS // 2) or (not woven and html.count("<") > HTML_TAGS):
        raise TextTooLong("The text grows into more HTML than a page may hold.")
