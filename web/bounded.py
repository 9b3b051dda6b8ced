"""A cache in the process, with a bound."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Bounded(Generic[Key, Value]):
    """A cache that holds so much, and forgets what was used longest ago."""

    def __init__(self, limit: int) -> None:
        self.limit, self.held = limit, 0
        self._entries: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> Value | None:
        with self._lock:
            if key not in self._entries:
                return None
            self._entries.move_to_end(key)
            return self._entries[key][0]

    def put(self, key: Key, value: Value, size: int) -> Value:
        with self._lock:
            if key in self._entries:
                self.held -= self._entries.pop(key)[1]
            if size <= self.limit:
                self._entries[key] = (value, size)
                self.held += size
                while self.held > self.limit:
                    self.held -= self._entries.popitem(last=False)[1][1]
        return value
