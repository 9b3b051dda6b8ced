"""A search as it is carried out by any engine: who asks, for what, and how it is ranked; and what is answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from search.query import Query


@dataclass(frozen=True)
class Ranking:
    """The one configuration of ranking; docs/features/search.md says how it was measured."""

    text: float = 1.0
    title: float = 0.5
    anchor: float = 0.1
    share: float = 0.5
    """What a page that holds all that is asked is given on top, as a part of its score; of one that holds less, the cube of how much
    that is."""
    whole_title: float = 0.4
    """Part of the best score that a page is given on top when the query is its title, word for word."""
    whole_anchor: float = 0.6
    """The same, when the query is a link text that others use for the page."""
    synonym: float = 0.6
    """Words that may stand for those typed count so much of what they would count if they were typed."""
    freshness: float = 0.0
    """What a page of today is given on top, as a part of its score; it halves with every `half_life` days of age."""
    half_life: float = 365.0
    own_language: float = 1.1
    """What the scores of pages in the language of the reader's interface are multiplied by, where there are others."""
    asked_language: float = 1.2
    """The same, for the language that the words of the query seem to be of."""
    kinds: tuple[tuple[str, float], ...] = ()
    """Kinds of content with what their scores are multiplied by."""


RANKING = Ranking()


@dataclass(frozen=True)
class Lag:
    """What the database knows and the index does not yet, for one reader. Documents by the engine's numbers."""

    withheld: frozenset[Any] = frozenset()
    """Documents that the index still holds for this reader, and the database no more."""
    closed: frozenset[Any] = frozenset()
    """Documents that the index takes for what all staff may read, and the database no more: they count for no number."""
    unlinked: frozenset[Any] = frozenset()
    """Documents that are not found by the words of links to them: a page with such a link may be hers to read no more."""


NO_LAG = Lag()


@dataclass(frozen=True)
class SearchRequest:
    """`tokens` are the audiences of the reader: without them nothing is found."""

    query: Query
    tokens: frozenset[str]
    filters: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Index field to the values of which one must be borne."""
    facets: Sequence[str] = ()
    newest_first: bool = False
    start: int = 0
    count: int = 10
    ranking: Ranking = RANKING
    strict: bool = False
    """Hits hold every word, however many there are: nothing is found loosely."""
    lag: Lag = NO_LAG
    left_out: frozenset[Any] = frozenset()
    """Documents that curators left out of this query."""
    language: str = ""
    """Of the reader's interface."""
    pinned: tuple[Any, ...] = ()
    """Documents that come first, whatever they hold, for readers who may see them."""

    @property
    def withheld(self) -> frozenset[Any]:
        return self.lag.withheld | self.left_out


@dataclass(frozen=True)
class Part:
    """What one word, or one circumstance, adds to the score of a document. `where` is a field of the index, or a reason."""

    words: str
    where: str
    points: float
    meant: bool = False
    """Not typed, but agreed to mean what was typed."""


@dataclass(frozen=True)
class Trace:
    """The sum of one document's score: its parts, what multiplies them, and the words that it does not hold."""

    parts: tuple[Part, ...] = ()
    factor: float = 1.0
    missing: tuple[str, ...] = ()
    every: bool = True


@dataclass(frozen=True)
class Answer:
    """Hits are document numbers of the engine, best first, with their scores."""

    total: int
    hits: list[tuple[Any, float]]
    facets: dict[str, Counter[str]]
    loose: bool = False
    """Some hits hold only some of the words."""
    reach: float = 1.0
    """What the best hit scores of what a page could that is about nothing else, so far as the engine can tell."""
    trace: Trace | None = None
