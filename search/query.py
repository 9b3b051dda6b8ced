"""What readers may type: words, "phrases", -not, OR, prefix*, title: and filters. Whatever is typed means something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from typing import TypeAlias

from search.dates import beginning, span
from search.engine.words import HYPHENS, SIGNED, joined, unparted, words

MAX_LENGTH = 3_000
MAX_WORDS = 120
"""Of a query; the rest is passed over. Whole questions are welcome, whole pages are not."""
SENTENCE = 8
"""A query of more words is a sentence: its quotation marks and dates ask for nothing."""
MAX_PAIRS = 4
"""A word of so many pairs of letters, in a script without blanks, is looked for as it stands; a longer one is a sentence."""
FILTERS = ("author", "space", "tag", "kind", "lang")
DATES = ("before", "after")
_TOKEN = re.compile(
    r'(?P<minus>-(?=[\w"]))?(?:(?P<field>[A-Za-z]+):(?=[\w"]))?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))'
)


@dataclass(frozen=True)
class Word:
    """One folded word. `spellings` are other ways to write it, as good as itself."""

    text: str
    field: str = ""
    prefix: bool = False
    spellings: tuple[str, ...] = ()
    exact: bool = False
    """Quoted: no other form of it will do."""

    def words(self) -> list[str]:
        return [self.text]


@dataclass(frozen=True)
class Phrase:
    """Words in this order, as they are written."""

    text: str
    field: str = ""

    def words(self) -> list[str]:
        return words(self.text)


@dataclass(frozen=True)
class Either:
    """Typed with OR between them."""

    clauses: tuple[Clause, ...]

    def words(self) -> list[str]:
        return [word for clause in self.clauses for word in clause.words()]


@dataclass(frozen=True)
class Together:
    """All of them, in any order: the parts of a compound."""

    clauses: tuple[Clause, ...]

    def words(self) -> list[str]:
        return [word for clause in self.clauses for word in clause.words()]


@dataclass(frozen=True)
class Group:
    """Clauses as they were typed, and what may stand for all of them together."""

    typed: tuple[Clause, ...]
    others: tuple[Clause, ...]
    same: bool = False
    """Only written otherwise: it counts as what was typed does."""

    def words(self) -> list[str]:
        return [word for clause in self.typed for word in clause.words()]


Clause: TypeAlias = Word | Phrase | Either | Together | Group


@dataclass(frozen=True)
class Query:
    """A query understood. `filters` maps author, space, tag, kind and lang to what was typed; dates are seconds."""

    clauses: tuple[Clause, ...] = ()
    excluded: tuple[Clause, ...] = ()
    filters: tuple[tuple[str, str], ...] = ()
    after: int | None = None
    before: int | None = None
    dated: str = ""
    """The words from which the time was read, where it was told in words."""

    @property
    def empty(self) -> bool:
        return not (self.clauses or self.excluded or self.filters or self.after or self.before)

    def words(self) -> list[str]:
        return [word for clause in self.clauses for word in clause.words()]

    def marked(self) -> tuple[list[str], list[str], list[list[str]]]:
        """The words to mark in a result, the beginnings of words, and words that follow one another."""
        found: list[str] = []
        beginnings: list[str] = []
        runs: list[list[str]] = []
        for clause in leaves(self.clauses):
            if isinstance(clause, Phrase):
                runs.append(clause.words())
            if isinstance(clause, Word) and clause.prefix:
                beginnings.append(clause.text)
            found += [*clause.words(), *(clause.spellings if isinstance(clause, Word) else ())]
        return found, beginnings, runs


def leaves(clauses: tuple[Clause, ...]) -> Iterator[Word | Phrase]:
    """The words and phrases that clauses are made of, in order; what may stand for others after them."""
    for clause in clauses:
        if isinstance(clause, Either | Together):
            yield from leaves(clause.clauses)
        elif isinstance(clause, Group):
            yield from leaves(tuple(chain(clause.typed, clause.others)))
        else:
            yield clause


def moment(text: str) -> int | None:
    """The beginning of `2024`, `2024-05` or `2024-05-17` in seconds since 1970, by the site's time zone; None for anything else."""
    match = re.fullmatch(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", text.strip())
    if not match:
        return None
    try:
        return beginning(date(int(match[1]), int(match[2] or 1), int(match[3] or 1)))
    except (ValueError, OverflowError):
        return None


def parse(typed: str, *, dates_are_words: bool = False) -> Query:
    """Never raises: what cannot be an operator is a word."""
    text = typed[:MAX_LENGTH].replace("\x00", " ")
    told = None if dates_are_words or len(text.split()) > SENTENCE else span(text)
    if told is None:
        return _parsed(text)
    query = _parsed(text[: told.begin] + " " + text[told.end :])
    if query.after is not None or query.before is not None:
        return _parsed(text)
    return replace(query, after=told.after, before=told.before, dated=told.typed)


def _parsed(text: str) -> Query:
    clauses: list[Clause] = []
    excluded: list[Clause] = []
    filters: list[tuple[str, str]] = []
    dates: dict[str, int] = {}
    alternative = False
    taken = 0
    for match in _TOKEN.finditer(text):
        field = (match["field"] or "").lower()
        value = match["phrase"] if match["phrase"] is not None else match["word"]
        if not field and not match["minus"] and match["word"] == "OR":
            alternative = bool(clauses)
            continue
        if field in FILTERS and not match["minus"]:
            filters.append((field, value.strip()))
            continue
        if field in DATES and not match["minus"] and (when := moment(value)) is not None:
            dates[field] = when
            continue
        if field and field != "title":
            value = f"{match['field']} {value}"
        field = "title" if field == "title" else ""
        found = _clauses(value, field, quoted=match["phrase"] is not None)
        if not found or taken >= MAX_WORDS:
            continue
        taken += len(found)
        if match["minus"]:
            excluded += found
        elif alternative:
            last = clauses.pop()
            inner = last.clauses if isinstance(last, Either) else (last,)
            clauses.append(Either((*inner, *found)))
        else:
            clauses += found
        alternative = False
    return Query(tuple(clauses), tuple(excluded), tuple(filters), dates.get("after"), dates.get("before"))


def _clauses(text: str, field: str, *, quoted: bool) -> list[Clause]:
    if SIGNED.fullmatch(text.strip()):
        return [Word(text.strip().lower(), field, exact=quoted)]
    inside = words(text)
    if quoted:
        return [Phrase(text, field)] if len(inside) > 1 else [Word(word, field, exact=True) for word in inside]
    prefix = text.endswith("*")
    other = sorted(joined(text)) if HYPHENS.search(text) or "." in text else []
    if 1 < len(inside) <= MAX_PAIRS and unparted(text):
        return [Phrase(text, field)]
    if len(other) == 1 and len(inside) > 1 and other[0] == "".join(inside):
        if "." in text:
            return [Word(other[0], field)]
        return [Word(word, field, spellings=tuple(other)) for word in inside]
    found: list[Clause] = [Word(word, field) for word in inside]
    if prefix and inside and len(inside[-1]) >= 2:
        found[-1] = Word(inside[-1], field, prefix=True)
    return found
