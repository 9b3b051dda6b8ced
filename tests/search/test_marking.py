"""What the index finds is what an excerpt marks, in every script and whatever folding does to a word."""

import html
import re
import sys
import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from search.engine import matches
from search.engine import words as parting
from search.engine.analysis import LANGUAGES, analyzer
from search.engine.snippets import Marker
from search.engine.words import fold, raw_words, visible, words
from search.query import parse

SCRIPTS = [
    "Maßnahmen Straße İSTANBUL ısparta Łódź Œuvre œuf Ærø smørrebrød Đorđe naïve ﬁnancial ﬀﬁ Ĳssel ǆep straßen",
    "e\u0301tude cafe\u0301 Zu\u0308rich o\u0302 x\u0302y n\u0303ame I\u0307STANBUL",  # accents of their own
    "ＡＢＣ ｗｉｄｅ １２３ 𝐁𝐨𝐥𝐝 𝟙𝟚 x² H₂O №7 ½ ⅷ ①② ª1º ™s",
    "Москва ёлка Ελλάδα Ἀθῆναι Ἑλλάς ΣΊΣΥΦΟΣ ירושלים שָׁלוֹם مَدْرَسَة المدرسة كـتاب हिन्दी ภาษาไทย 東京都 とうきょう 한국어 한국",
    "e-mail co\u2010operate U.S. R.S.V.P. DataService HTTPServer getURL2go snake_case well-known X\u00adray soft\u00adware",
    "C++ C# F# .NET ISO-27001 A-11 k8s 🎉 👩 वार्षिक বার্ষিক วันลา 휴가를 申請書です 1う",
    "policy Policies directions running naïveté Häuser Häusern maisons casas 3rd v2 the and die der",
]
VOCABULARY = [word for line in SCRIPTS for word in line.split()]
LETTERS = "".join(sorted({letter for word in VOCABULARY for letter in word} - {" "}))
written = st.one_of(
    st.sampled_from(VOCABULARY),
    st.sampled_from(VOCABULARY).map(str.upper),
    st.sampled_from(VOCABULARY).map(lambda word: unicodedata.normalize("NFD", word)),
    st.text(LETTERS, min_size=1, max_size=12),
    st.text(min_size=1, max_size=8),
)
texts = st.lists(st.tuples(written, st.sampled_from([" ", "  ", ", ", "\n", "-", "_", ".", "", "’"])), max_size=40).map(
    lambda parts: "".join(word + gap for word, gap in parts)
)
TAGS = re.compile(r"(</?mark>)")


def marked(shown: str) -> Iterator[tuple[str, bool]]:
    """The pieces of an excerpt, and whether each is marked."""
    inside = False
    for piece in TAGS.split(shown):
        if TAGS.fullmatch(piece):
            inside = piece == "<mark>"
        else:
            yield html.unescape(piece), inside


def terms_of(piece: str, language: str) -> set[str]:
    return set(analyzer(language).read([piece])[0])


@settings(max_examples=300)
@given(texts, st.data(), st.sampled_from(LANGUAGES))
@example("Maßnahmen und Straße, İSTANBUL", None, "en")
def test_a_word_by_which_a_text_is_found_is_marked_and_no_other(text: str, data: st.DataObject, language: str) -> None:
    found = sorted(terms_of(text, language))
    asked = words(text) if data is None else data.draw(st.lists(st.sampled_from(words(text) or ["x"]), max_size=3))
    if found and data is not None:
        asked += [word for word in data.draw(st.lists(st.sampled_from(found), max_size=2)) if len(word) < 60]
    stems = {stem for word in asked if (stem := analyzer(language).term(word))}
    hits = stems & set(found)
    for shown in (Marker(asked).title(text, language), Marker(asked).snippet(text, language)):
        pieces = list(marked(shown))
        bright = [piece for piece, inside in pieces if inside]
        assert bool(bright) == bool(hits), (text, asked, shown)
        for piece in bright:
            assert terms_of(piece, language) & stems, (piece, stems)
    dark = [piece for piece, inside in marked(Marker(asked).title(text, language)) if not inside]
    for piece in dark:
        assert not {analyzer(language).term(word) for word in words(piece)} & stems, (text, asked, piece)
    assert visible("".join(piece for piece, _inside in pieces)).split()[:3] != [] or not visible(text).split()


