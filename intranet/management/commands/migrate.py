"""Django's command, except that it refuses a database too old to migrate, and fills an empty one from the seed."""

from pathlib import Path
from typing import Any

from django.core.management import CommandError
from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from intranet.backup import schema

OWN_IDS = "UPDATE pages_basepage SET uid = lower(hex(randomblob(16))), translation_key = lower(hex(randomblob(16)));"
SEED = Path(__file__).resolve().parent.parent.parent / "seed.sql"


class Command(migrate.Command):
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--no-seed", action="store_true", help="begin an empty SQLite database without seed.sql")

    def handle(self, *args: Any, no_seed: bool = False, **options: Any) -> None:
        connection = connections[options["database"]]
        applied = MigrationRecorder(connection).applied_migrations()
        if any(app == "pages" for app, _name in applied) and schema.FIRST not in applied:
            raise CommandError(
                "this database was made by a version from before the first release, which this version cannot upgrade."
                " Begin a new site: set another DATABASE_URL or INTRANET_VAR. Nothing was changed."
            )
        asked = options.get("app_label") or options.get("plan") or options.get("check_unapplied")
        if connection.vendor == "sqlite" and not (no_seed or asked or connection.introspection.table_names()):
            plant(connection)
            if is_current(connection):
                return
        super().handle(*args, **options)


def plant(connection: Any) -> None:
    """Create the tables and rows of `scripts.seed`, in one transaction, with new random ids."""
    connection.ensure_connection()
    connection.connection.executescript(f"BEGIN IMMEDIATE;\n{SEED.read_text(encoding='utf-8')}{OWN_IDS}\nCOMMIT;")


def is_current(connection: Any) -> bool:
    """Whether the seed includes all migrations, so that Django's command has nothing to do."""
    loader = MigrationLoader(connection)
    return set(loader.disk_migrations) <= set(loader.applied_migrations)
