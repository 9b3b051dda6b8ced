"""A search as a private feed: the newest pages that hold all that was asked for, for whoever owns the link."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from pages.models import BasePage
from people.audiences import audience_tokens
from search import asking, engines
from search.documents import page_key
from search.engines import Engine
from search.lag import behind
from search.models import OutboxEntry
from search.parameters import Parameters
from search.request import SearchRequest


class SearchFeeds:
    """Implements `pages.searches.Searcher`."""

    def clean(self, search: str) -> str:
        parameters = _parameters(search)
        return "" if parameters.empty else parameters.address(sort=None).removeprefix("?")

    def title(self, search: str) -> str:
        parameters = _parameters(search)
        words = [parameters.query, *(value for _name, value in parameters.narrowed)]
        return _("Search: %(words)s") % {"words": " · ".join(filter(None, words))}

    def pages(self, search: str, person: Any, kinds: list[str], count: int) -> Any:
        parameters, tokens = _parameters(search), audience_tokens(person)
        if parameters.empty or not tokens:
            return BasePage.objects.none()
        filters = parameters.filters()
        filters["k_kind"] = filters.get("k_kind", frozenset(kinds)) & frozenset(kinds)

        def found(engine: Engine) -> list[str]:
            request = SearchRequest(
                parameters.parsed,
                tokens,
                filters=filters,
                newest_first=True,
                strict=True,
                count=count,
                lag=behind(engine, tokens),
            )
            return [engine.key(number) for number, _score in engine.answer(request).hits]

        nothing: list[str] = []
        keys, _degraded = asking.ask(found, nothing)
        return BasePage.objects.filter(pk__in=[key.partition(":")[2] for key in keys if key.startswith(page_key(""))])

    def state(self, search: str, person: Any) -> str:
        """While nothing waits for the index, what is found depends on the index, the search and the reader's audiences."""
        try:
            state = engines.engine().state
        except Exception:
            # Whatever is wrong with it is told when the feed is made.
            return ""
        if not state or OutboxEntry.objects.exists():
            return ""
        told = f"{state} {search} {sorted(audience_tokens(person))}"
        return hashlib.sha256(told.encode()).hexdigest()[:32]


def _parameters(search: str) -> Parameters:
    return Parameters.read(QueryDict(search))
