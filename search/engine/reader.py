"""One state of the index. A snapshot never changes: requests that hold an old one finish with it."""

from __future__ import annotations

from bisect import insort
from collections import Counter
from collections.abc import Iterable
from copy import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.engine import schema
from search.engine.analysis import LANGUAGES
from search.engine.codec import byte_to_length
from search.engine.columns import Column, Mask
from search.engine.segment import Segment
from search.engine.segments import Numbers, Weights
from search.engine.store import Pointer
from web.bounded import Bounded

AUDIENCE = "k_audience"
"""The field of the tokens that a reader needs one of."""
STAFF = "staff"
"""The token of what all staff may read."""
LINKED = (schema.ANCHOR, "k_anchor")
"""Beginnings of the fields that hold words of other pages: of those that link to a document."""
K1, B = 1.2, 0.6
"""The constants of BM25."""
LENGTHS = np.array([byte_to_length(code) for code in range(256)], np.float32)
USUAL_LENGTHS = np.append(np.float32(0), (LENGTHS[:-1] + 1 + LENGTHS[1:]) / 2)
"""The middle of the lengths that share a code, which is the longest of them: what documents have on average."""
EXPANDED = 100_000
"""Documents that the words which a beginning stands for are looked up in: what keeps two letters from costing a second."""


