"""Filters of a blog by tag, author and year, as plain links with counts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.db.models import Count, Max, Min, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.models import BlogPostPage
from blog.querysets import BlogPostQuerySet
from pages.access import visible_to
from pages.models import BasePage, PageAuthor, PageTag
from pages.version import remembered
from text.collation import sort_key
from web.numbers import whole_number

MAX_FACET_VALUES = 15
# Other changes show at once; a person's new name only after this long.
CACHE_SECONDS = 600
NOTHING = ""


#: Those that an import takes.
YEARS = range(1900, 2201)


@dataclass(frozen=True, slots=True)
class Choice:
    """The filters that a reader chose. Unknown values count as no filter, so that no address is an error."""

    tag: str = ""
    author: str = ""
    year: int | str = ""

    @classmethod
    def of(cls, parameters: Mapping[str, str]) -> Choice:
        year = whole_number(parameters.get("year", ""), digits=4) or 0
        return cls(_term(parameters.get("tag")), _term(parameters.get("author")), year if year in YEARS else NOTHING)

    def __bool__(self) -> bool:
        return bool(self.tag or self.author or self.year)

    def among(self, posts: BlogPostQuerySet) -> BlogPostQuerySet:
        if self.tag:
            posts = posts.tagged(self.tag)
        if self.author:
            posts = posts.by(self.author)
        if self.year:
            posts = posts.of_year(int(self.year))
        return posts

    @property
    def query(self) -> str:
        return urlencode({name: value for name in ("tag", "author", "year") if (value := getattr(self, name))})


def state_of(person: Any, space_id: int) -> tuple[Any, ...]:
    """How many posts `person` can read, and two values that change whenever a post is changed, added or removed.

    Counted after a change of any page: one query on the table of all pages, where one index covers it
    (`page_state_of_space`).
    """
    return remembered(person, f"blog.state {space_id}", lambda: _state_of(person, space_id))


def _state_of(person: Any, space_id: int) -> tuple[Any, ...]:
    posts = visible_to(person, BasePage.objects.in_space(space_id).exact_type(BlogPostPage))
    state = posts.order_by().aggregate(Count("pk"), Sum("pk"), Max("latest_revision_created_at"))
    return tuple(state.values())


def facets(posts: BlogPostQuerySet, chosen: Choice, *, state: tuple[Any, ...]) -> list[dict[str, Any]]:
    """Years, tags and authors of `posts` (already filtered by access), each with its number of posts and its address.

    Counting reads every post, so the counts are cached until `state_of` changes. Two readers share them only if they
    can read exactly the same posts.
    """
    key = f"blog.facets:{hashlib.sha256(repr(state).encode()).hexdigest()}"
    counted = cache.get(key)
    if counted is None:
        counted = {"tag": _tags(posts), "author": _authors(posts), "year": _years(posts)}
        cache.set(key, counted, CACHE_SECONDS)
    labels = {"tag": _("Tags"), "author": _("Authors"), "year": _("Years")}
    return [
        {"label": labels[name], "values": [_facet(name, chosen, *value) for value in values]}
        for name, values in counted.items()
    ]


def _tags(posts: BlogPostQuerySet) -> list[tuple[str, str, int]]:
    tags = PageTag.objects.filter(content_object__in=posts.order_by().values("pk"))
    counted = tags.values_list("tag__slug").annotate(name=Min("label"), count=Count("pk"))
    most = counted.order_by("-count", "name")[:MAX_FACET_VALUES]
    return sorted(most, key=lambda row: (-row[2], sort_key(row[1])))


def _authors(posts: BlogPostQuerySet) -> list[tuple[str, str, int]]:
    authors = PageAuthor.objects.filter(page__in=posts.order_by().values("pk"))
    counted = (
        authors.values_list("person__username", "person__first_name", "person__last_name")
        .annotate(count=Count("pk"))
        .order_by("-count", "person__sort_key")[:MAX_FACET_VALUES]
    )
    return [(username, f"{first} {last}".strip() or username, count) for username, first, last, count in counted]


def _facet(name: str, chosen: Choice, value: Any, label: Any, count: int) -> dict[str, Any]:
    selected = getattr(chosen, name) == value
    query = replace(chosen, **{name: NOTHING if selected else value})
    return {"label": label, "count": count, "selected": selected, "url": f"?{query.query}"}


def _years(posts: BlogPostQuerySet) -> list[tuple[int, int, int]]:
    # By ranges: extracting the year would call back into Python for each row on SQLite.
    ends = posts.aggregate(first=Min("first_published_at"), last=Max("first_published_at"))
    if ends["first"] is None:
        return []
    first, last = (timezone.localtime(ends[name]).year for name in ("first", "last"))
    years = range(max(first, YEARS[0]), min(last, YEARS[-1]) + 1)
    counts = posts.aggregate(**{f"y{year}": Count("pk", filter=_within(year)) for year in years})
    return [(year, year, counts[f"y{year}"]) for year in reversed(years) if counts[f"y{year}"]]


def _within(year: int) -> Q:
    zone = timezone.get_current_timezone()
    start, end = datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)
    return Q(first_published_at__gte=start, first_published_at__lt=end)


def _term(typed: str | None) -> str:
    return (typed or "").strip()[:150]
