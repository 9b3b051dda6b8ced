"""What curators have decided, as this process remembers it: read again when its stamp has changed, and only then."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass, field, fields
from typing import Any

from django.db import transaction
from django.utils import timezone

from search.curation.models import ChosenAnswer, CurationStamp, RankingChoice, WordGroup
from search.engine.words import words
from search.request import RANKING, Ranking
from search.synonyms import Synonyms
from search.synonyms import WordGroup as Agreed

MARK = "curation "
"""Begins every stamp, which tells it from the keys of the outbox that are read in one statement with it."""
MAX_PINS = 5


@dataclass(frozen=True)
class Choice:
    """One page that was chosen for a query, or left out of it, until the end of a day."""

    key: str
    pin: bool
    note: str = ""
    until: dt.date | None = None
    by: str = ""

    def holds(self) -> bool:
        return self.until is None or timezone.localdate() <= self.until


@dataclass(frozen=True)
class Curation:
    """All decisions under one stamp."""

    stamp: str = ""
    synonyms: Synonyms = field(default_factory=Synonyms)
    answers: dict[str, list[Choice]] = field(default_factory=dict)
    ranking: Ranking = RANKING

    def choices(self, query: str) -> list[Choice]:
        """What was chosen for a query as it was typed."""
        return [one for one in self.answers.get(normal(query), ()) if one.holds()] if self.answers else []


_known = Curation()


def normal(query: str) -> str:
    """A query as decisions are kept for it: its folded words, one blank apart."""
    return " ".join(words(query[:400]))[:200]


def current(stamp: str) -> Curation:
    """The decisions under a stamp, "" for none; costs three statements after a change, and none while nothing changed."""
    global _known
    if _known.stamp != stamp:
        _known = _read(stamp) if stamp else Curation()
    return _known


def now() -> Curation:
    """The decisions of this moment, for whoever has not read the stamp yet: one statement."""
    return current(CurationStamp.objects.values_list("stamp", flat=True).first() or "")


def changed(**kwargs: Any) -> None:
    """Something was decided: every process reads again at its next search. Also a receiver of signals."""
    with transaction.atomic():
        CurationStamp.objects.update_or_create(pk=1, defaults={"stamp": MARK + secrets.token_hex(12)})


def _read(stamp: str) -> Curation:
    groups = WordGroup.objects.filter(state=WordGroup.State.ACCEPTED).values_list("forms", "one_way", "meaning")
    answers: dict[str, list[Choice]] = {}
    for one in ChosenAnswer.objects.select_related("chosen_by"):
        by = one.chosen_by.name if one.chosen_by else ""
        choice = Choice(one.key, one.verdict == ChosenAnswer.Verdict.PIN, one.note, one.until, by)
        answers.setdefault(one.query, []).append(choice)
    newest = RankingChoice.objects.values_list("weights", flat=True).first()
    return Curation(
        stamp,
        Synonyms([Agreed(tuple(forms), one_way, meaning) for forms, one_way, meaning in groups]),
        answers,
        ranking_of(newest or {}),
    )


def ranking_of(weights: dict[str, Any]) -> Ranking:
    """A ranking from stored weights; what is missing or unknown is as it comes with the site."""
    known = {one.name for one in fields(Ranking)}
    chosen = {name: value for name, value in weights.items() if name in known and name != "kinds"}
    kinds = tuple(sorted((str(kind), float(value)) for kind, value in weights.get("kinds", {}).items() if value != 1))
    return Ranking(**chosen, kinds=kinds)