class Snapshot:
    """The index as it was after one commit. Documents are numbered through all segments."""

    CACHED_SCORES = 10_000_000
    """Bytes: one and a half million postings, a little fewer at more than 65,536 documents."""
    CACHED_NUMBERS = 500_000
    """Of terms that are looked for in names and marks, or begin alike: one megabyte, or two at more than 65,536 documents."""
    ASIDES = 4
    """States of an index that has fallen behind of which is remembered what was counted."""
    CACHED_MASKS = 24_000_000
    """Bytes: four hundred token sets at 60,000 documents."""

    def __init__(self, pointer: Pointer, parts: list[tuple[Segment, frozenset[int]]]) -> None:
        self.pointer = pointer
        self.segments = [segment for segment, _ in parts]
        self.bases: list[int] = []
        self.size = 0
        self.alive = np.ones(sum(segment.size for segment, _ in parts), np.bool_)
        for segment, deleted in parts:
            self.bases.append(self.size)
            self.alive[[self.size + number for number in deleted]] = False
            self.size += segment.size
        self.count = int(np.count_nonzero(self.alive))
        self._short = np.uint16 if self.size <= 1 << 16 else np.uint32
        self.near: Bounded[Any, Any] = Bounded(2_000)
        self.masks: Bounded[Any, Mask] = Bounded(self.CACHED_MASKS)
        # Tags with their numbers of documents, by the audiences that are counted.
        self.tags: Bounded[frozenset[str], list[tuple[str, int]]] = Bounded(100_000)
        # What marks are called, by facet and language: a space or person that is renamed is indexed again, which makes a new snapshot.
        self.named: dict[tuple[str, str | None], dict[str, dict[str, Any]]] = {}
        self._columns: dict[str, Column] = {}
        self._numbers: dict[str, NDArray[np.int64]] = {}
        self._spoken: Bounded[Any, tuple[str, ...]] = Bounded(2_000)
        self._asides: Bounded[Any, Snapshot] = Bounded(self.ASIDES)
        self.fields = sorted({name for segment in self.segments for name in segment.fields})
        self.unlinked: Mask | None = None
        self._forget(self.alive)
        self._forget(self._public())

    def _forget(self, public: Mask) -> None:
        """Begins to count over these documents: nothing is remembered of what was counted over others."""
        self.public = public
        """The documents over which numbers are computed that any reader is shown or ranked by: those for all staff, so that
        none tells of what is closed to her (docs/decisions/0012-numbers-of-search.md)."""
        self.public_count = int(np.count_nonzero(public))
        self.scored: Bounded[Any, tuple[Numbers, Weights]] = Bounded(self.CACHED_SCORES)
        self.marked: Bounded[tuple[str, str], Numbers] = Bounded(self.CACHED_NUMBERS)
        self.expanded: Bounded[Any, list[str]] = Bounded(20_000)
        self._counted: Bounded[tuple[str, str], int] = Bounded(20_000)
        self._average: dict[str, float] = {}
        self._norms: dict[str, NDArray[np.float32]] = {}

    def _public(self) -> Mask:
        # An index of other things than ours says nothing of audiences.
        return self.mask(AUDIENCE, frozenset({STAFF})) if AUDIENCE in self.fields else self.alive

    def aside(self, closed: frozenset[int], unlinked: frozenset[int]) -> Snapshot:
        """The same index, which has fallen behind: `closed` documents are no longer for all staff and count for no number,
        and of `unlinked` ones nobody knows whether she may read the words with which they are linked to."""
        if not closed and not unlinked:
            return self
        key = (closed, unlinked)
        if (known := self._asides.get(key)) is not None:
            return known
        other = copy(self)
        if unlinked:
            other.unlinked = np.zeros(self.size, np.bool_)
            other.unlinked[[*unlinked]] = True
        public = self.public.copy()
        public[[*closed]] = False
        other._forget(public)
        return self._asides.put(key, other, 1)

    def key(self, number: int) -> str:
        for segment, base in zip(self.segments, self.bases, strict=True):
            if number < base + segment.size:
                return segment.key(number - base)
        raise IndexError(number)

    def number(self, key: str) -> int | None:
        """The number of the living document with this key."""
        for segment, base in zip(self.segments, self.bases, strict=True):
            found = segment.file.postings("key", key.encode())
            for number in found[0].tolist() if found else ():
                if self.alive[base + number]:
                    return int(base + number)
        return None

    def column(self, field: str) -> Column:
        if field not in self._columns:
            self._columns[field] = Column(
                ((base, segment.marks(field)) for segment, base in zip(self.segments, self.bases, strict=True)),
                self.size,
            )
        return self._columns[field]

    def times(self) -> NDArray[np.int64]:
        """The time of every document in seconds since 1970, 0 where it has none."""
        return self._all(schema.AT)

    def ties(self) -> NDArray[np.int64]:
        """The place of every document among its equals (`schema.tie`)."""
        return self._all(schema.TIE)

    def _all(self, name: str) -> NDArray[np.int64]:
        if name not in self._numbers:
            parts = [segment.file.column(name) for segment in self.segments]
            self._numbers[name] = np.concatenate([np.empty(0, np.int64), *parts])
        return self._numbers[name]

    def seen(self, tokens: frozenset[str], withheld: frozenset[int] = frozenset()) -> Mask:
        """What a reader with these audiences may see. Not to be changed."""
        mask = self.mask(AUDIENCE, tokens)
        if withheld:
            mask = mask.copy()
            mask[[*withheld]] = False
        return mask

    def languages(self, tokens: frozenset[str], withheld: frozenset[int] = frozenset()) -> tuple[str, ...]:
        """The languages of what a reader may see: in no other is a word looked for, or taken for a stop word; remembered."""
        key = (tokens, withheld)
        if (known := self._spoken.get(key)) is not None:
            return known
        seen = self.seen(tokens, withheld)
        found = (language for language in LANGUAGES if schema.TEXT + language in self.fields)
        spoken = tuple(language for language in found if self._any_with(schema.TEXT + language, seen))
        return self._spoken.put(key, spoken, 1)

    def _any_with(self, field: str, seen: Mask) -> bool:
        return any(
            bool((seen[base : base + segment.size] & (segment.lengths(field) > 0)).any())
            for segment, base in zip(self.segments, self.bases, strict=True)
            if field in segment.fields
        )

    def mask(self, field: str, marks: frozenset[str]) -> Mask:
        """The living documents that bear one of the marks. Remembered by the set of marks."""
        key = (field, marks)
        if (known := self.masks.get(key)) is not None:
            return known
        mask = np.zeros(self.size, np.bool_)
        for mark in marks:
            mask[self.numbers(field, mark)] = True
        return self.masks.put(key, mask & self.alive, self.size)

    def numbers(self, field: str, term: str) -> Numbers:
        """The documents that bear a term, deleted ones included."""
        if (known := self.marked.get((field, term))) is not None:
            return known
        found = self._bearers(field, term)
        return self.marked.put((field, term), found.astype(self._short), len(found) + 16)

    def _bearers(self, field: str, term: str) -> Numbers:
        parts = [own + np.uint32(base) for _segment, base, (own, _weights) in self.postings(field, term)]
        return np.concatenate(parts) if parts else np.empty(0, np.uint32)

    def postings(self, field: str, term: str) -> list[tuple[Segment, int, tuple[Numbers, Weights]]]:
        """The postings of a term by segment, with the number of the segment's first document; deleted documents included."""
        encoded = term.encode()
        hidden = self.unlinked if field.startswith(LINKED) else None
        found = []
        for segment, base in zip(self.segments, self.bases, strict=True):
            part = segment.file.postings(field, encoded)
            if part is not None and hidden is not None:
                left = ~hidden[part[0] + np.uint32(base)]
                part = part[0][left], part[1][left]
            if part is not None:
                found.append((segment, base, part))
        return found

    def warm(self, fields: Iterable[str]) -> None:
        """Reads what the first search would wait for: which documents bear which marks of these fields."""
        for field in fields:
            self.column(field)
        self.times()
        self.ties()

    def keep(self, key: Any, numbers: Numbers, values: Weights) -> tuple[Numbers, Weights]:
        """Remembers documents with their scores, in as few bytes as the documents can be numbered with."""
        short = numbers.astype(self._short, copy=False)
        return self.scored.put(key, (short, values), short.nbytes + values.nbytes + 128)

    def release_pages(self) -> None:
        """Gives back the pages of mapped files; they are still in the system's memory when they are asked for again."""
        for segment in self.segments:
            segment.file.release_pages()

    def frequency(self, field: str, term: str) -> int:
        """How many documents hold a term, of those that all staff may read."""
        key = (field, term)
        if (known := self._counted.get(key)) is not None:
            return known
        found = self.marked.get(key)
        return self._counted.put(key, self.counted(self._bearers(field, term) if found is None else found), 1)

    def counted(self, numbers: Numbers) -> int:
        """How many of these documents all staff may read."""
        return int(np.count_nonzero(self.public[numbers]))

    def average_length(self, field: str) -> float:
        """Of a field, over the documents of its language that all staff may read; 0 where there are none."""
        if field not in self._average:
            text = schema.TEXT + field.rpartition("_")[2]
            total, count = 0.0, 0
            for segment, base in zip(self.segments, self.bases, strict=True):
                public = self.public[base : base + segment.size]
                if field in segment.fields:
                    total += float(USUAL_LENGTHS[segment.lengths(field)[public]].sum(dtype=np.float64))
                if text in segment.fields:
                    public = public & (segment.lengths(text) > 0)
                elif text in self.fields:
                    continue
                count += int(np.count_nonzero(public))
            self._average[field] = total / count if count else 0.0
        return self._average[field]

    def norms(self, field: str) -> NDArray[np.float32]:
        """What BM25 sets against the weight of a word, by the code of the length of a document's field."""
        if field not in self._norms:
            # Where there is nothing to compare with, every document is as long as all are.
            average = self.average_length(field)
            self._norms[field] = K1 * (
                (1 - B) + B * (LENGTHS / np.float32(average) if average else np.ones_like(LENGTHS))
            )
        return self._norms[field]

    def expand(
        self,
        field: str,
        prefix: str,
        limit: int,
        tokens: frozenset[str] | None = None,
        most: int = EXPANDED,
        withheld: frozenset[int] = frozenset(),
    ) -> list[str]:
        """Terms that start with a prefix, those first that most of the documents hold which a reader with these tokens may
        see; remembered. At most `limit`, and no more than are held by `most` of these documents in all, but always one.
        """
        key = (field, prefix, limit, tokens, most, withheld)
        if (known := self.expanded.get(key)) is not None:
            return known
        counts: Counter[bytes] = Counter()
        for segment in self.segments:
            for term, count in segment.file.frequencies(field, prefix.encode()):
                counts[term] += count
        seen = self.alive if tokens is None else self.seen(tokens, withheld)
        best: list[tuple[int, bytes]] = []
        for encoded in sorted(counts, key=lambda term: (-counts[term], term)):
            # She sees no more documents of a term than there are: what follows cannot come before these any more.
            if len(best) >= limit and counts[encoded] < -best[limit - 1][0]:
                break
            if here := int(np.count_nonzero(seen[self.numbers(field, encoded.decode())])):
                insort(best, (-here, encoded))
        found: list[str] = []
        for less, encoded in best[:limit]:
            if found and -less > most:
                break
            found.append(encoded.decode())
            most += less
        return self.expanded.put(key, found, len(found) + 4)
