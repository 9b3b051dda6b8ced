"""Rebuilds the search index beside the living one and swaps it in; stands in for Wagtail's command of this name."""

import os
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from search import engines, indexer
from search.engine.store import IndexAway, IndexBusy


class Command(BaseCommand):
    help = "Rebuilds the search index next to the current one, which still answers, then swaps it in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-missing", action="store_true", help="do nothing where there is an index")

    def handle(self, *args: Any, **options: Any) -> None:
        os.nice(int(os.environ.get("INTRANET_NICE", "0")))
        try:
            if options["if_missing"] and engines.keeps_outbox() and engines.store().exists():
                return
            if not engines.keeps_outbox():
                # Wagtail's own search has tables of its own there.
                call_command("rebuild_modelsearch_index", verbosity=options["verbosity"], stdout=self.stdout)
            if engines.keeps_outbox():
                self._rebuild(**options)
        except IndexAway as error:
            if not options["if_missing"]:
                raise CommandError(f"The index cannot be reached: {error}") from error
            self.stderr.write(f"The index cannot be reached, so the database answers: {error}")

    def _rebuild(self, **options: Any) -> None:
        with tqdm(total=indexer.count(), unit="doc", disable=options["verbosity"] < 1) as bar:
            try:
                written = indexer.rebuild(bar.update)
            except IndexBusy as error:
                raise CommandError("The index is already being rebuilt.") from error
        if options["verbosity"] >= 1:
            self.stdout.write(f"The index holds {written} documents.")
