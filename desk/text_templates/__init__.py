"""Templates for new pages: those that come with the site, and those that the editors of a space add."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import get_language

from desk.models import TextTemplate
from web.numbers import whole_number

FOLDER = Path(__file__).parent
SOURCE_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Template:
    """`key` is what the address of a form names it by. Lists of a space's templates leave out their texts."""

    key: str
    name: str
    description: str
    body: str = ""


def shipped() -> list[Template]:
    """Those that come with the site, in the reader's language if it has them, by name."""
    language = (get_language() or SOURCE_LANGUAGE).partition("-")[0]
    return list(_shipped(language) or _shipped(SOURCE_LANGUAGE))


@cache
def _shipped(language: str) -> tuple[Template, ...]:
    return tuple(sorted(_read(FOLDER / language), key=lambda template: template.name))


def _read(folder: Path) -> Iterator[Template]:
    """Each file has a line with the name, one with the description, an empty one, and the text."""
    for path in folder.glob("*.md"):
        name, description, _empty, body = path.read_text(encoding="utf-8").split("\n", 3)
        yield Template(path.stem, name, description, body)


def of_space(space: Any) -> list[Template]:
    rows = TextTemplate.objects.filter(space=space).order_by("sort_key", "pk")
    return [Template(str(pk), *named) for pk, *named in rows.values_list("pk", "name", "description")]


def text_of(key: str, *, space: Any, person: Any) -> str:
    """The text that a new page in `space` begins with; "" if there is no such template."""
    if (number := whole_number(key)) is not None:
        body = TextTemplate.objects.filter(space=space, pk=number).values_list("body", flat=True).first() or ""
    else:
        body = next((template.body for template in shipped() if template.key == key), "")
    today = date_format(localdate(), "j F Y")
    return body.replace("{{today}}", today).replace("{{me}}", person.name)
