"""What can be found: one `Source` a model says what the index holds of an object and what a result shows of it.

A new kind of page needs nothing here: its `search_fields` are its text. Another model registers one class.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, reduce
from operator import or_
from typing import Any, NamedTuple
from zlib import crc32

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Model, Q, QuerySet, Value
from django.db.models.functions import Concat, Substr
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelsearch.backends.base import get_model_root
from modelsearch.index import SearchField

from media.models import Attachment, Picture
from pages import kinds
from pages.access import visible_to
from pages.addresses import to_address
from pages.entries import content_types_of
from pages.models import BasePage, PageAuthor, PageLink, PageTag, SpacePage
from pages.prepared import PreparedQuery
from people.models import Person
from search.backends import fields
from search.engine import schema
from search.engine.analysis import STEMMERS, analyzer, whole, written_positions
from search.engine.reader import STAFF
from search.engine.snippets import SCANNED
from text import transcripts
from text.spoken import Spoken, clock

UNREAD = ("body", "html", "headings")
"""The long columns of a page that no index needs: `plain` is their text."""


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


class PageSource(Source):
    """Pages of every kind that has a name."""

    model = BasePage

    def queryset(self) -> QuerySet[Any]:
        return BasePage.objects.all()

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


class PersonSource(Source):
    """Everybody who works here, for everybody who works here."""

    model = Person

    def documents(self, objects: Sequence[Any]) -> list[SearchDocument | None]:
        return [
            SearchDocument(
                kind="person",
                title=person.name,
                audience=STAFF,
                language="",
                text=[person.username, person.job_title, person.about, *map(str, person.skills)],
            )
            if person.is_active
            else None
            for person in objects
        ]

    def _audiences(self, pks: Sequence[str]) -> Iterable[tuple[Any, str]]:
        return ((pk, STAFF) for pk in Person.objects.filter(pk__in=pks, is_active=True).values_list("pk", flat=True))

    titles = ("whole_name", "username")
    texts = ("job_title", "about", "skills")

    def readable(self, tokens: frozenset[str]) -> QuerySet[Any]:
        people = Person.objects.annotate(whole_name=Concat("first_name", Value(" "), "last_name"))
        return people.filter(is_active=True) if STAFF in tokens else people.none()

    def marks(self, found: QuerySet[Any], most: int) -> Iterator[Marks]:
        values = {"k_kind": ("person",)}
        for pk, name, username in found.order_by("-pk").values_list("pk", "whole_name", "username")[:most]:
            yield Marks(pk, name.strip() or username, 0, values)

    def results(self, pks: Sequence[str], person: Any, tokens: frozenset[str]) -> dict[str, Result]:
        if STAFF not in tokens:
            return {}
        return {
            str(found.pk): Result(
                uid=f"person:{found.username}",
                kind="person",
                kind_label=str(_("Person")),
                title=found.name,
                url=found.get_absolute_url(),
                text="\n".join(filter(None, (found.job_title, found.about, ", ".join(map(str, found.skills))))),
            )
            for found in Person.objects.filter(pk__in=pks, is_active=True)
        }


def file_type(name: str) -> str:
    """What readers call the type of a file: its ending, one for those that mean the same; "" without one."""
    ending = name.rpartition("/")[2].rpartition(".")[2].lower() if "." in name else ""
    return {"jpeg": "jpg", "tiff": "tif", "htm": "html"}.get(ending, ending)[:8]


class MediaSource(Source):
    """Pictures and files, by their title and what describes them."""

    def __init__(self, model: type[Model], kind: str, label: Any) -> None:
        self.model, self.kind, self.label = model, kind, label
        described = [one.name for one in model._meta.get_fields() if one.name == "description"]
        self.texts = ("file", *described)

    def readable(self, tokens: frozenset[str]) -> QuerySet[Any]:
        return self.queryset().filter(audience_token__in=tokens)

    def marks(self, found: QuerySet[Any], most: int) -> Iterator[Marks]:
        columns = ("pk", "title", "created_at", "space", "file")
        for pk, title, at, space, name in found.order_by("-created_at", "-pk").values_list(*columns)[:most]:
            values = {
                "k_kind": (self.kind,),
                "k_type": (file_type(name),) if file_type(name) else (),
                "k_space": (str(space),) if space else (),
                "k_year": (year_of(at),),
            }
            yield Marks(pk, title, int(at.timestamp()), values)

    def documents(self, objects: Sequence[Any]) -> list[SearchDocument | None]:
        return [
            SearchDocument(
                kind=self.kind,
                title=item.title,
                audience=item.audience_token or STAFF,
                text=[getattr(item, "description", ""), item.file.name.rpartition("/")[2]],
                language="",
                file_type=file_type(item.file.name),
                space=str(item.space_id or ""),
                at=item.created_at,
            )
            for item in objects
        ]

    def results(self, pks: Sequence[str], person: Any, tokens: frozenset[str]) -> dict[str, Result]:
        rows = self.queryset().filter(pk__in=pks, audience_token__in=tokens).select_related("space")
        return {
            str(item.pk): Result(
                uid=f"{self.kind}:{item.pk}",
                kind=self.kind,
                kind_label=str(self.label),
                title=item.title,
                url=item.get_absolute_url(),
                audience=item.audience_token,
                space=Place(item.space.slug, item.space.name) if item.space else None,
                published_at=item.created_at,
                text=getattr(item, "description", ""),
            )
            for item in rows
        }


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Makes objects of a model findable; called when an app is ready."""
    _sources[source.model._meta.label_lower] = source


