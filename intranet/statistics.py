"""Tells the database how its rows are spread, so that it picks the index that leads to few of them.

SQLite knows nothing of that until somebody runs ANALYZE, and then guesses: it looked through every page of the house that
all staff may read in order to find the three that link to one. Once it has been told, growth of the house hardly matters.
"""

from django.db import connection

# Rows looked at in each index; enough to see that an audience is shared by thousands and an address by none.
SAMPLE = 400


def refresh_statistics() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA analysis_limit = {SAMPLE:d}")
        cursor.execute("ANALYZE")
