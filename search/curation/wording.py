"""Words that mean the same: which words of a query others may stand for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from search.engine.analysis import DEFAULT_LANGUAGE, LANGUAGES, analyzer, raw_words, words
from search.engine.syntax import Clause, Parsed, Phrase, Single, Widening

LONGEST = 6
"""Words of one form."""
MAX_ALTERNATIVES = 8
"""Forms that may stand for what was typed."""
MAX_WIDENINGS = 4
"""Places of one query at which others may stand for what was typed."""


@dataclass(frozen=True)
class Group:
    """Forms as they are written; `meaning` is one line about the first."""

    forms: tuple[str, ...]
    one_way: bool = False
    meaning: str = ""


@dataclass
class Reading:
    """A query with what may stand for its words: for the engine, and (`told`, `meanings`) for the reader.

    `told` pairs a form that was typed with the others that were looked for too, `meanings` a word with its one line.
    """

    widenings: tuple[Widening, ...] = ()
    told: list[tuple[str, list[str]]] = field(default_factory=list)
    meanings: list[tuple[str, str]] = field(default_factory=list)

    def words(self) -> list[str]:
        """What to mark in a snippet beside the words typed."""
        return [word for one in self.widenings for other in one.others for word in other.words()]


@dataclass
class Wording:
    """All accepted groups, ready to be looked up by the stems of any language."""

    groups: Sequence[Group] = ()
    _forms: dict[tuple[str, tuple[str, ...]], list[tuple[int, int]]] = field(default_factory=dict)
    _starts: frozenset[tuple[str, str]] = frozenset()

    def __post_init__(self) -> None:
        for place, group in enumerate(self.groups):
            for number, form in enumerate(group.forms):
                for language in LANGUAGES:
                    if key := _stems(language, words(form)[:LONGEST]):
                        self._forms.setdefault((language, key), []).append((place, number))
        self._starts = frozenset((language, key[0]) for language, key in self._forms)

    def reading(self, parsed: Parsed, query: str) -> Reading:
        """What a query means by the words that are agreed on. `query` is as typed: capitals tell IT from it."""
        if not self._forms:
            return Reading()
        reading = Reading()
        start = 0
        for begin, stop, hits in self._runs(parsed):
            typed = parsed.clauses[begin:stop]
            if len(typed) == len(parsed.clauses):
                groups = [self.groups[place] for place in dict.fromkeys(place for place, form in hits if not form)]
                reading.meanings += [(group.forms[0], group.meaning) for group in groups if group.meaning]
            if begin < start or not self._meant(typed, len(parsed.clauses), query):
                continue
            if (others := self._others(hits)) and len(reading.told) < MAX_WIDENINGS:
                field_name = typed[0].field if isinstance(typed[0], Single) else ""
                clauses = tuple(_clause(form, field_name) for form in others)
                reading.widenings += (Widening(begin, stop, clauses),)
                reading.told.append((self.groups[hits[0][0]].forms[hits[0][1]], others))
                start = stop
        return reading

    def _runs(self, parsed: Parsed) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
        """For each clause with which a form begins: it, where the longest form ends, and its (group, form) pairs."""
        if not self._forms:
            return
        plain = [one if isinstance(one, Single) and not one.prefix else None for one in parsed.clauses]
        stems = {language: _stems(language, [one.text if one else "" for one in plain]) for language in LANGUAGES}
        for begin, first in enumerate(plain):
            longest: tuple[int, list[tuple[int, int]]] = (begin, [])
            for language, terms in stems.items():
                if first is None or (language, terms[begin]) not in self._starts:
                    continue
                for stop in range(min(begin + LONGEST, len(plain)), longest[0], -1):
                    hits = self._forms.get((language, terms[begin:stop]))
                    if hits and all(one is not None and one.field == first.field for one in plain[begin:stop]):
                        longest = (stop, hits)
                        break
            if longest[1]:
                yield begin, *longest

    def _others(self, hits: Iterable[tuple[int, int]]) -> list[str]:
        others: dict[tuple[str, ...], str] = {}
        typed = set()
        for place, number in hits:
            group = self.groups[place]
            typed.add(tuple(words(group.forms[number])))
            if number == 0 or not group.one_way:
                others.update((tuple(words(form)), form) for form in group.forms)
        return [form for key, form in others.items() if key not in typed][:MAX_ALTERNATIVES]

    @staticmethod
    def _meant(typed: Sequence[Clause], size: int, query: str) -> bool:
        """A form of nothing but stop words (IT, WHO) is meant where it is all that was asked, or written in capitals."""
        texts = [word for clause in typed for word in clause.words()]
        if len(typed) == size or any(analyzer(DEFAULT_LANGUAGE).term(text) for text in texts):
            return True
        written = set(raw_words(query))
        return all(text.upper() in written for text in texts)


def _stems(language: str, texts: Sequence[str]) -> tuple[str, ...]:
    term = analyzer(language).term
    return tuple(term(text) or text for text in texts)


def _clause(form: str, field_name: str) -> Phrase | Single:
    inside = words(form)
    return Phrase(form, field_name) if len(inside) > 1 else Single(inside[0], field_name)
