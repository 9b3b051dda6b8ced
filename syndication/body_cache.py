"""An in-process cache of feed bodies: each is fetched from the database once, until it changes."""

import threading
from collections import OrderedDict

MAX_BYTES = 8 * 1024 * 1024

Key = tuple[str, str, str]


class BodyCache:
    """Bodies by key; the least recently used are dropped first.

    A tag is a hash of its body, so a tag that matches is current.
    """

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self.max_bytes, self.bytes = max_bytes, 0
        self.bodies: OrderedDict[Key, tuple[str, bytes]] = OrderedDict()
        self.lock = threading.Lock()

    def get(self, key: Key) -> tuple[str, bytes]:
        with self.lock:
            if key in self.bodies:
                self.bodies.move_to_end(key)
            return self.bodies.get(key, ("", b""))

    def put(self, key: Key, etag: str, body: bytes) -> None:
        with self.lock:
            self.bytes += len(body) - len(self.bodies.pop(key, ("", b""))[1])
            self.bodies[key] = (etag, body)
            while self.bytes > self.max_bytes:
                self.bytes -= len(self.bodies.popitem(last=False)[1][1])
