"""Where the words of a query stand in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from search.engine.analysis import analyzer
from search.engine.words import MARKS, camel_parts, fold, is_parted_otherwise, is_western, joined_places, word_places

MAX_PLACES = 60
"""Places of one word that are looked at where the whole text has to be."""
LENGTH = 240
"""Characters of a snippet, roughly: it begins and ends between words."""
BEFORE = 60
"""Characters of it before the found words, roughly."""
SHORTEST_START = 3
RAREST, TRIED = 2, 6
"""The best passage is looked for around the first places of the words that the text holds least often: so many of each."""

_MARK = MARKS.pattern.removesuffix("+")
_WORD = re.compile(rf"(?:[^\W_]|{_MARK})+")
"""A word as the index takes it: letters, digits, and the accents that are behind them on their own."""
_UNLIKE = re.compile(
    "[ªº²³¹¼½¾ßÆæ\u0100-\u02e4\u037a\u0640\u06e5\u06e6\u1d2c-\u1dbb\u1e00-\u1eff\u2070-\u209c\u2102-\u2189\u2460-\u249b\u24ea"
    "\u2c7c\u2c7d\u3220-\u325f\u32b1-\u32bf\ua7f1-\ua7f4\ufb00-\ufb06\ufc5e-\ufc63\ufdfa\ufdfb\ufe70-\ufe7e\uff10-\uff5a"
    "\U00010780-\U000107ba\U0001ccd6-\U0001ccf9\U0001d400-\U0001d7ff\U0001f100-\U0001f10a\U0001fbf0-\U0001fbf9"
    + _MARK[1:]
)
"""What folds to plain letters, to several of them or to nothing, and is not a letter of `_PLAIN`: ß, İ, Ł, ﬁ, Ａ, accents of their own."""
INFLECTED_IN_FRONT = frozenset({"ar"})
"""Languages whose words change at their beginning: an article is written to the noun."""

Place = tuple[int, int, str]
"""Where a found word begins and ends, and its stem."""


# The letters of western Europe in lower case and without accents, one for one, so that places stay what they were.
_PLAIN = bytes(
    ord(plain) if len(plain := fold(chr(code))) == 1 and plain.isascii() and not _UNLIKE.match(chr(code)) else 0
    for code in range(256)
)

_LATIN_UNLIKE = [letter for letter in map(chr, range(256)) if _UNLIKE.match(letter)]


class Terms(dict[str, str]):
    """Written word to its stem if the query asks for it, else "": texts repeat the same words."""

    def __init__(self, language: str, words: Iterable[str], prefixes: tuple[str, ...]) -> None:
        self.term, self.prefixes = analyzer(language).term, prefixes
        stems: dict[str, str] = {stem: word for word in words if (stem := self.term(word))}
        self.stems = frozenset(stems)
        starts = set(filter(None, prefixes))
        for stem, word in stems.items():
            # A stem may end otherwise than the word (policies, polici): look for what they share.
            shared = next((at for at, (a, b) in enumerate(zip(stem, word, strict=False)) if a != b), len(stem))
            start = stem[:shared] or stem
            # The last letter of a stem need not be in the text: hope and hoping, policies and policy, journal and journaux.
            starts.add(start[:-1] if len(start) > SHORTEST_START else start)
            if len(stem) == SHORTEST_START and stem.endswith("ie"):
                starts.add(f"{stem[0]}y")  # die and dying
        self.starts = tuple(sorted(starts))
        """Beginnings that every form of a word of the query has."""
        self.plain = all(map(str.isascii, starts)) and language[:2] not in INFLECTED_IN_FRONT
        """Whether they can be looked for in the bytes of a text, which is much faster."""

    def __missing__(self, written: str) -> str:
        bare = written if written.isascii() else MARKS.sub("", written)
        found = self._stem(fold(bare)) or next(filter(None, map(self._stem, camel_parts(bare))), "")
        self[written] = found
        return found

    def _stem(self, word: str) -> str:
        stem = self.term(word)
        asked = stem in self.stems or (self.prefixes and word.startswith(self.prefixes))
        return (stem or word) if asked else ""


def low_letters(text: str, terms: Terms) -> bytes:
    """The text as beginnings of words are looked for in it; nothing where they cannot be."""
    return _folded(text) if terms.plain and not is_parted_otherwise(text) else b""


def _folded(text: str) -> bytes:
    """The text as it is searched, a byte a letter; letters of other alphabets are lost."""
    return text.encode("latin-1", "replace").translate(_PLAIN)


def _beginnings(text: str, low: bytes, start: str, at: int, end: int, most: int) -> list[int]:
    """Where words of a stretch of text begin with `start`. Plain finding is many times faster than a pattern here."""
    sought = start.encode()
    places: list[int] = []
    passed = 0
    at = low.find(sought, at, end)
    while at >= 0 and len(places) < most:
        if at == 0 or not text[at - 1].isalnum():
            places.append(at)
        elif at >= passed and not (text[at - 1].islower() and text[at].islower() and text[at - 1].isascii()):
            # Perhaps a part of a word in CamelCase.
            begin, passed = _word_around(text, at)
            places.append(begin)
        at = low.find(sought, at + 1, end)
    return places


def _word_around(text: str, at: int) -> tuple[int, int]:
    """Where the word begins and ends that the character at `at` is part of."""
    begin = at
    while begin > 0 and (text[begin - 1].isalnum() or MARKS.match(text[begin - 1])):
        begin -= 1
    match = _WORD.match(text, begin)
    return begin, match.end() if match else at + 1


def _is_plain(text: str) -> bool:
    """Whether no letter of it can be in `_UNLIKE`, told in a fraction of the time that looking for them takes."""
    return text.isascii() or (is_western(text) and not any(letter in text for letter in _LATIN_UNLIKE))


def _unlike(text: str, start: int, end: int) -> list[int]:
    """Where words begin that are written otherwise than they are searched, so that their beginnings tell nothing."""
    places: list[int] = []
    if _is_plain(text):
        return places
    passed = start
    for hit in _UNLIKE.finditer(text, start, end):
        if hit.start() < passed:
            continue
        begin, passed = _word_around(text, hit.start())
        places.append(begin)
    return places


def _verified(text: str, begins: Iterable[int], terms: Terms) -> list[Place]:
    """The words at these places that the query asks for: many begin like them."""
    found: list[Place] = []
    for begin in begins:
        match = _WORD.match(text, begin)
        if match is not None and (stem := terms[match.group()]):
            found.append((begin, match.end(), stem))
    return found


def _joined(text: str, terms: Terms, start: int, end: int) -> list[Place]:
    """What is asked for without its marks: e-mail, U.S."""
    # In lower case, as a capital after the hyphen does not make it CamelCase.
    found = ((begin, stop, terms[word.lower()]) for begin, stop, word in joined_places(text, start, end))
    return [place for place in found if place[2]]


def _words(text: str, low: bytes, terms: Terms, start: int, end: int) -> list[Place]:
    if low:
        begins = {at for word in terms.starts for at in _beginnings(text, low, word, start, end, MAX_PLACES)}
        begins.update(_unlike(text, start, end))
        return _verified(text, sorted(begins), terms)
    found: list[Place] = []
    for begin, stop in word_places(text, start, end):
        if stem := terms[text[begin:stop]]:
            if found and begin < found[-1][1]:
                # Pairs of letters overlap; what they say together is marked as one.
                begin = found.pop()[0]
            found.append((begin, stop, stem))
    return found


def matches(text: str, low: bytes, terms: Terms, start: int, end: int) -> list[Place]:
    """The found words of a stretch of text, in order."""
    return sorted([*_words(text, low, terms, start, end), *_joined(text, terms, start, end)])


def best_place(text: str, low: bytes, terms: Terms) -> int:
    if not low:
        found = _words(text, low, terms, 0, len(text)) or _joined(text, terms, 0, len(text))
        return best_window(found)
    best, place = _best_plain_place(text, low, terms)
    if not best and (found := _joined(text, terms, 0, len(text))):
        place = found[0][0]
    return place


def _best_plain_place(text: str, low: bytes, terms: Terms) -> tuple[int, int]:
    """Where the stretch with most different words of the query lies, among those that hold its rarest words, and how many."""
    counts = sorted((count, start) for start in terms.starts if (count := low.count(start.encode())))
    there = [start.encode() for _count, start in counts]
    best = place = rare = 0
    for _count, start in counts:
        here = _verified(text, _beginnings(text, low, start, 0, len(low), TRIED), terms)
        best, place = _better(low, there, [begin for begin, _end, _stem in here], 0, best, place)
        rare += bool(here)
        if rare == RAREST or best == len(there):
            break
    if len(there) < len(terms.starts) or not best:
        # Words that are written otherwise than they are searched.
        others = _verified(text, _unlike(text, 0, len(text)), terms)
        best, place = _better(low, there, [begin for begin, _end, _stem in others[: TRIED * RAREST]], 1, best, place)
    return best, place


def _better(low: bytes, there: list[bytes], begins: list[int], more: int, best: int, place: int) -> tuple[int, int]:
    """The best of what is known and of the stretches around `begins`, which hold `more` than `low` shows."""
    for begin in begins:
        first, last = max(0, begin - BEFORE), begin + LENGTH - BEFORE
        worth = more + sum(low.find(other, first, last) >= 0 for other in there)
        if worth > best:
            best, place = worth, begin
    return best, place


def best_window(found: list[Place]) -> int:
    """Where the stretch of a snippet's length with most different words begins; most words, where that is even."""
    best, start = (0, 0), 0
    first = 0
    for last, (_begin, end, _stem) in enumerate(found):
        while end - found[first][0] > LENGTH - BEFORE:
            first += 1
        inside = found[first : last + 1]
        worth = (len({stem for _, _, stem in inside}), len(inside))
        if worth > best:
            best, start = worth, found[first][0]
    return start
