"""Text that XML 1.0 can carry: https://www.w3.org/TR/xml/#charsets."""

import re

# What no document may hold, and what XML allows but advises against: C1 control characters and noncharacters.
_NOT_XML = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")
_NONCHARACTERS = re.compile(
    "[" + "".join(chr(plane << 16 | end) for plane in range(1, 17) for end in (0xFFFE, 0xFFFF)) + "]"
)
_LOST = "\ufffd"
_SPACES = re.compile(r"\s+")


def clean(text: str) -> str:
    """Strip what no XML document may hold (control characters, lone surrogates, U+FFFE): one of them breaks a feed.

    C1 control characters go too; where a character was lost before it came to us (U+FFFD) is a question mark.
    """
    return _NONCHARACTERS.sub("", _NOT_XML.sub("", text.replace("\x85", "\n"))).replace(_LOST, "?")


def one_line(text: str) -> str:
    """Clean text with every run of white space made one space, for titles and names."""
    # White space first: a form feed parts words, though XML cannot carry it.
    return _SPACES.sub(" ", clean(_SPACES.sub(" ", text))).strip()
