"""Every exit by every reader. The addresses come from the resolver: one without a row in `tests/matrix/rows.py` fails the suite.

Four words are hidden in titles, texts, tags, file names and transcripts; a reader without access to a page must not find its
word in any byte of any response, whatever the address, header or error.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.matrix.asks import NOBODY, READERS, SECRETS, Ask, ask, what_is_wrong
from tests.matrix.world import make_world, sign_in


@pytest.fixture(autouse=True)
def any_host(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver) and not route.startswith("admin/"):
            yield from routes(pattern, route)
        elif isinstance(pattern, URLPattern) or route == "admin/":
            yield route


@pytest.mark.django_db
@pytest.mark.parametrize("reader", READERS)
def test_each_reader_gets_from_each_exit_what_is_hers_and_no_more(house, reader):
    world = make_world(house)
    client = sign_in(world, reader)
    wrong = []
    for route, asks in world.asks.items():
        for it in asks:
            if it.refusal_only and reader in it.allowed:
                continue
            complaint = what_is_wrong(reader, it, *ask(client, it))
            if complaint:
                wrong.append(f"{reader} at {it.url} ({route}): {complaint}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.sqlite_only
@pytest.mark.django_db
def test_every_address_has_a_row(house):
    assert set(routes()) == set(make_world(house).asks)


@pytest.mark.sqlite_only
@pytest.mark.django_db
@pytest.mark.parametrize("reader", ["anonymous", "otto", "mary"])
def test_no_address_of_the_admin_lets_a_reader_in(house, reader):
    world = make_world(house)
    client = sign_in(world, reader)
    admin = next(p for p in get_resolver().url_patterns if str(p.pattern) == "admin/")
    assert isinstance(admin, URLResolver)
    asked = 0
    for route in routes(admin, "/admin/"):
        if "<" in route or "(" in route:
            continue
        address = route.replace("^", "").replace("$", "").replace("\\", "")
        it = Ask(address, NOBODY)
        status, headers, body = ask(client, it)
        complaint = what_is_wrong(reader, it, status, headers, body)
        # Sign-in pages, translations of the admin's own words and the like hold nothing of ours.
        assert not complaint or status == 200, f"{address}: {complaint}"
        assert not any(word.encode() in body.lower() for word in SECRETS), address
        asked += 1
    assert asked > 50
