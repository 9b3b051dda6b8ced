"""Task leases. A task belongs to the worker that claimed it last, for as long as its heartbeat continues.

The worker of django-tasks-db leaves a task RUNNING for ever when its process is killed. Here each worker has a
heartbeat row; tasks of a silent worker become READY again, and if that worker returns, it can no longer finish them.
"""

import datetime as dt
import logging
import os
import secrets
import socket

from django.db import transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from intranet.models import WorkerHeartbeat

logger = logging.getLogger("intranet.worker")

BEAT_SECONDS = 10
LEASE = dt.timedelta(seconds=35)  # three late beats, for example during a long import
MAX_ATTEMPTS = 3  # a task that has killed this many workers is not run again
KEEP_SUCCESSFUL = dt.timedelta(days=1)
KEEP_FAILED = dt.timedelta(days=30)


class WorkerLost(Exception):
    """The recorded reason for a task whose workers all died while running it."""


def new_worker_id() -> str:
    """Unique, so that a restarted process is not taken for the one that died."""
    return f"{socket.gethostname()[:32]}-{os.getpid()}-{secrets.token_hex(6)}"


def beat(worker_id: str) -> None:
    """Record that the worker is alive; the first beat must come before the first claim."""
    now = timezone.now()
    WorkerHeartbeat.objects.update_or_create(
        worker_id=worker_id, defaults={"seen_at": now}, create_defaults={"seen_at": now, "started_at": now}
    )


def retire(worker_id: str) -> None:
    WorkerHeartbeat.objects.filter(worker_id=worker_id).delete()


def living_workers(now: dt.datetime | None = None) -> set[str]:
    oldest = (now or timezone.now()) - LEASE
    return set(WorkerHeartbeat.objects.filter(seen_at__gt=oldest).values_list("worker_id", flat=True))


def claim(worker_id: str, *, backend: str = "default") -> DBTaskResult | None:
    """Take the next ready task, or None. Two workers never get the same one."""
    ready = DBTaskResult.objects.ready().filter(backend_name=backend)
    # Outside the transaction, because on SQLite every transaction locks out other writers.
    if not ready.exists():
        return None
    with transaction.atomic():
        if worker_id not in living_workers():
            return None
        task = ready.get_locked()
        if task is not None:
            task.claim(worker_id)
    return task


def finish(task: DBTaskResult, worker_id: str, *, value: object = None, error: BaseException | None = None) -> bool:
    """Record the outcome of the task, unless the worker has lost it; return whether it was recorded."""
    with transaction.atomic():
        held = DBTaskResult.objects.select_for_update().filter(pk=task.pk, status=TaskResultStatus.RUNNING).first()
        if held is None or held.worker_ids[-1:] != [worker_id]:
            logger.warning("%s ended task %s, but no longer held it", worker_id, task.pk)
            return False
        if error is None:
            task.set_successful(value)
        else:
            task.set_failed(error)
    return True


def reclaim(now: dt.datetime | None = None) -> int:
    """Make tasks of dead workers ready again and return how many; those that killed MAX_ATTEMPTS workers fail."""
    now = now or timezone.now()
    if (
        not DBTaskResult.objects.running().exists()
        and not WorkerHeartbeat.objects.filter(seen_at__lte=now - LEASE).exists()
    ):
        return 0
    with transaction.atomic():
        WorkerHeartbeat.objects.filter(seen_at__lte=now - LEASE).delete()
        living = living_workers(now)
        count = 0
        for task in DBTaskResult.objects.running().select_for_update(skip_locked=True):
            if task.worker_ids[-1:] and task.worker_ids[-1] in living:
                continue
            if len(task.worker_ids) >= MAX_ATTEMPTS:
                task.set_failed(WorkerLost(f"{len(task.worker_ids)} workers died while they ran this task"))
                logger.error("task %s (%s) given up after %d workers", task.pk, task.task_path, len(task.worker_ids))
                continue
            task.status = TaskResultStatus.READY
            task.started_at = None
            task.save(update_fields=["status", "started_at"])
            logger.warning("task %s (%s) is ready again, its worker died", task.pk, task.task_path)
            count += 1
    return count


def prune(now: dt.datetime | None = None) -> int:
    now = now or timezone.now()
    tasks = DBTaskResult.objects
    old = tasks.successful().filter(finished_at__lt=now - KEEP_SUCCESSFUL) | tasks.failed().filter(
        finished_at__lt=now - KEEP_FAILED
    )
    return old.delete()[0]
