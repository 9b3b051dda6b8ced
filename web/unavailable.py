"""Recognises errors that mean that the database is temporarily away: restarting, unreachable, full, or
locked too long.
"""

from django.db import InterfaceError, OperationalError, connection

RETRY_AFTER_SECONDS = 10
#: Tells caches, feed readers and search engines that the error is temporary.
HEADERS = {"Retry-After": str(RETRY_AFTER_SECONDS), "Cache-Control": "no-store"}
# SQLite uses the same exception for our own mistakes, such as a missing table.
OF_SQLITE = ("locked", "unable to open", "disk i/o error", "database or disk is full", "readonly database")


def is_away(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, (OperationalError, InterfaceError)):
            return connection.vendor != "sqlite" or any(words in str(error).lower() for words in OF_SQLITE)
        error = error.__cause__
    return False
