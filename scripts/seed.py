"""Writes `intranet/seed.sql`, the SQLite database of an empty site, from which new sites start.

Starting from the seed takes a third of the time of running all migrations. The seed may be older than the newest
migrations, which are applied to it as to any database; a test compares the result with a database made by migrations
alone.
"""

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SEED = ROOT / "intranet" / "seed.sql"
OWN = "sqlite_"  # prefix of SQLite's internal tables


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/seed.sqlite3"
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--no-seed", "-v0"],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": url, "INTRANET_VAR": folder},
            check=True,
        )
        with sqlite3.connect(f"{folder}/seed.sqlite3") as database:
            SEED.write_text("".join(f"{statement};\n" for statement in statements(database)), encoding="utf-8")


def statements(database: sqlite3.Connection) -> Iterator[str]:
    """Tables with their rows, then indexes and triggers, which would slow down the inserts."""
    made = database.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid").fetchall()
    virtual = [name for _type, name, sql in made if sql.startswith("CREATE VIRTUAL")]
    # Creating a virtual table creates its shadow tables.
    made = [row for row in made if not row[1].startswith((OWN, *(f"{name}_" for name in virtual)))]
    tables = [(name, sql) for type, name, sql in made if type == "table"]
    for _name, sql in tables:
        yield sql
    for name, _sql in tables:
        if name not in virtual:
            yield from rows(database, name)
    for type, _name, sql in made:
        if type != "table":
            yield sql
    yield "DELETE FROM sqlite_sequence"
    yield from rows(database, "sqlite_sequence")


def rows(database: sqlite3.Connection, table: str) -> Iterator[str]:
    columns = [row[1] for row in database.execute(f'PRAGMA table_info("{table}")')]
    quoted = " || ',' || ".join(f'quote("{column}")' for column in columns)
    for (values,) in database.execute(f'SELECT {quoted} FROM "{table}" ORDER BY rowid'):  # noqa: S608 - our own tables
        yield f'INSERT INTO "{table}" VALUES ({values})'  # noqa: S608


if __name__ == "__main__":
    main()
