"""What the public would read of a page, worked out without writing anything: shown for a check first, then released."""

import hashlib
import json
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape, unescape
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from media.models import Picture, Recording
from pages.feed_entry import Sound
from pages.models import BasePage
from pages.texts import whole
from people.models import Space
from syndication.public_text import PublicText
from text import markup, transcripts
from text.slugs import cut

SUMMARY_LIMIT = 600
DIRECTORY_TYPES = frozenset(
    {"audio/mpeg", "audio/mp4", "audio/x-m4a", "audio/aac", "video/mp4", "video/quicktime", "video/x-m4v"}
)


@dataclass(frozen=True, slots=True)
class PublicCopy:
    """A page as strangers would read it. Addresses of media, of itself and of other releases in `html` are marks."""

    uid: UUID
    kind: str
    slug: str
    title: str
    summary: str
    html: str
    authors: list[str]
    tags: list[str]
    language: str
    source: str
    mark: str
    picture: Picture | None = None
    picture_alt: str = ""
    sound: Sound | None = None
    season: int | None = None
    number: int | None = None
    pictures: dict[int, Picture] = field(default_factory=dict)
    recordings: dict[int, Recording] = field(default_factory=dict)
    withheld: list[str] = field(default_factory=list)

    def with_addresses(self, address_of: Callable[[str, str], str]) -> str:
        """The HTML with every mark replaced by what `address_of(kind, rest)` says.

        `kind` is "picture" or "recording" (rest: its number), "released" (rest: channel/slug/) or "self" (rest: "" or #…).
        """
        pattern = re.compile(rf'\b(href|src)="{re.escape(self.mark)}/([a-z]+)/([^"]*)"')
        return pattern.sub(lambda found: f'{found[1]}="{address_of(found[2], found[3])}"', self.html)

    @property
    def is_refused_by_directories(self) -> bool:
        """Whether Apple lists no such sound (https://podcasters.apple.com/support/893-audio-requirements), as most others."""
        return self.sound is not None and self.sound.media_type not in DIRECTORY_TYPES

    @property
    def fingerprint(self) -> str:
        """Changes whenever anything that the public would read or hear changes, except for the name of the space.

        A release keeps it, so that a page inside can say whether the public reads the same.
        """
        sound = self.sound and (self.sound.url or (self.sound.recording and self.sound.recording.sha256))
        shown = [self.picture, *(picture for _pk, picture in sorted(self.pictures.items()))]
        read = [
            *(self.kind, self.title, self.summary, self.html.replace(self.mark, ""), self.authors, self.tags),
            *(self.language, sound, self.season, self.number),
            *([picture.pk, picture.file.name, picture.description] for picture in shown if picture),
            *(recording.sha256 for _pk, recording in sorted(self.recordings.items())),
        ]
        return hashlib.sha256(json.dumps(read).encode()).hexdigest()

    def differs_from(self, release: Any) -> bool:
        """Whether the public reads something else. The name of a space that was closed leaves its releases by itself, and
        follows a renaming; after a move, or once the space is open again, somebody has to let the name out."""
        return bool(self.fingerprint != release.fingerprint or self.source != release.source)


def can_be_copied(page: BasePage) -> bool:
    """Whether a page is something to be read or heard by itself, and published inside."""
    return page.live and page.specific_kind.is_item


def public_copy(page: BasePage) -> PublicCopy:
    """What the public would read of `page` if somebody released it now. Writes nothing.

    Raises `ValidationError` for a text that was stored under wider limits than there are now.
    """
    page = page.specific
    mark = f"/-/{secrets.token_hex(8)}"
    try:
        text = PublicText(page, mark)
    except markup.TextTooLong as problem:
        raise ValidationError(_("This text is too long to release. Split it into several pages.")) from problem
    entry, lead = whole(page).feed_entry(), page.lead_picture()
    return PublicCopy(
        uid=page.uid,
        kind=entry.kind,
        slug=cut(page.slug, 110),
        title=text.words(page.title),
        summary=text.words(entry.summary if page.summary else _excerpt(text.html))[:SUMMARY_LIMIT],
        html=text.html + _link_to(entry.link, text) + _transcript_html(page, text),
        authors=list(entry.authors),
        tags=[text.words(tag) for tag in entry.tags],
        language=page.language,
        source=source_of(page.space),
        mark=mark,
        picture=lead,
        picture_alt=text.words(lead.description) if lead else "",
        sound=entry.sound,
        season=entry.season,
        number=entry.number,
        pictures=text.pictures,
        recordings=text.recordings,
        withheld=text.withheld,
    )


def source_of(space: Space | None) -> str:
    """The space's name; not even the name of a space that only its members see leaves the house."""
    return space.name if space is not None and space.see == Space.See.STAFF else ""


def _link_to(address: str, text: PublicText) -> str:
    """The link that a page is about, after its text."""
    if not address.startswith(("https://", "http://")) or text.words(address) != address:
        return ""
    return f'<p><a href="{escape(address)}" rel="noopener noreferrer">{escape(address)}</a></p>'


def _excerpt(html: str) -> str:
    # From the public text, not from the page's own: what was withheld must not come back in the summary.
    words = re.sub(r"<[^>]+>", " ", html).split()

    return unescape(" ".join(words[:40]) + (" …" if len(words) > 40 else ""))


def _transcript_html(page: BasePage, text: PublicText) -> str:
    # Read first and then withheld: an entity may stand for the "@" before a name.
    spoken = "".join(f"<p>{escape(text.words(said))}</p>" for said in transcripts.paragraphs(page.transcript_text))
    return f"<h2>{escape(_('Transcript'))}</h2>{spoken}" if spoken else ""
