"""Three-way merge of two changed texts: diff3 by lines, and by words if both changed the same lines.

After Khanna, Kunal, Pierce: "A Formal Investigation of Diff3" (2007). Changes with nothing unchanged between them
conflict, as in `git merge-file`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from text.matching import Work, matching_blocks

# A word and the white space after it, so that changes of neighbouring words touch.
_WORDS = re.compile(r"\s*\S+[ \t]*\n*|\s+")
# Two changes need this many unchanged words between them: "10 euros" must not become "12 pounds".
_APART = 3
# As in git, but with blank lines around them, since in Markdown a line of "=" below words makes a heading.
BEGIN, BETWEEN, END = "<<<<<<<", "=======", ">>>>>>>"
# Two blanks at the end of a line are a line break, which is text.
_LINE_ENDS = "\r\n"
_MARKS = re.compile(rf"^(?:{BEGIN} .*|{BETWEEN}|{END} .*)\r?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Conflict:
    base: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Merge:
    """Passages in order: text that both want, or a conflict."""

    passages: list[str | Conflict] = field(default_factory=list)

    @property
    def conflicts(self) -> list[Conflict]:
        return [passage for passage in self.passages if isinstance(passage, Conflict)]

    @property
    def is_clean(self) -> bool:
        return not self.conflicts

    @property
    def text(self) -> str:
        """With both changes, mine where they conflict."""
        return "".join(passage.mine if isinstance(passage, Conflict) else passage for passage in self.passages)

    def marked(self, theirs: str, mine: str) -> str:
        """With both versions where they conflict, between marks that name them; see `has_marks`."""
        pieces: list[str] = []
        for passage in self.passages:
            if isinstance(passage, Conflict):
                before = "" if not pieces or pieces[-1].endswith("\n") else "\n"
                versions = f"{passage.theirs.rstrip(_LINE_ENDS)}\n\n{BETWEEN}\n\n{passage.mine.rstrip(_LINE_ENDS)}"
                passage = f"{before}{BEGIN} {theirs}\n\n{versions}\n\n{END} {mine}\n"
            pieces.append(passage)
        return "".join(pieces)


def has_marks(text: str) -> bool:
    return _MARKS.search(text) is not None


@dataclass(frozen=True, slots=True)
class _Chunk:
    base: Sequence[str]
    mine: Sequence[str]
    theirs: Sequence[str]

    def settled(self) -> Sequence[str] | None:
        if self.mine == self.theirs or self.theirs == self.base:
            return self.mine
        return self.theirs if self.mine == self.base else None


def merge(base: str, mine: str, theirs: str) -> Merge:
    passages: list[str | Conflict] = []
    work = Work()
    for chunk in _chunks(*(text.splitlines(keepends=True) for text in (base, mine, theirs)), work=work):
        settled = chunk.settled()
        if settled is not None:
            passages.append("".join(settled))
            continue
        passage = Conflict("".join(chunk.base), "".join(chunk.mine), "".join(chunk.theirs))
        joined = _merge_words(passage, work)
        passages.append(passage if joined is None else joined)
    return Merge(passages)


def _merge_words(passage: Conflict, work: Work) -> str | None:
    words = (_WORDS.findall(text) for text in (passage.base, passage.mine, passage.theirs))
    chunks = _kept_apart(list(_chunks(*words, work=work)))
    settled = [chunk.settled() for chunk in chunks]
    if any(piece is None for piece in settled):
        return None
    return "".join(word for piece in settled if piece is not None for word in piece)


def _kept_apart(chunks: list[_Chunk]) -> list[_Chunk]:
    """Join chunks with too few unchanged words between them, so that they are resolved together."""
    kept: list[_Chunk] = []
    for chunk in chunks:
        bridge = kept[-1] if kept else None
        if bridge and len(kept) > 1 and bridge.base == bridge.mine == bridge.theirs and len(bridge.base) < _APART:
            before = kept[-2]
            kept[-2:] = [
                _Chunk(
                    [*before.base, *bridge.base, *chunk.base],
                    [*before.mine, *bridge.mine, *chunk.mine],
                    [*before.theirs, *bridge.theirs, *chunk.theirs],
                )
            ]
        else:
            kept.append(chunk)
    return kept


def _chunks(base: list[str], mine: list[str], theirs: list[str], *, work: Work) -> Iterator[_Chunk]:
    at = (0, 0, 0)
    for start, end, mine_start, theirs_start in _common(base, mine, theirs, work):
        if (start, mine_start, theirs_start) != at:
            yield _Chunk(base[at[0] : start], mine[at[1] : mine_start], theirs[at[2] : theirs_start])
        size = end - start
        yield _Chunk(base[start:end], mine[mine_start : mine_start + size], theirs[theirs_start : theirs_start + size])
        at = (end, mine_start + size, theirs_start + size)
    if at != (len(base), len(mine), len(theirs)):
        yield _Chunk(base[at[0] :], mine[at[1] :], theirs[at[2] :])


def _common(base: list[str], mine: list[str], theirs: list[str], work: Work) -> Iterator[tuple[int, int, int, int]]:
    """Runs of `base` that are unchanged on both sides: start and end in base, start in mine, start in theirs."""
    ours, others = matching_blocks(base, mine, work), matching_blocks(base, theirs, work)
    i = j = 0
    while i < len(ours) and j < len(others):
        (start, mine_start, size), (other, theirs_start, other_size) = ours[i], others[j]
        low, high = max(start, other), min(start + size, other + other_size)
        if low < high:
            yield low, high, mine_start + low - start, theirs_start + low - other
        if start + size < other + other_size:
            i += 1
        else:
            j += 1
