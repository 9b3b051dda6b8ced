"""What a query asks of an index, in any engine: which terms of which fields, what must be met and what may stand for it.

Here alone it is decided what a word means in each language, which words are stop words, when any word will do, and what a
phrase is. Engines match and add up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TypeAlias

from search.engine import schema
from search.engine.analysis import analyzer
from search.engine.words import MAX_TERM, whole
from search.query import SENTENCE, Clause, Either, Group, Phrase, Query, Together, Word
from search.request import Ranking

NAMED = frozenset({"person", "space"})
"""Kinds that come first when the query is their name."""
NAMED_REWARD = 2.0
"""Part of the best score that they are given on top."""
LEVELS = (1.0, 2 / 3, 1 / 2, 1 / 3, 0.0)
"""How much of what is asked a page must hold to be found, each word by how rare it is: all, or as much as enough pages hold."""
SHORT = 3
"""Words of a query of which pages that hold all come first."""
ENOUGH = 5
"""Pages for each word that is asked. With fewer, the next level counts."""

Term: TypeAlias = tuple[str, str, float]
"""Field, term, boost."""


@dataclass(frozen=True)
class Terms:
    """One word of a query: met if any of its terms is, scored by their sum."""

    label: str
    terms: tuple[Term, ...]
    texts: tuple[str, ...] = ()
    """The word as it is folded, and other ways to write it: for an engine that has no terms."""
    exact: bool = False
    """No other form of it will do."""
    prefix: bool = False
    """The terms are beginnings. What begins so is one word, of which a document holds one: a sum would favour long lists."""
    needed: frozenset[str] = frozenset()
    """For what is a stop word in some language: the others, whose documents have to hold it. Empty: all have to."""

    @property
    def in_title(self) -> bool:
        return all(field.startswith((schema.TITLE, schema.NAME)) for field, _term, _boost in self.terms)


@dataclass(frozen=True)
class Run:
    """Words in this order, in one of the fields (with their boosts); scored as one word."""

    label: str
    words: tuple[str, ...]
    fields: tuple[tuple[str, float], ...]

    @property
    def in_title(self) -> bool:
        return self.fields[0][0] == schema.NAME


@dataclass(frozen=True)
class Every:
    """Met where all are; scored by their sum."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Some:
    """Met where one is; scored by the sum of those that are."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Best:
    """Met where one is; scored by the best of them."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Meant:
    """What may stand for the words typed, by the best of it, at no more than `weight` of what these would count."""

    typed: tuple[str, ...]
    others: tuple[tuple[tuple[str, ...], Node], ...]
    """Each with its words."""
    weight: float


Node: TypeAlias = Terms | Run | Every | Some | Best | Meant


@dataclass(frozen=True)
class Plan:
    """`parts` are to be met, all or as many as `LEVELS` say."""

    parts: tuple[Node, ...] = ()
    excluded: tuple[Node, ...] = ()
    strict: bool = False
    """All parts must be met."""
    wholes: tuple[tuple[str, float], ...] = ()
    """The query as one mark, with its weight, and what may stand for the whole of it."""


def plan(query: Query, languages: Sequence[str], ranking: Ranking, *, strict: bool = False) -> Plan:
    """`languages` are those of what the reader may see: in no other is a word looked for, or taken for a stop word."""
    return _Planner(languages, ranking).plan(query, strict=strict)


