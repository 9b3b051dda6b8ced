"""Which migrations a backup was made at, and how a database gets there: rows fit only into the tables they came from."""

from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from intranet.backup import Refused

Migrations = set[tuple[str, str]]


def tables() -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.table_names(cursor))


def columns_of(table: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)} LIMIT 0")  # noqa: S608 - a table that there is
        return {column[0] for column in cursor.description or ()}


def of_code() -> Migrations:
    return set(MigrationExecutor(connection).loader.graph.nodes)


def of_database() -> Migrations:
    """What has been applied, without what no installed app knows any more."""
    return set(MigrationRecorder(connection).applied_migrations()) & of_code()


def newer() -> Migrations:
    """What has been applied to the database and this version does not know: a newer one was here."""
    known = MigrationExecutor(connection).loader.disk_migrations
    apps = {app for app, _name in known}
    replaced = {old for migration in known.values() for old in migration.replaces}
    applied = set(MigrationRecorder(connection).applied_migrations())
    return {migration for migration in applied - set(known) - replaced if migration[0] in apps}


def check_whole() -> None:
    """`Refused` where the database is not at the migrations of this version."""
    if ahead := newer():
        raise Refused(f"The database is of a newer version, which knows {_named(ahead)}. Make the backup with that.")
    if waiting := of_code() - of_database():
        raise Refused(
            f"The database is not at the migrations of this version ({_named(waiting)} missing). Run manage.py migrate,"
            " or make the backup with the version that the site runs."
        )


def check(recorded: Migrations) -> None:
    """`Refused` where the rows of a backup at the `recorded` migrations can honestly not be put into this database."""
    if unknown := recorded - of_code():
        raise Refused(
            "The backup was made by a newer version of Commonplace, or by one with other apps: this one does not know"
            f" {_named(unknown)}. Restore with that version."
        )
    applied = MigrationRecorder(connection).applied_migrations().keys()
    if not applied and tables():
        raise Refused("The database holds tables of another program. Restore into a new, empty database.")
    if beyond := (of_database() - recorded) | newer():
        raise Refused(
            f"The backup is older than the database, which has {_named(beyond)} already. Restore into a new, empty database"
            " (name it in DATABASE_URL, or begin with another INTRANET_VAR): it is filled as it was and migrated from there."
        )


def _named(migrations: Migrations) -> str:
    names = [".".join(migration) for migration in sorted(migrations)]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def reach(recorded: Migrations) -> None:
    """Migrates a database that is behind the backup, or empty, to where the backup was; `check` has been asked."""
    if of_database() == recorded:
        return
    if recorded == of_code():
        call_command("migrate", interactive=False, verbosity=0)
        return
    executor = MigrationExecutor(connection)
    nodes = executor.loader.graph.node_map
    # Of each app the last ones that the backup knew. No signal is sent: what it would write is replaced by the backup.
    ends = [
        key
        for key in recorded
        if not any(child.key[0] == key[0] and child.key in recorded for child in nodes[key].children)
    ]
    executor.migrate(ends)


def go_on() -> None:
    """Migrates to this version, and lets the apps make what they keep beside their tables, rights among them."""
    if of_database() == of_code():
        # As `migrate` does at its end, without building every state of the past first.
        emit_post_migrate_signal(verbosity=0, interactive=False, db=DEFAULT_DB_ALIAS)
    else:
        call_command("migrate", interactive=False, verbosity=0)
