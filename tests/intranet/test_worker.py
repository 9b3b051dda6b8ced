"""Each background task runs once while its worker lives, and soon again if the worker died."""

import datetime as dt
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from intranet.models import WorkerHeartbeat
from intranet.worker import leases, runner
from tests.intranet import sample_tasks
from tests.intranet.processes import manage, wait_for


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    return tmp_path / "trace"


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Rows that other processes and threads see. Only what these tests write is removed, not the whole database."""
    with django_db_blocker.unblock():
        yield
        DBTaskResult.objects.all().delete()
        WorkerHeartbeat.objects.all().delete()
        connections.close_all()


def later(**interval: float) -> dt.datetime:
    return timezone.now() + dt.timedelta(**interval)


def worker() -> str:
    worker_id = leases.new_worker_id()
    leases.beat(worker_id)
    return worker_id


def test_a_task_runs_and_its_result_is_kept(db: None, trace: Path) -> None:
    result = sample_tasks.note.enqueue(str(trace), "done")
    assert runner.drain(worker()) == 1
    assert trace.read_text() == "done\n"
    result.refresh()
    assert result.return_value == "done"


def test_tasks_run_in_the_order_of_their_priority_then_of_their_arrival(db: None, trace: Path) -> None:
    for word in ("first", "second"):
        sample_tasks.note.enqueue(str(trace), word)
    sample_tasks.note.using(priority=50).enqueue(str(trace), "urgent")
    runner.drain(worker())
    assert trace.read_text().split() == ["urgent", "first", "second"]


def test_a_task_that_fails_is_failed_and_the_next_one_runs(db: None, trace: Path) -> None:
    failing = sample_tasks.fail.enqueue(str(trace))
    unspeakable = sample_tasks.give_back_what_json_cannot_hold.enqueue()
    sample_tasks.note.enqueue(str(trace), "next")
    assert runner.drain(worker()) == 3
    failing.refresh()
    unspeakable.refresh()
    assert failing.status == unspeakable.status == TaskResultStatus.FAILED
    assert "this task always fails" in failing.errors[0].traceback
    assert trace.read_text().split() == ["failed", "next"]


def test_a_worker_without_a_heartbeat_gets_no_task(db: None, trace: Path) -> None:
    sample_tasks.note.enqueue(str(trace), "done")
    assert leases.claim("nobody-has-seen-me") is None


def test_a_claimed_task_is_given_to_nobody_else(db: None, trace: Path) -> None:
    sample_tasks.note.enqueue(str(trace), "done")
    assert leases.claim(worker()) is not None
    assert leases.claim(worker()) is None


def test_the_task_of_a_silent_worker_is_ready_again_within_a_minute(db: None, trace: Path) -> None:
    sample_tasks.note.enqueue(str(trace), "done")
    leases.claim(worker())
    assert leases.reclaim(later(seconds=30)) == 0, "a busy worker may be late"
    assert leases.LEASE.total_seconds() + leases.BEAT_SECONDS < 60
    assert leases.reclaim(later(seconds=60)) == 1
    assert runner.drain(worker()) == 1
    assert trace.read_text() == "done\n"


def test_a_worker_that_lost_its_task_can_not_say_that_it_is_done(db: None, trace: Path) -> None:
    sample_tasks.note.enqueue(str(trace), "done")
    asleep, successor = worker(), worker()
    task = leases.claim(asleep)
    assert task is not None
    leases.reclaim(later(seconds=60))
    leases.beat(successor)
    again = leases.claim(successor)
    assert again is not None
    assert again.pk == task.pk
    assert leases.finish(task, asleep, value="from the sleeper") is False
    assert leases.finish(again, successor, value="from the successor") is True
    again.refresh_from_db()
    assert (again.status, again.return_value) == (TaskResultStatus.SUCCESSFUL, "from the successor")


def test_a_task_that_killed_three_workers_is_given_up(db: None, trace: Path) -> None:
    sample_tasks.note.enqueue(str(trace), "done")
    for _ in range(leases.MAX_ATTEMPTS):
        assert leases.claim(worker()) is not None
        leases.reclaim(later(seconds=60))
    task = DBTaskResult.objects.get()
    assert task.status == TaskResultStatus.FAILED
    assert "WorkerLost" in task.exception_class_path
    assert leases.claim(worker()) is None


def test_finished_tasks_are_removed_in_time(db: None, trace: Path) -> None:
    sample_tasks.note.enqueue(str(trace), "done")
    sample_tasks.fail.enqueue(str(trace))
    sample_tasks.note.using(run_after=later(days=40)).enqueue(str(trace), "waiting")
    runner.drain(worker())
    leases.prune()
    assert DBTaskResult.objects.count() == 3
    leases.prune(later(days=2))
    assert DBTaskResult.objects.count() == 2, "a failed task is kept for who looks into it"
    leases.prune(later(days=31))
    assert [task.status for task in DBTaskResult.objects.all()] == [TaskResultStatus.READY]


def test_an_idle_worker_asks_one_short_query(db: None, django_assert_num_queries: Any) -> None:
    worker_id = worker()
    with django_assert_num_queries(1):
        assert leases.claim(worker_id) is None


def test_threads_stop_in_good_order_and_leave_no_heartbeat(committed: None, trace: Path) -> None:
    sample_tasks.sleep.enqueue(str(trace), 0.5)
    background = runner.Background(index=False)
    background.start()
    wait_for(trace.exists, "the task")
    background.stop()
    assert trace.read_text().split() == ["began", "ended"], "the task at hand is finished first"
    assert not WorkerHeartbeat.objects.exists()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("commonplace-")]


def test_two_workers_at_once_run_every_task_exactly_once(committed: None, trace: Path) -> None:
    for number in range(40):
        sample_tasks.note.enqueue(str(trace), str(number))

    def drain() -> None:
        try:
            runner.drain(worker())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=drain) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(int, trace.read_text().split())) == list(range(40))


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_of_a_task_leaves_it_to_the_next(committed: None, trace: Path) -> None:
    result = sample_tasks.sleep.enqueue(str(trace), 60)
    killed = manage("db_worker", "--no-index")
    wait_for(trace.exists, "the task")
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    result.refresh()
    assert result.status == TaskResultStatus.RUNNING, "the dead tell nobody"

    assert leases.reclaim() == 0, "its lease has not run out yet"
    assert leases.reclaim(later(seconds=leases.LEASE.total_seconds() + 1)) == 1
    result.refresh()
    assert result.status == TaskResultStatus.READY


@pytest.mark.sqlite_only
@pytest.mark.slow
def test_a_worker_told_to_stop_finishes_its_task_and_exits_with_zero(committed: None, trace: Path) -> None:
    result = sample_tasks.sleep.enqueue(str(trace), 2)
    process = manage("db_worker", "--no-index")
    wait_for(trace.exists, "the task")
    process.terminate()
    assert process.wait(20) == 0
    result.refresh()
    assert result.status == TaskResultStatus.SUCCESSFUL
    assert not WorkerHeartbeat.objects.exists()
