"""Merging two people's changes to one text, compared with `git merge-file`."""

import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from text.merge import merge

TEXT = """Opening hours

The desk is open from nine to five on weekdays.
Ring the bell at weekends.

Costs

A permit costs 10 euros a month.
"""


def test_changes_of_different_paragraphs_both_hold():
    merged = merge(TEXT, TEXT.replace("nine", "eight"), TEXT.replace("10 euros", "12 euros"))
    assert merged.is_clean
    assert merged.text == TEXT.replace("nine", "eight").replace("10 euros", "12 euros")


def test_changes_of_far_apart_words_of_one_line_both_hold():
    merged = merge(TEXT, TEXT.replace("The desk", "Our desk"), TEXT.replace("weekdays", "working days"))
    assert merged.is_clean
    assert "Our desk is open from nine to five on working days." in merged.text


def test_changes_of_neighbouring_words_are_a_conflict_that_keeps_both():
    merged = merge(TEXT, TEXT.replace("10 euros", "12 euros"), TEXT.replace("10 euros", "10 pounds"))
    assert not merged.is_clean
    (conflict,) = merged.conflicts
    assert "12 euros" in conflict.mine
    assert "10 pounds" in conflict.theirs
    assert "12 euros" in merged.text


def test_what_is_clean_is_kept_beside_a_conflict():
    mine = TEXT.replace("10 euros", "12 euros")
    theirs = TEXT.replace("10 euros", "9 euros").replace("Ring the bell", "Knock twice")
    assert "Knock twice" in merge(TEXT, mine, theirs).text


def test_one_deletes_what_the_other_changes():
    merged = merge("a\n\nb\n\nc\n", "a\n\nc\n", "a\n\nB\n\nc\n")
    assert len(merged.conflicts) == 1


def test_both_write_below_the_same_end():
    merged = merge("a\n", "a\nmine\n", "a\ntheirs\n")
    assert [(conflict.mine, conflict.theirs) for conflict in merged.conflicts] == [("mine\n", "theirs\n")]


LINES = st.lists(st.integers(0, 30).map(lambda number: f"line {number} of the text\n"), max_size=12)
ANY_TEXT = LINES.map("".join) | st.text(alphabet="ab \n", max_size=30)


@given(ANY_TEXT, ANY_TEXT)
def test_a_change_of_one_side_alone_holds_as_it_is(base, changed):
    assert merge(base, changed, base).text == merge(base, base, changed).text == changed
    assert merge(base, changed, changed).text == changed
    assert merge(base, changed, base).is_clean


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_it_does_not_matter_who_was_first(base, mine, theirs):
    one, other = merge(base, mine, theirs), merge(base, theirs, mine)
    assert one.is_clean == other.is_clean
    if one.is_clean:
        assert one.text == other.text


@given(LINES.map("".join), LINES.map("".join), LINES.map("".join))
def test_every_line_that_somebody_wrote_is_in_the_text_or_in_a_conflict(base, mine, theirs):
    merged = merge(base, mine, theirs)
    kept = merged.text + "".join(conflict.mine + conflict.theirs for conflict in merged.conflicts)
    if not merged.is_clean or mine == base or theirs == base:
        written = set(mine.splitlines()) | set(theirs.splitlines())
        for line in written - set(base.splitlines()):
            assert line in kept


# Edits are places with a number of lines taken away and lines put there instead.
EDITS = st.dictionaries(st.integers(0, 19), st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=4)


def edited(base: list[str], edits: dict[int, tuple[int, int]], name: str) -> list[str]:
    lines: list[str] = []
    gone = 0
    for place, line in enumerate([*base, ""]):
        taken, added = edits.get(place, (0, 0))
        lines.extend(f"{name} writes {place} {number}\n" for number in range(added))
        gone = max(gone, taken)
        if gone:
            gone -= 1
        else:
            lines.append(line)
    return lines


def git_merge(folder: Path, base: str, mine: str, theirs: str) -> tuple[int, str]:
    """Number of conflicts and the merged text."""
    for name, text in {"mine": mine, "base": base, "theirs": theirs}.items():
        (folder / name).write_text(text)
    command = ["git", "merge-file", "-p", "mine", "base", "theirs"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode < 128, done.stderr
    return done.returncode, done.stdout


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EDITS, EDITS)
def test_we_merge_what_git_merges_and_as_git_does(tmp_path, mine, theirs):
    base = [f"passage number {number} of the page, with words\n" for number in range(20)]
    texts = ["".join(lines) for lines in (base, edited(base, mine, "ada"), edited(base, theirs, "linus"))]
    conflicts, text = git_merge(tmp_path, *texts)
    merged = merge(*texts)
    assert merged.is_clean == (conflicts == 0)
    if merged.is_clean:
        assert merged.text == text


@pytest.mark.parametrize(
    ("base", "mine", "theirs"),
    [
        ("a\n" * 60_000, "b\n" + "a\n" * 60_000, "a\n" * 60_000 + "c\n"),
        ("a\n" * 60_000, "a\nb\n" * 40_000, "b\na\n" * 40_000),
        ("word " * 40_000, "word " * 20_000 + "x " + "word " * 20_000, "y " + "word " * 40_000),
        ("".join(f"{n % 7}\n" for n in range(60_000)), "".join(f"{n % 5}\n" for n in range(60_000)), "\n" * 60_000),
    ],
    ids=["equal lines", "interleaved", "one line", "periods"],
)
def test_two_hundred_kilobytes_are_merged_in_bounded_time(base, mine, theirs):
    begun = time.process_time()
    merge(base, mine, theirs)
    assert time.process_time() - begun < 10, "seconds of CPU; two where nothing else runs"


@pytest.mark.parametrize("between", [["small"], ["small", "round"]])
def test_changes_with_too_few_words_between_them_make_no_sentence_that_nobody_wrote(between):
    words = " ".join(between)
    merged = merge(
        f"It costs 10 {words} euros a day.", f"It costs 12 {words} euros a day.", f"It costs 10 {words} pounds a day."
    )
    assert not merged.is_clean
    assert f"12 {words} pounds" not in merged.text
    assert merged.marked("Grace", "You").split("\n\n") == [
        "<<<<<<< Grace",
        f"It costs 10 {words} pounds a day.",
        "=======",
        f"It costs 12 {words} euros a day.",
        ">>>>>>> You\n",
    ]


def test_changes_with_three_words_between_them_both_hold():
    merged = merge("It costs 10 a b c euros.", "It costs 12 a b c euros.", "It costs 10 a b c pounds.")
    assert merged.is_clean
    assert merged.text == "It costs 12 a b c pounds."
