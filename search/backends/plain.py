"""Answers from the database while the index cannot be read: modelsearch's plainest backend, without its complaints."""

from __future__ import annotations

from typing import Any

from modelsearch.backends.base import BaseSearchQueryCompiler, BaseSearchResults
from modelsearch.backends.database.fallback import MATCH_NONE, DatabaseSearchQueryCompiler, DatabaseSearchResults
from modelsearch.query import Fuzzy, PlainText, SearchQuery


class PlainCompiler(DatabaseSearchQueryCompiler):
    """Substrings of whatever text columns a model declares. Boosts mean nothing here, and a misspelling is not forgiven."""

    def check_boost(self, query: SearchQuery, boost: float = 1.0) -> None:
        """Says nothing: whoever asked did not choose this backend."""

    def build_database_filter(self, query: SearchQuery, boost: float = 1.0) -> Any:
        if isinstance(query, Fuzzy):
            query = PlainText(query.query_string, operator=query.operator)
        if isinstance(query, PlainText) and not (query.query_string.split() and self.fields_names):
            return MATCH_NONE
        return super().build_database_filter(query, boost)


def instead_of(results: BaseSearchResults) -> DatabaseSearchResults:
    """The same search, newest first or as its queryset is ordered, asked of the database."""
    asked: BaseSearchQueryCompiler = results.query_compiler
    compiler = PlainCompiler(asked.queryset, asked.query, fields=asked.fields, order_by_relevance=False)
    found = DatabaseSearchResults(results.backend, compiler, prefetch_related=results.prefetch_related)
    found.start, found.stop, found._score_field = results.start, results.stop, results._score_field
    return found
