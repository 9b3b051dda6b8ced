"""Changes a text before the Markdown engine sees it, so that the cost stays near its length.

The engine fills each row of a table up to the number of columns, so a text of n bytes can ask for n²/16 cells;
addresses on one line cost the square of their number. Each takes one pass to limit, in the text rather than the HTML.
"""

import re
from bisect import bisect_left

from limits import LINE_ADDRESSES, TABLE_CELLS, TABLE_COLUMNS, TEXT_NESTING

_MARKS = r"(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))"
# Starts with a line feed because a search for "^" tests every character.
_DEEP_LINE = re.compile(rf"\n((?:[ \t]*{_MARKS}){{{TEXT_NESTING}}})[ \t]*(?={_MARKS})")
# Lines that can separate the head and the body of a table (GFM 4.10), and some that cannot.
_DELIMITER_LINE = re.compile(r"\n[ \t>]*+([|:\- \t>]++)(?=\n)")
_BLANK_LINE = re.compile(r"\n[ \t>]*+(?=\n)")
_BEGINNINGS = ("@", "://", "www.")


def flatten_deep_lines(text: str) -> str:
    """Escape quotation and list marks beyond the nesting limit."""
    return _DEEP_LINE.sub(r"\n\1 \\", f"\n{text}")[1:]


def flatten_large_tables(text: str) -> str:
    """Show tables with too many columns, and those beyond the cells allowed per page, as typed lines.

    Counts a cell per column and line down to the next blank line, which is never less than the engine makes.
    """
    if "|" not in text or "-" not in text:
        return text
    padded = f"\n{text}\n"
    delimiters = [
        (line.start(1), _columns(line[1].strip(" \t")))
        for line in _DELIMITER_LINE.finditer(padded)
        if "|" in line[1] and "-" in line[1]
    ]
    if not delimiters:
        return text
    blanks = [line.start() for line in _BLANK_LINE.finditer(padded)]
    passages: dict[int, list[tuple[int, int]]] = {}
    for at, columns in delimiters:
        passages.setdefault(bisect_left(blanks, at), []).append((at, columns))
    left, escaped = TABLE_CELLS, []
    for number, found in passages.items():
        escaped += [at for at, columns in found if columns > TABLE_COLUMNS]
        kept = [(at, columns) for at, columns in found if columns <= TABLE_COLUMNS]
        if not kept:
            continue
        end = blanks[number] if number < len(blanks) else len(padded)
        cells = max(columns for _at, columns in kept) * (padded.count("\n", kept[0][0], end) + 1)
        if cells <= left:
            left -= cells
        else:
            escaped += [at for at, _columns in kept]
    if not escaped:
        return text
    pieces, last = [], 1
    for at in sorted(escaped):
        pieces += [padded[last:at], "\\"]
        last = at
    return "".join([*pieces, padded[last:-1]])


def _columns(delimiters: str) -> int:
    return max(1, delimiters.count("|") + 1 - delimiters.startswith("|") - delimiters.endswith("|"))


def is_crowded(text: str) -> bool:
    """Whether a line has so many addresses that turning them into links would cost too much."""
    if _beginnings(text) <= LINE_ADDRESSES:
        return False
    return any(_beginnings(line) > LINE_ADDRESSES for line in text.split("\n") if len(line) > LINE_ADDRESSES)


def _beginnings(text: str) -> int:
    return sum(text.count(beginning) for beginning in _BEGINNINGS)
