"""Addresses from words in all scripts: nothing that people read is dropped, and words that differ get addresses that differ."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from text.invisible import is_seen
from text.slugs import cut, slug, typed_slug
from text.titles import title_key

SCRIPTS = {
    "Übersicht": "ubersicht",
    "Größe & Maße": "grosse-and-masse",
    "Łódź, plan na 2024": "lodz-plan-na-2024",
    "Tiếng Việt": "tieng-viet",
    "İstanbul": "istanbul",
    "Ελλάδα": "ellada",
    "Привет мир": "privet-mir",
    "مرحبا بالعالم": "mrhba-balaalm",
    "שלום עולם": "slvm-avlm",
    "हिन्दी": "hindi",
    "ไทย": "aithy",
    "北京市": "bei-jing-shi",
    "ひらがな カタカナ": "hiragana-katakana",
    "한국": "hangug",
    "🎉": "tada",
    "C": "c",
    "C++": "c-plus-plus",
    "C#": "c-sharp",
    "C--": "c-minus-minus",
    ".NET": "dot-net",
    "NET": "net",
    "Q&A": "q-and-a",
    "100 %": "100-percent",
    "50 €": "50-euro",
    "What's new?": "whats-new",
    "A/B": "a-b",
    "Vor- und Nachteile": "vor-und-nachteile",
    "★": "black-star",
    "- - -": "",
    "???": "question-mark",
}
TITLES = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@pytest.mark.parametrize("title", SCRIPTS)
def test_every_script_is_written_and_signs_that_part_names_are_said(title: str) -> None:
    assert slug(title) == SCRIPTS[title]
    assert slug(unicodedata.normalize("NFD", title)) == SCRIPTS[title], "however its letters are composed"


def test_letters_are_never_dropped() -> None:
    """Every letter of the planes that people write with, alone between two others."""
    lost = []
    for code in range(0xA0, 0x1F000):
        sign = chr(code)
        if unicodedata.category(sign)[0] == "L" and is_seen(sign) and slug(sign) == "":
            lost.append(sign)
    assert lost == []


@given(TITLES)
def test_what_is_seen_has_an_address_that_needs_no_escape(title: str) -> None:
    found = slug(title)
    assert re.fullmatch(r"(?:[a-z0-9]+(?:-[a-z0-9]+)*)?", found)
    assert slug(found) == found
    assert len(found) <= 100
    if any(unicodedata.category(sign)[0] in "LN" for sign in title if is_seen(sign)):
        assert found


@given(TITLES)
@example("0- ")
def test_titles_that_count_as_one_have_one_address(title: str) -> None:
    assert slug(title_key(title)) == slug(title)
    assert slug(unicodedata.normalize("NFD", title)) == slug(title)


def test_a_long_title_is_cut_at_a_word() -> None:
    assert slug("word " * 60).endswith("-word")
    assert len(slug("x" * 300)) == 100
    assert cut("one-two-three", 9) == "one-two"
    assert cut("one-two-three", 7) == "one-two"


def test_signs_alone_are_no_address_that_somebody_typed() -> None:
    assert [typed_slug(typed) for typed in ("-", "--", "...", "", "C#")] == ["", "", "", "", "c-sharp"]
