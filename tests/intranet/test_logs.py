"""No key reaches our log or, through the address bar, the logs of others."""

import logging
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from intranet.logs import Formatter

pytestmark = pytest.mark.django_db
TOKEN = "hW3k-9sXq_Lm2VtYc0RbPz"
ADDRESSES = [
    f"/feeds/{TOKEN}/feed.rss",
    f"/feeds/{TOKEN}/nothing.rss",
    f"/feeds/{TOKEN}/feed.rss/",
    f"/feeds/{TOKEN}/feed.",
    f"/feeds/{TOKEN}/",
    f"/feeds/{TOKEN}",
    f"/feeds//{TOKEN}/feed.rss",
    f"//feeds/{TOKEN}/feed.rss",
    f"///feeds/{TOKEN}",
    f"/Feeds/{TOKEN}/feed.rss",
    f"/feeds/{TOKEN}%00/feed.rss",
    f"/feeds%2F{TOKEN}%2Ffeed.rss",
    f"/feeds%252F{TOKEN}/",
    f"/feeds/media/{TOKEN}:1abcde:signature/sound.mp3",
    f"/feeds/media/{TOKEN}",
    f"/public/feeds/{TOKEN}/feed.rss",
    f"/spaces/feeds/{TOKEN}/feed.rss",
    f"/x/feeds/{TOKEN}/",
    f"/-/link/{TOKEN}/more",
    f"/-//link/{TOKEN}/",
    f"/x/-/link/{TOKEN}/",
]


def written(records: list[logging.LogRecord]) -> str:
    formatter = Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    return "\n".join(formatter.format(record) for record in records)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("signed_in", [False, True])
def test_the_key_of_a_feed_is_neither_written_nor_led_on(
    house: Any, client: Client, caplog: Any, settings: Any, address: str, signed_in: bool
) -> None:
    settings.INTRANET_ACCESS_LOG = True
    caplog.set_level(logging.INFO)
    if signed_in:
        client.force_login(house.mary)
    # Django's client takes what follows two slashes for a host.
    more = {"PATH_INFO": address} if address.startswith("//") else {}
    response = client.get(address, **more)
    assert TOKEN not in written(caplog.records)
    assert "/sign-in/" not in response.headers.get("Location", "")
    if response.status_code in {301, 302}:  # a slash is added, and no more
        response = client.get(response.headers["Location"])
        assert TOKEN not in written(caplog.records)
    assert response.status_code == 404


def test_a_traceback_that_holds_a_key_is_written_without_it() -> None:
    try:
        raise ValueError(f"cannot read https://intranet.example.org/feeds/{TOKEN}/feed.rss?x=1")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "asked for %s", (f"/feeds/{TOKEN}/",), sys.exc_info())
    assert TOKEN not in written([record])
    assert "/feeds/…/feed.rss?x=1" in written([record])


def test_that_the_database_is_away_takes_one_line_a_request(monkeypatch: Any) -> None:
    monkeypatch.setattr("web.unavailable.connection.vendor", "postgresql")
    try:
        raise OperationalError("connection refused\nIs the server running?")
    except OperationalError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "Service Unavailable: %s", ("/",), sys.exc_info())
    assert written([record]).endswith("Service Unavailable: / (the database is away: connection refused)")


def test_who_asks_for_access_lines_gets_them_with_numbers_and_without_queries(
    house: Any, client: Client, caplog: Any, settings: Any
) -> None:
    caplog.set_level(logging.INFO, "intranet.access")
    client.force_login(house.mary)
    assert "X-Request-Id" not in client.get("/spaces/").headers
    assert caplog.records == []
    settings.INTRANET_ACCESS_LOG = True
    number = client.get("/search/?q=my+illness").headers["X-Request-Id"]
    [line] = [record.getMessage() for record in caplog.records if record.name == "intranet.access"]
    assert "GET /search/ 200" in line
    assert f"person={house.mary.pk} request={number}" in line
    assert "illness" not in line
    client.logout()
    client.get("/sign-in/")
    assert "person=- " in caplog.records[-1].getMessage()


def test_the_printed_nginx_writes_no_address_that_is_a_key_into_its_logs() -> None:
    """Its error.log repeats the line of the request while the site is away, and when a file that it is to send is not there."""
    printed = (Path(__file__).resolve().parents[2] / "docs" / "operations.md").read_text()
    inside = printed[printed.index("server_name intranet.example.org;\n    ssl") :]
    inside = inside[: inside.index("\n}\n")]
    blocks = dict(re.findall(r"    location (.*?) \{\n(.*?)\n    \}", inside, re.S))
    assert set(blocks) == {"/", "~ ^/(feeds|-)/", "^~ /-/media/"}
    for name, block in blocks.items():
        silent = "access_log off;" in block and "error_log /dev/null crit;" in block
        assert silent == (name != "/"), name
