"""Where the app that searches tells how a search becomes a feed: it is above this one and is not imported."""

from __future__ import annotations

from typing import Any, Protocol

from django.utils.translation import gettext as _

from pages.models import BasePage


class Searcher(Protocol):
    """A search is kept as the query string of its address, without the question mark."""

    def clean(self, search: str) -> str:
        """The same search without what means nothing; "" where nothing is left of it."""

    def title(self, search: str) -> str:
        """The search in words, from the address alone: it names nothing that its owner did not know when she made it."""

    def pages(self, search: str, person: Any, kinds: list[str], count: int) -> Any:
        """A queryset of the newest pages that are found; the caller asks the door once more."""

    def state(self, search: str, person: Any) -> str:
        """Changes whenever the pages may; "" where that cannot be told without searching."""


class NoSearcher:
    """Finds nothing: for a site without search, and for tests."""

    def clean(self, search: str) -> str:
        return ""

    def title(self, search: str) -> str:
        return _("a search")

    def pages(self, search: str, person: Any, kinds: list[str], count: int) -> Any:
        return BasePage.objects.none()

    def state(self, search: str, person: Any) -> str:
        return ""


_searcher: Searcher = NoSearcher()


def register(searcher: Searcher) -> None:
    """Called once, when the app that searches is ready."""
    global _searcher
    _searcher = searcher


def searcher() -> Searcher:
    return _searcher
