"""How people sort: case and accents do not part words, "Page 2" comes before "Page 10", punctuation does not count.

A key is a text of hexadecimal digits, so that every database sorts it alike whatever its collation, and an index serves it.
"""

import re
import unicodedata

from text.invisible import without_invisible

#: Characters of a key. What is equal up to here is in the order of writing.
MAX_KEY = 240
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŋ": "n", "ſ": "s"}
)
_MARKS = re.compile("[\u0300-\u036f]+")
_NUMBER = re.compile(r"\d+")
_NO_WORD = re.compile(r"(?:(?!\d)[\W_])+")


def sort_key(words: str) -> str:
    """Compares as people sort `words`; ties are broken by accents, so that one order holds everywhere."""
    exact = unicodedata.normalize("NFC", without_invisible(words)).casefold()
    base = _MARKS.sub("", unicodedata.normalize("NFKD", exact)).translate(_LETTERS)
    base = _NUMBER.sub(_counted, base)
    # Vowel signs of Indic scripts are no word characters for `re`, but they part words as letters do.
    plain = "".join(sign if sign.isalnum() or unicodedata.category(sign)[0] == "M" else " " for sign in base)
    plain = " ".join(plain.split())
    encoded = f"{plain}\0{exact}".encode("utf-8", "replace")
    return encoded[: MAX_KEY // 2].hex()


def _counted(found: re.Match[str]) -> str:
    """A number with the count of its digits before it: 2 is less than 10."""
    digits = "".join(str(unicodedata.digit(sign, 0)) for sign in found[0]).lstrip("0") or "0"
    return f"{min(len(digits), 99):02d}{digits}"
