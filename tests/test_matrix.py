"""Every exit by every reader. The addresses come from the resolver: one without a row in `tests/matrix/rows.py` fails the suite.

Four words are hidden in titles, texts, tags, file names and transcripts; a reader without access to a page must not find its
word in any byte of any response, whatever the address, header or error.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from people.models import Person
from search import engines, indexer
from search.curation.actions import accept_words
from search.curation.models import WordGroup
from syndication.actions import create_private_feed
from syndication.models import PrivateFeed
from tests.matrix.asks import DRAFTED, NOBODY, READERS, SECRETS, Ask, ask, what_is_wrong
from tests.matrix.world import World, make_world, sign_in

# What finds pages by other words than those that must not be told, so that each answer can be searched for them.
QUERIES = (
    "closed", "sealed", "inner", "deleted", "draft", "opened", "open", "page", "show", "kestrelwor*", "ospreywor*", "heronwor*",
    "kestrelwrod", "ospreywrod", "author:otto", "author:linus", "tag:kestrel", "kind:blog", "operations", "rota", "closed OR inner",
)  # fmt: skip
SEARCHES = [
    *(f"/search/?q={query}" for query in QUERIES),
    *(
        f"/search.json?q={query}{more}"
        for query in QUERIES
        for more in ("", "&sort=date", "&space=operations", "&year=2026")
    ),
    *(f"/search/suggest.json?q={query.rstrip('*')}{more}" for query in QUERIES for more in ("", "&in=operations")),
    *(
        f"/search/suggest.json?q={beginning}"
        for beginning in ("k", "kes", "kestrelwor", "osprey", "her", "cl", "seal", "del")
    ),
]


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


def _indexed(world: World) -> None:
    house = world.house
    house.linus.is_superuser = True  # for once: decides on words
    group = WordGroup.objects.create(forms=["sealed", "closed"], proposed_by=house.linus)
    accept_words(person=house.linus, group=group)
    house.linus.refresh_from_db()
    engines.store().create()
    indexer.drain_all()


@pytest.mark.sqlite_only
@pytest.mark.django_db
@pytest.mark.parametrize("reader", READERS)
def test_a_full_index_tells_each_reader_only_what_is_hers(house, reader):
    world = make_world(house)
    _indexed(world)
    client, wrong, found = sign_in(world, reader), [], set()
    for address in SEARCHES:
        it = Ask(address, NOBODY if reader == "anonymous" else {reader})
        status, headers, body = ask(client, it)
        wrong += [f"{address}: {complaint}"] if (complaint := what_is_wrong(reader, it, status, headers, body)) else []
        found |= {(word, address.split("?")[0]) for word in SECRETS if word.encode() in body.lower()}
    assert not wrong, "\n".join(wrong)
    # The index was asked, not an empty one: whoever may read a page finds it. Drafts are not in it.
    expected = {word for word, readers in SECRETS.items() if reader in readers and word not in DRAFTED}
    for address in ("/search/", "/search.json", "/search/suggest.json"):
        assert {word for word, where in found if where == address} == expected, address


@pytest.mark.sqlite_only
@pytest.mark.django_db
@pytest.mark.parametrize("reader", [name for name in READERS if name != "anonymous"])
def test_a_private_feed_holds_only_what_its_owner_may_read(house, reader):
    world = make_world(house)
    _indexed(world)
    owner = Person.objects.get(username=reader)
    searches: list[dict[str, Any]] = [
        {"search": f"q={query}"} for query in ("closed", "sealed", "inner", "open", "kestrelwor*")
    ]
    told = b""
    for narrowed in ({}, {"kind": "blog"}, {"kind": "wiki"}, {"kind": "episode"}, {"author": house.otto}, *searches):
        token = create_private_feed(person=owner, feed=PrivateFeed(**narrowed))
        for form in ("rss", "atom", "json"):
            it = Ask(f"/feeds/{token}/feed.{form}", {reader})
            status, headers, body = ask(sign_in(world, "anonymous"), it)
            assert not (complaint := what_is_wrong(reader, it, status, headers, body)), (narrowed, form, complaint)
            told += body.lower()
    expected = {word for word, readers in SECRETS.items() if reader in readers and word not in DRAFTED}
    assert {word for word in SECRETS if word.encode() in told} == expected
