"""Tells the database how its rows are spread, so that it picks the index that leads to few of them.

SQLite knows nothing of that until somebody runs ANALYZE, and then guesses: it looked through every page of the house that
all staff may read in order to find the three that link to one. Once it has been told, growth of the house hardly matters.
"""

from django.db import connection

# Rows looked at in each index: a tenth of a second for 20,000 pages. Of 400 it learnt that a kind of page is had by 67 of them, and sorted
# all pages that a reader may see to find the newest twenty.
SAMPLE = 100_000


def refresh_statistics() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA analysis_limit = {SAMPLE:d}")
        cursor.execute("ANALYZE")
