"""The public copy of a page, made without writing anything: first shown to be checked, then released."""

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

from media.models import Attachment, Picture, Recording
from pages.feed_entry import Sound
from pages.models import BasePage
from pages.texts import whole
from people.models import Space
from syndication.addresses import public_url
from syndication.public_text import PublicText
from text import markup, transcripts
from text.slugs import cut

SUMMARY_LIMIT = 600
EXCERPT_WORDS = 40
_TAG = re.compile(r"<[^>]+>")
# These stand inside a word or beside its punctuation, so no space is read in their place.
_INLINE_TAG = re.compile(r"</?(?:a|abbr|b|bdi|cite|code|del|em|i|ins|kbd|mark|q|s|small|span|strong|sub|u|wbr)\b[^>]*>")
DIRECTORY_TYPES = frozenset(
    {"audio/mpeg", "audio/mp4", "audio/x-m4a", "audio/aac", "video/mp4", "video/quicktime", "video/x-m4v"}
)


@dataclass(frozen=True, slots=True)
class PublicCopy:
    """A page as the public would read it.

    In `html`, placeholders replace addresses of media, releases and the page itself.
    """

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
    attachments: dict[int, Attachment] = field(default_factory=dict)
    withheld: list[str] = field(default_factory=list)

    def with_addresses(self, address_of: Callable[[str, str], str]) -> str:
        """The HTML with each placeholder replaced by `address_of(kind, rest)`.

        `kind` is "picture", "recording" or "file" (rest: its number), "released" (rest: channel/slug/) or "self" (rest: "" or
        #…).
        """
        return with_addresses(self.html, self.mark, address_of)

    @property
    def is_refused_by_directories(self) -> bool:
        """Whether Apple, like most others, refuses it: https://podcasters.apple.com/support/893-audio-requirements."""
        return self.sound is not None and self.sound.media_type not in DIRECTORY_TYPES

    @property
    def fingerprint(self) -> str:
        """Changes whenever anything changes that the public would read or hear, except for the name of the space.

        It is stored with the release, to tell whether the public reads the current text.
        """
        sound = self.sound and (self.sound.url or (self.sound.recording and self.sound.recording.sha256))
        shown = [self.picture, *(picture for _pk, picture in sorted(self.pictures.items()))]
        read = [
            *(self.kind, self.title, self.summary, self.html.replace(self.mark, ""), self.authors, self.tags),
            *(self.language, sound, self.season, self.number),
            *([picture.pk, picture.file.name, picture.description] for picture in shown if picture),
            *(recording.sha256 for _pk, recording in sorted(self.recordings.items())),
            *([file.pk, file.file.name] for _pk, file in sorted(self.attachments.items())),
        ]
        return hashlib.sha256(json.dumps(read).encode()).hexdigest()

    @property
    def version(self) -> str:
        """What a person has read before she releases it: the fingerprint, and the name of the space."""
        return hashlib.sha256(f"{self.fingerprint} {self.source}".encode()).hexdigest()

    def differs_from(self, release: Any) -> bool:
        """Whether the public reads something else now.

        Releases drop the name of a space that is closed, and follow it when it is renamed. After a move, or when the
        space opens again, the name becomes public only by another release.
        """
        return bool(self.fingerprint != release.fingerprint or self.source != release.source)


def with_addresses(html: str, mark: str, address_of: Callable[[str, str], str]) -> str:
    pattern = re.compile(rf'\b(href|src)="{re.escape(mark)}/([a-z]+)/([^"]*)"')
    return pattern.sub(lambda found: f'{found[1]}="{address_of(found[2], found[3])}"', html)


def inside(text: "PublicCopy | PublicText", mark: str) -> str:
    """The HTML of a public text as it is shown inside before it is released."""

    def address(kind: str, rest: str) -> str:
        if kind == "picture":
            return text.pictures[int(rest)].rendition_url(800)
        if kind == "recording":
            return text.recordings[int(rest)].get_absolute_url()
        if kind == "file":
            return text.attachments[int(rest)].get_absolute_url()
        return public_url(rest) if kind == "released" else rest

    return with_addresses(text.html, mark, address)


def can_be_copied(page: BasePage) -> bool:
    return page.live and page.specific_kind.is_item


def public_copy(page: BasePage) -> PublicCopy:
    """What the public would read of `page` if it were released now. Writes nothing.

    Raises `ValidationError` for a text stored when the limits were wider.
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
        attachments=text.attachments,
        withheld=text.withheld,
    )


def source_of(space: Space | None) -> str:
    """The name of the space; empty for a space that only members see, whose name must not become public."""
    return space.name if space is not None and space.see == Space.See.STAFF else ""


def _link_to(address: str, text: PublicText) -> str:
    if not address.startswith(("https://", "http://")) or text.words(address) != address:
        return ""
    return f'<p><a href="{escape(address)}" rel="noopener noreferrer">{escape(address)}</a></p>'


def _excerpt(html: str) -> str:
    # From the public text, not the page's own: the summary must not bring back what was withheld.
    words = _words(html)
    return unescape(" ".join(words[:EXCERPT_WORDS]) + (" …" if len(words) > EXCERPT_WORDS else ""))


def _words(html: str) -> list[str]:
    return _TAG.sub(" ", _INLINE_TAG.sub("", html)).split()


def begins_with(html: str, summary: str) -> bool:
    """Whether a text begins with its summary, as it does where nobody wrote one."""
    # What shows as 40 words can have many tags, but not without end.
    beginning = unescape(" ".join(_words(html[:20_000])[:EXCERPT_WORDS]))
    return beginning.startswith(summary.removesuffix(" …"))


def _transcript_html(page: BasePage, text: PublicText) -> str:
    # Decode entities before withholding names: the "@" of a mention may be written as an entity.
    spoken = "".join(f"<p>{escape(text.words(said))}</p>" for said in transcripts.paragraphs(page.transcript_text))
    return f"<h2>{escape(_('Transcript'))}</h2>{spoken}" if spoken else ""
