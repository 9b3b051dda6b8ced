"""What is hidden changes no byte of any answer: every exit of the matrix, every answer of a reader, before and after
hidden documents of each sort come, change and go.

The addresses are those of `tests/test_matrix.py`, which the resolver keeps complete, and those that the hidden documents
themselves will have: nobody learns from an answer that something is there. Only what differs each time is left out.
"""

import difflib
import random
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from news.models import Notice
from pages import actions
from pages.models import AuthorInvitation, BasePage, PageAuthor
from pages.tree import ensure_space
from people.models import JoinRequest, Person, Space
from search import frequent, indexer
from search.models import ChosenAnswer
from syndication.actions import create_private_feed
from syndication.models import FeedDocument, PrivateFeed
from tests.factories.pages import House, make_episode, make_post, make_show, make_wiki_page
from tests.factories.people import join, make_space
from tests.factories.syndication import make_picture, make_recording
from tests.matrix.world import World, make_world
from tests.test_admin_door import OPEN, admin_addresses, filled

pytestmark = pytest.mark.django_db

#: Tokens of forms, also within JSON, keys that are used once, nonces, ids that Wagtail's admin makes up for new blocks, the
#: numbers of its sessions of editing, and what the clock says.
EACH_TIME = re.compile(
    r'name=\\?"(?:csrfmiddlewaretoken|form_key)\\?" value=\\?"[^"\\]*\\?"|"(?:CSRF_TOKEN|token)": "[^"]*"|data-asked="[^"]*"|nonce[-=]"?[\w+/=-]+'
    r"|&quot;id&quot;: &quot;[\da-f-]{36}&quot;|/editing-sessions/release/\d+/"
    r'|"took_ms": [\d.]+|(?:\d+\s(?:second|minute|hour)s?(?:, \d+\s\w+)?\sago|[Jj]ust now)|last used [^<]*|/editing-sessions/ping/[^"]*'
)
#: Headers of one answer; its length is that of the body, which is compared.
HEADERS_OF_EACH = {"x-request-id", "date", "expires", "server-timing", "content-length"}

#: Readers who may see none of the hidden documents, by the engine that answers them; linus is a site editor.
READERS = {"whoosh": ["anonymous", "otto", "mary", "linus"], "database": ["mary"]}


def as_told(response: Any) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    headers = sorted(f"{name}: {value}" for name, value in response.items() if name.lower() not in HEADERS_OF_EACH)
    told = f"{response.status_code}\n" + "\n".join(headers) + "\n" + body.decode(errors="backslashreplace")
    return EACH_TIME.sub("", told)


def of_the_admin(world: World) -> Iterator[str]:
    """What a site editor may open there, for pages of her own space and those that hold all spaces."""
    shown = BasePage.objects.filter(space=world.house.operations).values_list("pk", flat=True)
    above = BasePage.objects.filter(depth__lte=2).values_list("pk", flat=True)
    for name, route in admin_addresses():
        if name in OPEN:
            for address in filled(route, [*above, *shown[:1]]):
                yield f"{address}?q=open"


def of_hidden() -> list[str]:
    """Where the hidden documents will stand, by every name that they have."""
    room, d = "/spaces/hidden-room", "/spaces/digital-services"
    pages = [f"{d}/blog/draft-of-hers/", f"{room}/blog/rota/", f"{room}/wiki/rota/", f"{room}/podcasts/show/part/"]
    parts = (
        "",
        "-/edit/",
        "-/history/",
        "-/diff/",
        "-/raw/",
        "-/backlinks/",
        "-/related/",
        "-/captions.vtt",
        "-/delete/",
    )
    rooms = ("", "blog/", "wiki/", "podcasts/", "wiki/-/wanted/", "wiki/-/to/?title=Rota", "-/members/", "-/settings/")
    found = [f"{page}{part}" for page in pages for part in parts]
    found += [f"{room}/{part}" for part in rooms] + [f"{d}/wiki/-/to/?title=Wanted+by+nobody"]
    found += [f"/search.json?q=rota&{more}" for more in ("space=hidden-room", "space=Hidden+Room", "tag=kestrels", "")]
    found += [
        f"/search.json?q={query}" for query in ("tag:kestrels", "space:hidden-room", "kestrl", "opne", "title:rota")
    ]
    found += [f"/search/suggest.json?q={typed}" for typed in ("rot", "hid", "kes", "ope", "gra")]
    found += [f"/search/?q=open&tag={tag}" for tag in ("kestrels", "OPEN", "open")]
    return [
        *found,
        "/search/?q=opne",
        "/search/?q=@hidden-room",
        "/people/?may=release",
        "/people/grace/",
        "/people/otto/",
    ]


def sweep(world: World, reader: str, clients: dict[str, Client], feeds: dict[str, str]) -> dict[str, str]:
    frequent.forget()
    addresses = [ask.url for asks in world.asks.values() for ask in asks if ask.method == "get"]
    addresses += of_hidden()
    addresses += [f"/feeds/{feeds[reader]}/feed.{kind}" for kind in ("rss", "atom", "json")] if reader in feeds else []
    addresses += of_the_admin(world) if reader == "linus" else []
    # What the admin said to her in the sweep before is told first.
    clients[reader].get("/")
    told = {}
    for address in dict.fromkeys(addresses):
        told[address] = as_told(clients[reader].get(address))
        if reader != "anonymous" and address.endswith(("/-/join/", "/-/leave/", "/-/restore/", "/-/unpublish/")):
            told[f"POST {address}"] = as_told(clients[reader].post(address)) if "hidden-room" in address else ""
    return told


