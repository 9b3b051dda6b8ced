"""Whether an error says that the database is away for a while: restarting, out of reach, full, or locked too long."""

from django.db import InterfaceError, OperationalError, connection

RETRY_AFTER_SECONDS = 10
#: Not an error of the site, and soon over: caches, feed readers and search engines ask again.
HEADERS = {"Retry-After": str(RETRY_AFTER_SECONDS), "Cache-Control": "no-store"}
# SQLite calls faults of ours by the same name, such as a table that is not there.
OF_SQLITE = ("locked", "unable to open", "disk i/o error", "database or disk is full", "readonly database")


def is_away(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, (OperationalError, InterfaceError)):
            return connection.vendor != "sqlite" or any(words in str(error).lower() for words in OF_SQLITE)
        error = error.__cause__
    return False