class _Planner:
    def __init__(self, languages: Sequence[str], ranking: Ranking) -> None:
        self.languages, self.ranking = languages, ranking

    def plan(self, query: Query, *, strict: bool) -> Plan:
        excluded = tuple(node for clause in query.excluded if (node := self.node(clause)) is not None)
        clauses: Iterable[Clause] = query.clauses
        if len(query.clauses) > SENTENCE and not strict:
            clauses = chain.from_iterable(map(_unquoted, query.clauses))
        nodes = list(self._telling(clauses))
        wholes = tuple(self._wholes(query))
        if query.clauses and all(isinstance(node, Terms) and node.needed for node in nodes):
            # Stop words alone ("who we are"): titles are searched as they are written, and what is none in its language.
            named = Every(tuple(self._named(word) for word in query.words()))
            parts = (Some((named, Every(tuple(nodes)))) if nodes else named,)
            return Plan(parts, excluded, strict=True, wholes=wholes)
        return Plan(tuple(nodes), excluded, strict, wholes)

    def node(self, clause: Clause) -> Node | None:
        """What a clause asks; None for a stop word."""
        if isinstance(clause, Word):
            return self._word(clause)
        if isinstance(clause, Phrase):
            fields = [(schema.NAME, 1.0)]
            if not clause.field:
                fields = [(schema.WORDS, self.ranking.text), (schema.NAME, self.ranking.title)]
            inside = tuple(word[:MAX_TERM] for word in clause.words())
            return Run(f"“{clause.text}”", inside, tuple(fields)) if inside else None
        if isinstance(clause, Together):
            return Every(self._telling(clause.clauses))
        if isinstance(clause, Either):
            return Best(tuple(node for inner in clause.clauses if (node := self.node(inner)) is not None))
        # Stop words alone (IT, WHO) are searched in names, as they are written.
        typed = self._telling(clause.typed) or tuple(self._named(word) for word in clause.words())
        both = Every(typed), self._meant(clause)
        return Best(both) if clause.same else Some(both)

    def _telling(self, clauses: Iterable[Clause]) -> tuple[Node, ...]:
        return tuple(node for clause in clauses if (node := self.node(clause)) is not None)

    def _meant(self, group: Group) -> Meant:
        others = [(tuple(other.words()), node) for other in group.others if (node := self.node(other)) is not None]
        return Meant(tuple(group.words()), tuple(others), 1.0 if group.same else self.ranking.synonym)

    @staticmethod
    def _named(word: str) -> Terms:
        return Terms(word, ((schema.NAME, word[:MAX_TERM], 1.0),), (word,), exact=True)

    def _word(self, word: Word) -> Terms | None:
        if word.exact:
            text = word.text[:MAX_TERM]
            terms = [(schema.NAME, text, self.ranking.title)]
            if not word.field:
                terms.insert(0, (schema.WORDS, text, self.ranking.text))
            return Terms(f"“{text}”", tuple(terms), (word.text,), exact=True)
        found = [term for text in (word.text, *word.spellings) for term in self._terms(text, word)]
        if not found and not word.prefix:
            # A name is searched as it is written: no analysis takes its words away.
            return self._named(word.text) if word.field == "title" else None
        label = f"{word.text}*" if word.prefix else word.text
        texts = (word.text, *word.spellings)
        return Terms(label, tuple(dict.fromkeys(found)), texts, prefix=word.prefix, needed=self._needed(word))

    def _terms(self, text: str, word: Word) -> Iterator[Term]:
        for language in self.languages:
            if term := text[:MAX_TERM] if word.prefix else analyzer(language).term(text):
                if word.field == "title":
                    yield schema.TITLE + language, term, 1.0
                    continue
                yield schema.TEXT + language, term, self.ranking.text
                yield schema.TITLE + language, term, self.ranking.title
                if self.ranking.anchor:
                    yield schema.ANCHOR + language, term, self.ranking.anchor

    def _needed(self, word: Word) -> frozenset[str]:
        if word.prefix or word.field or word.spellings:
            return frozenset()
        needed = frozenset(language for language in self.languages if analyzer(language).term(word.text))
        return needed if len(needed) < len(self.languages) else frozenset()

    def _wholes(self, query: Query) -> Iterator[tuple[str, float]]:
        if mark := whole(" ".join(query.words())):
            yield mark, 1.0
        if len(query.clauses) == 1 and isinstance(group := query.clauses[0], Group):
            for other in group.others:
                if mark := whole(" ".join(other.words())):
                    yield mark, self.ranking.synonym


def _unquoted(clause: Clause) -> Iterator[Clause]:
    if isinstance(clause, Phrase):
        yield from (Word(word, clause.field) for word in clause.words())
    else:
        yield replace(clause, exact=False) if isinstance(clause, Word) else clause


def telling(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Those that every document has to meet, in whatever language: all of them where they are stop words in some."""
    return tuple(node for node in nodes if not (isinstance(node, Terms) and node.needed)) or tuple(nodes)


def quoted(node: Node) -> bool:
    """Whether a page without it is no hit, whatever else it holds: a phrase, a word in quotes or of the title."""
    return isinstance(node, Run) or (isinstance(node, Terms) and (node.exact or node.in_title))


def labels(node: Node) -> list[str]:
    """The words of a node as they were typed."""
    if isinstance(node, Terms | Run):
        return [node.label]
    if isinstance(node, Meant):
        return []
    return [label for inner in node.nodes for label in labels(inner)]
