"""One row of the page of results."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from search.engine.reader import STAFF
from text.spoken import clock


@dataclass(frozen=True)
class Place:
    """The space of a result."""

    slug: str
    name: str


@dataclass
class Result:
    """One row of the page of results, read from the database under the door."""

    uid: str
    kind: str
    kind_label: Any
    title: str
    url: str
    audience: str = STAFF
    space: Place | None = None
    authors: list[dict[str, str]] = field(default_factory=list)
    tags: list[dict[str, str]] = field(default_factory=list)
    published_at: datetime | None = None
    review_date: Any = None
    language: str = "en"
    source_path: str | None = None
    text: str = ""
    snippet: str = ""
    second: int | None = None
    """When the words are said, in seconds from the beginning of the recording."""
    apart: str = ""
    """What is read out after a title that another result of the page has, too."""
    named: bool = False
    """A person or space that the query calls by its name."""
    score: float = 0.0
    choice: Any = None
    """Why a curator put it on top of this query, where one did (`search.curation.current.Choice`)."""

    @property
    def above(self) -> list[str]:
        """What it is filed under in its space, in the words of its address: the names there may not be hers to read."""
        parts = self.url.strip("/").split("/")
        return [slug.replace("-", " ").capitalize() for slug in parts[3:-1]] if parts[0] == "spaces" else []

    @property
    def review_overdue(self) -> bool:
        return self.review_date is not None and self.review_date < timezone.localdate()

    @property
    def moment_url(self) -> str:
        """The address that opens the player at the second."""
        return f"{self.url}#t={self.second}"

    @property
    def clock(self) -> str:
        return clock(self.second or 0)
