"""From text to terms: folded words, stop words left out, stems by the language of the text."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

import snowballstemmer
from whoosh.lang.porter2 import stem as stem_english

from search.engine.stopwords import STOP_WORDS

DEFAULT_LANGUAGE = "en"
STEMMERS = {"en": "english", "fr": "french", "es": "spanish", "de": "german", "ar": "arabic"}
LANGUAGES = tuple(STEMMERS)

# A word is a run of letters and digits. An underscore parts words, as it does in file names.
WORD = re.compile(r"\w+")
HYPHENS = re.compile("[-\u2010\u2011]")
ACRONYM = re.compile(r"(?:[A-Za-z]\.){2,}[A-Za-z]?")
CAMEL_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
LETTERS_BEFORE, LETTERS_AFTER = re.compile(r"[^\W\d_]+\Z"), re.compile(r"[^\W\d_]+")
# Accents, and the marks that Arabic may write over its letters.
MARKS = re.compile("[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u1dc0-\u1dff\u20d0-\u20ff]+")

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


def raw_words(text: str) -> list[str]:
    """The words of a text as they are written."""
    if "_" in text:
        text = text.replace("_", " ")
    if not text.isascii() and MARKS.search(text):
        # A mark is no letter to the pattern: a decomposed accent would cut its word in two.
        text = MARKS.sub("", unicodedata.normalize("NFC", text))
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
    found: set[str] = set()
    pairs: set[tuple[str, str]] = set()
    if not text.isascii():
        text = HYPHENS.sub("-", text)
    if "." in text:
        for match in ACRONYM.finditer(text):
            if match.start() == 0 or not text[match.start() - 1].isalnum():
                found.add(match.group().replace(".", "").lower())
    at = text.find("-", 1)
    while at >= 0:
        if text[at - 1].isalpha() and text[at + 1 : at + 2].isalpha():
            after = LETTERS_AFTER.match(text, at + 1, at + 25)
            before = after and LETTERS_BEFORE.search(text[max(0, at - 24) : at])
            if before and after:
                pairs.add((before.group(), after.group()))
        at = text.find("-", at + 1)
    found.update(fold(before + after) for before, after in pairs)
    return found


def grouped(parts: Sequence[str]) -> tuple[dict[str, list[int]], int]:
    """Written word to its positions over the parts of a document, and the next position. No phrase spans two parts."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    position = 0
    for part in parts:
        for position, word in enumerate(raw_words(part), position):  # noqa: B020 (the count goes on)
            found[word].append(position)
        position += 8
        if position >= MAX_TOKENS:
            break
    return found, position


class Analyzer:
    """The analysis of one language. Word to terms is remembered, since a site's vocabulary is small beside its text."""

    REMEMBERED = 100_000

    def __init__(self, language: str) -> None:
        self.language = language if language in STEMMERS else DEFAULT_LANGUAGE
        # Whoosh carries the same algorithm for English (Porter 2) at a tenth of the cost.
        english = self.language == DEFAULT_LANGUAGE
        self._stem = stem_english if english else snowballstemmer.stemmer(STEMMERS[self.language]).stemWord
        # Stop words are kept with their accents where they are written with them, and without.
        self.stops = frozenset(form for word in STOP_WORDS[self.language] for form in (word, fold(word)))
        self._terms: dict[str, str] = {}
        self._written: dict[str, tuple[str, tuple[str, ...]]] = {}

    def term(self, word: str) -> str:
        """The term of one folded word, or "" if it is a stop word."""
        term = self._terms.get(word)
        if term is None:
            if word in self.stops:
                term = ""
            else:
                # The word was folded before: the stemmer misses its accents, but who types none finds the page.
                term = word[:MAX_TERM] if len(word) > 24 or not word.isalpha() else self._stem(word) or word
            if len(self._terms) >= self.REMEMBERED:
                self._terms.clear()
            self._terms[word] = term
        return term

    def terms(self, text: str) -> list[str]:
        """The terms of a query text in order, stop words left out."""
        return [term for word in words(text) if (term := self.term(word))]

    def _analysed(self, word: str) -> tuple[str, tuple[str, ...]]:
        """The term of a written word, and the terms of its parts."""
        if len(self._written) >= self.REMEMBERED:
            self._written.clear()
        term = self.term(fold(word))
        parts = tuple(part_term for part in camel_parts(word) if (part_term := self.term(part)))
        self._written[word] = analysed = (term, parts)
        return analysed

    def positions(self, parts: Sequence[str]) -> dict[str, list[int]]:
        """Term to its positions over the parts of a document, in order of position."""
        written, position = grouped(parts)
        found: dict[str, list[int]] = {}
        more: set[str] = set()
        mixed: set[str] = set()
        known = self._written
        for word, places in written.items():
            term, others = known.get(word) or self._analysed(word)
            if others:
                more.update(others)
            if term:
                before = found.setdefault(term, places)
                if before is not places:
                    before += places
                    mixed.add(term)
        for term in mixed:
            found[term].sort()
        if position > MAX_TOKENS:
            found = {term: kept for term, places in found.items() if (kept := [at for at in places if at < MAX_TOKENS])}
        for part in parts:
            more.update(term for word in joined(part) if (term := self.term(word)))
        for term in sorted(more):
            if term not in found:
                # Beside the text: found as a word, part of no phrase.
                position = min(position + 2, 65_000)
                found[term] = [position]
        return found


@lru_cache(maxsize=16)
def analyzer(language: str) -> Analyzer:
    """The one analyser of a language in this process; an unknown language is read as English."""
    return Analyzer(language[:2].lower() if language else DEFAULT_LANGUAGE)


def plain_positions(parts: Sequence[str]) -> dict[str, list[int]]:
    """Like `Analyzer.positions`, but every folded word is its own term: for names, and for fields of any language."""
    found: dict[str, list[int]] = {}
    for word, places in grouped(parts)[0].items():
        term = fold(word)[:MAX_TERM]
        if term in found:
            found[term] = sorted(found[term] + places)
        else:
            found[term] = [at for at in places if at < MAX_TOKENS] if places[-1] >= MAX_TOKENS else places
    return found
