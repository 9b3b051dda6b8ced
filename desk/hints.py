"""The hints on a text that its writer sees beside the preview. They advise, and never stop anybody from publishing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from limits import HINTS
from media.models import Picture
from pages.access import with_own_drafts
from pages.addresses import to_path
from pages.models import BasePage
from text.hints import Hint, hints_on

WORDS: dict[str, Promise] = {
    "order": _("This heading skips a level. Screen readers and the contents show the order of headings."),
    "sentence": _("This sentence has %(detail)s words. Two shorter ones are easier to read."),
    "paragraph": _("This paragraph has %(detail)s words. Shorter ones, or a list, are easier to read."),
    "abbreviation": _("Not everyone knows this abbreviation. Write it out where it first appears."),
    "link": _("These words do not say where the link leads. Name the page or document."),
    "alt": _("This picture has no description, so people who cannot see it miss what it shows."),
    "red": _("There is no page of this title yet. Check the spelling, or write the page."),
    "dead": _("This link leads to no page that you can read. Check the address."),
}
_RED = re.compile(r'<(?:a|span)[^>]*class="redlink"[^>]*>(.*?)</(?:a|span)>', re.DOTALL)
_INSIDE = re.compile(r'href="(/spaces/[^"#?]*)')
_PICTURE = re.compile(r"picture:(\d{1,12})$")
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Advice:
    """A hint in words, with the line it is on (0 if unknown) and the words to find there."""

    text: str
    line: int
    words: str


def advice_on(body: str, html: str, *, language: str, person: Any) -> list[Advice]:
    hints = _without_decoration(hints_on(body, language))
    lines = body.splitlines()
    hints += [Hint("red", _line_of(words, lines), words) for words in _red_links(html)]
    hints += [Hint("dead", _line_of(path, lines), path) for path in _dead_links(html, person)]
    hints.sort(key=lambda hint: hint.line)
    return [Advice(str(WORDS[each.kind]) % {"detail": each.detail}, each.line, each.words) for each in hints[:HINTS]]


def _without_decoration(hints: list[Hint]) -> list[Hint]:
    """Without pictures that are described, or decoration, where they are stored."""
    numbers = {hint: int(found[1]) for hint in hints if hint.kind == "alt" and (found := _PICTURE.search(hint.detail))}
    if not numbers:
        return hints
    silent = Picture.objects.filter(pk__in=set(numbers.values()), is_decorative=False, description="")
    needed = set(silent.values_list("pk", flat=True))
    return [hint for hint in hints if hint not in numbers or numbers[hint] in needed]


def _red_links(html: str) -> list[str]:
    return list(dict.fromkeys(unescape(_TAG.sub("", words)) for words in _RED.findall(html)))[:HINTS]


def _dead_links(html: str, person: Any) -> list[str]:
    """Addresses of pages of this site that this writer cannot read, or that are not there: she is told the same of both."""
    paths = list(dict.fromkeys(unescape(path) for path in _INSIDE.findall(html)))[:HINTS]
    pages = {path: to_path(unquote(urlsplit(path).path).rstrip("/") + "/") for path in paths if "/-/" not in path}
    if not pages:
        return []
    there = with_own_drafts(person, BasePage.objects.filter(url_path__in=pages.values()))
    found = set(there.values_list("url_path", flat=True))
    return [path for path, url_path in pages.items() if url_path not in found]


def _line_of(words: str, lines: list[str]) -> int:
    return next((number for number, line in enumerate(lines, 1) if words in line), 0)
