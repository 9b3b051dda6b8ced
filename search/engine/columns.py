"""Which documents bear which marks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from search.engine.segments import Numbers

Mask: TypeAlias = NDArray[np.bool_]
"""True for the documents that are meant."""
Marks: TypeAlias = tuple[list[str], NDArray[np.uint32], Numbers]
"""Values, in order; then for each that a document bears, its place among them and the document."""


class Column:
    """Which documents bear which marks of one field: what facets are counted with. Deleted documents are included."""

    def __init__(self, parts: Iterable[tuple[int, Marks]], size: int) -> None:
        codes: dict[str, int] = {}
        marks, bearers = [np.empty(0, np.uint32)], [np.empty(0, np.uint32)]
        for base, (values, own, documents) in parts:
            renamed = np.array([codes.setdefault(value, len(codes)) for value in values], np.uint32)
            marks.append(renamed[own])
            bearers.append(documents + np.uint32(base))
        self.values = list(codes)
        self._marks, self._documents = np.concatenate(marks), np.concatenate(bearers)
        # Where no document bears two marks, the mark of each, one more than its place among them, or 0: of few hits few are looked at.
        self._only: NDArray[np.uint32] | None = None
        if np.bincount(self._documents, minlength=1).max() <= 1:
            self._only = np.zeros(size, np.uint32)
            self._only[self._documents] = self._marks + np.uint32(1)
            self._marks = self._documents = np.empty(0, np.uint32)

    def counts(self, among: Mask) -> Counter[str]:
        """How many documents bear each mark; none that nothing bears."""
        if self._only is None:
            counted = np.bincount(self._marks[among[self._documents]], minlength=len(self.values))
        else:
            counted = np.bincount(self._only[np.flatnonzero(among)], minlength=len(self.values) + 1)[1:]
        borne = np.flatnonzero(counted)
        return Counter(dict(zip([self.values[code] for code in borne.tolist()], counted[borne].tolist(), strict=True)))

    def among(self, numbers: Sequence[int]) -> set[str]:
        """All marks of some documents."""
        chosen = np.array(sorted(numbers), np.int64)
        if self._only is not None:
            codes = self._only[chosen]
            return {self.values[code - 1] for code in np.unique(codes[codes > 0]).tolist()}
        return {self.values[code] for code in np.unique(self._marks[np.isin(self._documents, chosen)]).tolist()}

    def of(self, number: int) -> tuple[str, ...]:
        """The marks of one document, in order."""
        if self._only is not None:
            code = int(self._only[number])
            return (self.values[code - 1],) if code else ()
        here = np.flatnonzero(self._documents == number)
        return tuple(sorted(self.values[code] for code in self._marks[here].tolist()))
