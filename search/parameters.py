"""What the address of a search says. Junk means nothing, and never an error."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Min, Q
from django.http import QueryDict

from pages.models import PageTag
from people.audiences import STAFF
from people.models import Person, Space
from search.query import Query, parse
from text.collation import sort_key
from text.slugs import slug_or
from web.numbers import whole_number
from web.paging import page_number

FACETS = {
    "kind": "k_kind",
    "space": "k_space",
    "author": "k_author",
    "tag": "k_tag",
    "year": "k_year",
    "lang": "k_lang",
    "type": "k_type",
}
"""Parameter to index field."""
PAGE_SIZE = 10
LAST_PAGE = 500
SORTS = ("relevance", "date")


@dataclass(frozen=True)
class Parameters:
    """A search as it is asked for. `narrowed` maps facet to the value chosen, as it stands in the address."""

    query: str = ""
    parsed: Query = field(default_factory=Query)
    narrowed: tuple[tuple[str, str], ...] = ()
    sort: str = "relevance"
    page: int = 1
    dates_are_words: bool = False

    @classmethod
    def read(cls, asked: QueryDict) -> Parameters:
        query = asked.get("q", "").strip()[:3_000]
        narrowed = tuple((name, value[:200]) for name in FACETS if (value := asked.get(name, "").strip()))
        sort = asked.get("sort", "")
        page = min(page_number(asked), LAST_PAGE)
        words = asked.get("dates") == "words"
        parsed = parse(query, dates_are_words=words)
        return cls(query, parsed, narrowed, sort if sort in SORTS else SORTS[0], page, words)

    def undated(self) -> Parameters:
        """The same words at any time, with those that told a time among them."""
        return replace(self, parsed=parse(self.query, dates_are_words=True), dates_are_words=True)

    @property
    def empty(self) -> bool:
        return self.parsed.empty and not self.narrowed

    def address(self, **changed: str | None) -> str:
        """The query string of this search with some parameters changed, or left out where None; back on page one."""
        sort, dates = "" if self.sort == SORTS[0] else self.sort, "words" if self.dates_are_words else ""
        values = {"q": self.query, **dict(self.narrowed), "sort": sort, "dates": dates, **changed}
        return "?" + urlencode({name: value for name, value in values.items() if value})

    def filters(self) -> dict[str, frozenset[str]]:
        """Index field to accepted marks: the address narrows, and so do `space:` and its like in the query."""
        wanted: dict[str, list[set[str]]] = {}
        for name, value in (*self.narrowed, *self.parsed.filters):
            wanted.setdefault(FACETS[name], []).append(marks(name, value))
        return {name: frozenset(set.intersection(*sets)) for name, sets in wanted.items()}


def marks(name: str, value: str) -> set[str]:
    """The marks that a value of a facet stands for; a name that fits nothing stands for itself, and finds nothing."""
    if name == "space":
        # A sort key is equal for names that differ by nothing but blanks, case and what nobody sees.
        found = Space.objects.filter(Q(slug=value.lower()) | Q(sort_key=sort_key(value))).values_list("pk", flat=True)
        return {str(pk) for pk in found} or {"-"}
    if name == "author":
        people = list(Person.objects.named([value])) or Person.objects.called(value)
        return {person.username for person in people[:50]} or {value}
    if name in ("kind", "lang", "type"):
        return {value.lower()}
    if name == "tag":
        # Tags of before have the addresses that they were given then.
        return {value, value.lower().replace(" ", "-"), slug_or(value, value)}
    return {value}


def labels(name: str, values: list[str]) -> dict[str, dict[str, Any]]:
    """What a facet's marks are called, and what stands for them in the address."""
    if name == "space":
        rows = Space.objects.filter(pk__in=[value for value in values if whole_number(value) is not None])
        return {str(pk): {"value": slug, "label": title} for pk, slug, title in rows.values_list("pk", "slug", "name")}
    if name == "author":
        people = Person.objects.filter(username__in=values).values_list("username", "first_name", "last_name")
        return {
            username: {"value": username, "label": f"{first} {last}".strip() or username}
            for username, first, last in people
        }
    if name == "tag":
        # As it is typed on pages that all staff may read; where there is none, nobody's spelling is told.
        open_to_all = PageTag.objects.filter(content_object__live=True, content_object__audience_token=STAFF)
        rows = open_to_all.filter(tag__slug__in=values).values_list("tag__slug").annotate(label=Min("label"))
        spelt = {slug: {"value": slug, "label": label or slug} for slug, label in rows}
        return {value: {"value": value, "label": value} for value in values} | spelt
    if name == "lang":
        known = dict(settings.INTRANET_CONTENT_LANGUAGES)
        return {value: {"value": value, "label": str(known[value])} for value in values if value in known}
    if name == "type":
        return {value: {"value": value, "label": value.upper()} for value in values}
    return {}