def hide(world: World, chance: random.Random) -> Callable[[], None]:
    """Documents of each sort that none of the readers may see, full of what she may; returns what takes them away again."""
    house, word = world.house, lambda: chance.choice(["open", "page", "text", "opne", "kestrl", "kestrel", "rota"])
    links = "[[digital-services:Open page]] [x](/spaces/digital-services/blog/open-post/) [[digital-services:Wanted by nobody]]"
    picture = BasePage.objects.get(slug="open-page").shown.values_list("number", flat=True).first() or 0
    room = make_space("hidden-room", name="Hidden Room", see="members", join="asked")
    ensure_space(room)
    join(house.grace, room, "owner")
    JoinRequest.objects.create(person=house.ada, space=room)
    own = make_picture(room, title="Open kestrel", size=(2, 2))
    own.tags.add("OPEN", "Kestrels")

    def text() -> str:
        words = " ".join(word() for _ in range(30))
        return f"{words} @otto @mary @linus {links} ![x](picture:{picture}) ![x](picture:{own.pk})"

    tags = ["OPEN", "Kestrels", "Open"]
    made = [
        make_post(room, "Rota", text(), slug="rota", by=house.grace, tags=tags, hero=own, summary=f"open {word()}"),
        make_wiki_page(room, "Rota", text(), slug="rota", by=house.grace, tags=tags),
        make_post(
            house.digital, "Draft of hers", text(), by=house.grace, slug="draft-of-hers", tags=tags, publish=False
        ),
    ]
    show = make_show(room, "Show", slug="show", by=house.grace)
    sound = make_recording(room, title="Open kestrel")
    spoken = f"WEBVTT\n\n00:00.000 --> 00:01.000\nopen {word()}"
    made.append(
        make_episode(show, "Part", text(), slug="part", by=house.grace, recording=sound, transcript=spoken, tags=tags)
    )
    for number in range(12):
        made.append(make_wiki_page(room, f"Open {word()} {number}", text(), by=house.grace, tags=[chance.choice(tags)]))
    for page in made[:3]:
        for person in (house.otto, house.mary, house.linus):
            PageAuthor.objects.create(page_id=page.pk, person=person)
            AuthorInvitation.objects.create(page_id=page.pk, person=person, by=house.grace)
    ChosenAnswer.objects.create(query="rota", key=f"page:{made[1].pk}", note="kestrel")
    made[1].body = f"Again. {text()}"
    actions.edit_page(person=house.grace, page=made[1], note="kestrel")

    def go() -> None:
        for page in made:
            actions.delete_page(person=house.ada, page=BasePage.objects.get(pk=page.pk).specific)

    return go


def difference(before: dict[str, str], after: dict[str, str]) -> str:
    lines = []
    for address, told in before.items():
        if told != after[address]:
            changed = difflib.unified_diff(told.splitlines(), after[address].splitlines(), n=0, lineterm="")
            lines += [f"== {address}", *(line[:300] for line in list(changed)[2:12])]
    return "\n".join(lines[:120])


@pytest.fixture
def world(house: House) -> World:
    world = make_world(house)
    house.linus.groups.add(Group.objects.get(name="Site editors"))
    page = BasePage.objects.get(slug="open-page").specific
    page.space = Space.objects.get(slug="digital-services")
    page.body = f"{page.body} ![x](picture:{make_picture(page.space, title='Shown', size=(2, 2)).pk})"
    actions.edit_page(person=house.grace, page=page)
    # As if that had been a while ago: the date of a feed that changed within this second is that of the asking for it.
    FeedDocument.objects.update(last_modified=timezone.now() - timedelta(hours=1))
    return world


@pytest.mark.parametrize("engine", [pytest.param("whoosh", marks=pytest.mark.sqlite_only), "database"], indirect=True)
def test_hidden_documents_that_come_and_go_change_no_byte_of_any_answer(
    world: World, index: Any, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The sweep may take longer than the index may lag before `/health/` says so.
    monkeypatch.setattr(indexer, "LATE_SECONDS", 3600.0)
    readers = READERS[engine]
    clients, feeds = {reader: Client(raise_request_exception=False) for reader in readers}, {}
    for reader in readers:
        if reader != "anonymous":
            person = Person.objects.get(username=reader)
            clients[reader].force_login(person)
            feeds[reader] = create_private_feed(person=person, feed=PrivateFeed(label="All"))
            # When it was last fetched is said from the first time on.
            clients[reader].get(f"/feeds/{feeds[reader]}/feed.rss")
    # Opening pages marks notifications as read, which is the reader's own doing.
    Notice.objects.update(read_at=timezone.now())
    Person.objects.update(unread_notices=0)
    index()
    before = {reader: sweep(world, reader, clients, feeds) for reader in readers}

    def compare(state: str) -> None:
        for reader in readers:
            told = difference(before[reader], sweep(world, reader, clients, feeds))
            assert not told, f"{reader}, while they are {state}: {told}"

    go = hide(world, random.Random(1))
    if engine != "database":
        compare("not in the index yet")
    index()
    compare("there")
    go()
    index()
    compare("gone again")
