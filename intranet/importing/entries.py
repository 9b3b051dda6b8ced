"""Reads JSON lines and validates each for its kind of content. An invalid line raises the reason."""

import json
import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from limits import SUMMARY_CHARACTERS, TAG_CHARACTERS, TEXT_BYTES, TITLE_CHARACTERS, TRANSCRIPT_CHARACTERS
from text.invisible import is_seen, one_line
from text.titles import title_key

POST, WIKI, EPISODE = "blog", "wiki", "podcasts"
# A source can be in two files, as a text and as an episode; the pages need different keys.
EPISODE_KEY = "#episode"
FILES = {POST: "blog.jsonl", WIKI: "wiki.jsonl", EPISODE: "podcasts.jsonl"}
MAX_SOURCE_PATH = 500


_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
# PostgreSQL cannot store NUL, and nobody can see it. A backslash before it may itself be escaped.
_NULL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")
# Byte order marks; concatenated files can have them inside, or twice.
_MARKS = re.compile(b"(?:" + BOM_UTF8 + b")*")


class Unusable(ValueError):
    """The line cannot be imported; the message tells the person who runs the import why."""


@dataclass(frozen=True, slots=True)
class BadLine:
    file: str
    number: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.number}: {self.reason}"


@dataclass(frozen=True, slots=True)
class RawLine:
    """One line of a file with its offset, so that it can be read again on its own."""

    number: int
    offset: int
    content: bytes


@dataclass(slots=True)
class Entry:
    """A validated post, wiki page or episode; `more` has the values that only its kind has."""

    kind: str
    source_path: str
    slug_path: str
    department: str
    title: str
    summary: str
    body: str
    tags: list[str]
    authors: list[tuple[str, str]]
    created_at: datetime
    updated_at: datetime
    language: str
    origin: str
    is_ahead: bool = False
    more: dict[str, Any] = field(default_factory=dict)


def raw_lines(path: Path) -> Iterator[RawLine]:
    offset = 0
    with path.open("rb") as stream:
        for number, content in enumerate(stream, start=1):
            mark = len(_MARKS.match(content)[0])  # type: ignore[index]  # matches nothing as well
            if content[mark:].strip():
                yield RawLine(number, offset + mark, content[mark:])
            offset += len(content)


def parse(content: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(_NULL.sub(rb"\1", content).decode("utf-8"))
        # Legal in JSON but not in text: neither a database nor a page can hold it. Keys are checked too.
        if _HALF.search(content):
            json.dumps(fields, ensure_ascii=False).encode("utf-8")
    except UnicodeDecodeError:
        raise Unusable("it is not UTF-8") from None
    except UnicodeEncodeError:
        raise Unusable("it holds half a character (a lone surrogate)") from None
    except RecursionError:
        raise Unusable("it is not JSON (nested too deep)") from None
    except json.JSONDecodeError as error:
        raise Unusable(f"it is not JSON ({error.msg})") from None
    except ValueError:
        raise Unusable("it is not JSON (a number has too many digits)") from None
    if not isinstance(fields, dict):
        raise Unusable("it is JSON, but no object")
    return fields


def entry_of(kind: str, fields: dict[str, Any]) -> Entry:
    title = one_line(_text(fields, "title", required=True))
    if not is_seen(title):
        raise Unusable("its title has no visible characters")
    if len(title) > TITLE_CHARACTERS:
        raise Unusable(f"its title has {len(title)} characters, {TITLE_CHARACTERS} at most")
    source_path = _text(fields, "source_path", required=True) + (EPISODE_KEY if kind == EPISODE else "")
    if len(source_path) > MAX_SOURCE_PATH:
        raise Unusable(f"its source_path has {len(source_path)} characters, {MAX_SOURCE_PATH} at most")
    body = _text(fields, "body_markdown", required=kind != EPISODE).replace("\r\n", "\n")
    if len(body) * 4 > TEXT_BYTES and len(body.encode("utf-8", "replace")) > TEXT_BYTES:
        raise Unusable(f"its text is longer than {TEXT_BYTES:,} bytes")
    created_name, updated_name = ("created", "updated") if kind == WIKI else ("date", "date")
    # No dates in the future: a year mistyped as 2093 would stay above all news until then.
    now = timezone.now()
    created_at, updated_at = _moment(fields, created_name), _moment(fields, updated_name)
    entry = Entry(
        kind=kind,
        source_path=source_path,
        slug_path=_text(fields, "slug_path", required=kind != EPISODE).strip("/"),
        department=_text(fields, "department", required=True),
        title=title,
        summary=" ".join(_text(fields, "summary").split())[:SUMMARY_CHARACTERS],
        body=body,
        tags=[tag[:TAG_CHARACTERS] for tag in _words(fields, "tags")],
        authors=_authors(fields),
        created_at=min(created_at, now),
        updated_at=min(max(created_at, updated_at), now),
        is_ahead=max(created_at, updated_at) > now,
        language=_text(fields, "lang") or "en",
        origin=" ".join(
            part
            for part in (source_path.removesuffix(EPISODE_KEY), _text(fields, "license") and f"({fields['license']})")
            if part
        ),
    )
    if kind == POST:
        entry.more = {"link_post": bool(fields.get("link_post"))}
    elif kind == WIKI:
        entry.more = {"space": entry.slug_path.partition("/")[0]}
    else:
        entry.more = {
            "series": _text(fields, "series", required=True),
            "enclosure_url": _text(fields, "enclosure_url")[:1000],
            "enclosure_type": _text(fields, "enclosure_type")[:100],
            "transcript": _transcript(fields),
            "source": _text(fields, "source"),
        }
    return entry


def _text(fields: dict[str, Any], name: str, *, required: bool = False) -> str:
    value = fields.get(name)
    if value is None:
        value = ""
    if not isinstance(value, str):
        raise Unusable(f"its {name} is not text")
    if required and not value.strip():
        raise Unusable(f"it has no {name}")
    return value if name.endswith("markdown") else value.strip()


def _transcript(fields: dict[str, Any]) -> str:
    text = _text(fields, "transcript_markdown")
    if len(text) > TRANSCRIPT_CHARACTERS:
        raise Unusable(f"its transcript has more than {TRANSCRIPT_CHARACTERS:,} characters")
    return text


def _words(fields: dict[str, Any], name: str) -> list[str]:
    values = fields.get(name) or []
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise Unusable(f"its {name} is not a list of texts")
    by_word = {title_key(word): word for value in values if is_seen(word := one_line(value))}
    return list(by_word.values())


def _authors(fields: dict[str, Any]) -> list[tuple[str, str]]:
    slugs, names = _words(fields, "author"), _words(fields, "author_names")
    return [(slug, names[place] if len(names) == len(slugs) else slug) for place, slug in enumerate(slugs)]


def _moment(fields: dict[str, Any], name: str) -> datetime:
    """A time with its zone; without one, in the site's time zone. A date means midnight."""
    text = _text(fields, name, required=True)
    try:
        moment = datetime.fromisoformat(text)
        if not 1900 <= moment.year <= 2200:
            raise ValueError
    except ValueError:
        raise Unusable(f"its {name} “{text[:40]}” is not a date") from None
    return timezone.make_aware(moment, timezone.get_default_timezone()) if timezone.is_naive(moment) else moment
