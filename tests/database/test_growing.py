"""No address reads a whole table that grows with the pages: the plan of each of its queries says so.

A plan does not depend on how busy the machine is, so that this holds what `make bench-growth` measures.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from search import engines, indexer
from tests.factories.pages import House
from tests.matrix.world import make_world, sign_in

#: A row for each page at least, or for each thing that is in one.
GROWING = {
    "blog_blogpostpage",
    "pages_basepage",
    "pages_change",
    "pages_formeraddress",
    "pages_formertitle",
    "pages_pageauthor",
    "pages_pagelink",
    "pages_pagetag",
    "podcasts_episodepage",
    "syndication_release",
    "wagtailcore_revision",
    "wiki_wikipage",
}
ALIASED = re.compile(r'"(\w+)" (?:AS )?"?([UTV]\d+)"?\b')


@pytest.fixture(autouse=True)
def any_host(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]


def read_whole(sql: str) -> set[str]:
    """The growing tables of which a query reads every row, unless it ends when it has enough."""
    tables = set(_by_sqlite(sql) if connection.vendor == "sqlite" else _by_postgresql(sql))
    return tables & GROWING


def _by_sqlite(sql: str) -> Iterator[str]:
    names = {alias: table for table, alias in ALIASED.findall(sql)}
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql.replace('%', '%%')}", [])
        for *_place, step in cursor.fetchall():
            if (scanned := re.match(r"SCAN (\w+)( USING)?", step)) and not (scanned[2] and " LIMIT " in sql):
                yield names.get(scanned[1], scanned[1])


def _by_postgresql(sql: str) -> Iterator[str]:
    with connection.cursor() as cursor:
        # Of the handful of rows here it would rightly read all.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql.replace('%', '%%')}", [])
        plan = cursor.fetchone()[0]
        cursor.execute("SET LOCAL enable_seqscan = on; SET LOCAL enable_bitmapscan = on")
    yield from _whole_scans((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"], limited=False)


def _whole_scans(node: dict[str, Any], *, limited: bool) -> Iterator[str]:
    limited = limited or node["Node Type"] == "Limit"
    by_index = "Index Cond" in node or (limited and "Index" in node["Node Type"])
    if "Relation Name" in node and not by_index:
        yield node["Relation Name"]
    for below in node.get("Plans", []):
        yield from _whole_scans(below, limited=limited)


@pytest.mark.sqlite_only
@pytest.mark.django_db
def test_no_address_reads_a_whole_table_of_pages(house: House) -> None:
    world = make_world(house)
    # Without an index the database would search in the text of every page.
    engines.store().create()
    indexer.drain_all()
    client = sign_in(world, "mary")
    found: dict[tuple[str, str], str] = {}
    explained: set[str] = set()
    for route, asks in world.asks.items():
        for it in asks:
            if it.method != "get" or "mary" not in it.allowed or it.url.startswith("/admin/"):
                continue
            with CaptureQueriesContext(connection) as asked:
                answer = client.get(it.url, it.data)
            list(answer.streaming_content) if answer.streaming else None
            for query in asked.captured_queries:
                sql = query["sql"]
                shape = re.sub(r"\d+|'[^']*'", "?", sql)
                if sql.startswith("SELECT") and shape not in explained:
                    explained.add(shape)
                    found |= {(route, table): sql for table in read_whole(sql)}
    assert len(explained) > 50
    assert not found, "\n\n".join(f"{route} reads all of {table}: {sql}" for (route, table), sql in found.items())


@pytest.mark.django_db
def test_a_query_that_no_index_answers_is_noticed() -> None:
    assert read_whole("SELECT id FROM pages_basepage WHERE summary = 'x'") == {"pages_basepage"}
    assert read_whole("SELECT id FROM pages_basepage WHERE url_path = '/home/'") == set()
    assert read_whole("SELECT U0.id FROM \"pages_pagelink\" U0 WHERE U0.target = 'x'") == {"pages_pagelink"}
