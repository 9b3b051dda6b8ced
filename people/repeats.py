"""Limits repeated messages."""

import threading
import time
from collections.abc import Hashable


class RepeatFilter:
    """Reports each thing as news once in `seconds`; forgets everything after `remembered` things."""

    def __init__(self, seconds: float, remembered: int) -> None:
        self.seconds, self.remembered = seconds, remembered
        self._lock = threading.Lock()
        self._told: dict[Hashable, float] = {}

    def is_news(self, thing: Hashable) -> bool:
        now = time.monotonic()
        with self._lock:
            if now - self._told.get(thing, -self.seconds) < self.seconds:
                return False
            if len(self._told) >= self.remembered:
                self._told.clear()
            self._told[thing] = now
        return True

    def forget(self) -> None:
        with self._lock:
            self._told.clear()
