"""What a text needs to know of the world around it, asked through one object."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from text.markup.anchors import link_key


@dataclass(frozen=True, slots=True)
class Link:
    """Where a wiki link leads.

    `known=False` means that the link must not tell whether its page exists (some readers of this text may not
    see that page): it is shown neither live nor red, as a link to `url`, or as words where `url` is empty.
    """

    url: str = ""
    title: str = ""
    known: bool = True


@dataclass(frozen=True, slots=True)
class Media:
    """A stored picture, recording or file. `url` is the address of the site's own media view."""

    url: str
    title: str = ""
    media_type: str = ""
    width: int | None = None
    height: int | None = None


class PersonLike(Protocol):
    username: str

    def get_full_name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """All that one text is about to ask, so that a context can fetch it with few queries."""

    targets: frozenset[str] = field(default_factory=frozenset)
    media: frozenset[tuple[str, int]] = field(default_factory=frozenset)
    usernames: frozenset[str] = field(default_factory=frozenset)


class RenderContext:
    """The answers of somebody who knows nothing: links neutral, media and persons missing. Override what you know."""

    space_slug: str = ""

    def prepare(self, wanted: Wanted) -> None:
        """Called once before any question, with everything that will be asked."""

    def choose(self, candidates: Sequence[tuple[str, str]], usual: tuple[str, str]) -> tuple[str, str]:
        """Which target and fragment `[[C# rules#names]]` means; `candidates` begin with the whole as a title."""
        return usual

    def place_of(self, target: str) -> tuple[str, str]:
        """Short name of the space, and title, under which the page of a red link would be made."""
        prefix, _colon, words = target.partition(":")
        return (link_key(prefix), words.strip()) if link_key(prefix) and words.strip() else (self.space_slug, target)

    def resolve_link(self, target: str) -> Link | None:
        """The page behind `[[target]]` (without fragment); None makes a red link."""
        return Link(known=False)

    def resolve_media(self, kind: str, number: int) -> Media | None:
        """`kind` is "picture", "recording" or "file"."""
        return None

    def resolve_person(self, username: str) -> PersonLike | None:
        return None
