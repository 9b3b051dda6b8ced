"""Finds checkers and real content next to this checkout, in `../shared`; tests that need them are skipped without them.

The summary of the run says how many tests were skipped for this reason.
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
