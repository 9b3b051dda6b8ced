"""Background work in its own process: tasks, schedule and search index."""

import signal
import time
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from intranet.worker import leases, runner
from pages import scheduling


class Command(BaseCommand):
    """Replaces the command of django-tasks-db, whose dead workers keep their tasks for ever."""

    help = "Runs background tasks and keeps the search index, until SIGTERM or Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", action="store_true", help="run the tasks that are ready now, then exit")
        parser.add_argument("--no-index", action="store_true", help="leave the search index to another process")

    def handle(self, *args: Any, batch: bool, no_index: bool, **options: Any) -> None:
        if batch:
            self.run_batch()
            return
        background = runner.Background(index=not no_index)
        signals: list[int] = []

        def note(signum: int, frame: FrameType | None) -> None:
            signals.append(signum)  # sets no event, because the handler may interrupt the lock that this would need

        signal.signal(signal.SIGTERM, note)
        signal.signal(signal.SIGINT, note)
        background.start()
        self.stdout.write(f"Worker {background.worker_id} runs.")
        self.stdout.flush()
        while not signals:
            time.sleep(0.2)
        background.stop()
        self.stdout.write("Worker stopped.")

    def run_batch(self) -> None:
        worker_id = leases.new_worker_id()
        leases.beat(worker_id)
        try:
            leases.reclaim()
            scheduling.run_due()
            count = runner.drain(worker_id)
        finally:
            leases.retire(worker_id)
        self.stdout.write(f"{count} tasks run.")
