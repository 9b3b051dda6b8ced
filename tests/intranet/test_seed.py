"""A database made from the seed equals one made by running all migrations."""

import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

from intranet.management.commands import migrate
from tests import databases

#: Of the moment, or of each site by itself.
OWN = {"applied", "uid", "translation_key"}


def schema(database: sqlite3.Connection) -> list[tuple[str, ...]]:
    found = database.execute("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master").fetchall()
    return sorted((*names, re.sub(r"IN \(([^)]*)\)", in_order, sql)) for *names, sql in found)


def in_order(found: re.Match[str]) -> str:
    """A condition on a set names its values in another order each time."""
    return f"IN {sorted(found[1].split(', '))}"


def rows(database: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    found = {}
    for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        if "_fts" in table:
            continue  # of the full-text index, which is empty
        columns = [row[1] for row in database.execute(f'PRAGMA table_info("{table}")') if row[1] not in OWN]
        chosen = ", ".join(f'"{column}"' for column in columns)
        found[table] = sorted(database.execute(f'SELECT {chosen} FROM "{table}"').fetchall(), key=repr)
    return found


def begun(folder: Path) -> sqlite3.Connection:
    file = folder / "begun.sqlite3"
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--skip-checks", "-v0"],
        cwd=databases.ROOT,
        env={**os.environ, "DATABASE_URL": f"sqlite:///{file}", "INTRANET_VAR": str(folder)},
        check=True,
    )
    return sqlite3.connect(file)


def test_the_seed_and_the_migrations_make_the_same_database(tmp_path: Path) -> None:
    migrated = sqlite3.connect(databases.copy("seed", databases.SQLITE))
    seeded = begun(tmp_path)
    with sqlite3.connect(":memory:") as seed:
        seed.executescript(migrate.SEED.read_text())
        names = seed.execute("SELECT app, name FROM django_migrations").fetchall()
    assert schema(seeded) == schema(migrated)
    all_migrations = migrated.execute("SELECT app, name FROM django_migrations").fetchall()
    if sorted(names) == sorted(all_migrations):
        assert rows(seeded) == rows(migrated)
    else:
        # Numbers differ when a newer migration came on top: `python -m scripts.seed` makes the seed new.
        assert {name: len(found) for name, found in rows(seeded).items()} == {
            name: len(found) for name, found in rows(migrated).items()
        }


def test_each_site_has_ids_of_its_own(tmp_path: Path) -> None:
    found = set()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        found |= {uid for (uid,) in begun(tmp_path / name).execute("SELECT uid FROM pages_basepage")}
    assert len(found) == 4
