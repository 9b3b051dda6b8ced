"""Carries out a plan over a snapshot. Where one document is traced, each sum says what it is the sum of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from search.engine import schema
from search.engine.analysis import analyzer
from search.engine.columns import Mask
from search.engine.reader import EXPANDED, Snapshot
from search.engine.scorer import (
    NOWHERE,
    Scored,
    Scores,
    dense,
    either,
    found_in,
    idf,
    nothing,
    rarity,
    run_parts,
    sparse,
    sum_any,
    weighted,
    word_parts,
    word_scores,
)
from search.engine.segments import Weights
from search.plan import Best, Every, Meant, Node, Plan, Run, Some, Term, Terms, quoted
from search.request import Part, SearchRequest

EXPANSIONS = 40
"""Terms that a beginning may stand for."""


class Found(NamedTuple):
    """Scores, which are the caller's own, and for the document that is traced what they are the sum of."""

    scores: Scores
    parts: tuple[Part, ...] = ()


class Held(NamedTuple):
    """What documents hold of what is asked, in part or all of it."""

    found: Found
    held: Weights
    """Of each document, what it holds, each word by how rare it is."""
    asked: Weights | np.float32
    """What there is to hold. Of what nothing holds that the reader may see, nothing."""
    words: int
    whole: bool
    """Whether that is all that was asked."""
    typed: float
    """How rare its words are in all, those that nothing holds among them."""


