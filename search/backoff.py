"""Waiting longer after each failure: what failed a moment ago will most likely fail again, and costs work each time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Backoff:
    """Seconds to wait: `first` after a failure, twice as long after each more, `longest` at most."""

    first: float
    longest: float
    failures: int = 0

    def failed(self) -> float:
        self.failures += 1
        return min(self.longest, self.first * 2 ** min(self.failures - 1, 32))

    def worked(self) -> bool:
        """Starts again; whether it had failed before."""
        failed, self.failures = bool(self.failures), 0
        return failed
