"""The one way from words to a part of an address: pages, spaces, tags, channels, files (docs/decisions/0010)."""

import re
import unicodedata
from collections.abc import Callable

from anyascii import anyascii

from text.invisible import is_seen, without_invisible

MAX_SLUG = 100
#: Signs that tell names apart: "C", "C++" and "C#" are three things. All other punctuation only parts words.
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
#: Letters that anyascii leaves out: alef, ayn, hamza and their Hebrew kin are letters to those who read them.
LETTERS = dict.fromkeys("اأإآٱعאע", "a") | {"ء": "", "ー": ""}
_SHARP = re.compile(r"(?<=[^\W\d])#")
_NUMBER = re.compile(r"#(?=\d)")
_STAR = re.compile(r"(?<=[^\W_])\*(?=\s|\Z)")
_MINUS = re.compile(r"(?<=[^\W_])-+\Z")
_DOT = re.compile(r"(?:(?<=\s)|\A)\.(?=[^\W\d])")
_APOSTROPHES = re.compile("(?<=\\w)['\u2019\u02bc](?=\\w)")
_NO_WORD = re.compile(r"[^a-z0-9]+")


def slug(words: str, *, longest: int = MAX_SLUG) -> str:
    """Small letters, digits and hyphens that say what `words` say; "" where there is nothing to write.

    Letters of all scripts are written in Latin ones. Titles that count as the same (`text.titles.title_key`) have the same slug.
    Applying it twice changes nothing.
    """
    if not is_seen(words):
        return ""
    text = unicodedata.normalize("NFKC", without_invisible(words).strip()).casefold()
    said = unicodedata.normalize("NFC", _say_signs(text.replace("_", " ")))
    found = _hyphens("".join(map(_spelt, said)))
    return cut(found or _hyphens(" ".join(_name(sign) for sign in dict.fromkeys(text))), longest)


def slug_or(words: str, fallback: str, *, longest: int = MAX_SLUG) -> str:
    return slug(words, longest=longest) or fallback


def typed_slug(typed: str, *, longest: int = MAX_SLUG) -> str:
    """What somebody typed for an address, put in order; "" for signs alone: nobody means "hyphen-minus" by "-"."""
    return slug(typed, longest=longest) if any(sign.isalnum() for sign in typed) else ""


def free(wanted: str, is_taken: Callable[[str], bool]) -> str:
    """`wanted`, or the first of `wanted-2`, `wanted-3` … that is not taken."""
    found, number = wanted, 2
    while is_taken(found):
        found, number = f"{wanted}-{number}", number + 1
    return found


def cut(found: str, longest: int) -> str:
    """At most so long, ending with a whole word unless the first one alone is longer."""
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
        # What the table cannot write (rare scripts) is not dropped: it stands for itself by its number.
        return f" u{ord(sign):x} "
    # Emoji and letters of scripts that write a word with each sign are apart.
    if category[0] in "SP" or "\u2e80" <= sign <= "\u2fff" or "\u3400" <= sign <= "\u9fff" or sign >= "\U00020000":
        return f" {latin} "
    return latin


def _hyphens(text: str) -> str:
    return _NO_WORD.sub("-", text.lower()).strip("-")


def _name(sign: str) -> str:
    """Signs alone, "???" or "★", by the name that Unicode gives them; a dash says nothing."""
    return "" if unicodedata.category(sign) in {"Pd", "Pc", "Zs"} else unicodedata.name(sign, "")
