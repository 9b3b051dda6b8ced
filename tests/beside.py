"""Checkers and real content that lie beside this checkout, in `../shared`; what needs them is left out where they are not.

Whoever runs the suite without them is told how many tests that were.
"""

from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"
LEFT_OUT = "not beside this checkout: ../shared/"


def needs(path: str) -> pytest.MarkDecorator:
    """Leaves a test out where `../shared/<path>` is missing."""
    return pytest.mark.skipif(not (SHARED / path).exists(), reason=f"{LEFT_OUT}{path}")


def summary(skipped: list[Any]) -> str:
    """A line about those of the skipped tests that were left out for that reason, or nothing."""
    count = sum(LEFT_OUT in str(report.longrepr) for report in skipped)
    return f"{count} left out without ../shared" if count else ""
