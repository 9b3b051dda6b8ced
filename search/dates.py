"""Dates in words, as people type them among others: "March 2016", "since 3 May 2019", "2016-03", "last week"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from django.conf import settings
from django.utils import dates, timezone, translation
from django.utils.translation import gettext

from search.engine.words import fold

_SIDE = r"(?:(?P<side>since|after|before|until)\s+)?"
_DAY = r"(?P<{}>\d{{1,2}})(?:st|nd|rd|th|\.)?"
_IN_WORDS = re.compile(
    rf"(?<![\w:.\"-]){_SIDE}(?:{_DAY.format('day')}\s+(?:de\s+)?)?(?P<month>[^\W\d_]{{3,}})\.?"
    rf"(?:\s+{_DAY.format('later')},?)?\s+(?:de\s+)?(?P<year>(?:19|20)\d\d)(?![\w-])",
    re.IGNORECASE,
)
_IN_NUMBERS = re.compile(
    rf"(?<![\w:.\"-]){_SIDE}(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)(?:-(?P<day>\d\d))?(?![\w-])", re.IGNORECASE
)


@dataclass(frozen=True)
class Span:
    """A time that was asked for, from its beginning and up to its end in seconds since 1970, and where it is."""

    typed: str
    begin: int
    end: int
    after: int | None
    before: int | None


def span(text: str) -> Span | None:
    """The first date of a text outside of quotation marks."""
    place = 0
    for number, part in enumerate(text.split('"')):
        if number % 2 == 0 and (found := next(_spans(part, place), None)) is not None:
            return found
        place += len(part) + 1
    return None


def _spans(text: str, place: int) -> Iterator[Span]:
    for match in (*_IN_NUMBERS.finditer(text), *_IN_WORDS.finditer(text)):
        found = match.groupdict()
        month = _months().get(fold(found["month"])) or (int(found["month"]) if found["month"].isdigit() else 0)
        day = int(found["day"] or found.get("later") or 0)
        try:
            first = date(int(found["year"]), month, day or 1)
        except ValueError:
            continue
        last = first + timedelta(1) if day else _next_month(first)
        yield _span(match, place, first, last, (found["side"] or "").lower())
    for words, (first, last) in _relative(timezone.localdate(timezone=timezone.get_default_timezone())).items():
        for match in re.finditer(rf"(?<![\w:-]){re.escape(words)}(?![\w-])", text, re.IGNORECASE):
            yield _span(match, place, first, last)


def _span(match: re.Match[str], place: int, first: date, last: date, side: str = "") -> Span:
    after = None if side in ("before", "until") else beginning(last if side == "after" else first)
    before = None if side in ("since", "after") else beginning(last if side == "until" else first if side else last)
    return Span(match.group(), place + match.start(), place + match.end(), after, before)


def beginning(day: date) -> int:
    """The first second of a day by the site's time zone."""
    return int(datetime(day.year, day.month, day.day, tzinfo=timezone.get_default_timezone()).timestamp())


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(32)).replace(day=1)


def _relative(today: date) -> dict[str, tuple[date, date]]:
    week, month, year = today - timedelta(today.weekday()), today.replace(day=1), today.replace(month=1, day=1)
    return {
        gettext("yesterday"): (today - timedelta(1), today),
        gettext("this week"): (week, week + timedelta(7)),
        gettext("last week"): (week - timedelta(7), week),
        gettext("this month"): (month, _next_month(month)),
        gettext("last month"): ((month - timedelta(1)).replace(day=1), month),
        gettext("this year"): (year, year.replace(year=year.year + 1)),
        gettext("last year"): (year.replace(year=year.year - 1), year),
    }


@cache
def _months() -> dict[str, int]:
    """The names of months in the languages of the site's pages, as they are folded."""
    found: dict[str, int] = {}
    for language, _name in (*settings.INTRANET_CONTENT_LANGUAGES, *settings.LANGUAGES):
        with translation.override(language):
            for names in (dates.MONTHS_3, dates.MONTHS_AP, dates.MONTHS):
                found |= {fold(str(name)).strip("."): number for number, name in names.items()}
    return found
