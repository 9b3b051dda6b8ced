"""What the database knows and the index does not yet: nothing that was closed may count until the index has caught up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connections, router

from pages import media_audience
from pages.models import BasePage, Shown
from search import documents
from search.curation import current as curation
from search.engine.reader import STAFF
from search.engines import Engine
from search.models import CurationStamp, OutboxEntry
from search.request import NO_LAG, Lag

# What waits to be indexed, and in the same statement the stamp of what curators decided.
WAITING = f"""
    SELECT DISTINCT key FROM {OutboxEntry._meta.db_table} UNION ALL SELECT stamp FROM {CurationStamp._meta.db_table}
"""  # noqa: S608 - our own names
MAX_HITS_CHECKED = 500


def read_along() -> tuple[list[str], curation.Curation]:
    """The keys that wait to be indexed, and what curators decided: one short statement while nothing changed."""
    with connections[router.db_for_read(OutboxEntry)].cursor() as cursor:
        cursor.execute(WAITING)
        rows = [key for (key,) in cursor.fetchall()]
    stamp = next((row for row in rows if row.startswith(curation.MARK)), "")
    return [row for row in rows if row != stamp], curation.current(stamp)


def behind(engine: Engine, tokens: frozenset[str], waiting: list[str] | None = None) -> Lag:
    """What waits to be written again and may not be read with these tokens any more, or not by all staff: neither it nor the
    words of its links count for anything from that moment on.

    Costs one short statement while nothing waits, and none where the keys of what waits were read already.
    """
    if not engine.lags:
        return NO_LAG
    keys = read_along()[0] if waiting is None else waiting
    numbers = {key: number for key in keys if (number := engine.number(key)) is not None}
    if not numbers:
        return NO_LAG
    # Too many to look at each: none of them is shown until the index has caught up.
    now = audiences(list(numbers)) if len(numbers) <= MAX_HITS_CHECKED else {}
    withheld = {number for key, number in numbers.items() if now.get(key) not in tokens}
    private = {number for key, number in numbers.items() if now.get(key) != STAFF}
    if private and (naming := _naming(engine, numbers, private)):
        withheld |= {number for number, named in naming.items() if named & withheld}
        private |= naming.keys()
    closed = engine.for_staff(frozenset(private))
    return Lag(frozenset(withheld), closed, engine.linked(frozenset(withheld) | closed))


def _naming(engine: Engine, numbers: dict[str, Any], hidden: set[Any]) -> dict[Any, set[Any]]:
    """Of the documents that wait, those whose text as the index knows it may say what `hidden` ones are called, and which.

    A link shows the title of its page, a picture its own. The writer's own words are found again as soon as the
    index has caught up. Documents that are not for all staff count too: their members find them.
    """
    prefix = f"{BasePage._meta.label_lower}:"
    found: dict[Any, set[Any]] = {}
    for key, marks in engine.links(list(numbers)).items():
        named = {numbers.get(prefix + mark.partition(":")[0]) for mark in marks} & hidden
        if named:
            found[numbers[key]] = named
    for page, key in _showing([key for key, number in numbers.items() if number in hidden]):
        if (number := numbers.get(prefix + str(page))) is not None:
            found.setdefault(number, set()).add(numbers[key])
    return found


def _showing(keys: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The pages that name these media, and which."""
    labels = {model._meta.label_lower: kind for kind, model in media_audience.MODELS.items()}
    for label, pks in documents.by_label(keys).items():
        if label in labels:
            shown = Shown.objects.filter(kind=labels[label], number__in=[int(pk) for pk in pks])
            yield from ((page, f"{label}:{number}") for page, number in shown.values_list("page", "number"))


def audiences(keys: Sequence[str]) -> dict[str, str]:
    """Who may read these objects at this moment, by their tokens; nothing of what nobody may."""
    return {
        f"{label}:{pk}": token
        for label, pks in documents.by_label(keys).items()
        if (source := documents.source_of(label)) is not None
        for pk, token in source.audiences(pks).items()
    }
