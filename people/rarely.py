"""What happens again and again is told once in a while."""

import threading
import time
from collections.abc import Hashable


class Rarely:
    """Says of each thing once in `seconds` that it is news; remembers so many things and then starts again."""

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
