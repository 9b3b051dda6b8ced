"""A feed before it has a format: the only input of every writer."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ps", "ur", "yi"})


@dataclass(frozen=True, slots=True)
class Enclosure:
    """An audio or video file; `length` in bytes (0 if unknown), `duration` in seconds."""

    url: str
    media_type: str
    length: int
    duration: int | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a feed. `html` is sanitised and has only absolute addresses; everything else is plain text."""

    uid: UUID
    url: str
    title: str
    html: str
    published_at: datetime
    updated_at: datetime
    summary: str = ""
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str = ""
    enclosure: Enclosure | None = None
    season: int | None = None
    number: int | None = None

    @property
    def content(self) -> str:
        """The HTML with its direction, because no feed format can say that a text runs right to left."""
        if not self.html or self.language.partition("-")[0] not in RIGHT_TO_LEFT:
            return self.html
        return f'<div lang="{self.language}" dir="rtl">{self.html}</div>'

    @property
    def guid(self) -> str:
        """The permanent id of the entry, the same in every format, whatever its address."""
        return self.uid.urn


@dataclass(frozen=True, slots=True)
class Podcast:
    """What podcast directories require besides (PSP-1, Apple, Podcasting 2.0)."""

    guid: UUID
    category: str
    explicit: bool
    author: str
    owner_email: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed of items, newest first. A private one asks directories to leave it out, and names no hub."""

    uid: UUID
    title: str
    description: str
    url: str
    feed_url: str
    language: str
    author: str
    updated_at: datetime
    items: tuple[Item, ...] = field(default_factory=tuple)
    picture_url: str = ""
    hub_url: str = ""
    podcast: Podcast | None = None
    private: bool = False
