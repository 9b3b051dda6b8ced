"""A page as feeds and releases use it, the same for all kinds; each kind adds to it in `feed_entry()`."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from media.models import Recording


@dataclass(frozen=True, slots=True)
class Sound:
    """Audio or video: a recording on this site, or one at `url`.

    `length` in bytes, 0 if unknown; `duration` in seconds.
    """

    media_type: str
    length: int
    duration: int | None
    recording: Recording | None = None
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """`html` is for people who can read the page; `link` is an address elsewhere that the page is about."""

    uid: UUID
    kind: str
    title: str
    url: str
    summary: str
    html: str
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    language: str
    published_at: datetime | None
    updated_at: datetime | None
    link: str = ""
    sound: Sound | None = None
    season: int | None = None
    number: int | None = None
