"""From text to words: parted, folded, and those that are found by more than one spelling."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import chain

HYPHENS = re.compile("[-\u2010\u2011]")
PRINTERS_MARKS = "’“”—–•‘…"
# Ten times as fast as the pattern, over plain text.
_BETWEEN_WORDS = {code: " " for code in range(128) if not chr(code).isalnum()}
DOTTED_LETTER = re.compile(r"\.[A-Za-z]\.")
ACRONYM = re.compile(r"(?:[A-Za-z]\.){2,}[A-Za-z]?")
CAMEL_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
LETTERS_BEFORE, LETTERS_AFTER = re.compile(r"[^\W\d_]+\Z"), re.compile(r"[^\W\d_]+")
DIGITS_BEFORE, DIGITS_AFTER = re.compile(r"\d+\Z"), re.compile(r"\d+")
# Accents, and the marks that Hebrew and Arabic may write at their letters.
MARK_RANGES = (
    "\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u1dc0-\u1dff\u20d0-\u20ff"
)
MARKS = re.compile(f"[{MARK_RANGES}]+")
# Vowel signs and the like, of India to Mongolia: part of a word as letters are, though the pattern takes them for none.
_SIGNS = "".join(
    chr(code)
    for code in (*range(0x0700, 0x1D00), *range(0xA800, 0xAC00), *range(0x11000, 0x12000))
    if unicodedata.category(chr(code)) in ("Mn", "Mc")
)
_EMOJI = "\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001f3fa\U0001f400-\U0001faff"
# A word is a run of letters and digits. An underscore parts words, as it does in file names. An emoji is a word.
WORD = re.compile(rf"[\w{_SIGNS}]+|[{_EMOJI}]")
_IN_TEXT = re.compile(rf"(?:[^\W_]|[{_SIGNS}{MARK_RANGES}])+|[{_EMOJI}]")
# Scripts that write words without blanks between them, or with endings at them: Thai to Khmer, Chinese, Japanese, Korean.
_UNPARTED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_UNPARTED_SIGN = re.compile(f"[{_UNPARTED}]")
_OTHERWISE = re.compile(f"[{_UNPARTED}{_SIGNS}{_EMOJI}]")
_RUN = re.compile(rf"[{_UNPARTED}{_SIGNS}{MARK_RANGES}]+|[^{_UNPARTED}]+")
_CLUSTER = re.compile(rf"[{MARK_RANGES}]*.[{_SIGNS}{MARK_RANGES}]*", re.DOTALL)
# Names whose signs say everything. "C" alone is another word.
SIGNED = re.compile(r"(?<![\w.])(?:[A-Za-z](?:\+\+|#)|\.NET)(?![\w+#])", re.IGNORECASE)

INVISIBLE = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
"""Characters that nobody sees, as a range of a pattern: where a word may be parted at the end of a line, which way it is
written, how its letters join. Whoever types the word types none of them."""
_INVISIBLE = re.compile(f"[{INVISIBLE}]+")

MAX_TERM = 64
"""Longer runs (keys, encoded files) are cut: nobody types them whole."""

# What NFKD leaves whole, but readers type without the mark.
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i", "ـ": ""})


def fold(word: str) -> str:
    """The word in lower case and without accents: Évaluation and evaluation meet."""
    if word.isascii():
        return word.lower()
    apart = MARKS.sub("", unicodedata.normalize("NFKD", word.casefold().translate(_LETTERS)))
    return apart if apart.isascii() else unicodedata.normalize("NFC", apart)


def unprinted(text: str) -> str:
    """The text with blanks for quotes and dashes, beside which nearly all English text is plain."""
    for mark in PRINTERS_MARKS:
        text = text.replace(mark, " ")
    return text


def is_western(text: str) -> bool:
    """Whether Latin-1 and printers' marks hold it: told in a fraction of the time that looking at each sign takes."""
    if text.isascii():
        return True
    try:
        unprinted(text).encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def visible(text: str) -> str:
    """The text without characters that nobody sees, which would cut its words apart."""
    # The soft hyphen is the only one of them in Latin-1.
    return text if "\xad" not in text and is_western(text) else _INVISIBLE.sub("", text)


