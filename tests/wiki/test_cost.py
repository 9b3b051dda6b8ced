"""The database finds the rows for a wiki page by the right index, without scanning all readable pages."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from intranet.statistics import refresh_statistics
from tests.factories.pages import make_wiki_page


@pytest.mark.sqlite_only
def test_once_told_how_rows_are_spread_sqlite_looks_at_no_page_for_its_audience(house):
    if connection.vendor != "sqlite":
        pytest.skip("reads the plans of SQLite")
    guide = make_wiki_page(house.digital, "Guide", "Text.")
    make_wiki_page(house.digital, "Other", "See [[Guide]].", parent=guide)
    refresh_statistics()
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
