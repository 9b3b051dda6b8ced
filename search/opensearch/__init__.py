"""The index of the search page in OpenSearch: `SEARCH_URL=opensearch://host:port/prefix`.

The text is analysed here, by the same rules as for Whoosh, and sent as runs of terms: what a word finds does not depend
on the engine. Wagtail's own search asks the database there (`search.backends.remote`).
"""
