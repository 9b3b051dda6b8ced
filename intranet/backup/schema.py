"""The migrations of a backup, and how to bring a database to them: rows fit only the tables that they came from."""

from dataclasses import dataclass

from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from intranet.backup import Refused

Migrations = set[tuple[str, str]]
#: In every database and backup since migrations were restarted (docs/decisions/0015-apps-by-noun.md).
FIRST = ("media", "0001_initial")


def tables() -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.table_names(cursor))


def columns_of(table: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)} LIMIT 0")  # noqa: S608 - a table that there is
        return {column[0] for column in cursor.description or ()}


@dataclass
class State:
    """Migrations of this version, those of them that are applied, and applied ones that only a newer version has."""

    code: Migrations
    applied: Migrations
    newer: Migrations

    @classmethod
    def now(cls) -> "State":
        loader = MigrationLoader(connection)
        known, applied = loader.disk_migrations, set(loader.applied_migrations)
        apps = {app for app, _name in known}
        replaced = {old for migration in known.values() for old in migration.replaces}
        # Ignore migrations of apps that are no longer installed.
        newer = {migration for migration in applied - set(known) - replaced if migration[0] in apps}
        code = set(loader.graph.nodes)
        return cls(code, applied & code, newer)


def check_whole() -> State:
    """Raise `Refused` if the database is not at the migrations of this version."""
    state = State.now()
    if state.newer:
        raise Refused(
            f"The database is of a newer version, which knows {_named(state.newer)}. Make the backup with that."
        )
    if waiting := state.code - state.applied:
        raise Refused(
            f"The database is not at the migrations of this version ({_named(waiting)} missing). Run manage.py migrate,"
            " or make the backup with the version that the site runs."
        )
    return state


def check(recorded: Migrations) -> None:
    """Raise `Refused` if rows of a backup with the `recorded` migrations cannot be restored into this database."""
    if FIRST not in recorded:
        raise Refused(
            "The backup was made by a version from before the first release, whose tables were laid out differently."
            " This version cannot read it."
        )
    state = State.now()
    if unknown := recorded - state.code:
        raise Refused(
            "The backup was made by a newer version of Commonplace, or by one with other apps: this one does not know"
            f" {_named(unknown)}. Restore with that version."
        )
    if not state.applied and tables():
        raise Refused("The database holds tables of another program. Restore into a new, empty database.")
    if beyond := (state.applied - recorded) | state.newer:
        raise Refused(
            f"The backup is older than the database, which has {_named(beyond)} already. Restore into a new, empty database"
            " (name it in DATABASE_URL, or begin with another INTRANET_VAR): it is filled as it was and migrated from there."
        )


def _named(migrations: Migrations) -> str:
    names = [".".join(migration) for migration in sorted(migrations)]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def migrate_to(recorded: Migrations) -> None:
    """Migrate an empty or older database to the migrations of the backup; call `check` first."""
    state = State.now()
    if state.applied == recorded:
        return
    if state.code == recorded:
        call_command("migrate", interactive=False, verbosity=0)
        return
    executor = MigrationExecutor(connection)
    nodes = executor.loader.graph.node_map
    # The last ones of each app in the backup. No signals: the backup replaces what they would write.
    ends = [
        key
        for key in recorded
        if not any(child.key[0] == key[0] and child.key in recorded for child in nodes[key].children)
    ]
    executor.migrate(ends)


def migrate_forward() -> None:
    """Migrate to this version, and let apps update what depends on that, such as permissions."""
    state = State.now()
    if state.applied == state.code:
        # The last step of `migrate`, without building all past states first.
        emit_post_migrate_signal(verbosity=0, interactive=False, db=DEFAULT_DB_ALIAS)
    else:
        call_command("migrate", interactive=False, verbosity=0)
