"""How the history shows a change to its readers."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limits import COMPARED_ROWS
from text.compare import compare


def shown(old: str, new: str) -> list[str]:
    signs = {"": " ", "delete": "-", "insert": "+", "skip": "@"}
    return [
        f"{signs[row.kind]}{row.skipped or ''}"
        + "".join(f"[{word}]" if changed else word for changed, word in row.words)
        for row in compare(old, new).rows
    ]


def test_a_changed_word_is_marked_in_its_line():
    assert shown("Title\n\nThe desk opens at nine.\n", "Title\n\nThe desk opens at ten.\n") == [
        " Title",
        " ",
        "-The desk opens at [nine].",
        "+The desk opens at [ten].",
    ]


def test_the_target_of_a_link_the_level_of_a_heading_and_bold_are_changes_too():
    assert shown("[map](/a/)", "[map](/b/)") == ["-[map](/[a]/)".replace("[map]", "[map]"), "+[map](/[b]/)"]
    assert shown("## Opening hours", "### Opening hours") == ["-## Opening hours", "+##[#] Opening hours"]
    assert shown("say it loud and clear", "say it **loud** and clear") == [
        "-say it loud and clear",
        "+say it [**]loud[**] and clear",
    ]


def test_lines_with_little_in_common_stand_whole():
    assert shown("Ring the bell.", "Knock on wood, please!") == ["-Ring the bell.", "+Knock on wood, please!"]


def test_long_unchanged_parts_are_left_out_with_their_number():
    old = "".join(f"line {number}\n" for number in range(50))
    assert shown(old, old.replace("line 25\n", "line 25\nand more\n")) == [
        "@23",
        " line 23",
        " line 24",
        " line 25",
        "+and more",
        " line 26",
        " line 27",
        " line 28",
        "@21",
    ]


def test_lines_keep_their_numbers():
    rows = compare("a\nb\nc\n", "a\nx\ny\nc\n").rows
    assert [(row.old_number, row.new_number) for row in rows] == [(1, 1), (2, None), (None, 2), (None, 3), (3, 4)]


def test_equal_texts_show_no_change():
    assert [row.kind for row in compare("a\nb\n", "a\nb\n").rows] == ["skip"]
    assert compare("", "").rows == []


@given(st.text(alphabet="ab \n", max_size=40), st.text(alphabet="ab \n", max_size=40))
def test_both_texts_can_be_read_off_the_rows(old, new):
    rows = compare(old, new).rows
    text = {
        kind: "".join("".join(word for _, word in row.words) + "\n" for row in rows if row.kind == kind)
        for kind in ("delete", "insert")
    }
    for line in text["delete"].splitlines():
        assert line in old.splitlines()
    for line in text["insert"].splitlines():
        assert line in new.splitlines()


def test_two_hundred_kilobytes_are_compared_in_bounded_time_and_rows():
    for old, new in [
        ("a\n" * 90_000, "b\na\n" * 45_000),
        ("word " * 40_000, "word other " * 18_000),
        ("\n".join(map(str, range(30_000))), "\n".join(map(str, range(30_000, 0, -1)))),
    ]:
        begun = time.process_time()
        assert len(compare(old, new).rows) <= COMPARED_ROWS
        assert time.process_time() - begun < 8, "seconds of CPU; two where nothing else runs"


@pytest.mark.parametrize("sign", ["!", "a ", "1.", "\u00e4-"])
def test_one_line_of_very_many_words_costs_little(sign):
    words = sign * (400_000 // len(sign))
    begun = time.process_time()
    compare(words, words[:-1] + "?")
    compare(words, "?" + words)
    assert time.process_time() - begun < 8, "seconds of CPU; one or two where nothing else runs"
