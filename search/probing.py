"""Whether the engine answers, found out by asking it: `/health/` tells so. In a thread of its own, because an index on a sick
disk or a server that hangs must hold nobody who only asks whether the site is well."""

from __future__ import annotations

import logging
import os
import threading
import time
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np

from search import engines, indexer
from search.engine.answering import answer
from search.engine.reader import AUDIENCE, STAFF, Snapshot
from search.engine.schema import WORDS
from search.engine.segment import Segment
from search.engine.store import IndexAway, IndexUnavailable
from search.parameters import FACETS
from search.query import Query, parse
from search.request import SearchRequest

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 1.5
"""How long an asker waits for an answer."""
FRESH_SECONDS = 2.0
"""How long an answer is told again: anybody may ask."""
SOUND_SECONDS = 60.0
"""After which a segment that answered is asked again. Its files do not change, but a disk may lose them."""
FIRST_BUILD_SECONDS = 600.0
"""A site whose first index is not there after so long has nobody who makes it."""


def problem() -> str:
    """What is wrong with the index in a few words, fit for strangers; "" where it answers, or no index of ours is used."""
    if not engines.keeps_outbox():
        return ""
    if engines.is_whoosh():
        path = engines.path()
        if not (os.path.isdir(path) and os.access(path, os.R_OK | os.X_OK)):
            return "no index"
        if not (Path(path) / "current").exists():
            # The worker has still to make the first one, and the database answers meanwhile.
            return "no index" if indexer.lag() > FIRST_BUILD_SECONDS else ""
        if not indexer.readable():
            return "damaged"
    if said := _probe.said(_key()):
        return said
    return "late" if indexer.lag() > indexer.LATE_SECONDS else ""


def _key() -> str:
    """Changes with the index, as far as one look at a file tells."""
    if not engines.is_whoosh():
        return repr(engines.configured())
    status = os.stat(Path(engines.path()) / "current")
    return f"{engines.path()} {status.st_mtime_ns} {status.st_ino}"


@dataclass
class Probe:
    """One asking at a time; whoever comes meanwhile waits for the same answer."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _thread: threading.Thread | None = None
    _key: str = ""
    _said: str = ""
    _at: float = float("-inf")

    def said(self, key: str) -> str:
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                if self._key == key and time.monotonic() - self._at < FRESH_SECONDS:
                    return self._said
                self._thread = threading.Thread(target=self._ask, args=(key,), name="search-probe", daemon=True)
                self._thread.start()
            thread = self._thread
        thread.join(PATIENCE_SECONDS)
        return "does not answer" if thread.is_alive() else self._said

    def _ask(self, key: str) -> None:
        said = ""
        try:
            ask()
        except IndexAway:
            said = "does not answer"
        except IndexUnavailable:
            said = "no index"
        except Exception:
            logger.exception("the index answers real questions with an error")
            said = "questions fail"
        self._key, self._said, self._at = key, said, time.monotonic()


_probe = Probe()


def requests(tokens: frozenset[str], words: str) -> list[SearchRequest]:
    """One sorted by date, one by words, one by nothing but filters; each with all that is counted beside results."""
    facets = tuple(FACETS.values())
    return [
        SearchRequest(Query(), tokens, facets=facets, newest_first=True),
        SearchRequest(parse(words), tokens, facets=facets),
        SearchRequest(Query(), tokens, {"k_kind": frozenset({"wiki"})}, facets, newest_first=True),
    ]


def ask() -> None:
    """Asks the engine real questions, in an index on this machine every segment of it. Raises what they raise."""
    if not engines.is_whoosh():
        engine = engines.engine()
        for request in requests(frozenset({STAFF}), "welcome"):
            engine.answer(request)
        return
    snapshot = engines.readers().snapshot()
    for segment, base in zip(snapshot.segments, snapshot.bases, strict=True):
        if time.monotonic() - segment.sound_at > SOUND_SECONDS:
            dead = np.flatnonzero(~snapshot.alive[base : base + segment.size])
            alone = Snapshot(snapshot.pointer, [(segment, frozenset(dead.tolist()))])
            _ask_all(alone, segment)
            segment.sound_at = time.monotonic()
    # And all of them together, which costs as much as one search.
    for request in requests(frozenset({STAFF}), "welcome"):
        answer(snapshot, request)


def _ask_all(snapshot: Snapshot, segment: Segment) -> None:
    tokens = frozenset(segment.marks(AUDIENCE)[0])
    words = [term.decode() for term, _count in islice(segment.file.frequencies(WORDS), 2)]
    for request in requests(tokens, " ".join(words)):
        answer(snapshot, request)
