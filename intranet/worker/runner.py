"""The loop that runs tasks, and the threads of a worker: tasks, heartbeat, schedule and index."""

import logging
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any, cast

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import DatabaseError, InterfaceError, close_old_connections, connections
from django_tasks.base import TaskContext, TaskResult
from django_tasks.signals import task_finished, task_started
from django_tasks.utils import normalize_json
from django_tasks_db.models import DBTaskResult

from desk import drafts, presence, uploads
from intranet.worker import leases
from news import reviews, telling
from news.mail import sending
from pages import deleting, scheduling
from people import once
from syndication.documents import remake_stale

logger = logging.getLogger("intranet.worker")

HOUSEKEEPING_SECONDS = 3600
SCHEDULE_SECONDS = 5


def run_task(task: DBTaskResult, worker_id: str) -> bool:
    """Run one claimed task to its end; return whether this worker still held it."""
    error: BaseException | None = None
    value = None
    try:
        function, result = task.task, task.task_result
        backend = type(function.get_backend())
        task_started.send(sender=backend, task_result=result)
        context = (TaskContext(task_result=cast("TaskResult[Any]", result)),) if function.takes_context else ()
        # A result that is not JSON is the task's fault, and must fail before the transaction that stores it.
        value = normalize_json(function.call(*context, *result.args, **result.kwargs))
    except Exception as raised:
        logger.exception("task %s (%s) failed", task.pk, task.task_path)
        error = raised
    held = leases.finish(task, worker_id, value=value, error=error)
    if held and error is None:
        task_finished.send(sender=backend, task_result=task.task_result)
    return held


def drain(worker_id: str, stop: threading.Event | None = None) -> int:
    count = 0
    while not (stop and stop.is_set()) and (task := leases.claim(worker_id)) is not None:
        run_task(task, worker_id)
        count += 1
    return count


def work(stop: threading.Event, *, worker_id: str, interval: float = 1.0) -> None:
    """Run tasks until `stop` is set; a running task is finished first."""
    remake_stale()  # the public site may have moved since its feeds were stored
    while not stop.is_set():
        close_old_connections()
        drain(worker_id, stop)
        stop.wait(interval)


def keep_heart_beating(stop: threading.Event, *, worker_id: str) -> None:
    """Send heartbeats, reclaim tasks of dead workers, and clean up once an hour."""
    tidy_at = time.monotonic() + 60
    while not stop.is_set():
        close_old_connections()
        leases.beat(worker_id)
        leases.reclaim()
        if time.monotonic() >= tidy_at:
            tidy()
            tidy_at = time.monotonic() + HOUSEKEEPING_SECONDS
        stop.wait(leases.BEAT_SECONDS)


def tidy() -> None:
    leases.prune()
    SessionStore.clear_expired()
    once.forget_old()
    drafts.forget_old()
    presence.forget_old()
    reviews.find_due()
    deleting.purge_old.enqueue()
    uploads.delete_unused.enqueue()


def keep_schedule(stop: threading.Event) -> None:
    while not stop.is_set():
        close_old_connections()
        scheduling.run_due()
        stop.wait(SCHEDULE_SECONDS)


def keep_index(stop: threading.Event) -> None:
    from search import indexer

    indexer.run_forever(stop)


def _persistently(target: Callable[[], None], stop: threading.Event) -> None:
    """Restart `target` when it fails, for example because the database restarts, after up to 30 s."""
    pause = 1.0
    while not stop.is_set():
        began = time.monotonic()
        try:
            target()
        except (DatabaseError, InterfaceError) as error:
            logger.warning("background work waits for the database: %s", str(error).splitlines()[0])
        except Exception:
            logger.exception("background work failed and starts again")
        finally:
            connections.close_all()
        pause = 1.0 if time.monotonic() - began > 60 else min(30.0, pause * 2)
        if not stop.is_set():
            stop.wait(pause)


class Background:
    def __init__(self, *, index: bool = True) -> None:
        self.stop_event = threading.Event()
        self.worker_id = leases.new_worker_id()
        targets: dict[str, Callable[[], None]] = {
            "heartbeat": lambda: keep_heart_beating(self.stop_event, worker_id=self.worker_id),
            "tasks": lambda: work(self.stop_event, worker_id=self.worker_id),
            "schedule": lambda: keep_schedule(self.stop_event),
            "news": lambda: telling.run_forever(self.stop_event),
        }
        if settings.INTRANET_SENDS_MAIL:
            targets["mail"] = lambda: sending.run_forever(self.stop_event)
        if index:
            targets["index"] = lambda: keep_index(self.stop_event)
        self.threads = [
            threading.Thread(target=_persistently, args=(target, self.stop_event), name=f"commonplace-{name}")
            for name, target in targets.items()
        ]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def run_until_told(self, tell: Callable[[str], object] = lambda _line: None) -> None:
        signals: list[int] = []

        def note(signum: int, frame: FrameType | None) -> None:
            signals.append(signum)  # no event is set here: a handler may interrupt the very lock that it would need

        signal.signal(signal.SIGTERM, note)
        signal.signal(signal.SIGINT, note)
        self.start()
        tell(f"Worker {self.worker_id} runs.")
        while not signals:
            time.sleep(0.2)
        self.stop()
        tell("Worker stopped.")

    def stop(self) -> None:
        """Wait for the current task, then give up the lease, so that nobody has to wait for it to expire."""
        self.stop_event.set()
        for thread in self.threads:
            thread.join()
        try:
            leases.retire(self.worker_id)
        except DatabaseError as error:
            logger.warning("the worker could not sign off: %s", error)
        finally:
            connections.close_all()
