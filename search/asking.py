"""Asking the engine that the site is set to, and where it fails, however it fails, the database: no reader meets an error.

Every exit of search asks here. A failure is told in the log once in a while and counted for `/health/`; damage asks for a
rebuild.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from people.repeats import RepeatFilter
from search import engines
from search.engine.store import UNREADABLE, IndexAway, IndexUnavailable
from search.engines import Engine

logger = logging.getLogger(__name__)

REMEMBERED_SECONDS = 600.0
"""For so long `/health/` tells that questions failed."""

T = TypeVar("T")
_lock = threading.Lock()
_reported = RepeatFilter(300.0, remembered=100)
"""The same failure is told once in five minutes: a search that fails is asked again and again."""
_failed: list[float] = []


def ask(what: Callable[[Engine], T], otherwise: T, *, use_fallback: bool = True) -> tuple[T, bool]:
    """What the engine answers, and whether it is degraded: from the database, or `otherwise` where that fails too.

    `use_fallback` False asks no database, for what only an index answers quickly.
    """
    try:
        return what(engines.engine()), False
    except Exception as error:
        _note("the index", error)
    if not use_fallback:
        return otherwise, True
    try:
        return what(engines.fallback_engine()), True
    except Exception as error:
        _note("the database that answers for it", error)
    return otherwise, True


def _note(who: str, error: Exception) -> None:
    """Tells the log; asks for a rebuild where the index is missing or damaged, and not where it is only away."""
    if isinstance(error, UNREADABLE) and not isinstance(error, IndexAway):
        _request_rebuild()
    now = time.monotonic()
    expected = isinstance(error, IndexUnavailable)
    place = f"{who} {type(error).__name__} {'' if expected else _place(error)}"
    with _lock:
        if not expected:
            _failed[:] = [*(at for at in _failed if now - at < REMEMBERED_SECONDS), now][-1_000:]
    if not _reported.is_news(place):
        return
    if expected:
        logger.warning("the index cannot be asked, so the database answers: %s", error)
    else:
        logger.error("a question to %s failed", who, exc_info=error)


def _place(error: BaseException) -> str:
    """The line that raised."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""


def _request_rebuild() -> None:
    try:
        if engines.keeps_outbox():
            engines.store().ask_for_rebuild()
    except Exception:
        logger.exception("a rebuild of the index cannot be asked for")


def failures() -> int:
    """How many questions failed in this process a short while ago, where the engine was not simply away."""
    oldest = time.monotonic() - REMEMBERED_SECONDS
    with _lock:
        return sum(at > oldest for at in _failed)


def forget() -> None:
    """Forgets what failed, for tests."""
    _reported.forget()
    with _lock:
        _failed.clear()
