"""How pages of every kind are found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any
from zlib import crc32

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Substr
from modelsearch.index import SearchField

from pages import kinds
from pages.access import visible_to
from pages.addresses import BIN_PATH, to_address
from pages.entries import content_types_of
from pages.models import BasePage, PageAuthor, PageLink, PageTag, SpacePage
from pages.prepared import PreparedQuery
from search.backends import fields
from search.engine.reader import STAFF
from search.engine.snippets import SCANNED
from search.results import Place, Result
from search.sources import Marks, SearchDocument, Source, year_of
from text import transcripts
from text.spoken import Spoken


class PageSource(Source):
    """Pages of every kind that has a name."""

    model = BasePage

    def queryset(self) -> QuerySet[Any]:
        return BasePage.objects.exclude(url_path__startswith=BIN_PATH)

    def documents(self, objects: Sequence[Any]) -> list[SearchDocument | None]:
        anchors, links = self._links(objects)
        return [self._document(page, anchors[page.pk], links[page.pk]) for page in objects]

    def _document(self, page: Any, anchors: list[str], links: list[str]) -> SearchDocument | None:
        if not (page.live and page.kind.name and page.audience_token):
            return None
        declared = type(page).get_search_fields()
        text = [
            fields.as_text(one.get_value(page))
            for one in declared
            if isinstance(one, SearchField) and one.field_name != "title"
        ]
        if isinstance(page, SpacePage) and page.space_id:
            text += [page.space.name, page.space.description]
        text += [label["name"] for label in page.labels] + [author["name"] for author in page.byline]
        return SearchDocument(
            kind=page.kind.name,
            title=page.title,
            audience=page.audience_token,
            text=text,
            language=page.language,
            space=str(page.space_id or ""),
            authors=[author["username"] for author in page.byline if author.get("username")],
            tags=[label["slug"] for label in page.labels],
            at=page.first_published_at,
            anchors=anchors,
            links=links,
        )

    @staticmethod
    def _links(pages: Sequence[Any]) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
        """Link texts that other pages use for each page, and a mark for each link that it makes itself.

        Words of a page that a reader may not see would leak through what they help to find: only link texts of pages for
        all staff count, and those of the same audience.
        """
        anchors: dict[int, list[str]] = defaultdict(list)
        links: dict[int, list[str]] = defaultdict(list)
        audiences = {page.pk: page.audience_token for page in pages}
        rows = PageLink.objects.filter(page__live=True).exclude(text="")
        for target, text, token in rows.filter(to_page__in=audiences).values_list(
            "to_page", "text", "page__audience_token"
        ):
            if token in (STAFF, audiences[target]) and text not in anchors[target]:
                anchors[target].append(text)
        outgoing = rows.filter(page__in=audiences, to_page__isnull=False)
        for page, target, text, token in outgoing.values_list("page", "to_page", "text", "page__audience_token"):
            links[page].append(f"{target}:{crc32(f'{token} {text}'.encode()):08x}")
        return anchors, links

    def results(self, pks: Sequence[str], person: Any, tokens: frozenset[str]) -> dict[str, Result]:
        found: dict[str, Result] = {}
        for first in range(0, len(pks), AT_ONCE):
            asked = [int(pk) for pk in pks[first : first + AT_ONCE]]
            asked += asked[-1:] * (AT_ONCE - len(asked))
            rows = _page_rows(person, **dict(zip(PKS, asked, strict=True)))
            found.update((str(row[0]), self._result(row)) for row in rows)
        return found

    def _audiences(self, pks: Sequence[str]) -> Iterable[tuple[Any, str]]:
        pages = BasePage.objects.filter(pk__in=pks, live=True, content_type__in=_kinds_of_pages())
        return pages.values_list("pk", "audience_token")

    def spoken(self, results: Sequence[Result]) -> dict[str, Spoken]:
        found: dict[str, Spoken] = {}
        for model in kinds_that_speak():
            if uids := [one.uid for one in results if one.kind == model.kind.name]:
                name = model.kind.transcript_field
                rows = model.objects.filter(uid__in=uids).exclude(**{name: ""}).values_list("uid", name)
                found |= {str(uid): transcripts.spoken(text) for uid, text in rows}
        return found

    texts = ("plain", "summary")

    def holds(self, pattern: str, *, title: bool = False) -> Q:
        found = super().holds(pattern, title=title)
        if title:
            return found
        for model in kinds_that_speak():
            found |= Q((f"{model._meta.model_name}__{model.kind.transcript_field}__iregex", pattern))
        fronts = Q(content_type__in=_kinds_of_pages(SpacePage.kind.name))
        found |= fronts & (Q(space__name__iregex=pattern) | Q(space__description__iregex=pattern))
        people = Q(person__first_name__iregex=pattern) | Q(person__last_name__iregex=pattern)
        return (
            found
            | Q(pk__in=PageTag.objects.filter(label__iregex=pattern).values("content_object"))
            | Q(pk__in=PageAuthor.objects.filter(people).values("page"))
        )

    def readable(self, tokens: frozenset[str]) -> QuerySet[Any]:
        return BasePage.objects.filter(live=True, audience_token__in=tokens, content_type__in=_kinds_of_pages())

    def marks(self, found: QuerySet[Any], most: int) -> Iterator[Marks]:
        columns = ("pk", "title", "first_published_at", "content_type", "space", "language", "byline", "labels")
        for pk, title, at, content_type, space, language, byline, labels in found.order_by(
            F("first_published_at").desc(nulls_last=True), "-pk"
        ).values_list(*columns)[:most]:
            values = {
                "k_kind": (kinds.kind_of_type(content_type).name,),
                "k_space": (str(space),) if space else (),
                "k_author": tuple(one["username"] for one in byline if one.get("username")),
                "k_tag": tuple(one["slug"] for one in labels),
                "k_lang": (language[:2],),
                "k_year": (year_of(at),) if at else (),
            }
            yield Marks(pk, title, int(at.timestamp()) if at else 0, values)

    @staticmethod
    def _result(row: tuple[Any, ...]) -> Result:
        content_type, space, name, slug, summary, beginning = row[1:7]
        kind = kinds.kind_of_type(content_type)
        uid, title, url_path, *shown = row[7:]
        place = Place(slug, name) if space else None
        result = Result(str(uid), kind.name, kind.label, title, to_address(url_path), shown[0], place)
        result.authors, result.tags, result.published_at, result.review_date, result.language, result.source_path = (
            shown[1:]
        )
        result.text = "\n".join(filter(None, (summary, beginning)))
        return result


AT_ONCE = 10
"""Pages that one prepared statement asks for: those of one page of results."""
PKS = [f"pk{place}" for place in range(AT_ONCE)]
COLUMNS = (
    "pk",
    "content_type",
    "space",
    "space__name",
    "space__slug",
    "summary",
    Substr("plain", 1, SCANNED),
    "uid",
    "title",
    "url_path",
    "audience_token",
    "byline",
    "labels",
    "first_published_at",
    "review_date",
    "language",
    "source_path",
)


def _pages_of(reader: Any, **pks: int) -> QuerySet[Any]:
    return visible_to(reader, BasePage.objects.filter(pk__in=list(pks.values())).order_by()).values_list(*COLUMNS)


_page_rows = PreparedQuery(_pages_of, **dict.fromkeys(PKS, int))


@cache
def _kinds_of_pages(name: str = "") -> list[int]:
    """The content types of pages that can be found, or of one kind."""
    return content_types_of(frozenset({name} if name else kinds.by_name()))


def kinds_that_speak() -> list[Any]:
    """Models of pages with a transcript."""
    return [model for model in kinds.by_name().values() if model.kind.transcript_field]
