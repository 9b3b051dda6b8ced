"""Whether one person is told of one event, and why: rules without a query."""

from collections.abc import Collection
from dataclasses import dataclass

from news.models import Follow, LeftOut, Level, Reason
from news.models.event import INSISTENT, PERSONAL, strongest

#: Of several rows about where a page is, the nearest decides.
PLACES = {Follow.Kind.PAGE: Reason.PAGE, Follow.Kind.BRANCH: Reason.BRANCH, Follow.Kind.SPACE: Reason.SPACE}
OTHERS = {Follow.Kind.PERSON: Reason.PERSON, Follow.Kind.TAG: Reason.TAG, Follow.Kind.SEARCH: Reason.SEARCH}
BY_ITSELF = {Follow.Why.WROTE: Reason.WROTE, Follow.Why.COMMENTED: Reason.COMMENTED}
QUIET = frozenset({Level.MENTIONS, Level.NONE})


@dataclass(frozen=True, slots=True)
class Followed:
    """A row of `Follow`. `nearness` is 0 for the page itself, and grows up the tree to its space."""

    kind: str
    level: str
    why: str
    nearness: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    reason: str = ""
    left_out: str = ""


def decide(
    *,
    named: Collection[str],
    follows: Collection[Followed],
    in_department: bool,
    levels: Collection[str],
    is_new: bool,
) -> Outcome:
    """`named`: the reasons for which the event itself names the person; `levels`: those that its kind tells."""
    if INSISTENT.intersection(named):
        return Outcome(strongest(named))
    places = sorted((row for row in follows if row.kind in PLACES), key=lambda row: row.nearness)
    nearest = places[0] if places else None
    others = [row for row in follows if row.kind in OTHERS]
    if Level.MUTED in {row.level for row in (*others, *places[:1])}:
        return Outcome(left_out=LeftOut.Why.MUTED)
    if PERSONAL.intersection(named):
        return Outcome(strongest(named))
    reasons = set(named)
    if nearest is not None and nearest.level in levels:
        reasons.add(BY_ITSELF.get(Follow.Why(nearest.why), PLACES[Follow.Kind(nearest.kind)]))
    reasons.update(OTHERS[Follow.Kind(row.kind)] for row in others if row.level in levels)
    if in_department and is_new and not any(row.kind == Follow.Kind.SPACE for row in places):
        reasons.add(Reason.DEPARTMENT)
    if nearest is not None and nearest.kind == Follow.Kind.PAGE and nearest.level in QUIET:
        # Chosen for this page, so nothing wider brings it back.
        reasons.clear()
    return Outcome(strongest(reasons)) if reasons else Outcome(left_out=LeftOut.Why.LEVEL)
