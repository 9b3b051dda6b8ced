"""Checks a text and the HTML made from it against `limits`."""

from limits import HTML_CHARACTERS, HTML_TAGS, TEXT_BYTES, TEXT_FOOTNOTES, TEXT_MARKS
from text.markup.rendered import TextTooLong

# C0 without tab and line feed, and DEL. In UTF-8 these bytes occur only as themselves.
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\v\f") + b"\x7f"
# Line breaks inside a paragraph, pasted from Word and PowerPoint. A space keeps table rows and headings on one line.
_SOFT_BREAKS = bytes.maketrans(b"\v\f", b"  ")
# NEL, line and paragraph separator: browsers show nothing there, so the words before and after would be one.
_OTHER_BREAKS = "\u0085\u2028\u2029"
# The engine makes a node for each of these, of 250 bytes.
# 0xC2 begins Latin-1 characters, such as the no-break space, whose cost in the sanitiser is quadratic.
_MARKS = b"*_~`[]<>!|@&$^:.\\\"'w\n\xc2"
# Bidirectional controls, which would reverse all text that follows.
_TURNERS = "\u202a\u202b\u202c\u202d\u202e"


def tidy(text: str) -> str:
    """The text with line feeds as its only line ends and without control characters. Raises `TextTooLong`."""
    if len(text) > TEXT_BYTES or len(raw := text.encode("utf-8", "replace")) > TEXT_BYTES:
        raise TextTooLong(f"The text is longer than {TEXT_BYTES:,} bytes.")
    raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").translate(_SOFT_BREAKS, _CONTROLS)
    if len(raw) - len(raw.translate(None, _MARKS)) > TEXT_MARKS:
        raise TextTooLong(f"The text holds more than {TEXT_MARKS:,} marks and lines.")
    if raw.count(b"[^") > TEXT_FOOTNOTES:
        raise TextTooLong(f"The text holds more than {TEXT_FOOTNOTES:,} footnotes.")
    text = raw.decode("utf-8")
    for line_break in _OTHER_BREAKS:
        text = text.replace(line_break, " ")
    for turner in _TURNERS:
        text = text.replace(turner, "")
    return text


def check_growth(html: str, *, woven: bool) -> None:
    """Raise `TextTooLong` if the HTML is too long. `woven`: it already has our addresses, titles and classes."""
    if len(html) > (HTML_CHARACTERS if woven else HTML_CHARACTERS // 2):
        raise TextTooLong("The text grows into more HTML than a page may hold.")
    if not woven:
        check_tags(html)


def check_tags(html: str) -> None:
    if html.count("<") > HTML_TAGS:
        raise TextTooLong("The text grows into more HTML tags than a page may hold.")
