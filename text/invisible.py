"""Invisible characters, and titles without them."""

import re
import unicodedata

#: Bidirectional controls: unclosed, they reverse all text that follows, and make a name look like another.
TURNERS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
# Joiners matter in Persian, in Indic scripts and between emoji, so titles keep them.
JOINERS = "\u200c\u200d"
# Blank, although Unicode calls them letters or symbols: Hangul fillers, the Braille blank.
_BLANK_LETTERS = "\u115f\u1160\u3164\uffa0\u2800"
_DROPPED = re.compile(f"[{TURNERS}\u00ad\u061c\u180e\u200b\u200e\u200f\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb]")
_TAGS = re.compile("[\U000e0000-\U000e007f]")
_BREAKS = re.compile("[\x00-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_SEEN = frozenset("LNPS")


def one_line(typed: str) -> str:
    """A title as stored: one line in NFC, without control characters and bidirectional overrides."""
    text = "".join(sign for sign in typed if sign not in TURNERS and not "\ud800" <= sign <= "\udfff")
    return _BREAKS.sub(" ", unicodedata.normalize("NFC", text)).strip()


def is_seen(text: str) -> bool:
    """Whether any character is visible: a letter, digit, mark or symbol."""
    return any(unicodedata.category(sign)[0] in _SEEN and sign not in _BLANK_LETTERS for sign in text)


def without_invisible(text: str) -> str:
    """For comparison: no invisible characters, joiners or variation selectors; white space as one blank."""
    text = _TAGS.sub("", _DROPPED.sub("", _BREAKS.sub(" ", text)))
    return "".join(sign for sign in text if sign not in JOINERS and not "\ufe00" <= sign <= "\ufe0f")
