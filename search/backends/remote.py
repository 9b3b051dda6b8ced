"""Wagtail's own search on a site whose index lies in OpenSearch: it asks the database.

Indexes of its own there would be written inside the request that saves or deletes, which a server that hangs would hold, and
each rebuild that failed left one behind. What readers search is `search.opensearch`, which the worker writes.
"""

from __future__ import annotations

from modelsearch.backends.base import BaseSearchBackend
from modelsearch.backends.database.fallback import DatabaseSearchResults

from search.backends.plain import PlainCompiler


class RemoteSearchBackend(BaseSearchBackend):
    """Nothing is written: rows are their own index."""

    query_compiler_class = PlainCompiler
    autocomplete_query_compiler_class = PlainCompiler
    results_class = DatabaseSearchResults


SearchBackend = RemoteSearchBackend
