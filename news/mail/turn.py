"""One sender at a time, on all hosts. A sender that dies gives up its turn at once, because nobody measures time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

# A number that no other program uses on the same database ("mail" in ASCII).
LOCK = 0x6D61696C


@contextmanager
def sole_sender() -> Iterator[bool]:
    """Whether it is this thread's turn, until the block ends. What was sent must be committed in it.

    On PostgreSQL it is a transaction: if its connection is lost, so is the turn, and nothing of it is stored. On SQLite a
    transaction would keep everybody else from writing while a mail server answers, so it is a locked file.
    """
    if connection.vendor == "sqlite":
        with _locked_file() as mine:
            yield mine
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
            (mine,) = cursor.fetchone()
        yield bool(mine)


@contextmanager
def _locked_file() -> Iterator[bool]:
    database = str(connection.settings_dict["NAME"])
    path = f"{database}-mail" if Path(database).exists() else str(Path(settings.INTRANET_VAR) / "mail-lock")
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(file)