def raw_words(text: str) -> list[str]:
    """The words of a text as they are written."""
    if not text.isascii():
        text = unprinted(visible(text))
    if text.isascii():
        return text.translate(_BETWEEN_WORDS).split()
    if "_" in text:
        text = text.replace("_", " ")
    # A mark is not a letter to the pattern: a decomposed accent would cut its word in two.
    text = MARKS.sub("", text)
    found = WORD.findall(text)
    return list(chain.from_iterable(map(_pairs, found))) if _holds(_UNPARTED_SIGN, text) else found


def _holds(sign: re.Pattern[str], text: str) -> bool:
    """Whether a sign is in a text: looked for among its different ones, which are few where the text is long."""
    return sign.search("".join(set(text))) is not None


def unparted(text: str) -> bool:
    """Whether it is written, if only in part, without blanks between its words."""
    return not text.isascii() and _holds(_UNPARTED_SIGN, text)


def is_parted_otherwise(text: str) -> bool:
    """Whether its words are anything but runs of letters, digits and accents."""
    return not is_western(text) and _holds(_OTHERWISE, text)


def _pairs(word: str) -> list[str]:
    """A run without blanks as each two of its letters that follow one another: 年度预算 as 年度, 度预, 预算."""
    return [word[begin:end] for begin, end in _pair_places(word)]


def _pair_places(word: str) -> Iterator[tuple[int, int]]:
    if not unparted(word):
        yield 0, len(word)
        return
    for run in _RUN.finditer(word):
        if not _UNPARTED_SIGN.search(run[0]):
            yield run.span()
            continue
        letters = [letter.span() for letter in _CLUSTER.finditer(word, *run.span())]
        for (begin, end), (_next, last) in zip(letters, letters[1:] or letters, strict=False):
            yield begin, last if len(letters) > 1 else end


def word_places(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where the words of a stretch of a `visible` text begin and end, as `raw_words` parts them."""
    for word in _IN_TEXT.finditer(text, start, end):
        for begin, last in _pair_places(word[0]):
            yield word.start() + begin, word.start() + last


def words(text: str) -> list[str]:
    """The folded words of a text, in order, stop words included."""
    return [fold(word) for word in raw_words(text)]


def whole(text: str) -> str:
    """A title or link text as one mark: its folded words, one blank apart. "" for one too long to be asked for."""
    found = words(text[:300])
    return " ".join(found) if 0 < len(found) <= 16 else ""


def camel_parts(word: str) -> tuple[str, ...]:
    """The folded parts of a word in CamelCase; nothing for a plain one."""
    tail = word[1:]
    if tail.islower() or word.isupper() or word.islower() or word.isdigit():
        return ()
    parts = [fold(part) for part in CAMEL_PART.findall(word) if len(part) > 1]
    return tuple(parts) if len(parts) > 1 else ()


def joined(text: str) -> set[str]:
    """Words that a reader may type without their marks, `email` for e-mail, `us` for U.S., `iso27001` for ISO-27001; and
    those that their signs make: `c++`."""
    if text.isascii() and not any(sign in text for sign in "-.#+"):
        return set()
    text = visible(text)
    return {fold(word) for _begin, _end, word in joined_places(text, 0, len(text))}


def joined_places(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """Where those words begin and end between two places, and what they are without their marks."""
    for hit in DOTTED_LETTER.finditer(text, start, end):
        at = hit.start() - 1
        match = ACRONYM.match(text, at) if at >= 0 else None
        if match and (at == 0 or not text[at - 1].isalnum()):
            yield match.start(), match.end(), match.group().replace(".", "").lower()
    if "++" in text or "#" in text or ".n" in text or ".N" in text:
        for hit in SIGNED.finditer(text, start, end):
            yield hit.start(), hit.end(), hit.group().lower()
    if not text.isascii():
        text = text.replace("\u2010", "-").replace("\u2011", "-")
    at = text.find("-", max(start, 1), end)
    while at >= 0:
        first, last = text[at - 1], text[at + 1 : at + 2]
        # Two numbers are no word: 2024-05.
        if first.isalnum() and last.isalnum() and (first.isalpha() or last.isalpha()):
            after = (LETTERS_AFTER if last.isalpha() else DIGITS_AFTER).match(text, at + 1, at + 25)
            before = after and (LETTERS_BEFORE if first.isalpha() else DIGITS_BEFORE).search(text[max(0, at - 24) : at])
            if before and after:
                yield at - len(before.group()), after.end(), before.group() + after.group()
        at = text.find("-", at + 1, end)
