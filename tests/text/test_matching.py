"""One bound for all the work of a comparison or a merge, into however many passages it falls."""

import time
from collections.abc import Callable
from random import Random

import pytest

from text import matching
from text.compare import compare
from text.merge import merge


def passages(count: int, line: Callable[[int], str]) -> str:
    """With a line between them that all versions have, so that each passage is compared alone."""
    return "\n".join(f"anchor {number}\n{line(number)}" for number in range(count))


def words(number: int, of: str, seed: int) -> str:
    return " ".join(Random(seed).choices(of, k=number))


@pytest.mark.parametrize(("length", "of"), [(120, "ab"), (200, "ab"), (240, "abcd"), (700, "abcdefgh")])
def test_very_many_passages_of_few_words_cost_no_more_than_one(length: int, of: str) -> None:
    count = 400_000 // (2 * length + 12)
    base, mine, theirs = (
        passages(count, lambda number, seed=seed: words(length, of, number + seed)) for seed in (0, 10**6, 10**7)
    )
    begun = time.process_time()
    compare(base, mine)
    merge(base, mine, theirs)
    assert time.process_time() - begun < 4, "seconds; one where nothing else runs, ten to twenty without the bound"


def test_the_passages_after_the_bound_count_as_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    base, mine, theirs = (
        passages(60, lambda number, four=four: words(10, "abcdef", number).join(f" {word} " for word in four.split()))
        for four in ("one two three four", "un two trois four", "one zwei three vier")
    )
    assert merge(base, mine, theirs).is_clean
    assert all(any(changed for changed, _text in row.words) for row in compare(base, mine).rows if row.kind)

    monkeypatch.setattr(matching, "COMPARED_PAIRS", 2_500)
    cut = merge(base, mine, theirs)
    assert 0 < len(cut.conflicts) < 60
    assert all(passage.mine in cut.text and passage.theirs in cut.marked("a", "b") for passage in cut.conflicts)
    marked = [any(changed for changed, _text in row.words) for row in compare(base, mine).rows if row.kind]
    assert 0 < sum(marked) < len(marked) == 120
