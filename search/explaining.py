"""Why a hit ranks where it does: what each word adds, and where it is. For a hit that the reader may read, or nothing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from pages.models import BasePage
from people.audiences import audience_tokens
from people.models import Person
from search import asking, documents, engines, finding
from search.engine import schema
from search.engine.answering import answer
from search.engine.reader import Snapshot
from search.engine.store import IndexUnavailable
from search.engines import Engine
from search.parameters import Parameters
from search.request import Trace
from search.results import Result
from web.numbers import whole_number

MAX_RANK = 1_000
"""Hits among which a rank is told."""


@dataclass
class Part:
    """What one word, or one circumstance, adds. `share` is in percent of all that adds to this hit."""

    words: str
    where: str
    points: float
    share: float = 0.0
    meant: bool = False
    """Not typed, but agreed to mean what was typed."""


@dataclass
class Explanation:
    """`rank` counts from 1; None where the query does not find the hit, or far down. `remarks` are sentences."""

    result: Result
    rank: int | None = None
    total: int = 0
    score: float = 0.0
    parts: list[Part] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    chosen: Any = None


def explain(parameters: Parameters, person: Any, uid: str) -> Explanation | None:
    """Why the object with this uid ranks where it does for this query; None if the person may not read it.

    Raises `IndexUnavailable` where nothing is ranked by the index, or it cannot say.
    """
    tokens = audience_tokens(person)
    key = key_of_uid(uid)
    read = finding.rows([key], person, tokens) if key and tokens else []
    if not read:
        return None
    if not engines.is_whoosh():
        raise IndexUnavailable("another engine answers")

    def explained(engine: Engine) -> Explanation | None:
        return _explained(engines.readers().snapshot(), parameters, person, tokens, key, Explanation(read[0]))

    nothing: Explanation | None = None
    told, degraded = asking.ask(explained, nothing, use_fallback=False)
    if degraded:
        raise IndexUnavailable("the index cannot say")
    return told


def key_of_uid(uid: str) -> str:
    """The key of the index for what a result calls itself; "" for what there is not."""
    kind, _colon, name = uid.partition(":")
    if kind == "person":
        found = Person.objects.filter(username=name).first()
        return documents.key_of(found) if found else ""
    if name:
        same = [one.model for one in documents.sources() if getattr(one, "kind", "") == kind]
        return f"{same[0]._meta.label_lower}:{name}" if same and whole_number(name) is not None else ""
    try:
        pk = BasePage.objects.filter(uid=UUID(uid)).values_list("pk", flat=True).first()
    except ValueError:
        return ""
    return documents.page_key(pk) if pk else ""


def _explained(
    snapshot: Snapshot, parameters: Parameters, person: Any, tokens: frozenset[str], key: str, told: Explanation
) -> Explanation:
    understood = finding.understand(engines.WhooshEngine(snapshot), parameters, tokens)
    request = replace(understood.request, start=0, count=MAX_RANK, facets=())
    number = snapshot.number(key)
    reply = answer(snapshot, request, traced=number)
    told.total = reply.total
    order = [hit for hit, _score in reply.hits]
    if understood.corrections:
        told.remarks.append(_("Some words were taken as misspelt."))
    if number is None or number not in order or reply.trace is None:
        return told
    told.rank = order.index(number) + 1
    told.chosen = understood.pins.get(number)
    if not request.query.clauses:
        told.remarks.append(_("You searched without words, so the newest pages come first."))
        return told
    if request.newest_first:
        told.remarks.append(_("These results are sorted by date. Below is how well this one matches."))
    _tell(reply.trace, told)
    return told


def _tell(trace: Trace, told: Explanation) -> None:
    """What adds to the score of one document, as it was added."""
    if not trace.every:
        told.remarks.append(_("It has only some of the words."))
    if trace.factor != 1:
        text = _("Its kind and age multiply this by %(factor)s, as set in the weights of this site.")
        told.remarks.append(text % {"factor": f"{trace.factor:.2f}"})
    told.missing = list(trace.missing)
    everything = sum(part.points for part in trace.parts)
    told.score = everything * trace.factor
    words, reasons = _places(), _reasons()
    told.parts = [
        Part(
            part.words or reasons[part.where],
            words.get(part.where, "") if part.words else "",
            part.points,
            100 * part.points / everything if everything else 0.0,
            part.meant,
        )
        for part in sorted(trace.parts, key=lambda part: -part.points)
    ]


def _reasons() -> dict[str, str]:
    return {
        "k_title": _("Its title matches the search exactly"),
        "k_anchor": _("Other pages link to it with exactly these words"),
        "k_kind": _("It is a person or a space with this name"),
        "language": _("It is in your language, or in that of these words"),
        "share": _("It has all or most of the words"),
    }


def _places() -> dict[str, str]:
    return {
        schema.TEXT: _("in the text"),
        schema.WORDS: _("in the text"),
        schema.TITLE: _("in the title"),
        schema.NAME: _("in the title"),
        schema.ANCHOR: _("in the text of links to it"),
    }
