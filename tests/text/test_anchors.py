"""Links to headings work in every script and in the text they came from, and never collide with our own ids."""

import re
import unicodedata
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text.markup import RenderContext, heading_id, render

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
# Nobody's text is shown there.
WITHOUT_TEXT = (
    "search/",
    "people/",
    "syndication/",
    "styleguide.html",
    "sign_in.html",
    "pages/named.html",
    "desk/typed_again.html",
    "desk/drafts.html",
    "desk/scheduled.html",
    "desk/approvals.html",
    "news/",
)
HEADINGS = [
    ("हिन्दी", "हिन्दी"),
    ("ภาษาไทย", "ภาษาไทย"),
    ("தமிழ் மொழி", "தமிழ்-மொழி"),
    ("العربية", "العربية"),
    ("עברית", "עברית"),
    ("中文 标题", "中文-标题"),
    ("Ελληνικά", "ελληνικά"),
    ("Привет мир", "привет-мир"),
    ("Search", "search"),
    ("Top", "top"),
    ("Main", "main"),
    ("Content", "content"),
    ("Header", "header"),
    ("Footer", "footer"),
    ("Navigation", "navigation"),
    ("Toc", "toc"),
    ("Skip", "skip"),
    ("Transcript", "transcript"),
    ("Contents title", "contents-title"),
    ("🎉 Party", "-party"),
    ("C++ and C#", "c-and-c"),
    ("Rules & rates", "rules--rates"),
    ("Part 1 -- Scope / aims", "part-1----scope--aims"),
    ("Set-up – step 2", "set-up--step-2"),
    ("می\u200cخواهم", "می\u200cخواهم"),
]


def ids_and_targets(text: str) -> tuple[set[str], list[str]]:
    html = render(text, context=RenderContext()).html
    return set(re.findall(r'<h\d id="([^"]*)"', html)), re.findall(r'href="#([^"]*)"', html)


@pytest.mark.parametrize(("words", "elsewhere"), HEADINGS)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_link_to_a_heading_jumps_there_as_it_did_where_the_text_came_from(words, elsewhere, form) -> None:
    text = unicodedata.normalize(form, f"## {words}\n\n[there](#{elsewhere}) [[#{words}]]\n")
    ids, targets = ids_and_targets(text)
    assert len(targets) == 2
    assert set(targets) <= ids


@given(st.text(st.characters(categories=["L", "M", "N", "P", "S", "Zs"]), min_size=1, max_size=120))
def test_ids_of_headings_are_stable_and_not_ours(words: str) -> None:
    found = heading_id(words)
    assert heading_id(found) == found
    assert heading_id(unicodedata.normalize("NFD", words)) == found


def test_no_heading_takes_an_id_that_a_page_with_text_uses() -> None:
    taken = []
    for path in TEMPLATES.rglob("*.html"):
        name = path.relative_to(TEMPLATES).as_posix()
        if not name.startswith(WITHOUT_TEXT):
            for found in re.findall(r'\bid="([^"{}]+)"', path.read_text()):
                if re.fullmatch(r"[\w-]+", found) and heading_id(found) == found:
                    taken.append(f"{name}: {found}")
    assert taken == []


def test_a_long_heading_is_not_cut_within_a_letter() -> None:
    for length in range(70, 82):
        cut = heading_id("a" * length + "कि" * 10)
        assert len(cut) >= 79
        assert cut.endswith(("a", "कि"))


PUNCTUATION = "。、，；：！？）】」』》…।؟،"


@pytest.mark.parametrize("sign", PUNCTUATION)
@pytest.mark.parametrize(
    "address", ["https://example.org/guide", "https://ex.org", "www.ex.org", "https://ex.org/a?b=1&c=2#d"]
)
def test_an_address_in_a_sentence_ends_before_its_punctuation(address: str, sign: str) -> None:
    found = render(f"详见 {address}{sign}下一句", context=RenderContext())
    (href,) = re.findall(r'href="([^"]*)"', found.html)
    assert href.replace("&amp;", "&").removeprefix("http://") == address.removeprefix("http://")
    assert f"</a>{sign}下一句" in found.html
    assert found.plain == f"详见 {address}{sign}下一句"


def test_an_address_keeps_the_letters_of_its_path() -> None:
    html = render("https://ja.wikipedia.org/wiki/ジョン・レノン を見て", context=RenderContext()).html
    assert ">https://ja.wikipedia.org/wiki/ジョン・レノン</a> を見て" in html
    assert "<a" not in render("https://。", context=RenderContext()).html


@pytest.mark.parametrize("sign", ["\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_a_soft_break_from_a_word_processor_parts_words(sign: str) -> None:
    found = render(f"first{sign}second\n\n|a{sign}b|\n|-|\n|c{sign}d|\n\n# one{sign}two", context=RenderContext())
    assert found.plain.split() == "first second a b c d one two".split()
    assert sign not in found.html


PICTURE = "![](/media/pictures/7/800/a.png)"


@pytest.mark.parametrize(
    "unseen", ["", " ", "\u200b", "\u2800", "\u00ad\u2060", "<!-- note -->", "&#8203;", "**\u200b**"]
)
@pytest.mark.parametrize("address", ["https://example.org/a?b=1&c=2", "/spaces/", "#search", "mailto:mary@example.org"])
def test_a_link_in_which_nobody_sees_a_word_shows_its_address(unseen, address):
    html = render(f"see [{unseen}]({address}) now", context=RenderContext()).html
    words = re.search(r"<a [^>]*>([^<]*)</a>", html)
    assert words is not None
    assert unescape(words[1]) == address


def test_a_link_around_a_picture_that_says_nothing_says_where_it_leads():
    html = render(f"see [{PICTURE}](https://example.org/) now", context=RenderContext()).html
    assert re.search(r'<a [^>]*><img src="/media/pictures/7/800/a.png" alt="https://example.org/"[^>]*></a>', html)
    html = render(f"see [{PICTURE} the plan](https://example.org/) now", context=RenderContext()).html
    assert 'alt=""' in html


@pytest.mark.parametrize("typed", ["[text]()", "[text](<>)", "[text]( )"])
def test_a_link_to_nowhere_is_words(typed):
    assert render(typed, context=RenderContext()).html == "<p>text</p>\n"
