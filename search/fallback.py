"""Answers from the database, for a site without an index of its own or while the index cannot be read.

Words are looked for by regular expressions: slower than an index, without stems except for a guess at endings, and ranked
by titles and age alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
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
from search.documents import Marks, Source
from search.engine.analysis import INVISIBLE, LANGUAGES, MARK_RANGES, analyzer, fold, unparted, whole, words
from search.engine.completion import FAVOURED
from search.engine.likeness import Likeness
from search.engine.query import LONG_QUERY_WORDS, MIN_FULL_HITS, NO_LAG, Answer, Lag, SearchRequest
from search.engine.syntax import Clause, Either, Parsed, Phrase, Single

MAX_HITS = 5_000
"""Hits of one model that are counted, the newest."""
MAX_CLAUSES = 12
"""Words of a query that are looked for; the rest is passed over."""
ENDING = 4
"""Letters by which another form of a word may be longer than what its forms share."""
SHORT = 4
"""A word of so many letters or fewer is looked for as it is: what it shares with its forms is too little."""
UNSEEN = f"[{INVISIBLE}{MARK_RANGES}]*"
ACCENTS = {"a": "àáâãäå", "c": "ç", "e": "èéêë", "i": "ìíîï", "n": "ñ", "o": "òóôõöø", "u": "ùúûü", "y": "ýÿ"}


def label(name: str, value: str) -> str:
    """What a facet's mark is called where the mark itself says it."""
    if name == "kind":
        own = {"person": _("Person"), "picture": _("Picture"), "file": _("File")}
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


def condition(source: Source, clause: Clause) -> Q:
    """What a clause of a query asks of the rows of a source."""
    if isinstance(clause, Either):
        return reduce(or_, (condition(source, inner) for inner in clause.clauses))
    title = isinstance(clause, Single | Phrase) and clause.field == "title"
    if isinstance(clause, Phrase):
        if unparted(clause.text):
            return source.holds(_accented(fold(clause.text)), title=title)
        return source.holds(r"\W+".join(map(pattern, clause.words())), title=title)
    if not isinstance(clause, Single):
        return Q(pk__in=[])
    spelt = (clause.text, *clause.alternatives)
    return reduce(or_, (source.holds(pattern(text, prefix=clause.prefix), title=title) for text in spelt))


def meant(clauses: Iterable[Clause]) -> list[Clause]:
    """The clauses that say something: words that are stop words in some language only if nothing else is said."""
    kept = [
        clause
        for clause in clauses
        if not isinstance(clause, Single)
        or clause.field
        or clause.prefix
        or all(analyzer(language).term(clause.text) for language in LANGUAGES)
    ]
    return (kept or list(clauses))[:MAX_CLAUSES]


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

    def answer(self, question: SearchRequest) -> Answer:
        parsed = question.parsed
        clauses = meant(parsed.clauses)
        prose = len(clauses) > LONG_QUERY_WORDS and not question.strict
        hits = self._hits(question, clauses, every=not prose)
        inside, loose = self._inside(question, hits), False
        if not prose and not question.strict and len(clauses) > 1 and len(inside) < MIN_FULL_HITS:
            exact = {hit.key for hit in hits}
            hits = self._hits(question, clauses, every=False)
            for hit in hits:
                # What holds every word stays in front.
                hit.score += 1_000.0 if hit.key in exact else 0.0
            before, inside = len(inside), self._inside(question, hits)
            loose = len(inside) > before
        facets = {
            name: Counter(mark for hit in self._inside(question, hits, name) for mark in hit.of.values.get(name, ()))
            for name in question.facets
        }
        if question.newest_first:
            inside.sort(key=lambda hit: (-hit.of.at, hit.key))
        else:
            inside.sort(key=lambda hit: (-hit.score, -hit.of.at, hit.key))
        page = inside[question.start : question.start + question.count]
        return Answer(len(inside), [(hit.key, hit.score) for hit in page], facets, loose)

    def _hits(self, question: SearchRequest, clauses: Sequence[Clause], *, every: bool) -> list[Hit]:
        """What holds the words, or is pinned, and was written at the time asked for; filters are not looked at."""
        parsed, found = question.parsed, []
        asked = whole(" ".join(word for clause in parsed.clauses for word in clause.words()))
        single = {word for clause in clauses for word in clause.words()}
        weights = dict(question.ranking.kinds)
        pinned = {key: 2_000.0 - place for place, key in enumerate(question.pinned)}
        for source in documents.sources():
            name = source.model._meta.label_lower
            wanted = Q()
            if clauses:
                wanted = reduce(and_ if every else or_, self._conditions(source, question, clauses))
            for clause in parsed.excluded[:MAX_CLAUSES]:
                wanted &= ~condition(source, clause)
            if pins := [key.partition(":")[2] for key in pinned if key.startswith(f"{name}:")]:
                wanted |= Q(pk__in=pins)
            for marks in source.marks(source.readable(question.tokens).filter(wanted), MAX_HITS):
                key = f"{name}:{marks.pk}"
                dated = (question.after or 1) <= marks.at < (question.before or 1 << 62)
                if key in question.withheld or not (dated or question.after is question.before is None):
                    continue
                score = float(len(single.intersection(words(marks.title))))
                score += 100.0 * (bool(asked) and whole(marks.title) == asked)
                score *= weights.get(marks.values["k_kind"][0], 1.0)
                found.append(Hit(key, score + pinned.get(key, 0.0), marks))
        return found

    @staticmethod
    def _conditions(source: Source, question: SearchRequest, clauses: Sequence[Clause]) -> list[Q]:
        """One for each clause; what may stand for words of the query counts as they do."""
        found = [condition(source, clause) for clause in clauses]
        for one in question.widenings:
            typed = set(question.parsed.clauses[one.start : one.stop])
            others = reduce(or_, (condition(source, other) for other in one.others))
            found = [old | others if clause in typed else old for clause, old in zip(clauses, found, strict=True)]
        return found

    @staticmethod
    def _inside(question: SearchRequest, hits: Sequence[Hit], but: str = "") -> list[Hit]:
        """Those that bear the marks that are asked for, in every field but one."""
        filters = [(name, wanted) for name, wanted in question.filters.items() if name != but]
        return [
            hit for hit in hits if all(wanted.intersection(hit.of.values.get(name, ())) for name, wanted in filters)
        ]

    def did_you_mean(
        self, parsed: Parsed, tokens: frozenset[str], withheld: frozenset[Any] = frozenset()
    ) -> list[tuple[str, str, Any]]:
        """Nothing: a database does not know which words it holds."""
        return []

    def resembling(self, question: SearchRequest) -> SearchRequest | None:
        return None

    def tags(self, beginning: str, tokens: frozenset[str], withheld: frozenset[Any]) -> list[str]:
        tagged = PageTag.objects.filter(
            tag__slug__startswith=beginning, content_object__in=documents.PageSource().readable(tokens)
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
        pages = documents.PageSource().readable(asked.tokens).exclude(pk=pk)
        same = BasePage.objects.filter(pk=pk).values("tagged_items__tag")
        found = documents.PageSource().marks(pages.filter(tagged_items__tag__in=same).distinct(), 4 * count)
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
