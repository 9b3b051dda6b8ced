"""Django's command, which first refuses a database that cannot be migrated."""

from typing import Any

from django.core.management import CommandError
from django.core.management.commands import migrate
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from intranet.backup import schema


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        applied = MigrationRecorder(connections[options["database"]]).applied_migrations()
        if any(app == "pages" for app, _name in applied) and schema.FIRST not in applied:
            raise CommandError(
                "this database was made by a version from before the first release, which this version cannot upgrade."
                " Begin a new site: set another DATABASE_URL or INTRANET_VAR. Nothing was changed."
            )
        super().handle(*args, **options)
