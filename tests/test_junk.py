"""Any address with any junk gets a page, a refusal or a 404, never a server error."""

from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import QueryDict
from django.test import Client
from django.utils.functional import cached_property

from tests.matrix.world import make_world

JUNK = [
    "%00",
    "%ff%fe",
    "-1",
    "0",
    "999999999999999999999999",
    "1e9",
    "NaN",
    "'%22%3E%3Cscript%3E",
    "..%2f..%2fetc%2fpasswd",
    "%F0%9F%92%A9" * 20,
    "a" * 3000,
    "[[{{%7B%7D}}]]",
    "((((((((",
    '"unclosed',
    "OR+AND+NOT+-",
    "*",
    "before:x+after:9999-99-99",
]
NAMES = ["page", "q", "from", "to", "title", "tag", "kind", "space", "author", "year", "sort", "mine", "next", "parent"]


class NotedQuery(QueryDict):
    """A query string that notes which of its parameters a view asks for."""

    def __init__(self, text: str, noted: set[str] | None = None, **kwargs: Any) -> None:
        self.noted: set[str] = set()
        super().__init__(text, **kwargs)
        # A copy, which a link to another page of a list is made of, notes nothing.
        self.noted = noted if noted is not None else set()

    def __getitem__(self, name: str) -> Any:
        self.noted.add(name)
        return super().__getitem__(name)

    def _getlist(self, name: str, *args: Any, **kwargs: Any) -> Any:
        self.noted.add(name)
        return super()._getlist(name, *args, **kwargs)

    def __contains__(self, name: object) -> bool:
        self.noted.add(str(name))
        return super().__contains__(name)


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names of the parameters that views have asked for."""
    names: set[str] = set()

    def query(request: WSGIRequest) -> NotedQuery:
        text = request.environ.get("QUERY_STRING", "").encode("latin-1").decode(errors="replace")
        return NotedQuery(text, names, encoding=request.encoding)

    noting = cached_property(query)
    noting.__set_name__(WSGIRequest, "GET")
    monkeypatch.setattr(WSGIRequest, "GET", noting)
    return names


@pytest.mark.django_db
def test_no_parameter_of_any_address_breaks_it(house, noted):
    world = make_world(house)
    client = Client(raise_request_exception=False)
    client.force_login(world.house.ada)
    broken = []
    read_somewhere: set[str] = set()
    asked_all: set[tuple[str, ...]] = set()
    addresses = {it.url.partition("?")[0] for asks in world.asks.values() for it in asks if it.method == "get"}
    for number, address in enumerate(sorted(addresses)):
        wanted: set[str] = set()
        for place, junk in enumerate(JUNK):
            # At first all that any view reads; then what this one turned out to ask for, each with a neighbour's junk too.
            noted.clear()
            other = JUNK[(place + number + 1) % len(JUNK)]
            asked = sorted(wanted) if place else NAMES
            response = client.get(
                f"{address}?" + "&".join(f"{name}={other if at % 3 == 2 else junk}" for at, name in enumerate(asked))
            )
            if response.status_code >= 500 and address != "/health/":
                broken.append(f"{response.status_code} {address} {junk[:40]}")
            wanted |= noted
            view = getattr(response.resolver_match, "_func_path", "")
            if not wanted or (view, *sorted(wanted)) in asked_all:
                break
        else:
            # The same view in another space need not be asked all of it again.
            asked_all.add((view, *sorted(wanted)))
        read_somewhere |= wanted
    assert {"page", "q", "from", "sort"} <= read_somewhere, "no view was seen to read its parameters"
    assert not broken, "\n".join(broken[:40])


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body", [b"", b"\x00\xff", b"title=%00&body=%00", b"title=" + b"x" * 100_000, b"base_revision=x&body=y"]
)
def test_no_junk_in_a_form_breaks_it(house, body):
    world = make_world(house)
    client = Client(raise_request_exception=False)
    client.force_login(world.house.ada)
    broken = []
    for asks in world.asks.values():
        address = asks[0].url.partition("?")[0]
        if address.startswith("/admin/"):
            continue
        for kind in (
            "application/x-www-form-urlencoded",
            "application/json",
            "multipart/form-data; boundary=x",
            "text/plain",
        ):
            response = client.post(address, body, content_type=kind)
            if response.status_code >= 500 and address != "/health/":
                broken.append(f"{response.status_code} {address} {kind} {body[:20]!r}")
    assert not broken, "\n".join(broken)
