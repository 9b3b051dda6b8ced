"""Matching blocks of two sequences: `difflib` between anchors, with a bound on its work.

`difflib` alone takes minutes for 200 kB of equal lines. Items that occur once on each side are anchors (the idea of
patience diff); only the gaps between them go to `difflib`, until the work that was allowed is done. The rest counts as
replaced, which is coarse but never wrong.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import Match, SequenceMatcher
from itertools import accumulate, pairwise

from limits import COMPARED_PAIRS

Block = tuple[int, int, int]  # a[i:i+n] == b[j:j+n]


class Work:
    """How many pairs may still be compared: one for all parts of a comparison or a merge, however many they are."""

    def __init__(self, pairs: int | None = None) -> None:
        self.left = COMPARED_PAIRS if pairs is None else pairs
        self.is_used_up = False

    def allows(self, pairs: int) -> bool:
        """Whether that much is left; it then counts as done."""
        if pairs > self.left:
            self.is_used_up = True
            return False
        self.left -= pairs
        return True


def matching_blocks(a: Sequence[str], b: Sequence[str], work: Work) -> list[Block]:
    """Maximal equal runs `(i, j, n)`, in order and without overlap, as `difflib` gives them."""
    return list(_joined(_Matcher(a, b, work).blocks()))


class _Bounded(SequenceMatcher[str]):
    """`difflib` that finds nothing more once the work is done."""

    def __init__(self, a: Sequence[str], b: Sequence[str], work: Work) -> None:
        super().__init__(None, a, b, autojunk=False)
        frequency = Counter(b)
        # Of the items before each place: it looks at every item, and at every one on the other side that equals it.
        self.pairs = [0, *accumulate(1 + frequency[item] for item in a)]
        self.work = work

    def find_longest_match(self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None) -> Match:
        end = len(self.pairs) - 1 if ahi is None else ahi
        if not self.work.allows(self.pairs[end] - self.pairs[alo]):
            return Match(alo, blo, 0)
        return super().find_longest_match(alo, ahi, blo, bhi)


class _Matcher:
    def __init__(self, a: Sequence[str], b: Sequence[str], work: Work) -> None:
        self.a, self.b, self.work = a, b, work

    def blocks(self) -> Iterator[Block]:
        pending = [(0, len(self.a), 0, len(self.b), True)]
        while pending:
            lo, hi, other_lo, other_hi, may_anchor = pending.pop()
            start = lo
            while lo < hi and other_lo < other_hi and self.a[lo] == self.b[other_lo]:
                lo, other_lo = lo + 1, other_lo + 1
            if lo > start:
                yield (start, other_lo - (lo - start), lo - start)
            end = hi
            while lo < hi and other_lo < other_hi and self.a[hi - 1] == self.b[other_hi - 1]:
                hi, other_hi = hi - 1, other_hi - 1
            if end > hi:
                # Must be yielded after everything inside, so it goes on the stack as a gap that matches itself.
                pending.append((hi, end, other_hi, other_hi + end - hi, False))
            if lo == hi or other_lo == other_hi:
                continue
            anchors = self._anchors(lo, hi, other_lo, other_hi) if may_anchor else []
            if not anchors:
                yield from self._difflib(lo, hi, other_lo, other_hi)
                continue
            edges = [(lo, other_lo), *anchors, (hi, other_hi)]
            gaps = [(left[0], right[0], left[1], right[1], True) for left, right in pairwise(edges)]
            pending.extend(reversed(gaps))

    def _anchors(self, lo: int, hi: int, other_lo: int, other_hi: int) -> list[tuple[int, int]]:
        """Positions of items that occur once in each range: the longest sequence that is in order on both sides."""
        if not self.work.allows(hi - lo + other_hi - other_lo):
            return []
        ours, theirs = Counter(self.a[lo:hi]), Counter(self.b[other_lo:other_hi])
        places = {item: j for j, item in enumerate(self.b[other_lo:other_hi], other_lo) if theirs[item] == 1}
        pairs = [(i, places[item]) for i, item in enumerate(self.a[lo:hi], lo) if ours[item] == 1 and item in places]
        return _longest_rising(pairs)

    def _difflib(self, lo: int, hi: int, other_lo: int, other_hi: int) -> Iterator[Block]:
        found = _Bounded(self.a[lo:hi], self.b[other_lo:other_hi], self.work)
        for i, j, size in found.get_matching_blocks():
            if size:
                yield (i + lo, j + other_lo, size)


def _longest_rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for place, (_i, j) in enumerate(pairs):
        rank = bisect_left(tails, j)
        before.append(ends[rank - 1] if rank else -1)
        if rank == len(tails):
            tails.append(j)
            ends.append(place)
        else:
            tails[rank], ends[rank] = j, place
    row: list[tuple[int, int]] = []
    place = ends[-1] if ends else -1
    while place >= 0:
        row.append(pairs[place])
        place = before[place]
    return row[::-1]


def _joined(blocks: Iterator[Block]) -> Iterator[Block]:
    current: Block | None = None
    for i, j, size in blocks:
        if current and current[0] + current[2] == i and current[1] + current[2] == j:
            current = (current[0], current[1], current[2] + size)
        else:
            if current:
                yield current
            current = (i, j, size)
    if current:
        yield current
