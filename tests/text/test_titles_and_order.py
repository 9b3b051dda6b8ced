"""Equality of titles, invisible characters, and the order of names."""

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text.collation import MAX_KEY, sort_key
from text.invisible import is_seen, one_line
from text.titles import title_key

TITLES = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Übersicht", "übersicht"),
        ("Übersicht", unicodedata.normalize("NFD", "ÜBERSICHT")),
        ("Straße", "STRASSE"),
        ("Όνομα", "όνομα"),
        ("ΟΔΟΣ", "οδος"),
        ("Привет", "ПРИВЕТ"),
        ("Getting  started", "getting started"),
        ("Zustän\u00addigkeit\u200b", "Zuständigkeit"),
        ("가", unicodedata.normalize("NFD", "가")),
        ("a\u3000b", "a b"),
    ],
)
def test_titles_that_people_take_for_one_are_one(one: str, other: str) -> None:
    assert title_key(one) == title_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("C", "C#"), ("Zc", "Zc++"), ("दिन", "दान"), ("resume", "résumé"), ("a/b", "ab")]
)
def test_titles_that_differ_for_readers_differ(one: str, other: str) -> None:
    assert title_key(one) != title_key(other)


@given(TITLES)
def test_a_key_fits_its_column_and_is_its_own_key(title: str) -> None:
    key = title_key(title)
    assert len(key) <= 300
    assert title_key(unicodedata.normalize("NFD", title)) == key
    assert title_key(f" {title}\u200b ") == key


def test_long_titles_that_differ_at_their_end_differ() -> None:
    assert title_key("x" * 400) != title_key("x" * 399 + "y")


@pytest.mark.parametrize(
    "nothing",
    [
        "",
        " ",
        "\u200b",
        "\u00ad\u2060",
        "\u3164",
        "\u202e",
        "\ufeff",
        "\u2800",
        "\u200d\u200c",
        "\x0b",
        "\u115f\u1160",
        "\ufe0f",
    ],
)
def test_what_nobody_sees_is_no_title(nothing: str) -> None:
    assert not is_seen(one_line(nothing))


@pytest.mark.parametrize("something", ["a", "?", "★", "🎉", "हि", "ไ", "あ", "ا", "\u200bx", "1"])
def test_what_is_seen_is_a_title(something: str) -> None:
    assert is_seen(one_line(something))


def test_a_title_is_one_line_that_turns_nothing_around() -> None:
    assert one_line("first\x0bsecond\x0cthird\u2028fourth\n") == "first second third fourth"
    assert one_line("gnp\u202e.exe") == "gnp.exe"
    assert one_line("می\u200cخواهم") == "می\u200cخواهم", "joiners are letters' business"


ORDER = [
    "1.9 Rules",
    "1.10 Rules",
    "ångström",
    "Äpfel",
    "apple",
    "Écran",
    "Łódź",
    "Page 2",
    "Page 2a",
    "Page 10",
    "“Quoted”",
    "Straße",
    "Under",
    "Ünder",
    "Zebra",
    "Zoo",
    "Ωμέγα",
    "Ярмарка",
    "שלום",
    "مرحبا",
    "हिन्दी",
    "北京",
]


def test_names_sort_as_people_sort() -> None:
    shuffled = random.Random(7).sample(ORDER, len(ORDER))
    assert sorted(shuffled, key=sort_key) == ORDER
    assert sorted(["Page ٢", "Page 10", "Page 1"], key=sort_key) == ["Page 1", "Page ٢", "Page 10"]


@given(TITLES)
def test_a_sort_key_is_short_and_looks_the_same_to_every_database(title: str) -> None:
    key = sort_key(title)
    assert len(key) <= MAX_KEY
    assert not set(key) - set("0123456789abcdef")
