"""Remembers what has to be counted over many pages, until any page is written.

Every writer of pages replaces one stored value (`pages.locking`), so a single small query tells whether a count still
holds: docs/decisions/0020-lists-on-large-sites.md.
"""

import hashlib
import secrets
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest

from database.statements import rows as rows_of
from people.audiences import audience_tokens
from web import paging

T = TypeVar("T")
REMEMBERED_SECONDS = 600
VALUE_BYTES = 12

READ = "SELECT value FROM pages_version WHERE id = 1"
WRITE = "INSERT INTO pages_version (id, value) {} ON CONFLICT (id) DO UPDATE SET value = excluded.value"


def replace(*, lock: int) -> None:
    """Say that pages change in this transaction. On PostgreSQL the same statement waits for the other writers."""
    value = secrets.token_hex(VALUE_BYTES)  # at random, because after a restore no value may come again
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            held = "SELECT 1, %s FROM (SELECT pg_advisory_xact_lock(%s)) AS held"
            cursor.execute(WRITE.format(held), [value, lock])
        else:
            cursor.execute(WRITE.format("VALUES (1, %s)"), [value])


def remembered(person: Any, name: str, count: Callable[[], T]) -> T:
    """What `count` returned for a reader with the same audiences since the last change of any page.

    `name` says what was counted, with its parameters. `count` may depend on nothing else than pages, their links, tags
    and authors, and must read them through `pages.access.visible_to`.
    """
    found = rows_of(connection, READ)
    if not found:  # no page was ever written
        return count()
    facts = (name, found[0][0], sorted(audience_tokens(person)))
    key = f"pages.remembered:{hashlib.sha256(repr(facts).encode()).hexdigest()}"
    kept = cache.get(key)
    if kept is None:
        kept = (count(),)
        cache.set(key, kept, REMEMBERED_SECONDS)
    return kept[0]  # type: ignore[no-any-return]


def paginate_remembered(request: HttpRequest, name: str, rows: Any, size: int) -> Any:
    """`web.paging.paginate_long`, for rows that are slow to find: the ids of the first ones are remembered."""
    most = paging.MAX_COUNTED
    known = remembered(request.user, name, lambda: list(rows.values_list("pk", flat=True)[: most + 1]))
    number = paging.page_number(request.GET)
    if len(known) <= most:
        page: Any = paging.paginate(request, known, size)
    elif number * size < len(known):
        page = paging.UncountedPage.of_one_more(number, known[(number - 1) * size : number * size + 1], size)
    else:
        return paging.paginate_long(request, rows, size)
    page.object_list = list(rows.filter(pk__in=page.object_list))
    return page
