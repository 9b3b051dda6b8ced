"""What a feed or a release says of a page, the same for every kind; a kind adds to it in its `feed_entry()`."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from media.models import Recording


@dataclass(frozen=True, slots=True)
class Sound:
    """What a listener plays: a recording of this site, or one that lives at `url`.

    `length` in bytes, 0 if unknown; `duration` in seconds.
    """

    media_type: str
    length: int
    duration: int | None
    recording: Recording | None = None
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """`html` is for whoever may read the page; `link` is an address elsewhere that the page is about."""

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
