"""What comes out of a text."""

from dataclasses import dataclass, field
from typing import NamedTuple, TypedDict


class TextTooLong(ValueError):
    """The text, or what it would grow into, is larger than a page may be."""


class Heading(TypedDict):
    level: int
    id: str
    text: str


class FoundLink(NamedTuple):
    """One link of the text. `kind`: "wiki" (`[[…]]`), "path" (on this site), "web", "person", "picture", "recording", "file"."""

    target: str
    fragment: str
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Rendered:
    html: str = ""
    plain: str = ""
    headings: list[Heading] = field(default_factory=list)
    links: list[FoundLink] = field(default_factory=list)
