"""The same question with words that are spelt nearly alike: only asked when nothing holds the words as they were typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import log

import numpy as np

from search.engine import schema, vocabulary
from search.engine.analysis import analyzer
from search.engine.query import SearchRequest
from search.engine.reader import Snapshot
from search.engine.syntax import Clause, Single, Spelt

SHORTEST = 4
"""Letters; below it, nearly every word is near every other."""
MAX_NEAR_WORDS = 12
"""Near words that one may stand for: those that the reader can meet."""
WORDS = 4
"""Words of a query that are looked at."""


def resembling(snapshot: Snapshot, question: SearchRequest) -> SearchRequest | None:
    """The question with each word that the reader can meet nowhere replaced by near ones; None if there are none.

    Near words come from titles and names, where they are unstemmed; failing these, from the stems of all text.
    """
    return respelt(question, _Meeting(snapshot, question).spelt)


def respelt(question: SearchRequest, spelt: Callable[[Single], Spelt | None]) -> SearchRequest | None:
    """The question with what `spelt` answers in place of a word, for the first few words that it answers anything for."""
    clauses: list[Clause] = []
    changed = 0
    for clause in question.parsed.clauses:
        meant = None
        if changed < WORDS and isinstance(clause, Single) and _may_be_misspelt(clause):
            meant = spelt(clause)
        changed += meant is not None
        clauses.append(meant or clause)
    return replace(question, parsed=replace(question.parsed, clauses=tuple(clauses))) if changed else None


def _may_be_misspelt(clause: Single) -> bool:
    return not clause.prefix and not clause.quoted and len(clause.text) >= SHORTEST


class _Meeting:
    """What one reader can meet in the index."""

    def __init__(self, snapshot: Snapshot, question: SearchRequest) -> None:
        self.snapshot = snapshot
        self.met = snapshot.seen(question.tokens, question.withheld)
        self.languages = snapshot.languages(question.tokens, question.withheld)

    def count(self, field: str, term: str) -> int:
        return int(np.count_nonzero(self.met[self.snapshot.numbers(field, term)]))

    def terms(self, word: str) -> list[tuple[str, str]]:
        """Language and term of a word, in each language in which it is not a stop word."""
        found = ((language, analyzer(language).term(word)) for language in self.languages)
        return [(language, term) for language, term in found if term]

    def spelt(self, clause: Single) -> Spelt | None:
        asked = self.terms(clause.text)
        if any(self.count(schema.TEXT + language, term) for language, term in asked):
            return None
        words = self._near("name", clause.text)
        terms = [(language, term, 1 / off) for off, _count, word in words for language, term in self.terms(word)]
        if not words:
            # Of these none can be shown as it is written: they stand for every word with their stem.
            for language, stem in asked:
                terms += [(language, term, 1 / off) for off, _count, term in self._near(schema.TEXT + language, stem)]
        # What many titles hold is meant rather than what one does, also if it is a letter further off.
        best = max(words, key=lambda one: log(1 + one[1]) / one[0], default=(0, 0, ""))[2]
        return Spelt(clause.text, tuple(dict.fromkeys(terms)), clause.field, best) if terms else None

    def _near(self, field: str, word: str) -> list[tuple[int, int, str]]:
        """Letters off, number of documents and word, of the nearest that the reader can meet."""
        return [tuple(one) for one in vocabulary.near(self.snapshot, field, word, self.met, limit=MAX_NEAR_WORDS)]
