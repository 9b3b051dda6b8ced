"""From text to terms: folded words, stop words left out, stems by the language of the text."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict, deque
from collections.abc import Callable, Container, Iterator, Sequence
from functools import lru_cache
from itertools import count

from Stemmer import Stemmer

from search.engine.stopwords import STOP_WORDS

DEFAULT_LANGUAGE = "en"
STEMMERS = {"en": "english", "fr": "french", "es": "spanish", "de": "german", "ar": "arabic"}
LANGUAGES = tuple(STEMMERS)

# A word is a run of letters and digits. An underscore parts words, as it does in file names.
WORD = re.compile(r"\w+")
HYPHENS = re.compile("[-\u2010\u2011]")
PRINTERS_MARKS = "’“”—–•‘…"
# Ten times as fast as the pattern, over plain text.
_BETWEEN_WORDS = {code: " " for code in range(128) if not chr(code).isalnum()}
DOTTED_LETTER = re.compile(r"\.[A-Za-z]\.")
ACRONYM = re.compile(r"(?:[A-Za-z]\.){2,}[A-Za-z]?")
CAMEL_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
LETTERS_BEFORE, LETTERS_AFTER = re.compile(r"[^\W\d_]+\Z"), re.compile(r"[^\W\d_]+")
# Accents, and the marks that Arabic may write over its letters.
MARKS = re.compile("[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u1dc0-\u1dff\u20d0-\u20ff]+")

INVISIBLE = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
"""Characters that nobody sees, as a range of a pattern: where a word may be parted at the end of a line, which way it is
written, how its letters join. Whoever types the word types none of them."""
_INVISIBLE = re.compile(f"[{INVISIBLE}]+")

MAX_TERM = 64
"""Longer runs (keys, encoded files) are cut: nobody types them whole."""
MAX_TOKENS = 60_000
"""Tokens of one field of one document that are indexed; a position must fit sixteen bits."""

# What NFKD leaves whole, but readers type without the mark.
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i", "ـ": ""})


def fold(word: str) -> str:
    """The word in lower case and without accents: Évaluation and evaluation meet."""
    if word.isascii():
        return word.lower()
    return MARKS.sub("", unicodedata.normalize("NFKD", word.casefold().translate(_LETTERS)))


def visible(text: str) -> str:
    """The text without characters that nobody sees, which would cut its words apart."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def raw_words(text: str) -> list[str]:
    """The words of a text as they are written."""
    if not text.isascii():
        text = visible(text)
        # Nearly all English text is plain but for its quotes and dashes.
        for mark in PRINTERS_MARKS:
            text = text.replace(mark, " ")
    if text.isascii():
        return text.translate(_BETWEEN_WORDS).split()
    if "_" in text:
        text = text.replace("_", " ")
    # A mark is no letter to the pattern: a decomposed accent would cut its word in two.
    text = MARKS.sub("", text)
    return WORD.findall(text)


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
    """Words that a reader may type without their marks: `email` for e-mail, `us` for U.S."""
    if "-" not in text and "." not in text and text.isascii():
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
    if not text.isascii():
        text = text.replace("\u2010", "-").replace("\u2011", "-")
    at = text.find("-", max(start, 1), end)
    while at >= 0:
        if text[at - 1].isalpha() and text[at + 1 : at + 2].isalpha():
            after = LETTERS_AFTER.match(text, at + 1, at + 25)
            before = after and LETTERS_BEFORE.search(text[max(0, at - 24) : at])
            if before and after:
                yield at - len(before.group()), after.end(), before.group() + after.group()
        at = text.find("-", at + 1, end)


def grouped(
    parts: Sequence[str], term_of: Callable[[str], str], marked: Container[str] = ()
) -> tuple[dict[str, list[int]], int, set[str]]:
    """Term to its positions over the parts of a document, the next position, and the written words that are `marked`.

    No phrase spans two parts.
    """
    found: defaultdict[str, list[int]] = defaultdict(list)
    met: set[str] = set()
    position = 0
    for part in parts:
        written = raw_words(part)
        # A loop without a line of Python in it: this meets every word of the site.
        deque(map(list.append, map(found.__getitem__, map(term_of, written)), count(position)), maxlen=0)
        if marked:
            met.update(filter(marked.__contains__, written))
        position += len(written) + 7
        if position >= MAX_TOKENS:
            break
    return found, position, met


class Known(dict[str, str]):
    """Written word to term, made by `read` when it is first asked for. A site's vocabulary is small beside its text."""

    REMEMBERED = 200_000

    def __init__(self, read: Callable[[str], str]) -> None:
        self.read = read

    def __missing__(self, word: str) -> str:
        if len(self) >= self.REMEMBERED:
            self.clear()
        self[word] = term = self.read(word)
        return term


class Analyzer:
    """The analysis of one language."""

    def __init__(self, language: str) -> None:
        self.language = language if language in STEMMERS else DEFAULT_LANGUAGE
        self._stem = Stemmer(STEMMERS[self.language], 0).stemWord
        # Stop words are kept with their accents where they are written with them, and without.
        self.stops = frozenset(form for word in STOP_WORDS[self.language] for form in (word, fold(word)))
        self._terms = Known(self._folded)
        self._written = Known(self._read)
        self._camel: dict[str, tuple[str, ...]] = {}

    def _folded(self, word: str) -> str:
        if word in self.stops:
            return ""
        # The word was folded before: the stemmer misses its accents, but who types none finds the page.
        return word[:MAX_TERM] if len(word) > 24 or not word.isalpha() else self._stem(word) or word

    def _read(self, word: str) -> str:
        if not self._written:
            self._camel.clear()
        if parts := tuple(term for part in camel_parts(word) if (term := self.term(part))):
            self._camel[word] = parts
        return self.term(fold(word))

    def term(self, word: str) -> str:
        """The term of one folded word, or "" if it is a stop word."""
        return self._terms[word]

    def terms(self, text: str) -> list[str]:
        """The terms of a query text in order, stop words left out."""
        return [term for word in words(text) if (term := self._terms[word])]

    def positions(self, parts: Sequence[str]) -> dict[str, list[int]]:
        """Term to its positions over the parts of a document, in order of position."""
        found, position, camels = grouped(parts, self._written.__getitem__, self._camel)
        found.pop("", None)
        if position > MAX_TOKENS:
            found = shortened(found)
        more = {term for word in camels for term in self._camel.get(word, ())}
        for part in parts:
            more.update(term for word in joined(part) if (term := self._terms[word]))
        for term in sorted(more):
            if term not in found:
                # Beside the text: found as a word, part of no phrase.
                position = min(position + 2, 65_000)
                found[term] = [position]
        return found


def shortened(found: dict[str, list[int]]) -> dict[str, list[int]]:
    """What a field may hold of a text that is too long."""
    return {term: kept for term, places in found.items() if (kept := [at for at in places if at < MAX_TOKENS])}


@lru_cache(maxsize=16)
def analyzer(language: str) -> Analyzer:
    """The one analyser of a language in this process; an unknown language is read as English."""
    return Analyzer(language[:2].lower() if language else DEFAULT_LANGUAGE)


_plain = Known(lambda word: fold(word)[:MAX_TERM])


def plain_positions(parts: Sequence[str]) -> dict[str, list[int]]:
    """Like `Analyzer.positions`, but every folded word is its own term: for names, and for fields of any language."""
    found, position, _none = grouped(parts, _plain.__getitem__)
    return shortened(found) if position > MAX_TOKENS else found
