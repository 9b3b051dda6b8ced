"""The one writer of the index: takes batches from the outbox, commits, and only then forgets them."""

from __future__ import annotations

import logging
import math
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import close_old_connections

from pages.models import BasePage
from search import documents, engines
from search.backoff import Backoff
from search.engine.store import DAMAGE, IndexAway, IndexBusy, IndexUnavailable
from search.models import OutboxEntry

logger = logging.getLogger(__name__)

BATCH = 500
PAUSE_SECONDS = 0.5
"""Between two looks at an empty outbox: what is published is found within twice that."""
LATE_SECONDS = 60.0
"""A change that has waited longer says that nobody keeps the index."""
CHECK_SECONDS = 900.0
"""Between two readings of every byte of the index, half a second for the pages of a large site; the first when a worker starts."""
CHUNK = 250
"""Objects read from the database at a time during a rebuild."""

Progress = Callable[[int], Any]
now = time.monotonic


def unwatched(done: int) -> None:
    """For whoever does not want to know how many are done."""


def drain(limit: int = BATCH, progress: Progress = unwatched) -> int:
    """Writes what waits in the outbox, at most `limit` rows, and returns how many rows are done with.

    A larger limit costs less in all and more memory, and changes are found later. One at a time: where another process
    is at it, this returns 0. Repeating a batch is harmless, since documents are made from what the database holds now.
    """
    if not engines.keeps_outbox():
        return 0
    store = engines.store()
    try:
        with store.locked("indexer", timeout=0.0):
            rows = list(OutboxEntry.objects.order_by("pk").values_list("pk", "key")[:limit])
            if not rows:
                return 0
            reading = Reading(list(dict.fromkeys(key for _, key in rows)), progress)
            store.write(reading, reading.gone)
            forget([pk for pk, _key in rows])
            return len(rows)
    except IndexBusy:
        return 0


def forget(pks: list[int]) -> None:
    """Removes entries that the index holds now, in statements that any database takes."""
    for start in range(0, len(pks), BATCH):
        OutboxEntry.objects.filter(pk__in=pks[start : start + BATCH]).delete()


def drain_all(limit: int = BATCH, progress: Progress = unwatched) -> int:
    """Drains until nothing waits."""
    total = 0
    while done := drain(limit, progress):
        total += done
    return total


class Reading:
    """The documents of `keys` as the database holds them now, read as they are asked for; `gone` is known afterwards."""

    def __init__(self, keys: list[str], progress: Progress = unwatched) -> None:
        self.keys, self.progress = keys, progress
        self.gone: list[str] = []

    def __iter__(self) -> Iterator[dict[str, Any]]:
        engine = engines.engine()
        changed: set[str] = set()
        for start in range(0, len(self.keys), CHUNK):
            found, gone = documents.read(self.keys[start : start + CHUNK])
            self.gone += gone
            links = {**{one["key"]: one.get("k_links", ()) for one in found}, **dict.fromkeys(gone, ())}
            before = engine.links(list(links))
            for key, now in links.items():
                # Pages that this one links to otherwise than the index knows.
                changed.update(mark.partition(":")[0] for mark in set(before.get(key, ())) ^ set(now))
            yield from found
            self.progress(len(found) + len(gone))
        # Links belong to the words of the page that they lead to.
        prefix = f"{BasePage._meta.label_lower}:"
        more = sorted({prefix + pk for pk in changed}.difference(self.keys))
        for start in range(0, len(more), CHUNK):
            yield from documents.read(more[start : start + CHUNK])[0]


def everything(progress: Progress = unwatched) -> Iterator[dict[str, Any]]:
    """All documents of the site, in the order of their keys."""
    for source in documents.sources():
        keys = list(source.queryset().order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(keys), CHUNK):
            chosen = source.queryset().filter(pk__in=keys[start : start + CHUNK])
            found = documents.documents_of(chosen)
            yield from found
            progress(len(found))


def count() -> int:
    return sum(source.queryset().count() for source in documents.sources())


def rebuild(progress: Progress = unwatched) -> int:
    """Builds a new index from the database beside the living one and switches to it; returns the number of documents."""
    building = engines.store().rebuild()
    try:
        building.add(everything(progress))
    except BaseException:
        building.cancel()
        raise
    building.finish(lambda keys: documents.read(keys)[0])
    wanted().unlink(missing_ok=True)
    return building.written


def wanted() -> Path:
    """The file whose presence asks the worker for a rebuild."""
    return engines.store().wanted


def request_rebuild() -> None:
    """Called by whoever meets an index that cannot be read."""
    engines.store().ask_for_rebuild()


def rebuild_beside() -> bool:
    """Rebuilds in a process of its own, at low priority, so that no request waits for it."""
    done = subprocess.run(
        [sys.executable, "manage.py", "update_index", "--verbosity", "0"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "INTRANET_NICE": "10"},
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        logger.error("the index could not be rebuilt: %s", done.stderr[-500:])
    return done.returncode == 0


def lag() -> float:
    """Seconds since the oldest change that the index does not hold; 0 when it holds all."""
    oldest = OutboxEntry.objects.order_by("pk").values_list("at", flat=True).first()
    return max(0.0, time.time() - oldest.timestamp()) if oldest else 0.0


def readable() -> bool:
    """Whether the index can be read, or another backend answers. Costs one look at a file; for `/health/`."""
    if not engines.keeps_outbox():
        return True
    try:
        return engines.store().exists() if engines.is_remote() else bool(engines.readers().snapshot())
    except IndexUnavailable:
        return False


def run_forever(stop: threading.Event) -> None:
    """Keeps the index until `stop` is set: drains the outbox, and rebuilds what is missing or damaged."""
    if not engines.keeps_outbox():
        stop.wait()
        return
    away, building, broken = Backoff(2.0, 60.0), Backoff(30.0, 900.0), Backoff(2.0, 60.0)
    checked, build_at = -math.inf, -math.inf
    while not stop.is_set():
        pause = PAUSE_SECONDS
        close_old_connections()
        try:
            if wanted().exists() or not engines.store().exists():
                if now() >= build_at:
                    # What failed costs as much the next time.
                    build_at = -math.inf if rebuild_beside() else now() + building.failed()
                    if build_at < 0:
                        building.worked()
            elif now() - checked > CHECK_SECONDS and not engines.is_remote():
                engines.store().check()
                checked = now()
            done = drain()
            broken.worked()
            if away.worked():
                logger.info("the index is written again")
        except IndexAway as error:
            if not away.failures:
                logger.warning("the index waits for its server: %s", error)
            done, pause = 0, away.failed()
        except IndexUnavailable:
            if not broken.failures:
                logger.warning("the index cannot be read and will be rebuilt")
            request_rebuild()
            done, pause = 0, broken.failed()
        except OSError as error:
            logger.warning("the index cannot be written: %s", error)
            done, pause = 0, broken.failed()
        except DAMAGE:
            logger.exception("the index is damaged and will be rebuilt")
            request_rebuild()
            done, pause = 0, broken.failed()
        except Exception:
            # Nobody else would start this loop again.
            logger.exception("the index could not be kept")
            done, pause = 0, broken.failed()
        if not done:
            stop.wait(pause)
