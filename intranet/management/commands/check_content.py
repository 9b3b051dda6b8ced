"""Checks the consistency of all content, and repairs what it can (docs/operations.md)."""

import sys
from collections.abc import Callable, Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from intranet import consistency
from intranet.importing.progress import Progress
from pages.consistency import PASSES, Fault, Watched
from pages.models import BasePage
from search import indexer

MAX_SHOWN = 200


class Command(BaseCommand):
    help = (
        "Checks the page tree, addresses, rendered HTML, links, versions, and that search index and files match the database. "
        "Reports inconsistencies and exits with 1. With --repair it fixes those with only one possible repair."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="repair what can be repaired without guessing")

    def handle(self, *args: Any, repair: bool, **options: Any) -> None:
        pages = BasePage._base_manager.count()
        parts: list[tuple[str, int, Callable[[Watched], Iterator[Fault]]]] = [
            *((name, pages, check) for name, check in PASSES.items()),
            ("index", indexer.count(), consistency.check_index),
            ("files", 0, consistency.check_media),
        ]
        self.shown, found, mended = 0, 0, 0
        for name, total, check in parts:
            progress = Progress(name, total, sys.stderr)
            # Repair all faults of a pass before the next: whether a link is right depends on addresses.
            faults = list(check(progress.add))
            progress.close()
            for fault in faults:
                if repair and fault.mend is not None:
                    fault.mend()
                    mended += 1
                    self.tell(f"{fault} (mended)")
                else:
                    self.tell(str(fault))
            found += len(faults)
        if self.shown > MAX_SHOWN:
            self.stdout.write(f"… and {self.shown - MAX_SHOWN:,} more.")
        if not found:
            self.stdout.write("Everything agrees.")
            return
        self.stdout.write(f"{found:,} found, {mended:,} mended.")
        if found > mended:
            raise SystemExit(1)

    def tell(self, line: str) -> None:
        self.shown += 1
        if self.shown <= MAX_SHOWN:
            self.stdout.write(line)
