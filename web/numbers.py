"""Whole numbers in addresses, forms and headers."""

MAX_DIGITS = 15  # of an id: more than any table has, and less than what a database refuses


def whole_number(typed: object, *, digits: int = MAX_DIGITS) -> int | None:
    """The number, if it was typed as 1 to `digits` ASCII digits and nothing else, else None.

    `int` accepts more, such as `1_0` or digits of other scripts, and fails above 4,300 digits.
    """
    text = str(typed)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None
