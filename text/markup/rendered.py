"""The result of rendering."""

from dataclasses import dataclass, field
from typing import NamedTuple, TypedDict


class TextTooLong(ValueError):
    pass


class Heading(TypedDict):
    level: int
    id: str
    text: str


class FoundLink(NamedTuple):
    """One link. `kind`: "wiki" (`[[…]]`), "path" (this site), "web", "person", "picture", "recording" or "file"."""

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
