"""Answers from the database, for a site without an index of its own or while the index cannot be read.

Words are looked for by regular expressions: slower than an index, without stems except for a guess at endings, and ranked
by titles and age alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db import connection
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from pages import kinds
from pages.models import BasePage, PageTag
from search import documents
from search.comment_source import LABEL
from search.engine.analysis import LANGUAGES, analyzer
from search.engine.completion import FAVOURED
from search.engine.likeness import Likeness
from search.engine.words import INVISIBLE, MARK_RANGES, fold, unparted, whole, words
from search.page_source import PageSource
from search.plan import Every, Meant, Node, Plan, Run, Some, Terms, plan, telling
from search.request import NO_LAG, Answer, Lag, SearchRequest
from search.sources import Marks, Source
from search.vocabulary import Vocabulary

MAX_HITS = 5_000
"""Hits of one model that are counted, the newest."""
MAX_WORDS = 12
"""Words of a query that are looked for; the rest is passed over."""
FEW = 3
"""Hits with every word; with fewer, those with some of the words follow."""
ENDING = 4
"""Letters by which another form of a word may be longer than what its forms share."""
SHORT = 4
"""A word of so many letters or fewer is looked for as it is: what it shares with its forms is too little."""
UNSEEN = f"[{INVISIBLE}{MARK_RANGES}]*"
ACCENTS = {"a": "àáâãäå", "c": "ç", "e": "èéêë", "i": "ìíîï", "n": "ñ", "o": "òóôõöø", "u": "ùúûü", "y": "ýÿ"}


def label(name: str, value: str) -> str:
    """What a facet's mark is called where the mark itself says it."""
    if name == "kind":
        own = {"person": _("Person"), "picture": _("Picture"), "file": _("File"), "comment": LABEL}
        return str(own.get(value) or kinds.label_of(value))
    return value


def pattern(text: str, *, prefix: bool = False) -> str:
    """A regular expression for a folded word: with its accents, and in other forms of it in any language."""
    if unparted(text):
        # Written without blanks: it is within a longer run.
        return _accented(text)
    begins, ends = _edges()
    if not text.isalnum():
        return rf"(?<!\w){_accented(text)}(?![\w+#])"
    if prefix:
        return begins + _accented(text)
    if len(text) <= SHORT:
        return rf"{begins}{_accented(text)}s?{ends}"
    shared = min(_shared(analyzer(language).term(text), text) for language in LANGUAGES)
    return rf"{begins}{_accented(text[: max(shared, SHORT)])}[\w{INVISIBLE}]{{0,{ENDING}}}{ends}"


def _shared(stem: str, word: str) -> int:
    """How many letters a word and its stem begin with alike; all of them for a stop word."""
    return next((at for at, (a, b) in enumerate(zip(stem or word, word, strict=False)) if a != b), len(stem or word))


def _accented(text: str) -> str:
    """Its letters with any accent, and between them whatever nobody sees; a hyphen may part letters from digits."""
    found = ""
    for before, sign in zip(" " + text, text, strict=False):
        between = UNSEEN if found else ""
        if found and before.isalnum() and sign.isalnum() and before.isdigit() != sign.isdigit():
            between += "-?"
        found += between + (f"[{sign}{ACCENTS[sign]}]" if sign in ACCENTS else re.escape(sign))
    return found


def condition(source: Source, node: Node) -> Q:
    """What a node of a plan asks of the rows of a source."""
    if isinstance(node, Terms):
        patterns = [
            _whole_word(text) if node.exact and text.isalnum() else pattern(text, prefix=node.prefix)
            for text in node.texts
        ]
        return reduce(or_, (source.holds(one, title=node.in_title) for one in patterns))
    if isinstance(node, Run):
        if unparted(node.label):
            return source.holds(_accented(fold(node.label.strip("“”"))), title=node.in_title)
        return source.holds(r"\W+".join(map(_whole_word, node.words)), title=node.in_title)
    if isinstance(node, Every):
        return reduce(and_, (condition(source, inner) for inner in telling(node.nodes)), Q())
    others = [other for _words, other in node.others] if isinstance(node, Meant) else node.nodes
    return reduce(or_, (condition(source, inner) for inner in others), Q(pk__in=[]))


def typed(node: Node) -> set[str]:
    """The words of a node."""
    if isinstance(node, Terms):
        return set(node.texts)
    if isinstance(node, Run):
        return set(node.words)
    return set() if isinstance(node, Meant) else set[str]().union(*map(typed, node.nodes))


@dataclass
class Hit:
    key: str
    score: float
    of: Marks