def sources() -> list[Source]:
    return list(_sources.values())


def source_of(key: str) -> Source | None:
    return _sources.get(key.partition(":")[0])


def register_own() -> None:
    """The kinds that search knows by itself; and where modelsearch finds the text that we index anyway."""
    register(PageSource())
    register(PersonSource())
    register(MediaSource(Picture, "picture", _("Picture")))
    register(MediaSource(Attachment, "file", _("File")))
    fields.alias(BasePage, {"summary": schema.TEXT, "plain": schema.TEXT, "spoken": schema.TEXT})
    fields.extend(site_fields)


def site_fields(objects: Sequence[Model]) -> list[dict[str, Any]]:
    """The fields of the search page for objects of one root model, empty for those that are not to be found there."""
    if not objects:
        return []
    source = _sources.get(get_model_root(type(objects[0]))._meta.label_lower)
    if source is None:
        return [{} for _object in objects]
    return [found.index_fields() if found is not None else {} for found in source.documents(objects)]


def key_of(obj: Model) -> str:
    return fields.key_of(obj)


def page_key(pk: int | str) -> str:
    return f"{BasePage._meta.label_lower}:{pk}"


def read(keys: Iterable[str]) -> tuple[list[dict[str, Any]], list[str]]:
    """The index documents of these objects as the database holds them now, and the keys of those that are gone."""
    by_model: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        label, _colon, pk = key.partition(":")
        by_model[label].append(pk)
    found: list[dict[str, Any]] = []
    for label, pks in by_model.items():
        source = _sources.get(label)
        if source is not None:
            objects = source.queryset().filter(pk__in=pks)
            found += documents_of(source, specific(objects) if label == BasePage._meta.label_lower else list(objects))
    there = {document["key"] for document in found}
    return found, [f"{label}:{pk}" for label, pks in by_model.items() for pk in pks if f"{label}:{pk}" not in there]


def specific(pages: QuerySet[Any]) -> list[Any]:
    """Pages as objects of their own kind, one query a kind, in the order of the query."""
    types = dict(pages.values_list("pk", "content_type"))
    by_type: dict[int, list[int]] = defaultdict(list)
    for pk, content_type in types.items():
        by_type[content_type].append(pk)
    found: dict[int, Any] = {}
    for content_type, pks in by_type.items():
        model: Any = ContentType.objects.get_for_id(content_type).model_class() or BasePage
        for page in model._default_manager.filter(pk__in=pks).select_related("space").defer(*UNREAD):
            found[page.pk] = page
    return [found[pk] for pk in types if pk in found]


def documents_of(source: Source, objects: Sequence[Any]) -> list[dict[str, Any]]:
    """Documents of both sorts of search: modelsearch's fields by the model of each object, and ours."""
    built: list[dict[str, Any]] = []
    by_type: dict[type[Model], list[Any]] = defaultdict(list)
    for obj in objects:
        by_type[type(obj)].append(obj)
    for model, same in by_type.items():
        built += fields.documents(model, same)
    return built
