"""A page as a line in a list: the few columns that `components/entry.html` shows, without building whole page objects."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Func
from django.db.models.lookups import In

from pages import kinds
from pages.addresses import to_address
from pages.kinds import ContentKind

COLUMNS = (
    "pk",
    "content_type_id",
    "title",
    "url_path",
    "summary",
    "byline",
    "first_published_at",
    "audience_token",
    "public_since",
    "language",
    "space_id",
    "space__name",
)

# Depth in the tree of a space's blog, wiki and podcasts.
ROOMS_DEPTH = 5


@dataclass(slots=True)
class SpaceName:
    pk: int
    name: str


@dataclass(slots=True)
class Entry:
    """Made from a row of `values_list(*COLUMNS)`; answers what templates ask of a page in a list."""

    pk: int
    content_type_id: int
    title: str
    url_path: str
    summary: str
    byline: list[dict[str, str]]
    first_published_at: datetime | None
    audience_token: str
    public_since: datetime | None
    language: str
    space: SpaceName
    # What is read out after a title that another entry of the list has, too (`told_apart`).
    apart: str = ""

    @classmethod
    def of(cls, row: tuple[Any, ...]) -> "Entry":
        return cls(*row[:10], SpaceName(row[10], row[11]))

    def get_absolute_url(self) -> str:
        return to_address(self.url_path)

    @property
    def specific_kind(self) -> ContentKind:
        return kinds.kind_of_type(self.content_type_id)


def content_types_of(names: frozenset[str]) -> list[int]:
    """Ids of the content types whose pages are of these kinds; Django keeps them in memory after the first time."""
    models = [model for name, model in kinds.by_name().items() if name in names]
    return [content_type.pk for content_type in ContentType.objects.get_for_models(*models).values()]


class Unindexed(Func):
    """The same value, which SQLite does not look up in an index. PostgreSQL estimates well enough to be left alone."""

    template = "%(expressions)s"
    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)


def of_kinds(pages: Any, names: frozenset[str]) -> Any:
    """The pages of these kinds, for lists of the newest: a walk from the newest on, until the list is full.

    SQLite would rather gather all pages of each kind, and sort them: 150 ms at 20,000 pages, where the walk takes one.
    """
    return pages.filter(In(Unindexed(F("content_type_id")), content_types_of(names)))


def news(pages: Any, names: frozenset[str] | None = None) -> Any:
    """Those of the pages that can be called new, wherever new pages are listed: home, spaces, search, private feeds.

    Structure is not news: a space's blog, wiki and podcasts, and a page of a tree without a word, which only holds others. The
    start pages that an import adds are such; once somebody writes on one, it is a page like any other.
    """
    listed = of_kinds(pages, kinds.news_of_site() if names is None else names).filter(depth__gt=ROOMS_DEPTH)
    trees = frozenset(kind.name for kind in kinds.kinds() if kind.nests)
    return listed.exclude(body="", content_type__in=content_types_of(trees))
