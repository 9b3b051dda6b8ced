"""Background work in its own process: tasks, schedule and search index."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from intranet import capacity
from intranet.worker import leases, runner
from pages import scheduling


class Command(BaseCommand):
    """Replaces the command of django-tasks-db, whose dead workers keep their tasks for ever."""

    help = "Runs background tasks and updates the search index, until SIGTERM or Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", action="store_true", help="run the tasks that are ready now, then exit")
        parser.add_argument("--no-index", action="store_true", help="leave the search index to another process")

    def handle(self, *args: Any, batch: bool, no_index: bool, **options: Any) -> None:
        if batch:
            self.run_batch()
            return
        capacity.share_arenas()
        runner.Background(index=not no_index).run_until_told(self.tell)

    def tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

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
