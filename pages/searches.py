"""The interface by which the search app, which may not be imported here, provides feeds of searches."""

from __future__ import annotations

from typing import Any, Protocol

from django.utils.translation import gettext as _

from pages.models import BasePage


class Searcher(Protocol):
    """A search is stored as the query string of its address, without the question mark."""

    def clean(self, search: str) -> str:
        """The search without meaningless parameters, or "" if nothing is left."""

    def title(self, search: str) -> str:
        """The search in words, from the address alone, so that it names nothing new to its owner."""

    def pages(self, search: str, person: Any, kinds: list[str], count: int) -> Any:
        """A queryset of the newest matches; the caller filters it by access again."""

    def state(self, search: str, person: Any) -> str:
        """A value that changes at least whenever the matches do, or "" if only searching could tell."""


class NoSearcher:
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
    global _searcher
    _searcher = searcher


def searcher() -> Searcher:
    return _searcher
