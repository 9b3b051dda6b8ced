"""The public site with a database account that may read only the tables of releases (docs/features/feeds.md)."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client

from intranet import health
from people.models import Person
from tests.factories.pages import make_post
from tests.factories.syndication import make_channel, make_picture, make_release

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no accounts.")


def grant_of(document: str) -> str:
    found = re.search(r"GRANT SELECT ON [^;]* TO commonplace_public;", (ROOT / document).read_text())
    assert found, f"{document} no longer says what the public account may read."
    return found[0]


@pytest.mark.parametrize("document", ["docs/features/feeds.md", "docs/operations.md"])
def test_the_documented_grants_are_enough_and_open_nothing_inside(
    house: Any, stranger: Client, settings: Any, document: str
) -> None:
    channel = make_channel(house.ada)
    picture = make_picture(house.digital)
    make_release(house.ada, make_post(house.digital, "Hours", f"![Door](picture:{picture.pk})"), channel)
    assert stranger.get("/public/").status_code == 200  # Addresses are mounted once, by the role of the first request.
    settings.INTRANET_ROLE = "public"
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE commonplace_public")
        cursor.execute(grant_of(document))
        cursor.execute("SET ROLE commonplace_public")
    try:
        addresses = ["", "news/", "news/hours/", "news/feed.rss", "channels.opml", "sitemap.xml", channel.picture]
        assert {address: stranger.get(f"/public/{address}").status_code for address in addresses} == dict.fromkeys(
            addresses, 200
        )
        assert health.state_of(health.releases) == "ok"
        settings.INTRANET_PUBLIC_URL = "https://public.example.org"
        assert stranger.get("/public/news/feed.json").json()["feed_url"] == "https://public.example.org/news/feed.json"
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            Person.objects.count()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
