"""Restores a backup into an empty site, or over this one (docs/operations.md, "Backup")."""

import io
import sys
from pathlib import Path
from typing import IO, Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from intranet.backup import Refused, unfinished
from intranet.backup.archive import Reader
from intranet.backup.restore import restore, verify


class Command(BaseCommand):
    help = (
        "Restores the backup FILE: checks every byte first, then writes rows, uploads, public copies and the index. "
        "The database may be empty or prepared. If the site already has accounts, add --replace."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--replace", action="store_true", help="delete everything on this site first")
        parser.add_argument("--check", action="store_true", help="only check FILE; change nothing")

    def handle(self, *args: Any, file: Path, replace: bool, check: bool, **options: Any) -> None:
        stream = sys.stderr if options["verbosity"] else io.StringIO()
        try:
            if check:
                self.check_file(file, stream)
                return
            restored = restore(file, replace=replace, stream=stream)
        except Refused as refused:
            raise CommandError(str(refused)) from None
        except (DatabaseError, OSError) as error:
            raise CommandError(f"The restore did not finish. {self.what_stands()} ({error})") from error
        except KeyboardInterrupt:
            self.stderr.write(f"Stopped. {self.what_stands()}")
            sys.exit(130)
        for name in restored.missing:
            self.stderr.write(f"Missing in the backup already: {name}")
        for notice in restored.notices:
            self.stderr.write(f"Note: {notice}")
        self.stdout.write(f"{restored.rows:,} rows and {restored.files:,} files of {restored.made_at} are in place.")
        try:
            call_command("update_index", verbosity=options["verbosity"], stdout=self.stdout)
        except CommandError as error:
            self.stderr.write(f"The worker builds the search index when the site starts: {error}")

    def what_stands(self) -> str:
        if unfinished.is_noted():
            return "The site is neither the old nor the new one: run it again with the same file."
        return "The site is as it was."

    def check_file(self, file: Path, stream: IO[str]) -> None:
        with Reader(file) as reader:
            verify(reader, stream)
            manifest = reader.manifest
            rows = sum(one["rows"] for one in manifest["tables"])
            self.stdout.write(
                f"{file} is whole: {rows:,} rows and {len(reader.media()):,} files of {manifest['made_at']},"
                f" {len(manifest['missing']):,} missing."
            )
