"""What people decide about search: each asks for the right first, and is effective at the next search of every process."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from search.curation.current import changed
from search.curation.models import ChosenAnswer, RankingChoice, WordGroup
from search.curation.permissions import may_curate
from search.request import Ranking


def _ask(person: Any) -> None:
    if not may_curate(person):
        raise PermissionDenied


@transaction.atomic
def propose_words(*, person: Any, group: WordGroup) -> WordGroup:
    """Saves a new group. What a curator proposes is accepted with it; what others do waits, and is seen by them alone."""
    group.proposed_by = person
    group.save()
    if may_curate(person):
        accept_words(person=person, group=group)
    return group


@transaction.atomic
def accept_words(*, person: Any, group: WordGroup) -> None:
    """Saves the group as it stands now; all staff see it, and searches use it."""
    _ask(person)
    _decide(person, group, WordGroup.State.ACCEPTED, "")


@transaction.atomic
def decline_words(*, person: Any, group: WordGroup, reason: str) -> None:
    """The group counts for nothing, or no longer; whoever proposed it reads the reason."""
    _ask(person)
    _decide(person, group, WordGroup.State.DECLINED, reason)


def _decide(person: Any, group: WordGroup, state: str, reason: str) -> None:
    group.state, group.reason = state, reason
    group.decided_by, group.decided_at = person, timezone.now()
    group.save()
    changed()


@transaction.atomic
def choose_answer(
    *, person: Any, query: str, key: str, verdict: str, note: str = "", until: dt.date | None = None
) -> ChosenAnswer:
    """Puts an object (a key of the index) on top of a query, or leaves it out; what was said of the two before is replaced."""
    _ask(person)
    values = {"verdict": verdict, "note": note, "until": until, "chosen_by": person, "chosen_at": timezone.now()}
    answer, _created = ChosenAnswer.objects.update_or_create(query=query, key=key, defaults=values)
    changed()
    return answer


@transaction.atomic
def forget_answer(*, person: Any, answer: ChosenAnswer) -> None:
    _ask(person)
    answer.delete()
    changed()


@transaction.atomic
def choose_ranking(*, person: Any, ranking: Ranking) -> RankingChoice:
    """Keeps what differs from the defaults; nothing is kept, and the defaults hold again, where nothing differs."""
    _ask(person)
    plain = Ranking()
    names = [one.name for one in fields(Ranking) if one.name != "kinds"]
    weights = {name: getattr(ranking, name) for name in names if getattr(ranking, name) != getattr(plain, name)}
    if ranking.kinds:
        weights["kinds"] = dict(ranking.kinds)
    choice = RankingChoice.objects.create(weights=weights, chosen_by=person)
    changed()
    return choice
