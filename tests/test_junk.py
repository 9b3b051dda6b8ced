"""Any address with any junk: an answer, a refusal or 404, never an error of ours."""

import pytest
from django.test import Client

from tests.test_matrix import make_world

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


@pytest.mark.django_db
def test_no_parameter_of_any_address_breaks_it(house):
    world = make_world(house)
    client = Client(raise_request_exception=False)
    client.force_login(world.house.ada)
    broken = []
    addresses = {it.url.partition("?")[0] for asks in world.asks.values() for it in asks if it.method == "get"}
    for number, address in enumerate(sorted(addresses)):
        # Every address meets each junk in some parameters, and all parameters at once.
        for place, junk in enumerate(JUNK):
            names = [*NAMES[(number + place) % len(NAMES) :][:4], "q", "page"]
            response = client.get(f"{address}?" + "&".join(f"{name}={junk}" for name in names))
            if response.status_code >= 500 and address != "/health/":
                broken.append(f"{response.status_code} {address} {junk[:40]}")
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
