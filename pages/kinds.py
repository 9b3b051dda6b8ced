"""Kinds of content, each declared once, as `kind = ContentKind(…)` on its model; everything that lists kinds reads this."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.utils.functional import Promise


class News(Enum):
    """Where new pages of a kind are listed."""

    NOWHERE = "nowhere"
    SPACE = "space"  # on the front page of their space
    SITE = "site"  # there, on the home page, in search and in private feeds


# By identity: two equal titles need not be equal in another language.
@dataclass(frozen=True, slots=True, eq=False)
class Room:
    """What every space has of an app, at `/spaces/<space>/<slug>/`, with a tab; the model that declares it is its front page."""

    slug: str
    title: str | Promise
    # Text of the link to `-/new/`; empty where writing begins elsewhere.
    write_label: str | Promise = ""

    def new_address(self, space: Any) -> str:
        return f"{space.get_absolute_url()}{self.slug}/-/new/"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ContentKind:
    """What other apps need to know of a kind of page.

    `name` is in facets, filters, feeds and releases. Pages of a kind without one only hold others: nobody finds them.
    """

    name: str = ""
    label: str | Promise = ""
    news: News = News.NOWHERE
    # Its pages are there for those below them, and say nothing in a feed or to the public.
    holds_others: bool = False
    # Its pages are below one another, so that one without text may only hold others.
    nests: bool = False
    # Foreign keys to a picture, recording or file: what they show has the audience of the page.
    media_fields: tuple[str, ...] = ()
    # The field that holds a transcript (`text.transcripts`).
    transcript_field: str = ""
    room: Room | None = None

    @property
    def is_item(self) -> bool:
        """Whether a page of this kind is something to be read or heard by itself."""
        return bool(self.name) and not self.holds_others


@cache
def models() -> tuple[Any, ...]:
    """The models of pages of all kinds, in the order of `INSTALLED_APPS`."""
    return tuple(model for model in apps.get_models() if isinstance(getattr(model, "kind", None), ContentKind))


@cache
def by_name() -> dict[str, Any]:
    """The models whose pages can be found, by the name of their kind."""
    return {model.kind.name: model for model in models() if model.kind.name}


@cache
def kind_of_type(content_type: int) -> ContentKind:
    """The kind of the pages of a content type, by its id; of no kind where its app is no longer installed."""
    found = getattr(ContentType.objects.get_for_id(content_type).model_class(), "kind", None)
    return found if isinstance(found, ContentKind) else ContentKind()


def label_of(name: str) -> str:
    """What people call a kind; its name where no app declares it any more."""
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
    """Kinds that feeds hold and that can be released."""
    return frozenset(kind.name for kind in kinds() if kind.is_item)


@cache
def room_models() -> dict[Room, Any]:
    """The rooms of every space, in the order of their tabs, each with the model of its front page."""
    return {model.kind.room: model for model in models() if model.kind.room}


def rooms() -> tuple[Room, ...]:
    return tuple(room_models())


def apps_with_rooms() -> list[str]:
    """The apps whose addresses, in their module `urls`, belong to the site."""
    return list(dict.fromkeys(apps.get_app_config(model._meta.app_label).name for model in room_models().values()))
