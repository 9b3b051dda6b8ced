"""Slugs: the part of an address made from words, for pages, spaces, tags, channels and files (docs/decisions/0010)."""

import re
import unicodedata
from collections.abc import Callable

from anyascii import anyascii

from text.invisible import is_seen, without_invisible

MAX_SLUG = 100
#: Symbols that distinguish names, such as "C", "C++" and "C#". Other punctuation only separates words.
SPOKEN = {"+": "plus", "&": "and", "%": "percent", "=": "equals", "<": "less", ">": "greater", "@": "at", "$": "dollar"}
SPOKEN |= {
    "±": "plus-minus",
    "×": "times",
    "÷": "divided",
    "−": "minus",
    "♯": "sharp",
    "♭": "flat",
    "→": "to",
    "°": "degrees",
}
SPOKEN |= {
    "€": "euro",
    "£": "pound",
    "¥": "yen",
    "§": "section",
    "©": "copyright",
    "®": "registered",
    "™": "tm",
    "∞": "infinity",
}
#: Letters that anyascii drops: alef, ayn, hamza and their Hebrew counterparts.
LETTERS = dict.fromkeys("اأإآٱعאע", "a") | {"ء": "", "ー": ""}
_SHARP = re.compile(r"(?<=[^\W\d])#")
_NUMBER = re.compile(r"#(?=\d)")
_STAR = re.compile(r"(?<=[^\W_])\*(?=\s|\Z)")
_MINUS = re.compile(r"(?<=[^\W_])-+\Z")
_DOT = re.compile(r"(?:(?<=\s)|\A)\.(?=[^\W\d])")
_APOSTROPHES = re.compile("(?<=\\w)['\u2019\u02bc](?=\\w)")
_NO_WORD = re.compile(r"[^a-z0-9]+")


def slug(words: str, *, longest: int = MAX_SLUG) -> str:
    """Lower-case Latin letters, digits and hyphens for `words`; "" if there is nothing visible. Idempotent.

    Other scripts are transliterated. Titles that count as equal (`text.titles.title_key`) have equal slugs.
    """
    if not is_seen(words):
        return ""
    text = unicodedata.normalize("NFKC", without_invisible(words).strip()).casefold()
    spelt = unicodedata.normalize("NFC", _say_signs(text.replace("_", " ")))
    found = _hyphens("".join(map(_spelt, spelt)))
    return cut(found or _hyphens(" ".join(_name(sign) for sign in dict.fromkeys(text))), longest)


def slug_or(words: str, fallback: str, *, longest: int = MAX_SLUG) -> str:
    return slug(words, longest=longest) or fallback


def typed_slug(typed: str, *, longest: int = MAX_SLUG) -> str:
    """A slug for what somebody typed as an address; "" if it has no letter or digit."""
    return slug(typed, longest=longest) if any(sign.isalnum() for sign in typed) else ""


def free(wanted: str, is_taken: Callable[[str], bool]) -> str:
    """`wanted`, or the first of `wanted-2`, `wanted-3` … that is not taken."""
    found, number = wanted, 2
    while is_taken(found):
        found, number = f"{wanted}-{number}", number + 1
    return found


def cut(found: str, longest: int) -> str:
    """At most `longest` characters, ending with a whole word unless the first one alone is longer."""
    if len(found) <= longest:
        return found
    whole = found[: longest + 1].rpartition("-")[0]
    return (whole or found[:longest]).strip("-")


def _say_signs(text: str) -> str:
    text = _NUMBER.sub(" number ", _SHARP.sub(" sharp ", text))
    text = _DOT.sub(" dot ", _STAR.sub(" star ", text))
    text = _MINUS.sub(lambda found: " minus" * len(found[0]), text)
    return _APOSTROPHES.sub("", text)


def _spelt(sign: str) -> str:
    if sign.isascii():
        return f" {SPOKEN[sign]} " if sign in SPOKEN else sign
    if sign in SPOKEN:
        return f" {SPOKEN[sign]} "
    if sign in LETTERS:
        return LETTERS[sign]
    latin = anyascii(sign)
    category = unicodedata.category(sign)
    if category[0] in "LN" and not any(map(str.isalnum, latin)):
        # Rare scripts that anyascii does not know: use the code point rather than nothing.
        return f" u{ord(sign):x} "
    # Emoji and logographic characters are words of their own.
    if category[0] in "SP" or "\u2e80" <= sign <= "\u2fff" or "\u3400" <= sign <= "\u9fff" or sign >= "\U00020000":
        return f" {latin} "
    return latin


def _hyphens(text: str) -> str:
    return _NO_WORD.sub("-", text.lower()).strip("-")


def _name(sign: str) -> str:
    """The Unicode name, for titles that are only symbols, such as "???" or "★"; "" for a dash."""
    return "" if unicodedata.category(sign) in {"Pd", "Pc", "Zs"} else unicodedata.name(sign, "")
