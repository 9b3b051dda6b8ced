"""Modelsearch's query objects, evaluated over a snapshot to documents and scores."""

from __future__ import annotations

from typing import Any

import numpy as np
from modelsearch.backends.base import BaseSearchQueryCompiler
from modelsearch.query import And, Boost, Fuzzy, MatchAll, Not, Or, Phrase, PlainText, SearchQuery

from search.backends import fields
from search.engine import schema, vocabulary
from search.engine.analysis import LANGUAGES, analyzer
from search.engine.columns import Mask
from search.engine.reader import Snapshot
from search.engine.scorer import (
    NOWHERE,
    Scores,
    either,
    everything,
    found_in,
    match_all,
    match_any,
    nothing,
    run_parts,
    sum_any,
)
from search.engine.words import MAX_TERM, words
from search.plan import Run, Term, Terms

LANGUAGE_FIELDS = (schema.TEXT, schema.TITLE, schema.ANCHOR)


class WhooshQueryCompiler(BaseSearchQueryCompiler):
    """`hits(snapshot)` gives the documents of a query; filters and ordering of the queryset are left to the database."""

    DEFAULT_OPERATOR = "or"
    HANDLES_ORDER_BY_EXPRESSIONS = True
    COMPLETE = False
    EXPANSIONS = 40

    def fields_with_boosts(self) -> list[tuple[str, float]]:
        """The index fields to look into; a language field is as its prefix."""
        model = self.queryset.model
        found = fields.boosts(model, complete=self.COMPLETE)
        if not self.fields:
            return list(found.items())
        prefix = fields.COMPLETE if self.COMPLETE else fields.SEARCH
        names = {} if self.COMPLETE else fields.aliases_of(model)
        chosen = [names.get(name, prefix + name) for name in self.fields]
        return [(name, found[name]) for name in chosen if name in found]

    def hits(self, snapshot: Snapshot) -> Scores:
        """Every document of the model that matches, deleted ones left out, with its score."""
        mask = snapshot.mask("model", frozenset({self.queryset.model._meta.label_lower}))
        scores = self._evaluate(self.query, snapshot, mask, self.fields_with_boosts(), 1.0)
        return np.where(mask, scores, NOWHERE)

    def _evaluate(
        self, query: SearchQuery, snapshot: Snapshot, mask: Mask, looked_into: list[tuple[str, float]], boost: float
    ) -> Scores:
        def again(inner: SearchQuery, factor: float = boost) -> Scores:
            return self._evaluate(inner, snapshot, mask, looked_into, factor)

        if isinstance(query, MatchAll):
            return everything(mask)
        if isinstance(query, Not):
            return everything(mask & ~found_in(again(query.subquery)))
        if isinstance(query, Boost):
            return again(query.subquery, boost * query.boost)
        if isinstance(query, And):
            every = [again(inner) for inner in query.subqueries]
            return np.add.reduce(every) if every else nothing(snapshot)
        if isinstance(query, Or):
            merged = nothing(snapshot)
            for inner in query.subqueries:
                merged = either(merged, again(inner))
            return merged
        if isinstance(query, PlainText):
            return self._words(query.query_string, query.operator, snapshot, looked_into, boost * query.boost)
        if isinstance(query, Fuzzy):
            return self._words(query.query_string, query.operator, snapshot, looked_into, boost, fuzzy=True)
        if isinstance(query, Phrase):
            return self._phrase(query.query_string, snapshot, looked_into, boost)
        raise NotImplementedError(f"`{type(query).__name__}` is not supported by the Whoosh search backend.")

    def _words(
        self,
        text: str,
        operator: str,
        snapshot: Snapshot,
        looked_into: list[tuple[str, float]],
        boost: float,
        *,
        fuzzy: bool = False,
    ) -> Scores:
        found = [self._word(word, snapshot, looked_into, boost, fuzzy=fuzzy) for word in words(text)]
        # A word without terms is a stop word in every field that was asked.
        asked = [word for word in found if word is not None]
        return match_all(snapshot, asked) if operator == "and" else match_any(snapshot, asked)

    def _word(
        self, word: str, snapshot: Snapshot, looked_into: list[tuple[str, float]], boost: float, *, fuzzy: bool
    ) -> Terms | None:
        terms: list[Term] = []
        stopped = True
        for name, field_boost in looked_into:
            for field, term in spellings(snapshot, name, word):
                stopped = False
                if fuzzy:
                    near = vocabulary.near(snapshot, field, term, snapshot.alive, limit=self.EXPANSIONS)
                    expanded = [term, *(one.term for one in near)]
                elif self.COMPLETE:
                    expanded = snapshot.expand(field, term, 1_000)
                else:
                    expanded = [term]
                terms += [(field, text, boost * field_boost) for text in expanded]
        return None if stopped and looked_into else Terms(word, tuple(terms), prefix=fuzzy or self.COMPLETE)

    def _phrase(self, text: str, snapshot: Snapshot, looked_into: list[tuple[str, float]], boost: float) -> Scores:
        inside = tuple(word[:MAX_TERM] for word in words(text))
        # A language field keeps no places; those of all its words are in one field.
        found = {schema.WORDS if name in LANGUAGE_FIELDS else name: boost * own for name, own in looked_into}
        if not inside:
            return nothing(snapshot)
        return sum_any(
            snapshot, [scored for _field, scored in run_parts(snapshot, Run(text, inside, tuple(found.items())))]
        )


class WhooshAutocompleteQueryCompiler(WhooshQueryCompiler):
    """Every word is the beginning of one."""

    COMPLETE = True


def spellings(snapshot: Snapshot, name: str, word: str) -> list[tuple[str, str]]:
    """The index fields and terms in which a folded word is looked for: one a language for a language field."""
    if name not in LANGUAGE_FIELDS:
        return [(name, word[:MAX_TERM])]
    return [
        (name + language, term)
        for language in LANGUAGES
        if name + language in snapshot.fields and (term := analyzer(language).term(word))
    ]


def is_match_all(query: Any) -> bool:
    return isinstance(query, MatchAll)
