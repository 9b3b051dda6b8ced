"""What rendering needs to know from outside, behind one interface."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from text.markup.anchors import link_key


@dataclass(frozen=True, slots=True)
class Link:
    """The target of a wiki link.

    `known=False` means that the link must not reveal whether its page exists, because some readers of this text cannot
    see that page: it is neither live nor red, but a link to `url`, or plain words if `url` is empty.
    """

    url: str = ""
    title: str = ""
    known: bool = True


@dataclass(frozen=True, slots=True)
class Media:
    """A stored picture, recording or file. `url` is the address of our own media view."""

    url: str
    title: str = ""
    media_type: str = ""
    width: int | None = None
    height: int | None = None
    #: Shown behind a link to it, such as the type and size of a file.
    facts: str = ""


class PersonLike(Protocol):
    username: str

    def get_full_name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """Everything that a text is going to ask for, so that a context can fetch it in few queries."""

    targets: frozenset[str] = field(default_factory=frozenset)
    media: frozenset[tuple[str, int]] = field(default_factory=frozenset)
    usernames: frozenset[str] = field(default_factory=frozenset)


class RenderContext:
    """The defaults: neutral links, no media, no people. Override what you can resolve."""

    space_slug: str = ""

    def prepare(self, wanted: Wanted) -> None:
        """Called once before any other method, with everything that they will be asked."""

    def choose(self, candidates: Sequence[tuple[str, str]], usual: tuple[str, str]) -> tuple[str, str]:
        """The target and fragment that `[[C# rules#names]]` means; the first candidate is the whole text as a title."""
        return usual

    def place_of(self, target: str) -> tuple[str, str]:
        """The short name of the space and the title that a red link proposes."""
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
