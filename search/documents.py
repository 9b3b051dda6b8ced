"""The documents of the index: which sources there are, and what they say of objects of the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from modelsearch.backends.base import get_model_root

from media.models import Attachment, Picture
from pages.models import BasePage
from search.backends import fields
from search.comment_source import CommentSource
from search.engine import schema
from search.other_sources import MediaSource, PersonSource
from search.page_source import PageSource
from search.sources import Source

UNREAD = ("body", "html", "headings")
"""The long columns of a page that no index needs: `plain` is their text."""


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
    register(CommentSource())
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
    by_model = by_label(keys)
    found: list[dict[str, Any]] = []
    for label, pks in by_model.items():
        source = _sources.get(label)
        if source is not None:
            found += documents_of(source.queryset().filter(pk__in=pks))
    there = {document["key"] for document in found}
    return found, [f"{label}:{pk}" for label, pks in by_model.items() for pk in pks if f"{label}:{pk}" not in there]


def by_label(keys: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        label, _colon, pk = key.partition(":")
        found[label].append(pk)
    return found


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


def documents_of(objects: QuerySet[Any]) -> list[dict[str, Any]]:
    """Documents of both sorts of search: modelsearch's fields by the model of each object, and ours."""
    built: list[dict[str, Any]] = []
    by_type: dict[type[Model], list[Any]] = defaultdict(list)
    for obj in specific(objects) if objects.model is BasePage else objects:
        by_type[type(obj)].append(obj)
    for model, same in by_type.items():
        built += fields.documents(model, same)
    return built
