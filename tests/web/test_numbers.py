"""Numbers in addresses, forms and headers are read by one rule."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.numbers import whole_number

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("0", 0),
        ("17", 17),
        ("007", 7),
        (17, 17),
        ("9" * 15, 999_999_999_999_999),
        *(
            (typed, None)
            for typed in ("", " 1", "1\n", "+1", "-1", "1.0", "1e3", "1_0", "0x1", "٣", "²", "１", None, True)
        ),
        *((typed, None) for typed in ("9" * 16, "1" * 5_000, "0" * 5_000)),
    ],
)
def test_only_a_short_run_of_ascii_digits_is_a_number(typed: object, read: int | None) -> None:
    assert whole_number(typed) == read


@given(st.text(max_size=20))
def test_it_reads_what_a_pattern_would(typed: str) -> None:
    assert (whole_number(typed) is not None) == bool(re.fullmatch(r"[0-9]{1,15}", typed))


def test_nobody_else_tells_digits_from_numbers() -> None:
    """Where digits are looked at for what they mean, as in search and in subtitles, this says nothing."""
    apps = ("blog", "desk", "intranet", "media", "news", "pages", "people", "podcasts", "syndication", "wiki")
    own = [
        path
        for app in apps
        for path in (ROOT / app).rglob("*.py")
        if re.search(r"\.isdigit|isdecimal", path.read_text())
    ]
    assert own == []