@given(st.integers(0, 3_000), texts, st.sampled_from(VOCABULARY), st.sampled_from([" ", "字", "ก"]))
def test_it_is_in_the_passage_wherever_it_stands_in_the_text(before: int, after: str, word: str, filler: str) -> None:
    text = "字" * before + ("、" if filler != " " else " ") + word + " " + after
    asked = [one for one in words(word) if analyzer("en").term(one)]
    if asked:
        assert "<mark>" in Marker(asked).snippet(text), (asked, text)


def test_no_letter_is_forgotten_that_folds_to_plain_ones() -> None:
    """Else a word that has it is looked for by a beginning that it has not."""
    for code in range(128, sys.maxunicode + 1):
        letter = chr(code)
        folded = fold(letter) if letter.isalnum() else "?"
        if folded == "" or any(one.isascii() and one.isalnum() for one in folded):
            one_for_one = code < 256 and matches._PLAIN[code] == ord(folded[0]) and len(folded) == 1
            assert one_for_one or matches._UNLIKE.match(letter), hex(code)


@pytest.mark.parametrize(
    ("word", "text", "expected"),
    [
        ("massnahmen", "Neue Maßnahmen", "Neue <mark>Maßnahmen</mark>"),
        ("strasse", "in der STRAẞE", "in der <mark>STRAẞE</mark>"),
        ("istanbul", "İSTANBUL, İstanbul", "<mark>İSTANBUL</mark>, <mark>İstanbul</mark>"),
        ("etude", "une e\u0301tude", "une <mark>e\u0301tude</mark>"),
        ("lodz", "w Łodzi i Łódź", "w Łodzi i <mark>Łódź</mark>"),
        ("email", "by e-mail", "by <mark>e-mail</mark>"),
        ("us", "the U.S. law", "the <mark>U.S.</mark> law"),
        ("service", "a DataService", "a <mark>DataService</mark>"),
        ("case", "a snake_case name", "a snake_<mark>case</mark> name"),
    ],
)
def test_folded_words_are_marked_whole_in_a_page_of_any_language(word: str, text: str, expected: str) -> None:
    assert Marker([word]).snippet(text, "en") == expected
    assert Marker([word]).title(text, "en") == expected
    assert raw_words(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{'x ' * 200}end. Here is a harbour, and more.", "Here is a <mark>harbour</mark>, and more."),
        (f"{'x ' * 200}heading\nThe harbour opens. It closes.", "The <mark>harbour</mark> opens. It closes."),
        (f"{'x ' * 200}harbour", "… " + "x " * 30 + "<mark>harbour</mark>"),
        ("The **old** harbour | --- | is [shut](http://x.y/z) ``` now", "The old <mark>harbour</mark> is [shut now"),
    ],
)
def test_a_passage_begins_with_a_sentence_and_shows_no_markup(text: str, expected: str) -> None:
    assert Marker(["harbour"]).snippet(text) == expected


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters() | st.sampled_from("’“—…\xad\u200bßé漢ก☂")))
def test_the_short_way_for_western_texts_tells_the_same_as_looking_at_each_sign(text: str) -> None:
    assert parting.visible(text) == parting._INVISIBLE.sub("", text)
    assert parting.is_parted_otherwise(text) == (parting._OTHERWISE.search(text) is not None)


@pytest.mark.parametrize(
    ("typed", "text", "expected"),
    [
        ('"starting here"', "We are starting here, at last.", "We are <mark>starting here</mark>, at last."),
        ('"who we are"', "Read who we are.", "Read <mark>who we are</mark>."),
        ('"sign in" page', "This page: Sign-in.", "This <mark>page</mark>: <mark>Sign-in</mark>."),
        ('"sign in"', "Sign here. In there.", "<mark>Sign</mark> here. In there."),
        ("starting here", "We are starting here.", "We are <mark>starting</mark> here."),
    ],
)
def test_words_in_quotes_are_marked_with_their_stop_words(typed: str, text: str, expected: str) -> None:
    marker = Marker(*parse(typed).marked())
    assert marker.snippet(text) == expected
    assert marker.title(text) == expected


def test_the_passage_of_a_phrase_is_where_it_stands() -> None:
    marker = Marker(*parse('"who we are"').marked())
    assert "<mark>who we are</mark>" in marker.snippet(f"{'Other things. ' * 200}Then who we are. {'More. ' * 200}")
