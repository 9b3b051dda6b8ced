"""A kind of content declared in its own app gets everything the site offers, without a line elsewhere.

Run by `tests/pages/test_kinds.py`, with its own settings.
"""

import io
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from django.core.management import call_command
from django.test import Client

from intranet.backup.create import back_up
from media.models import Picture
from pages.actions import set_audience
from pages.models import BasePage
from pages.tree import ensure_rooms
from people.models import Person
from syndication.actions import create_private_feed
from syndication.copies import public_copy
from syndication.models import PrivateFeed
from tests.factories.pages import House, _make, make_house
from tests.factories.places import Place
from tests.factories.syndication import make_channel, make_picture, make_release
from tests.matrix.asks import INSIDE, OPERATIONS, READERS, Ask, ask, what_is_wrong
from tests.matrix.world import make_world, sign_in
from tests.test_matrix import routes
from tests.toykind.models import NoticeBoardPage, NoticePage


def make_notice(space: Any, title: str, body: str = "The lift is out of order.", **fields: Any) -> NoticePage:
    return _make(NoticePage, NoticeBoardPage.objects.get(space=space), space, title, body, fields)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def links(answer: Any, selector: str) -> dict[str, str]:
    return {
        a.get_text(" ", strip=True): a["href"] for a in BeautifulSoup(answer.content, "html.parser").select(selector)
    }


def test_every_space_has_its_room_with_a_tab_and_an_address(house: House) -> None:
    client = signed_in(house.mary)
    tabs = links(client.get("/spaces/digital-services/"), "nav.tabs li a")
    assert list(tabs) == ["Front page", "Blog", "Wiki", "Podcasts", "Notices", "Members"]
    board = client.get(tabs["Notices"])
    assert board.status_code == 200
    assert links(board, "nav.tabs a[aria-current]") == {"Notices": "/spaces/digital-services/notices/"}
    assert "Notices of Digital Services" in links(client.get("/write/"), "main a")


def test_a_space_of_before_the_app_gets_the_room_when_the_site_is_prepared(house: House) -> None:
    NoticeBoardPage.objects.get(space=house.digital).delete()
    assert signed_in(house.mary).get("/spaces/digital-services/notices/").status_code == 404
    assert [ensure_rooms(), ensure_rooms()] == [1, 0]
    assert signed_in(house.mary).get("/spaces/digital-services/notices/").status_code == 200


def test_a_new_one_is_news_at_home_in_its_space_and_on_the_search_page(house: House) -> None:
    make_notice(house.digital, "Lift closed")
    make_notice(house.operations, "Bunker closed")
    for reader, expected in [(house.otto, {"Lift closed"}), (house.linus, {"Lift closed", "Bunker closed"})]:
        client = signed_in(reader)
        for address in ("/", "/search/"):
            assert {"Lift closed", "Bunker closed"} & set(links(client.get(address), "main a")) == expected, address
        assert "Lift closed" in links(client.get("/spaces/digital-services/"), "main a")
        assert "Notice" in client.get("/").content.decode()


def test_search_finds_it_under_a_facet_of_its_own_and_hears_its_transcript(house: House, index: Any) -> None:
    times = "WEBVTT\n\n00:00:07.000 --> 00:00:09.000\nTake the staircase.\n"
    made = make_notice(house.digital, "Lift closed", read_out=times)
    make_notice(house.operations, "Lift of the bunker")
    index()
    client = signed_in(house.otto)
    answer = client.get("/search.json?q=lift").json()
    assert [(hit["title"], hit["kind"], hit["url"]) for hit in answer["hits"]] == [
        ("Lift closed", "notice", made.get_absolute_url())
    ]
    assert answer["facets"]["kind"] == [{"value": "notice", "label": "Notice", "count": 1}]
    assert client.get("/search.json?q=lift&kind=notice").json()["total"] == 1
    assert client.get("/search.json?q=lift&kind=blog").json()["total"] == 0


def test_it_comes_in_private_feeds_and_a_feed_can_be_narrowed_to_it(house: House) -> None:
    made = make_notice(house.digital, "Lift closed")
    make_notice(house.operations, "Bunker closed")
    page = BeautifulSoup(signed_in(house.otto).get("/subscriptions/").content, "html.parser")
    assert "Notice" in [option.text for option in page.select("select[name=kind] option")]
    for fields, title in ({}, "everything"), ({"kind": "notice"}, "notice"):
        token = create_private_feed(person=house.otto, feed=PrivateFeed(**fields))
        feed = Client().get(f"/feeds/{token}/feed.json").json()
        assert feed["title"].lower().startswith(f"commonplace: {title}")
        items = feed["items"]
        assert [(item["title"], item["id"]) for item in items] == [("Lift closed", made.uid.urn)]
        assert "out of order" in items[0]["content_html"]


def test_it_is_released_with_its_picture_and_its_words(house: House) -> None:
    picture = make_picture(house.digital)
    made = make_notice(house.digital, "Lift closed", picture=picture, read_out="Take the staircase.")
    assert public_copy(made).picture == picture
    release = make_release(house.ada, made, make_channel(house.ada, "news"))
    item = Client().get(f"/public/news/{release.slug}/").content.decode()
    assert "Lift closed" in item
    assert "Take the staircase." in item
    assert "Lift closed" in Client().get("/public/news/feed.atom").content.decode()


def test_what_it_shows_has_its_audience(house: House) -> None:
    made = make_notice(house.digital, "Lift closed", picture=make_picture(house.digital))
    assert Picture.objects.get().audience == "staff"
    set_audience(person=house.grace, page=made, audience="space")
    assert Picture.objects.get().audience == "space"


def test_the_matrix_asks_for_a_row_of_each_of_its_addresses_and_its_door_is_the_same(
    house: House, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    world = make_world(house)
    board, one = "spaces/<slug:space>/notices/", "spaces/<slug:space>/notices/<slug:slug>/"
    assert set(routes()) - set(world.asks) == {board, one}
    made = make_notice(house.digital, "Lift closed")
    closed = make_notice(house.operations, "Closed kestrelword", slug="closed", body="Kestrelword.")
    asks = [
        Ask("/spaces/digital-services/notices/", INSIDE),
        Ask("/spaces/operations/notices/", OPERATIONS),
        Ask(made.get_absolute_url(), INSIDE),
        Ask(closed.get_absolute_url(), OPERATIONS),
    ]
    for reader in READERS:
        client = sign_in(world, reader)
        wrong = [(it.url, what) for it in asks if (what := what_is_wrong(reader, it, *ask(client, it)))]
        assert wrong == [], reader


def test_a_backup_brings_it_back(tmp_path: Path, django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        with Place(tmp_path / "source"):
            call_command("migrate", run_syncdb=True, verbosity=0)
            make_notice(make_house().digital, "Lift closed", read_out="Take the staircase.")
            back_up(tmp_path / "site.zip", stream=io.StringIO())
        with Place(tmp_path / "place"):
            call_command("migrate", run_syncdb=True, verbosity=0)
            call_command("restore", str(tmp_path / "site.zip"), stdout=io.StringIO())
            assert NoticePage.objects.get(title="Lift closed").read_out == "Take the staircase."
            assert BasePage.objects.filter(slug="notices").count() == 3
