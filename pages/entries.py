"""Pages as entries of a list, from the few columns that `components/entry.html` shows."""

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

# The level of a space's blog, wiki and podcasts in the tree.
ROOMS_DEPTH = 5


@dataclass(slots=True)
class SpaceName:
    pk: int
    name: str


@dataclass(slots=True)
class Entry:
    """Made from a row of `values_list(*COLUMNS)`; has what templates use of a page in a list."""

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
    # Read out after a title that another entry in the list has too (`told_apart`).
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
    models = [model for name, model in kinds.by_name().items() if name in names]
    return [content_type.pk for content_type in ContentType.objects.get_for_models(*models).values()]


class Unindexed(Func):
    """The same value, for which SQLite does not use an index. PostgreSQL's planner needs no such help."""

    template = "%(expressions)s"
    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)


def of_kinds(pages: Any, names: frozenset[str]) -> Any:
    """The pages of these kinds, for lists of the newest: read from the newest on until the list is full.

    SQLite would rather collect all pages of each kind and sort them: 150 ms with 20,000 pages, instead of 1 ms.
    """
    return pages.filter(In(Unindexed(F("content_type_id")), content_types_of(names)))


def news(pages: Any, names: frozenset[str] | None = None) -> Any:
    """Pages that count as new wherever new pages are listed: home, spaces, search, private feeds.

    Structure does not count: a space's blog, wiki and podcasts, and pages without text that only have children, such as
    the start pages of an import. Once a page gets a text, it counts.
    """
    listed = of_kinds(pages, kinds.news_of_site() if names is None else names).filter(depth__gt=ROOMS_DEPTH)
    trees = frozenset(kind.name for kind in kinds.kinds() if kind.nests)
    return listed.exclude(body="", content_type__in=content_types_of(trees))
