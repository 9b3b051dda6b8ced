"""Lists of the newest pages walk an index from the newest page on, however large the site is."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from intranet.statistics import refresh_statistics
from people.models import Space
from tests.factories.pages import House, make_post

PAGES = 20_000


def say_that_the_house_is_large() -> None:
    """Statistics as of 20,000 pages, half of them posts, which may be read by all staff or in one of sixty spaces."""
    refresh_statistics()
    spread = {
        "page_newest": "6 1",
        "page_newest_of_space": "340 6 1",
        "page_of_space_sorted": "340 1 1",
        "page_by_title": "340 1",
        "page_state_of_space": "340 170 160 1 1",
        "content_type_id": "2000",
        "audience_token": "330",
        "first_published_at": "6",
        "space_id": "340",
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE sqlite_stat1 SET stat = %s || substr(stat, instr(stat, ' ')) WHERE tbl = 'pages_basepage'", [PAGES]
        )
        for name, values in spread.items():
            cursor.execute(
                "UPDATE sqlite_stat1 SET stat = %s WHERE tbl = 'pages_basepage' AND (idx = %s OR idx LIKE %s)",
                [f"{PAGES} {values}", name, f"pages_basepage_{name}_%"],
            )
        cursor.execute("ANALYZE sqlite_schema")


@pytest.mark.sqlite_only
def test_the_newest_pages_are_walked_to_and_not_gathered_and_sorted(house: House) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("reads the plans of SQLite")
    for number in range(60):
        space = Space.objects.create(name=f"Room {number}", slug=f"room-{number}", kind="community")
        space.memberships.create(person=house.ada, role="member")
    make_post(house.digital, "News", "Text.")
    say_that_the_house_is_large()
    client = Client()
    client.force_login(house.ada)
    for address in ("/", "/search/", f"/spaces/{house.digital.slug}/"):
        with CaptureQueriesContext(connection) as asked:
            assert "News" in client.get(address).content.decode(), address
        lists = [
            query["sql"] for query in asked if "ORDER BY 7 DESC" in query["sql"] and "audience_token" in query["sql"]
        ]
        assert lists, address
        with connection.cursor() as cursor:
            for sql in lists:
                cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
                plan = "\n".join(row[3] for row in cursor.fetchall())
                assert "page_newest" in plan, (address, plan)
                assert "TEMP B-TREE" not in plan, (address, plan)
