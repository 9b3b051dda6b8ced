"""Hints on a text: each rule, where it is silent, and that no text costs much."""

import time

import pytest

from limits import HINTS, HINTS_TEXT_CHARACTERS
from text.hints import hints_on

LONG = "word " * 40
NOT_PROSE = f"```\n{LONG}XYZQ\n```\n\n| XYZQ | b |\n|---|---|\n| {LONG} | c |\n\n`XYZQ`"


def kinds(text: str, language: str = "en") -> list[tuple[str, int]]:
    return [(hint.kind, hint.line) for hint in hints_on(text, language)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## A\n\n#### B", [("order", 3)]),
        ("## A\n\n### B\n\n#### C\n\n## D\n\n### E", []),
        (f"Short.\n\n{LONG}. Short again.", [("sentence", 3)]),
        ("A short one. " * 60, [("paragraph", 1)]),
        (f"- one\n- {LONG}", [("sentence", 2)]),
        ("Ask the XYZQ.\n\nThe XYZQ again.", [("abbreviation", 1)]),
        ("Ask the Office of Examples (XYZQ). The XYZQ answers.", []),
        ("Ask the XYZQ (Office of Examples).", []),
        ("A PDF about HR, see https://x.example/ABC and @ABC.", [("abbreviation", 1)]),
        ("THIS IS ALL IN CAPITALS", []),
        ("See [here](https://x.example/) or [Click here!](/spaces/a/).", [("link", 1), ("link", 1)]),
        ("See [the minutes of May](https://x.example/).", []),
        ("![](picture:12)\n\n![A desk](picture:12)", [("alt", 1)]),
        (NOT_PROSE, []),
        ("", []),
        ("> > - [here](x)", [("link", 1)]),
    ],
)
def test_each_rule(text: str, expected: list[tuple[str, int]]) -> None:
    assert kinds(text) == expected


@pytest.mark.parametrize("language", ["ar", "zh", "ja", "th", "", "xx"])
def test_what_depends_on_a_language_is_said_of_those_that_are_known(language: str) -> None:
    text = f"{LONG}.\n\nXYZQ\n\n[here](x)\n\n## A\n\n#### B\n\n![](y)"
    assert [kind for kind, _line in kinds(text, language)] == ["order", "alt"]


@pytest.mark.parametrize(
    ("language", "words"), [("de", "hier"), ("de-AT", "Hier klicken"), ("fr", "ici"), ("ar", "هنا")]
)
def test_links_without_words_of_their_own_in_other_languages(language: str, words: str) -> None:
    assert kinds(f"[{words}](x)", language) == [("link", 1)]


@pytest.mark.parametrize(
    "text",
    [
        "A" * 150_000,
        "AB " * 50_000,
        "(AB) " * 40_000,
        "".join(f"A{n % 100_000:05} " for n in range(25_000)),
        "! " * 90_000,
        "." * 190_000,
        "!\u201d)" * 60_000,
        "> " * 39 + "[here](x) " * 5_000,
        "# a\n" * 40_000,
        "[here](x)\n\n" * 15_000,
        "x " * 100_001,
    ],
)
def test_no_text_costs_much_or_gives_more_hints_than_anybody_reads(text: str) -> None:
    begun = time.process_time()
    assert len(hints_on(text, "en")) <= HINTS
    assert time.process_time() - begun < 10, "seconds of CPU; less than one where nothing else runs"
    if len(text) > HINTS_TEXT_CHARACTERS:
        assert hints_on(text, "en") == []
