"""Sorting as people do: case and accents do not matter, "Page 2" comes before "Page 10", punctuation is ignored.

A key is a string of hexadecimal digits, so that every database sorts it the same way, and an index can be used.
"""

import re
import unicodedata

from text.invisible import without_invisible

#: In characters; longer texts that are equal up to here sort in the order they were created.
MAX_KEY = 240
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŋ": "n", "ſ": "s"}
)
_MARKS = re.compile("[\u0300-\u036f]+")
_NUMBER = re.compile(r"\d+")
_NO_WORD = re.compile(r"(?:(?!\d)[\W_])+")


def sort_key(words: str) -> str:
    """Sorts as people do; accents decide between otherwise equal keys, so that the order is the same everywhere."""
    exact = unicodedata.normalize("NFC", without_invisible(words)).casefold()
    base = _MARKS.sub("", unicodedata.normalize("NFKD", exact)).translate(_LETTERS)
    base = _NUMBER.sub(_counted, base)
    # `re` does not count the vowel signs of Indic scripts as word characters, but they are part of words.
    plain = "".join(sign if sign.isalnum() or unicodedata.category(sign)[0] == "M" else " " for sign in base)
    plain = " ".join(plain.split())
    encoded = f"{plain}\0{exact}".encode("utf-8", "replace")
    return encoded[: MAX_KEY // 2].hex()


def _counted(found: re.Match[str]) -> str:
    """A number after the count of its digits, so that 2 sorts before 10."""
    digits = "".join(str(unicodedata.digit(sign, 0)) for sign in found[0]).lstrip("0") or "0"
    return f"{min(len(digits), 99):02d}{digits}"
