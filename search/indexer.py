"""The one writer of the index: takes batches from the outbox, commits, and only then forgets them."""

from __future__ import annotations

import logging
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
from search.engine import selftest
from search.engine.store import DAMAGE, IndexBusy, IndexUnavailable
from search.models import OutboxEntry

logger = logging.getLogger(__name__)

BATCH = 500
PAUSE_SECONDS = 0.5
"""Between two looks at an empty outbox: what is published is found within twice that."""
LATE_SECONDS = 60.0
"""A change that has waited longer says that nobody keeps the index."""
CHUNK = 250
"""Objects read from the database at a time during a rebuild."""


def drain(limit: int = BATCH) -> int:
    """Writes what waits in the outbox, at most `limit` rows, and returns how many rows are done with.

    One at a time: where another process is at it, this returns 0. Repeating a batch is harmless, since documents are
    made from what the database holds now.
    """
    if not engines.keeps_outbox():
        return 0
    store = engines.store()
    try:
        with store.locked("indexer", timeout=0.0):
            rows = list(OutboxEntry.objects.order_by("pk").values_list("pk", "key")[:limit])
            if not rows:
                return 0
            keys = list(dict.fromkeys(key for _, key in rows))
            found, gone = documents.read(keys)
            more, _none = documents.read(_relinked(found, gone, set(keys)))
            store.write([*found, *more], gone)
            OutboxEntry.objects.filter(pk__in=[pk for pk, _ in rows]).delete()
            return len(rows)
    except IndexBusy:
        return 0


def drain_all() -> int:
    """Drains until nothing waits."""
    total = 0
    while done := drain():
        total += done
    return total


def _relinked(found: list[dict[str, Any]], gone: list[str], known: set[str]) -> list[str]:
    """Pages that are linked to otherwise than the index knows: the words of those links belong to them."""
    snapshot = engines.readers().snapshot()
    changed: set[str] = set()
    for key, now in [*((document["key"], document.get("k_links", ())) for document in found), *((k, ()) for k in gone)]:
        number = snapshot.number(key)
        before: tuple[str, ...] = ()
        if number is not None and "k_links" in snapshot.fields:
            column = snapshot.column("k_links")
            before = column.values[column.codes[number]]
        changed.update(mark.partition(":")[0] for mark in set(before) ^ set(now))
    prefix = f"{BasePage._meta.label_lower}:"
    return [prefix + pk for pk in changed if prefix + pk not in known]


def everything(progress: Callable[[int], Any] = lambda done: None) -> Iterator[dict[str, Any]]:
    """All documents of the site, in the order of their keys."""
    for source in documents.sources():
        keys = list(source.queryset().order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(keys), CHUNK):
            chosen = source.queryset().filter(pk__in=keys[start : start + CHUNK])
            objects = documents.specific(chosen) if source.model is BasePage else list(chosen)
            yield from documents.documents_of(source, objects)
            progress(len(objects))


def count() -> int:
    return sum(source.queryset().count() for source in documents.sources())


def rebuild(progress: Callable[[int], Any] = lambda done: None) -> int:
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
        engines.readers().snapshot()
    except IndexUnavailable:
        return False
    return True


def run_forever(stop: threading.Event) -> None:
    """Keeps the index until `stop` is set: drains the outbox, and rebuilds what is missing or damaged."""
    if not engines.keeps_outbox():
        stop.wait()
        return
    pause = PAUSE_SECONDS
    tested = False
    while not stop.is_set():
        close_old_connections()
        try:
            if wanted().exists() or not engines.store().exists():
                rebuild_beside()
            elif not tested:
                selftest.check(engines.readers())
                tested = True
            done = drain()
            pause = PAUSE_SECONDS
        except IndexUnavailable:
            logger.warning("the index cannot be read and is built anew")
            request_rebuild()
            done, pause = 0, 2.0
        except OSError as error:
            logger.warning("the index cannot be written: %s", error)
            done, pause = 0, min(30.0, pause * 2)
        except DAMAGE:
            logger.exception("the index is damaged and is built anew")
            request_rebuild()
            done, pause = 0, 2.0
        if not done:
            stop.wait(pause)
