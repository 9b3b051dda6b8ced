"""Backs up the whole site into one file (docs/operations.md, "Backup")."""

import io
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from intranet.backup import Refused
from intranet.backup.create import back_up


class Command(BaseCommand):
    help = (
        "Writes the whole site into FILE, a zip with checksums, while the site runs: every row, upload and public copy. "
        "It contains everything, closed spaces and drafts included, and only this account can read it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--force", action="store_true", help="overwrite FILE if it exists")

    def handle(self, *args: Any, file: Path, force: bool, **options: Any) -> None:
        try:
            made = back_up(file, force=force, stream=sys.stderr if options["verbosity"] else io.StringIO())
        except Refused as refused:
            raise CommandError(str(refused)) from None
        except (DatabaseError, OSError) as error:
            raise CommandError(f"No backup was made: {error}") from error
        except KeyboardInterrupt:
            self.stderr.write("Stopped. No backup was made.")
            sys.exit(130)
        for name in made.missing:
            self.stderr.write(f"Missing, though a row names it: {name}")
        size = file.stat().st_size / 1e6
        self.stdout.write(
            f"{file}: {made.rows:,} rows, {made.files:,} files, {len(made.missing):,} missing, {size:,.1f} MB."
        )
