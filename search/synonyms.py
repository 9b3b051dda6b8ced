"""Words that mean the same: which words of a query others may stand for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from search.engine.analysis import DEFAULT_LANGUAGE, LANGUAGES, analyzer
from search.engine.words import raw_words, words
from search.query import Clause, Group, Phrase, Query, Word

LONGEST = 6
"""Words of one form."""
MAX_ALTERNATIVES = 8
"""Forms that may stand for what was typed."""
MAX_GROUPS = 4
"""Places of one query at which others may stand for what was typed."""


@dataclass(frozen=True)
class WordGroup:
    """Forms as they are written; `meaning` is one line about the first."""

    forms: tuple[str, ...]
    one_way: bool = False
    meaning: str = ""


@dataclass
class Interpretation:
    """A query with what may stand for its words. For the reader, `used` pairs a form that was typed with the others that were
    looked for too, `meanings` a word with its one line."""

    query: Query = field(default_factory=Query)
    used: list[tuple[str, list[str]]] = field(default_factory=list)
    meanings: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Synonyms:
    """All accepted groups, ready to be looked up by the stems of any language."""

    groups: Sequence[WordGroup] = ()
    _forms: dict[tuple[str, tuple[str, ...]], list[tuple[int, int]]] = field(default_factory=dict)
    _starts: frozenset[tuple[str, str]] = frozenset()

    def __post_init__(self) -> None:
        for place, group in enumerate(self.groups):
            for number, form in enumerate(group.forms):
                for language in LANGUAGES:
                    if key := _stems(language, words(form)[:LONGEST]):
                        self._forms.setdefault((language, key), []).append((place, number))
        self._starts = frozenset((language, key[0]) for language, key in self._forms)

    def interpretation(self, query: Query, typed: str) -> Interpretation:
        """What a query means by the words that are agreed on. `typed` is its text: capitals tell IT from it."""
        found = Interpretation(query)
        clauses = list(query.clauses)
        start = 0
        for begin, stop, hits in self._runs(query):
            some = query.clauses[begin:stop]
            if len(some) == len(query.clauses):
                groups = [self.groups[place] for place in dict.fromkeys(place for place, form in hits if not form)]
                found.meanings += [(group.forms[0], group.meaning) for group in groups if group.meaning]
            if begin < start or len(found.used) >= MAX_GROUPS or not self._is_meant(some, len(query.clauses), typed):
                continue
            if others := self._others(hits):
                field_name = some[0].field if isinstance(some[0], Word) else ""
                start = stop
                end = len(clauses) - len(query.clauses)
                clauses[begin + end : stop + end] = [Group(some, tuple(_clause(form, field_name) for form in others))]
                found.used.append((self.groups[hits[0][0]].forms[hits[0][1]], others))
        found.query = replace(query, clauses=tuple(clauses))
        return found

    def other_forms(self, typed: str) -> list[str]:
        """What may stand for the whole of a text."""
        hits = [
            hit for language in LANGUAGES for hit in self._forms.get((language, _stems(language, words(typed))), ())
        ]
        return self._others(hits)

    def _runs(self, query: Query) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
        """For each clause with which a form begins: it, where the longest form ends, and its (group, form) pairs."""
        if not self._forms:
            return
        plain = [one if isinstance(one, Word) and not one.prefix and not one.exact else None for one in query.clauses]
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
    def _is_meant(some: Sequence[Clause], size: int, typed: str) -> bool:
        """A form of nothing but stop words (IT, WHO) is meant where it is all that was asked, or written in capitals."""
        texts = [word for clause in some for word in clause.words()]
        if len(some) == size or any(analyzer(DEFAULT_LANGUAGE).term(text) for text in texts):
            return True
        written = set(raw_words(typed))
        return all(text.upper() in written for text in texts)


def _stems(language: str, texts: Sequence[str]) -> tuple[str, ...]:
    term = analyzer(language).term
    return tuple(term(text) or text for text in texts)


def _clause(form: str, field_name: str) -> Phrase | Word:
    inside = words(form)
    return Phrase(form, field_name) if len(inside) > 1 else Word(inside[0], field_name)
