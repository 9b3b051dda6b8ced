"""Kinds of content. Each is declared once, as `kind = ContentKind(…)` on its model; all lists of kinds
come from here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.utils.functional import Promise


class News(Enum):
    NOWHERE = "nowhere"
    SPACE = "space"  # on the front page of their space
    SITE = "site"  # there, on the home page, in search and in private feeds


# Compared by identity: two titles that are equal in English may differ in another language.
@dataclass(frozen=True, slots=True, eq=False)
class Room:
    """An app's part of every space, at `/spaces/<space>/<slug>/`, with a tab. Its model is the front page."""

    slug: str
    title: str | Promise
    # Text of the link to `-/new/`; empty if writing starts elsewhere.
    write_label: str | Promise = ""

    def new_address(self, space: Any) -> str:
        return f"{space.get_absolute_url()}{self.slug}/-/new/"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ContentKind:
    """A kind of page, for other apps.

    `name` is used in facets, filters, feeds and releases. A kind without one is structure, which search does not find.
    """

    name: str = ""
    label: str | Promise = ""
    news: News = News.NOWHERE
    # Its pages only group the pages below them: not for feeds or releases.
    holds_others: bool = False
    # Its pages form a tree, in which one without text only groups others.
    nests: bool = False
    # Foreign keys to a picture, recording or file, which get the audience of the page.
    media_fields: tuple[str, ...] = ()
    # The field that holds a transcript (`text.transcripts`).
    transcript_field: str = ""
    room: Room | None = None

    @property
    def is_item(self) -> bool:
        return bool(self.name) and not self.holds_others


@cache
def models() -> tuple[Any, ...]:
    return tuple(model for model in apps.get_models() if isinstance(getattr(model, "kind", None), ContentKind))


@cache
def by_name() -> dict[str, Any]:
    return {model.kind.name: model for model in models() if model.kind.name}


@cache
def kind_of_type(content_type: int) -> ContentKind:
    """The kind of a content type, by its id; an empty kind if the app is no longer installed."""
    found = getattr(ContentType.objects.get_for_id(content_type).model_class(), "kind", None)
    return found if isinstance(found, ContentKind) else ContentKind()


def label_of(name: str) -> str:
    model = by_name().get(name)
    return str(model.kind.label) if model else name


def kinds() -> Iterator[ContentKind]:
    return (model.kind for model in by_name().values())


@cache
def news_of_site() -> frozenset[str]:
    return frozenset(kind.name for kind in kinds() if kind.news is News.SITE)


@cache
def news_of_space() -> frozenset[str]:
    return frozenset(kind.name for kind in kinds() if kind.news is not News.NOWHERE)


@cache
def items() -> frozenset[str]:
    return frozenset(kind.name for kind in kinds() if kind.is_item)


@cache
def room_models() -> dict[Room, Any]:
    """The rooms of every space, in tab order, each with the model of its front page."""
    return {model.kind.room: model for model in models() if model.kind.room}


def rooms() -> tuple[Room, ...]:
    return tuple(room_models())


def apps_with_rooms() -> list[str]:
    return list(dict.fromkeys(apps.get_app_config(model._meta.app_label).name for model in room_models().values()))
