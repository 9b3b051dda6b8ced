"""What can be found: one `Source` for each model says what the index holds of an object and what a result shows of it.

A new kind of page needs nothing here: its `search_fields` are its text. Another model registers one class.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from search.engine import schema
from search.engine.analysis import STEMMERS, analyzer, written_positions
from search.engine.words import whole
from search.results import Result
from text.spoken import Spoken


def year_of(at: datetime) -> str:
    """The year in which something was written, as everywhere on the site: by its time zone."""
    return str(timezone.localtime(at, timezone.get_default_timezone()).year)


@dataclass
class SearchDocument:
    """An object as the search page finds it. `audience` is the token of who may read it; `language` is "" for what has none."""

    kind: str
    title: str
    audience: str
    text: list[str] = field(default_factory=list)
    language: str = "en"
    file_type: str = ""
    space: str = ""
    authors: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    at: datetime | None = None
    anchors: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    def index_fields(self) -> dict[str, Any]:
        language = self.language[:2] if self.language[:2] in STEMMERS else "en"
        read = analyzer(language).read
        counts, written = read([self.title, *filter(None, self.text)])
        document: dict[str, Any] = {
            schema.TEXT + language: counts,
            schema.TITLE + language: read([self.title])[0],
            schema.WORDS: written,
            schema.NAME: written_positions([self.title]),
            "k_title": whole(self.title),
            "k_kind": self.kind,
            "k_audience": self.audience,
            "k_space": self.space,
            "k_author": self.authors,
            "k_tag": self.tags,
            "k_links": self.links,
        }
        # No mark is better than an empty one, which would be counted as a choice.
        document |= {name: mark for name, mark in (("k_lang", self.language[:2]), ("k_type", self.file_type)) if mark}
        if self.anchors:
            document[schema.ANCHOR + language] = read(self.anchors)[0]
            document["k_anchor"] = [mark for text in self.anchors if (mark := whole(text))]
        if self.at is not None:
            document["k_year"] = year_of(self.at)
            document["at"] = int(self.at.timestamp())
        return document


class Marks(NamedTuple):
    """What the database knows of one object for filters and facets: `values` maps the index's fields to marks."""

    pk: Any
    title: str
    at: int
    values: Mapping[str, tuple[str, ...]]


class Source:
    """How one model is found. `documents` and `results` keep the order of what they are given."""

    model: type[Model]

    def queryset(self) -> QuerySet[Any]:
        return self.model._default_manager.all()

    def documents(self, objects: Sequence[Any]) -> list[SearchDocument | None]:
        """None for what nobody may find."""
        raise NotImplementedError

    def results(self, pks: Sequence[str], person: Any, tokens: frozenset[str]) -> dict[str, Result]:
        """Primary key, as text, to result, for those that the person may read now."""
        raise NotImplementedError

    def audiences(self, pks: Sequence[str]) -> dict[str, str]:
        """Primary key, as text, to the token of who may read it at this moment, for what can be found."""
        return {str(pk): token for pk, token in self._audiences(pks)}

    def _audiences(self, pks: Sequence[str]) -> Iterable[tuple[Any, str]]:
        return self.queryset().filter(pk__in=pks).values_list("pk", "audience_token")

    def spoken(self, results: Sequence[Result]) -> dict[str, Spoken]:
        """What is said in the recordings of these results, by uid."""
        return {}

    # Where no index answers

    titles: tuple[str, ...] = ("title",)
    """Columns of `readable` that make the title."""
    texts: tuple[str, ...] = ()
    """Columns with what else can be found."""

    def holds(self, pattern: str, *, title: bool = False) -> Q:
        """The condition that a regular expression is met by the title, or by anything that can be found."""
        columns = self.titles if title else (*self.titles, *self.texts)
        return reduce(or_, (Q((f"{column}__iregex", pattern)) for column in columns))

    def readable(self, tokens: frozenset[str]) -> QuerySet[Any]:
        """What a reader with these audiences may find."""
        raise NotImplementedError

    def marks(self, found: QuerySet[Any], most: int) -> Iterator[Marks]:
        """What each of these is filtered and counted by, the newest first, and no more than `most`."""
        raise NotImplementedError