class Evaluation:
    def __init__(
        self, snapshot: Snapshot, request: SearchRequest, plan: Plan, languages: Sequence[str], traced: int | None
    ) -> None:
        self.snapshot, self.request, self.plan, self.languages = snapshot, request, plan, languages
        self.traced = traced
        self.beginnings = sum(isinstance(node, Terms) and node.prefix for node in plan.parts)

    def of(self, node: Node) -> Found:
        if isinstance(node, Terms):
            return self._terms(node)
        if isinstance(node, Run):
            found = run_parts(self.snapshot, node)
            scores = sum_any(self.snapshot, [scored for _field, scored in found])
            return Found(scores, self._parts(node.label, found))
        if isinstance(node, Every):
            return self.every(node.nodes)
        if isinstance(node, Some):
            return self.some(node.nodes)
        if isinstance(node, Best):
            return self._best([self.of(inner) for inner in node.nodes])
        return self._meant(node)

    def every(self, nodes: Sequence[Node]) -> Found:
        """Documents that meet every node; what is a stop word in their language they need not hold."""
        required = [node for node in nodes if not (isinstance(node, Terms) and node.needed)]
        spared = [node for node in nodes if isinstance(node, Terms) and node.needed] if required else []
        scores, parts = nothing(self.snapshot), ()
        for at, node in enumerate(required or nodes):
            found = self.of(node)
            scores, parts = (found.scores + scores, parts + found.parts) if at else found
        for node in spared:
            found = self.of(node)
            has_to = self.snapshot.mask("k_lang", node.needed)
            scores = np.where(found_in(found.scores), scores + found.scores, np.where(has_to, NOWHERE, scores))
            parts += found.parts
        return Found(scores, parts if self.met(scores) else ())

    def some(self, nodes: Sequence[Node]) -> Found:
        plain = [node for node in nodes if isinstance(node, Terms)]
        merged = sum_any(self.snapshot, [word_scores(self.snapshot, self._expanded(node)) for node in plain])
        parts = tuple(part for node in plain for part in self.of(node).parts) if self.traced is not None else ()
        for node in nodes:
            if not isinstance(node, Terms):
                found = self.of(node)
                merged, parts = either(merged, found.scores), parts + found.parts
        return Found(merged, parts)

    def held(self, nodes: Sequence[Node], allowed: Mask) -> Held:
        snapshot = self.snapshot
        scores, held, asked = nothing(snapshot), np.zeros(snapshot.size, np.float32), np.float32(0)
        parts: tuple[Part, ...] = ()
        required: list[Mask] = []
        words, whole, typed_rarity = 0, True, 0.0
        for node in nodes:
            if isinstance(node, Some | Best) and node.nodes and isinstance(node.nodes[-1], Meant):
                # Words typed, and what may stand for all of them.
                typed, meant = node.nodes
                inner, other = self.held(typed.nodes, allowed), self.of(meant)
                instead = found_in(other.scores)
                found = self._best([inner.found, other])
                if isinstance(node, Some):
                    found = Found(either(inner.found.scores, other.scores), inner.found.parts + other.parts)
                meets = bool((instead & allowed).any())
                weight = inner.asked if inner.words else self._weight(instead) * meets
                held += np.where(instead, weight, inner.held)
                asked = asked + weight
                words += inner.words or meets
                whole &= inner.whole or meets
                typed_rarity += inner.typed
            else:
                found = self.of(node)
                there = found_in(found.scores)
                needed = isinstance(node, Terms) and node.needed
                weight = self._weight(there)
                typed_rarity += 0.0 if needed else float(weight)
                if quoted(node):
                    required.append(there)
                elif not (there & allowed).any():
                    whole &= bool(needed)
                    continue
                held[there] += weight
                # What is a stop word in its language a document need not hold.
                asked = asked + (weight * (there | snapshot.mask("k_lang", needed)) if needed else weight)
                words += 1
            scores, parts = either(scores, found.scores), parts + found.parts
        for there in required:
            scores[~there] = NOWHERE
        return Held(Found(scores, parts), held, asked, words, whole, typed_rarity)

    def _weight(self, there: Mask) -> np.float32:
        """What it tells of a document that it is one of these."""
        return np.float32(rarity(self.snapshot, int(np.count_nonzero(there & self.snapshot.public))))

    def _best(self, all_found: Sequence[Found]) -> Found:
        merged = nothing(self.snapshot)
        for found in all_found:
            np.maximum(merged, found.scores, out=merged)
        met = [found for found in all_found if self.met(found.scores)]
        return Found(merged, max(met, key=lambda found: found.scores[self.traced]).parts if met else ())

    def _terms(self, node: Terms) -> Found:
        word = self._expanded(node)
        scores = dense(self.snapshot, word_scores(self.snapshot, word))
        return Found(scores, self._parts(node.label, word_parts(self.snapshot, word) if self.met(scores) else ()))

    def _expanded(self, node: Terms) -> Terms:
        """Beginnings replaced by the terms that begin so, those that are on most of what the reader may see."""
        if not node.prefix:
            return node
        terms: list[Term] = []
        request, most = self.request, EXPANDED // max(1, self.beginnings)
        for field, text, boost in node.terms:
            known = schema.TEXT + field.rpartition("_")[2]
            spelt = self.snapshot.expand(known, text, EXPANSIONS, request.tokens, most, request.withheld)
            terms += [(field, one, boost) for one in spelt]
        return replace(node, terms=tuple(terms))

    def _meant(self, node: Meant) -> Found:
        """What may stand for words counts less than these would, also where it is rarer or more words; remembered."""
        key = (node, self.request.ranking, tuple(self.languages))
        if self.traced is None and (known := self.snapshot.scored.get(key)) is not None:
            return Found(dense(self.snapshot, known))
        all_found: list[Found] = []
        for words, other in node.others:
            rarer = self._rarity(words) or 1.0
            weight = node.weight * min(1.0, (self._rarity(node.typed) or rarer) / rarer)
            found = self.of(other)
            parts = tuple(replace(part, points=part.points * weight, meant=True) for part in found.parts)
            all_found.append(Found(weighted(found.scores, weight), parts))
        best = self._best(all_found)
        self.snapshot.keep(key, *sparse(best.scores))
        return best

    def _rarity(self, words: Iterable[str]) -> float:
        """The sum of the inverse document frequencies of words, each in the language in which it is most frequent."""
        total = 0.0
        for word in words:
            terms = [
                (schema.TEXT + language, term) for language in self.languages if (term := analyzer(language).term(word))
            ]
            total += min((idf(self.snapshot, field, term) for field, term in terms), default=0.0)
        return total

    def met(self, scores: Scores) -> bool:
        return self.traced is not None and bool(found_in(scores[self.traced]))

    def _parts(self, label: str, found: Iterable[tuple[str, Scored]]) -> tuple[Part, ...]:
        """What a word adds to the traced document, by field."""
        sums: dict[str, float] = {}
        if self.traced is not None:
            for field, (numbers, values) in found:
                at = int(np.searchsorted(numbers, self.traced))
                if at < len(numbers) and numbers[at] == self.traced:
                    field = next((name for name in PLACES if field.startswith(name)), field)
                    sums[field] = sums.get(field, 0.0) + float(values[at])
        return tuple(Part(label, field, points) for field, points in sums.items())


PLACES = (schema.TEXT, schema.TITLE, schema.ANCHOR)
