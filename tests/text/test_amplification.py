"""No text costs much more than its length: measured on texts built to cost as much as they can."""

import json

import pytest

from limits import TABLE_CELLS, TABLE_COLUMNS, TEXT_BYTES, TEXT_MARKS
from tests.text.amplification import PIECES, SHAPES, cost_of, generated
from tests.text.test_markup import Intranet
from text.markup import render, section_of, tree_of
from text.markup.limits import _MARKS as MARKS

# What no single text may take. Alone on a machine the worst of a thousand takes half a second and 90 MB.
SECONDS, MEGABYTES = 5.0, 200.0


def rendered(text: str):
    return render(text, context=Intranet())


#: Whatever else reads a text as a form sends it: the tree of the visual mode, and one section.
WORKS = {
    "rendered": rendered,
    "tree": lambda text: len(json.dumps(tree_of(text))) and None,
    "section": lambda text: section_of(text, "", "one") and None,
}


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    for work in WORKS.values():
        work("*a* [[b]] c@d.e")


@pytest.mark.parametrize("work", WORKS.values(), ids=WORKS)
@pytest.mark.parametrize("seed", range(0, 96, 8))
def test_no_generated_text_holds_the_process_or_its_memory(seed: int, work) -> None:
    for number in range(seed, seed + 8):
        shape, text = generated(number)
        seconds, megabytes, ended = cost_of(work, text)
        assert ended in {"done", "TextTooLong"}, (number, shape, ended)
        assert seconds < SECONDS, (number, shape, seconds)
        assert megabytes < MEGABYTES, (number, shape, megabytes)


def test_as_many_marks_as_a_text_may_hold_stay_well_below_a_hundred_megabytes() -> None:
    costs = {}
    for piece in (piece for piece in PIECES if "[" in piece):
        marks = len(piece) - len(piece.encode().translate(None, MARKS))
        text = piece * min(TEXT_BYTES // len(piece), TEXT_MARKS // marks)
        costs[piece] = cost_of(rendered, text)[1]
    assert not {piece: cost for piece, cost in costs.items() if cost > 80}
    assert len(costs) > 20


def test_every_shape_is_among_the_generated() -> None:
    assert {generated(seed)[0] for seed in range(96)} == {shape.__name__.strip("_") for shape in SHAPES}


def filled(columns: int, rows: int) -> str:
    """A table whose rows have one cell each, so that the rest is filled in."""
    return "|" + "a|" * columns + "\n|" + "-|" * columns + "\n" + "|a|\n" * rows


#: By name, a text of about so many bytes.
GROWING = {
    "a table of as many columns as rows": lambda size: filled(int(size**0.5) // 2, int(size**0.5)),
    "a table of two lines": lambda size: filled(size // 5, 1),
    "a quoted table": lambda size: "> " + filled(int(size**0.5) // 2, int(size**0.5)).replace("\n", "\n> "),
    "many tables": lambda size: (filled(99, 20) + "\n") * (size // 480),
    "a table in a list": lambda size: "- " + filled(int(size**0.5) // 2, int(size**0.5)).replace("\n", "\n  "),
    "e-mail addresses on a line": lambda size: "a@b.c " * (size // 6),
    "e-mail addresses in a cell": lambda size: "|a|\n|-|\n|" + "a@b.c " * (size // 6) + "|",
    "web addresses and tags": lambda size: "http://b.c<a>" * (size // 13),
    "web addresses on lines": lambda size: "http://b.c<a>\n" * (size // 14),
    "code on a line": lambda size: "`a` " * (size // 11),
    "emphasis on a line": lambda size: "*é* " * (size // 8),
    "emphasis in emphasis": lambda size: "*a **b " * (size // 32) + "b** a* " * (size // 32),
    "lists in lists": lambda size: "\n".join("  " * level + "- a" for level in range(int(size**0.5))),
    "footnotes": lambda size: "[^a]: b\n\n" + "[^a]" * (size // 4),
}


@pytest.mark.parametrize("work", WORKS.values(), ids=WORKS)
@pytest.mark.parametrize("make", GROWING.values(), ids=GROWING)
def test_ten_times_the_text_costs_no_more_than_fifteen_times_the_work(make, work) -> None:
    small, large = (cost_of(work, make(size)) for size in (40_000, 399_000))
    assert {small[2], large[2]} <= {"done", "TextTooLong"}
    # Squared, the smaller times would grow to more than four seconds; below a tenth of one they are mostly noise.
    assert large[0] < 15 * max(small[0], 0.1), (small, large)
    assert large[1] < 15 * max(small[1], 10), (small, large)


def test_a_table_of_ordinary_size_stays_a_table() -> None:
    assert rendered(filled(TABLE_COLUMNS, 20)).html.count("<table>") == 1
    assert rendered(filled(8, TABLE_CELLS // 8 - 10)).html.count("<table>") == 1
    many = ("|a|b|\n|:-|-:|\n" + "|c|d|\n" * 9 + "\n") * 500
    assert rendered(many).html.count("<table>") == 500


def test_a_table_beyond_the_limits_is_shown_as_it_was_typed() -> None:
    wide = rendered(filled(TABLE_COLUMNS + 1, 3))
    assert "<table>" not in wide.html
    assert wide.plain.startswith("|a|a|a|")
    long = rendered("before\n\n" + filled(50, TABLE_CELLS // 50) + "\n|x|y|\n|-|-|\n|1|2|\n")
    assert long.html.count("<table>") == 1, "the long table is words, the short one after it is a table"


def test_a_line_of_very_many_addresses_is_words() -> None:
    assert "mailto:" not in rendered("a@b.c " * 501).html
    assert rendered("a@b.c " * 500).html.count("mailto:") == 500
    assert rendered("a@b.c\n" * 5_000).html.count("mailto:") == 5_000
