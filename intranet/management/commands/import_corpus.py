"""Imports a folder of JSON lines: departments, people, posts, wiki pages, episodes (docs/features/import.md)."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from intranet.importing.corpus import CorpusImport, Outcome
from intranet.importing.entries import EPISODE, FILES, POST, WIKI, BadLine
from intranet.statistics import refresh_statistics
from text.invisible import one_line

#: Characters of what is said about a line.
REPORTED = 500
NAMES = {POST: ("post", "posts"), WIKI: ("wiki page", "wiki pages"), EPISODE: ("episode", "episodes")}


class Command(BaseCommand):
    help = (
        "Imports departments, persons, blog posts, wiki pages and episodes from a folder of JSON lines. "
        "Invalid lines are reported and skipped. A second run adds only what is missing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path)
        parser.add_argument("--kind", choices=list(FILES), help="only this kind of content")
        parser.add_argument("--limit", type=int, metavar="N", help="at most N lines of each kind")

    def handle(self, *args: Any, folder: Path, kind: str | None, limit: int | None, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder.")
        if not any((folder / name).exists() for name in FILES.values()):
            raise CommandError(f"{folder} has none of these files: {', '.join(FILES.values())}.")
        if limit is not None and limit < 1:
            raise CommandError("--limit must be at least 1.")
        corpus = CorpusImport(folder, report=self.say_bad, stream=self.stderr._out)
        try:
            outcome = corpus.run(kinds={kind} if kind else set(FILES), limit=limit)
        except KeyboardInterrupt:
            self.stderr.write(f"Stopped after {corpus.outcome.pages:,} pages. Run it again to go on from there.")
            sys.exit(130)
        refresh_statistics()
        self.stdout.write(summary(outcome))

    def say_bad(self, line: BadLine) -> None:
        # A reason may quote what was in the line: one line of the report for each line of the file.
        said = one_line(str(line))
        self.stderr.write(f"Passed over: {said if len(said) <= REPORTED else said[:REPORTED] + '…'}")


def summary(outcome: Outcome) -> str:
    counts = [f"{outcome.written.get(kind, 0):,} {NAMES[kind][outcome.written.get(kind, 0) != 1]}" for kind in FILES]
    total = sum(outcome.written.get(kind, 0) for kind in FILES)
    seconds = outcome.timings.total
    told = f"{total:,} written ({', '.join(counts)}), {outcome.existing:,} were there already, "
    told += f"{len(outcome.bad):,} lines skipped, {outcome.persons:,} persons added."
    if outcome.ahead:
        told += f"\n{outcome.ahead:,} had a date in the future and count as published now."
    if total:
        told += f"\n{seconds:.0f} s, {total / seconds:.0f} a second: {outcome.timings}."
    return told