class DatabaseEngine:
    """Answers any question by reading the rows that the reader may read; numbers are keys."""

    lags = False
    state = ""

    def __init__(self) -> None:
        self.named: dict[Any, dict[str, dict[str, Any]]] = {}

    def key(self, number: Any) -> str:
        return str(number)

    def number(self, key: str) -> Any:
        return key

    def answer(self, request: SearchRequest) -> Answer:
        asked = plan(request.query, LANGUAGES, request.ranking, strict=request.strict)
        parts = asked.parts[:MAX_WORDS]
        hits = self._hits(request, asked, Every(parts))
        inside, loose = self._inside(request, hits), False
        if not asked.strict and len(parts) > 1 and len(inside) < FEW:
            whole_hits = {hit.key for hit in hits}
            hits = self._hits(request, asked, Some(telling(parts)))
            for hit in hits:
                # What holds every word stays in front.
                hit.score += 1_000.0 if hit.key in whole_hits else 0.0
            before, inside = len(inside), self._inside(request, hits)
            loose = len(inside) > before
        facets = {
            name: Counter(mark for hit in self._inside(request, hits, name) for mark in hit.of.values.get(name, ()))
            for name in request.facets
        }
        if request.newest_first:
            inside.sort(key=lambda hit: (-hit.of.at, hit.key))
        else:
            inside.sort(key=lambda hit: (-hit.score, -hit.of.at, hit.key))
        page = inside[request.start : request.start + request.count]
        return Answer(len(inside), [(hit.key, hit.score) for hit in page], facets, loose)

    def _hits(self, request: SearchRequest, asked: Plan, node: Every | Some) -> list[Hit]:
        """What meets a node, or is pinned, and was written at the time asked for; filters are not looked at."""
        found: list[Hit] = []
        after, before = request.query.after, request.query.before
        single, weights = typed(node), dict(request.ranking.kinds)
        pinned = {key: 2_000.0 - place for place, key in enumerate(request.pinned)}
        for source in documents.sources():
            name = source.model._meta.label_lower
            wanted = condition(source, node) if request.query.clauses else Q()
            for excluded in asked.excluded[:MAX_WORDS]:
                wanted &= ~condition(source, excluded)
            if pins := [key.partition(":")[2] for key in pinned if key.startswith(f"{name}:")]:
                wanted |= Q(pk__in=pins)
            for marks in source.marks(source.readable(request.tokens).filter(wanted), MAX_HITS):
                key = f"{name}:{marks.pk}"
                dated = (after or 1) <= marks.at < (before or 1 << 62)
                if key in request.withheld or not (dated or after is before is None):
                    continue
                score = float(len(single.intersection(words(marks.title))))
                score += 100.0 * any(whole(marks.title) == mark for mark, _weight in asked.wholes[:1])
                score *= weights.get(marks.values["k_kind"][0], 1.0)
                found.append(Hit(key, score + pinned.get(key, 0.0), marks))
        return found

    @staticmethod
    def _inside(request: SearchRequest, hits: Sequence[Hit], but: str = "") -> list[Hit]:
        """Those that bear the marks that are asked for, in every field but one."""
        filters = [(name, wanted) for name, wanted in request.filters.items() if name != but]
        return [
            hit for hit in hits if all(wanted.intersection(hit.of.values.get(name, ())) for name, wanted in filters)
        ]

    def vocabulary(self, tokens: frozenset[str], withheld: frozenset[Any]) -> Vocabulary:
        return Vocabulary()

    def tags(self, beginning: str, tokens: frozenset[str], withheld: frozenset[Any]) -> list[str]:
        tagged = PageTag.objects.filter(
            tag__slug__startswith=beginning, content_object__in=PageSource().readable(tokens)
        )
        counts = tagged.values_list("tag__slug").annotate(number=Count("pk")).order_by("-number", "tag__slug")
        return [slug for slug, _number in counts[:20]]

    def complete(self, typed: str, tokens: frozenset[str], count: int, lag: Lag = NO_LAG) -> list[Any]:
        asked = words(typed)
        if not asked:
            return []
        found: list[tuple[float, int, str]] = []
        for source in documents.sources():
            wanted = source.holds(pattern(asked[-1], prefix=True), title=True)
            for word in asked[:-1]:
                wanted &= source.holds(_whole_word(word), title=True)
            for marks in source.marks(source.readable(tokens).filter(wanted), 200):
                score = FAVOURED.get(marks.values["k_kind"][0], 1.0)
                found.append((-score, len(fold(marks.title)), f"{source.model._meta.label_lower}:{marks.pk}"))
        return [key for _score, _length, key in sorted(found)[:count]]

    def alike(self, asked: Likeness, count: int) -> list[Any]:
        """Pages with the same tags, the newest first."""
        pk = str(asked.number or "").partition(":")[2] or 0
        pages = PageSource().readable(asked.tokens).exclude(pk=pk)
        same = BasePage.objects.filter(pk=pk).values("tagged_items__tag")
        found = PageSource().marks(pages.filter(tagged_items__tag__in=same).distinct(), 4 * count)
        return [documents.page_key(one.pk) for one in found if asked.kinds.issuperset(one.values["k_kind"])][:count]

    def links(self, keys: Sequence[str]) -> dict[str, tuple[str, ...]]:
        return {}

    def linked(self, numbers: frozenset[Any]) -> frozenset[Any]:
        return frozenset()

    def for_staff(self, numbers: frozenset[Any]) -> frozenset[Any]:
        return frozenset()


def _edges() -> tuple[str, str]:
    """How the database's regular expressions write the beginning and the end of a word."""
    return (r"\m", r"\M") if connection.vendor == "postgresql" else (r"\b", r"\b")


def _whole_word(word: str) -> str:
    begins, ends = _edges()
    return begins + _accented(word) + ends
