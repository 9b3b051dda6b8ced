"""One segment as it is read: what is read from its file is remembered."""

from __future__ import annotations

from bisect import bisect_left
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from search.engine import schema
from search.engine.columns import Marks
from search.engine.segments import SegmentFile
from web.bounded import Bounded

LONG_WORD = 8
"""Letters of what may be a compound."""


class Segment:
    """One segment's file. What is read from it is remembered: it never changes."""

    def __init__(self, name: str, file: SegmentFile) -> None:
        self.name, self.file = name, file
        self.size = file.documents
        self.fields = file.fields
        self._keys: dict[int, str] = {}
        self._lengths: dict[str, NDArray[np.uint8]] = {}
        self._marks: dict[str, Marks] = {}
        self._reversed: list[str] | None = None
        self.spelt: Bounded[tuple[str, str], dict[int, list[str]]] = Bounded(60_000)
        """Terms by field, beginning and length: five megabytes at most."""
        self.sound_at = -np.inf
        """When it last answered real questions (`search.probing`)."""

    def key(self, number: int) -> str:
        """The key of a document. Those that are shown once are shown again."""
        if number not in self._keys:
            self._keys[number] = self.file.key(number)
        return self._keys[number]

    def ending_with(self, ending: str) -> list[str]:
        """The written words that end so."""
        if self._reversed is None:
            self._reversed = sorted(word[::-1] for word in self.file.words(schema.WORDS, "") if len(word) >= LONG_WORD)
        begins = ending[::-1]
        first = bisect_left(self._reversed, begins)
        return [word[::-1] for word in takewhile(lambda word: word.startswith(begins), self._reversed[first:])]

    def lengths(self, field: str) -> NDArray[np.uint8]:
        if field not in self._lengths:
            self._lengths[field] = self.file.lengths(field)
        return self._lengths[field]

    def marks(self, field: str) -> Marks:
        """The marks of a field, in order, and which document bears which."""
        if field not in self._marks:
            found = [(term.decode(), own) for term, own in self.file.all_numbers(field)]
            codes = np.repeat(np.arange(len(found), dtype=np.uint32), [len(own) for _term, own in found])
            bearers = np.concatenate([np.empty(0, np.uint32), *(own for _term, own in found)])
            self._marks[field] = [term for term, _own in found], codes, bearers
        return self._marks[field]
