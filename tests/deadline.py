"""A pytest plugin that starts no test after a given time: `-p tests.deadline --until 1795865000`.

The summary says how many tests were left out.
"""

import time
from typing import Any

import pytest


class Deadline:
    """`end`: seconds since 1970, as `time.time()` counts them."""

    def __init__(self, end: float) -> None:
        self.end = end
        self.left_out = 0

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: Any) -> bool | None:
        if time.time() < self.end:
            return None
        self.left_out += 1
        return True

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.left_out:
            terminalreporter.line(f"{self.left_out} more tests did not fit in the time")


def pytest_addoption(parser: Any) -> None:
    parser.addoption("--until", type=float, default=float("inf"), help="begin no test after these seconds since 1970")


def pytest_configure(config: Any) -> None:
    config.pluginmanager.register(Deadline(config.getoption("--until")), "deadline")
