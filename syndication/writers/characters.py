"""Text as XML 1.0 allows it: https://www.w3.org/TR/xml/#charsets."""

import re

# What XML forbids, and what it discourages: C1 control characters and noncharacters.
_NOT_XML = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")
_NONCHARACTERS = re.compile(
    "[" + "".join(chr(plane << 16 | end) for plane in range(1, 17) for end in (0xFFFE, 0xFFFF)) + "]"
)
_LOST = "\ufffd"
_SPACES = re.compile(r"\s+")


def clean(text: str) -> str:
    """Strip what an XML document cannot contain (control characters, lone surrogates, U+FFFE): it would break a feed.

    C1 control characters go too. U+FFFD, where a character was lost before it reached us, becomes a question mark.
    """
    return _NONCHARACTERS.sub("", _NOT_XML.sub("", text.replace("\x85", "\n"))).replace(_LOST, "?")


def one_line(text: str) -> str:
    """Clean text in which each run of white space is one space, for titles and names."""
    # White space first: a form feed separates words, but `clean` would drop it.
    return _SPACES.sub(" ", clean(_SPACES.sub(" ", text))).strip()
