"""The database finds the rows for a wiki page by the right index, without scanning all readable pages."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from intranet.statistics import refresh_statistics
from tests.factories.pages import make_wiki_page

# What SQLite finds in a site of that size: rows, and how many have the same value in the first columns of an index.
OF_5206_PAGES = {
    "page_state_of_space": "5206 89 19 19 2 1 1",
    "page_newest_of_space": "5206 89 2 1",
    "page_newest": "5206 2 1",
    "page_of_space_sorted": "5206 89 1 1",
    "page_by_title": "5206 89 1",
    "page_by_address": "5206 1",
    "pages_basepage_space_id_c06351ac": "5206 89",
    "pages_basepage_content_type_id_44e14534": "5206 521",
    "pages_basepage_audience_token_7b5540ad": "5206 1736",
    "sqlite_autoindex_pages_basepage_1": "5206 1",
    "sqlite_autoindex_pages_basepage_2": "5206 1",
    "sqlite_autoindex_pages_basepage_3": "5206 1",
}


@pytest.mark.sqlite_only
def test_once_told_how_rows_are_spread_sqlite_looks_at_no_page_for_its_audience(house):
    if connection.vendor != "sqlite":
        pytest.skip("reads the plans of SQLite")
    guide = make_wiki_page(house.digital, "Guide", "Text.")
    make_wiki_page(house.digital, "Other", "See [[Guide]].", parent=guide)
    refresh_statistics()
    with connection.cursor() as cursor:
        # Of a handful of pages it rightly reads them all.
        cursor.execute("DELETE FROM sqlite_stat1 WHERE tbl = 'pages_basepage'")
        rows = [("pages_basepage", *row) for row in OF_5206_PAGES.items()]
        cursor.executemany("INSERT INTO sqlite_stat1 VALUES (%s, %s, %s)", rows)
        cursor.execute("ANALYZE sqlite_schema")
    client = Client()
    client.force_login(house.otto)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(guide.get_absolute_url()).status_code == 200
    with connection.cursor() as cursor:
        for query in asked:
            if query["sql"].startswith("SELECT"):
                cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
                steps = (row[3] for row in cursor.fetchall())
                # With the row's number beside the audience, one row is read, whichever index that is looked up in.
                plan = "\n".join(step for step in steps if "rowid=?" not in step)
                assert "audience_token" not in plan, query["sql"]
                assert "SCAN pages_basepage" not in plan, query["sql"]
