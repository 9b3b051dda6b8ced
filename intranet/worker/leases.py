"""Who works on which task. A task is run by the worker that claimed it last, and only as long as that worker's heart beats.

The stock worker of django-tasks-db leaves a task RUNNING for ever when its process is killed. Here every worker has a
heartbeat row; what a silent worker held becomes READY again, and that worker, should it come back, may no longer say
that the task is done.
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
LEASE = dt.timedelta(
    seconds=35
)  # three beats may be late, for example behind a long import, before a worker is given up
MAX_ATTEMPTS = 3  # a task that killed this many workers kills no more
KEEP_SUCCESSFUL = dt.timedelta(days=1)
KEEP_FAILED = dt.timedelta(days=30)


class WorkerLost(Exception):
    """Recorded as the reason of a task whose workers all died while they ran it."""


def new_worker_id() -> str:
    """Never the same twice, so that a restarted process is not taken for the one that died."""
    return f"{socket.gethostname()[:32]}-{os.getpid()}-{secrets.token_hex(6)}"


def beat(worker_id: str) -> None:
    """Says that the worker lives; the first beat has to come before the first claim."""
    now = timezone.now()
    WorkerHeartbeat.objects.update_or_create(
        worker_id=worker_id, defaults={"seen_at": now}, create_defaults={"seen_at": now, "started_at": now}
    )


def retire(worker_id: str) -> None:
    """A worker that stops in good order leaves no row behind."""
    WorkerHeartbeat.objects.filter(worker_id=worker_id).delete()


def living_workers(now: dt.datetime | None = None) -> set[str]:
    oldest = (now or timezone.now()) - LEASE
    return set(WorkerHeartbeat.objects.filter(seen_at__gt=oldest).values_list("worker_id", flat=True))


def claim(worker_id: str, *, backend: str = "default") -> DBTaskResult | None:
    """Takes the next ready task, or none. Two workers never get the same one."""
    ready = DBTaskResult.objects.ready().filter(backend_name=backend)
    # Asked outside the transaction, because on SQLite every transaction locks out the other writers.
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
    """Writes how the task ended, unless it was taken from this worker meanwhile. Says whether it wrote."""
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
    """Makes the tasks of dead workers ready again and says how many; those that killed three workers fail instead."""
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
    """Removes finished tasks that nobody will ask for any more."""
    now = now or timezone.now()
    tasks = DBTaskResult.objects
    old = tasks.successful().filter(finished_at__lt=now - KEEP_SUCCESSFUL) | tasks.failed().filter(
        finished_at__lt=now - KEEP_FAILED
    )
    return old.delete()[0]
