"""A line-by-line comparison of two texts with the changed words marked; bounded in time and rows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby, zip_longest

from limits import COMPARED_ROWS
from text.matching import Work, matching_blocks

CONTEXT = 3
# A share of the characters. Passages with less in common read better without words marked.
LIKENESS = 0.35
_WORDS = re.compile(r"\n|[^\S\n]+|\w+|[^\w\s]")


@dataclass(slots=True)
class Row:
    """A line: `kind` is "" (unchanged), "delete", "insert" or "skip" (of `skipped` unchanged lines).

    `words` are pairs of (changed, text).
    """

    kind: str = ""
    old_number: int | None = None
    new_number: int | None = None
    words: list[tuple[bool, str]] = field(default_factory=list)
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    rows: list[Row]
    added: int
    removed: int
    is_cut: bool = False


def compare(old: str, new: str) -> Comparison:
    before, after, work = old.splitlines(), new.splitlines(), Work()
    rows: list[Row] = []
    added = removed = 0
    i = j = 0
    for start, other, size in [*matching_blocks(before, after, work), (len(before), len(after), 0)]:
        removed, added = removed + start - i, added + other - j
        if len(rows) <= COMPARED_ROWS and (start > i or other > j):
            rows.extend(_changed(before[i:start], after[j:other], i, j, work))
        if len(rows) <= COMPARED_ROWS:
            rows.extend(
                _unchanged(before[start : start + size], start, other, at_start=i == j == start == 0, total=before)
            )
        i, j = start + size, other + size
    return Comparison(rows[:COMPARED_ROWS], added, removed, is_cut=len(rows) > COMPARED_ROWS)


def side_by_side(rows: list[Row]) -> list[tuple[Row | None, Row | None]]:
    """The rows in two columns: what is unchanged or left out is in both."""
    pairs: list[tuple[Row | None, Row | None]] = []
    for is_changed, run in groupby(rows, key=lambda row: row.kind in {"delete", "insert"}):
        found = list(run)
        if is_changed:
            old, new = ([row for row in found if row.kind == kind] for kind in ("delete", "insert"))
            pairs += zip_longest(old, new)
        else:
            pairs += [(row, row) for row in found]
    return pairs


def _unchanged(lines: list[str], old_at: int, new_at: int, *, at_start: bool, total: list[str]) -> Iterator[Row]:
    head = 0 if at_start else CONTEXT
    tail = 0 if old_at + len(lines) == len(total) else CONTEXT
    skipped = len(lines) - head - tail
    for place, line in enumerate(lines):
        if skipped > 1 and head <= place < len(lines) - tail:
            if place == head:
                yield Row("skip", skipped=skipped)
            continue
        yield Row("", old_at + place + 1, new_at + place + 1, [(False, line)])


def _changed(before: list[str], after: list[str], old_at: int, new_at: int, work: Work) -> Iterator[Row]:
    old_lines, new_lines = _marked(before, after, work)
    for place, words in enumerate(old_lines, old_at + 1):
        yield Row("delete", old_number=place, words=words)
    for place, words in enumerate(new_lines, new_at + 1):
        yield Row("insert", new_number=place, words=words)


Words = list[tuple[bool, str]]


def _marked(before: list[str], after: list[str], work: Work) -> tuple[list[Words], list[Words]]:
    """Both passages with the changed words marked; as whole lines if they have little in common."""
    # No more than is shown.
    whole = (
        [[(False, line)] for line in before[: COMPARED_ROWS + 1]],
        [[(False, line)] for line in after[: COMPARED_ROWS + 1]],
    )
    if not before or not after or len(before) > 400 or len(after) > 400:
        return whole
    old, new = (_WORDS.findall("\n".join(lines)) for lines in (before, after))
    blocks = matching_blocks(old, new, work)
    alike = sum(len("".join(old[i : i + size]).strip()) for i, _j, size in blocks)
    if alike < LIKENESS * max(sum(map(len, before)), sum(map(len, after)), 1):
        return whole
    same_old = {place for i, _j, size in blocks for place in range(i, i + size)}
    same_new = {place for _i, j, size in blocks for place in range(j, j + size)}
    return _lines(old, same_old), _lines(new, same_new)


def _lines(words: list[str], same: set[int]) -> list[Words]:
    lines: list[Words] = [[]]
    # Joins each run at once: adding characters one by one would be quadratic in the length of the line.
    runs = groupby(enumerate(words), key=lambda item: (item[1] == "\n", item[0] not in same))
    for (is_end, changed), run in runs:
        if is_end:
            lines.extend([] for _end in run)
        else:
            lines[-1].append((changed, "".join(word for _place, word in run)))
    return lines
