"""What readers may type: words, "phrases", -not, OR, prefix*, title: and filters. Whatever is typed means something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import get_default_timezone

from search.engine.analysis import HYPHENS, SIGNED, joined, unparted, words

MAX_LENGTH = 3_000
MAX_WORDS = 120
"""Of a query; the rest is passed over. Whole questions are welcome, whole pages are not."""

MAX_PAIRS = 4
"""A word of so many pairs of letters, in a script without blanks, is looked for as it stands; a longer one is a sentence."""

FILTERS = ("author", "space", "tag", "kind", "lang")
DATES = ("before", "after")

_TOKEN = re.compile(
    r'(?P<minus>-(?=[\w"]))?(?:(?P<field>[A-Za-z]+):(?=[\w"]))?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))'
)


class Clause:
    """Part of a query that a page either matches or not."""

    def words(self) -> list[str]:
        raise NotImplementedError


@dataclass(frozen=True)
class Single(Clause):
    """One folded word. `alternatives` are other ways to write the word it was part of."""

    text: str
    field: str = ""
    prefix: bool = False
    alternatives: tuple[str, ...] = ()
    quoted: bool = False
    """Meant as it stands: no word like it will do."""

    def words(self) -> list[str]:
        return [self.text]


@dataclass(frozen=True)
class Spelt(Clause):
    """A word that nothing holds, with what it may have been meant for: language, term, weight. Readers type none."""

    text: str
    terms: tuple[tuple[str, str, float], ...]
    field: str = ""
    best: str = ""
    """The likeliest of them, as it stands in a title that the reader may see."""

    def words(self) -> list[str]:
        return [term for _language, term, _weight in self.terms]


@dataclass(frozen=True)
class Phrase(Clause):
    text: str
    field: str = ""

    def words(self) -> list[str]:
        return words(self.text)


@dataclass(frozen=True)
class Either(Clause):
    clauses: tuple[Clause, ...]

    def words(self) -> list[str]:
        return [word for clause in self.clauses for word in clause.words()]


@dataclass(frozen=True)
class Widening:
    """Clauses of a query, from `start` up to `stop`, that other words may stand for, at a lower weight."""

    start: int
    stop: int
    others: tuple[Clause, ...]


@dataclass(frozen=True)
class Parsed:
    """A query understood. `filters` maps author, space, tag, kind and lang to what was typed; dates are seconds."""

    clauses: tuple[Clause, ...] = ()
    excluded: tuple[Clause, ...] = ()
    filters: tuple[tuple[str, str], ...] = ()
    after: int | None = None
    before: int | None = None

    @property
    def empty(self) -> bool:
        return not (self.clauses or self.excluded or self.filters or self.after or self.before)

    def words(self) -> list[str]:
        """What to mark in a snippet."""
        return [word for clause in self.clauses for word in clause.words()]

    def singles(self) -> Iterator[Single]:
        for clause in self.clauses:
            if isinstance(clause, Single):
                yield clause


def moment(text: str) -> int | None:
    """The beginning of `2024`, `2024-05` or `2024-05-17` in seconds since 1970, by the site's time zone; None for anything else."""
    match = re.fullmatch(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", text.strip())
    if not match:
        return None
    try:
        day = datetime(int(match[1]), int(match[2] or 1), int(match[3] or 1), tzinfo=get_default_timezone())
        return int(day.timestamp())
    except (ValueError, OverflowError):
        return None


def parse(query: str) -> Parsed:
    """Never raises: what cannot be an operator is a word."""
    clauses: list[Clause] = []
    excluded: list[Clause] = []
    filters: list[tuple[str, str]] = []
    dates: dict[str, int] = {}
    alternative = False
    spoken = 0
    for match in _TOKEN.finditer(query[:MAX_LENGTH].replace("\x00", " ")):
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
        found = _clauses(value, field, phrase=match["phrase"] is not None)
        if not found or spoken >= MAX_WORDS:
            continue
        spoken += len(found)
        if match["minus"]:
            excluded += found
        elif alternative:
            last = clauses.pop()
            inner = last.clauses if isinstance(last, Either) else (last,)
            clauses.append(Either((*inner, *found)))
        else:
            clauses += found
        alternative = False
    return Parsed(tuple(clauses), tuple(excluded), tuple(filters), dates.get("after"), dates.get("before"))


def _clauses(text: str, field: str, *, phrase: bool) -> list[Clause]:
    if SIGNED.fullmatch(text.strip()):
        return [Single(text.strip().lower(), field, quoted=phrase)]
    if phrase:
        inside = words(text)
        return [Phrase(text, field)] if len(inside) > 1 else [Single(word, field, quoted=True) for word in inside]
    prefix = text.endswith("*")
    other = sorted(joined(text)) if HYPHENS.search(text) or "." in text else []
    inside = words(text)
    if 1 < len(inside) <= MAX_PAIRS and unparted(text):
        return [Phrase(text, field)]
    if len(other) == 1 and len(inside) > 1 and other[0] == "".join(inside):
        if "." in text:
            return [Single(other[0], field)]
        return [Single(word, field, alternatives=tuple(other)) for word in inside]
    singles: list[Clause] = [Single(word, field) for word in inside]
    if prefix and inside and len(inside[-1]) >= 2:
        singles[-1] = Single(inside[-1], field, prefix=True)
    return singles
