"""Progress of an import: a bar on a terminal, otherwise a line now and then; and where the time went."""

import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from tqdm import tqdm

SECONDS_BETWEEN_LINES = 5.0


class Timings:
    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.began = time.perf_counter()

    @contextmanager
    def of(self, work: str) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[work] += time.perf_counter() - began

    @property
    def total(self) -> float:
        return time.perf_counter() - self.began

    def __str__(self) -> str:
        return ", ".join(f"{work} {100 * seconds / self.total:.0f} %" for work, seconds in self.seconds.items())


class Progress:
    def __init__(self, what: str, total: int, stream: IO[str] | None = None, *, unit: str = " items") -> None:
        self.stream = stream or sys.stderr
        self.what, self.total, self.done = what, total, 0
        self.began = self.printed = time.monotonic()
        watched = bool(getattr(self.stream, "isatty", bool)())
        scaled = unit == "B"
        self.bar = None
        if watched and total:
            self.bar = tqdm(total=total, desc=what, unit=unit, unit_scale=scaled, file=self.stream)

    def add(self, count: int) -> None:
        self.done += count
        if self.bar is not None:
            self.bar.update(count)
        elif time.monotonic() - self.printed >= SECONDS_BETWEEN_LINES:
            self.printed = time.monotonic()
            rate = self.done / max(self.printed - self.began, 0.001)
            self.stream.write(f"{self.what}: {self.done:,} of {self.total:,}, {rate:.0f} a second\n")
            self.stream.flush()

    def close(self) -> None:
        if self.bar is not None:
            self.bar.close()
