"""Random worlds against an oracle: whatever people do, no inbox has a word of a page that its reader may not see now.

The oracle knows what it did to each page and membership, and asks nothing of the access rules of the site.
"""

import random
from typing import Any

import pytest
from django.test import Client

from blog.models import BlogPostPage
from news import follows, telling
from news.models import Follow, Level, Notice
from pages import deleting
from pages.actions import delete_page, edit_page, move_page, publish_page, set_audience, unpublish_page
from pages.models import BasePage, Deletion
from people.models import Membership, Person
from tests.factories.pages import blog_of, make_post
from tests.factories.people import join, make_person

pytestmark = [pytest.mark.django_db]

PEOPLE, PAGES, STEPS = 6, 10, 60
LEVELS = [Level.ALL, Level.ALL, Level.NEW, Level.MENTIONS, Level.MUTED, Level.NONE]
PLACES = {"live": True, "draft": False, "bin": False}


class World:
    """What was done, in plain words: for each page its space, audience and state; for each person her spaces."""

    def __init__(self, house: Any, seed: int) -> None:
        self.random, self.house = random.Random(seed), house
        self.people = [make_person(f"worker{number}") for number in range(PEOPLE)]
        self.member: dict[str, set[str]] = {person.username: set() for person in self.people}
        self.page: dict[int, dict[str, Any]] = {}
        self.spaces = [house.digital, house.operations]
        for _number in range(PAGES):
            self.write()

    def word(self, pk: int) -> str:
        return f"secretword{pk}x"

    def may_see(self, person: Any, pk: int) -> bool:
        page = self.page[pk]
        closed = page["audience"] == "space" or page["space"] == "operations"
        return page["state"] == "live" and (not closed or page["space"] in self.member[person.username])

    def write(self) -> None:
        space, names = self.random.choice(self.spaces), self.random.sample([one.username for one in self.people], 2)
        audience = self.random.choice(["staff", "space"])
        text = f"Ask @{names[0]} and @{names[1]}."
        page = make_post(space, f"Page {len(self.page)}", text, by=self.house.ada, audience=audience)
        self.page[page.pk] = {"space": space.slug.split("-")[0], "audience": audience, "state": "live"}
        self.retitle(page.pk)

    def row(self, pk: int) -> Any:
        return BlogPostPage.objects.get(pk=pk)

    def some(self, state: str) -> int | None:
        return self.random.choice([pk for pk, page in self.page.items() if page["state"] == state] or [None])

    def retitle(self, pk: int) -> None:
        page = self.row(pk)
        page.title, page.body = f"Title {self.word(pk)} {self.random.random()}", f"{page.body} {self.word(pk)}"
        if self.random.random() < 0.5:
            page.body += f" @{self.random.choice(self.people).username}"
        edit_page(person=self.house.ada, page=page, note=f"note {self.word(pk)}")

    def step(self) -> None:
        ada, what = self.house.ada, self.random.choice(
            ["edit"] * 4 + ["follow"] * 3 + ["narrow", "widen", "move", "unpublish", "publish", "delete", "restore", "join", "leave"]
            + ["write", "tell"]
        )  # fmt: skip
        live, draft, gone = self.some("live"), self.some("draft"), self.some("bin")
        person = self.random.choice(self.people)
        if what == "edit" and live:
            self.retitle(live)
        elif what == "follow" and live:
            kind, thing = self.random.choice([(Follow.Kind.PAGE, self.row(live)), (Follow.Kind.SPACE, self.spaces[0])])
            follows.follow(person, kind, thing, self.random.choice(LEVELS))
        elif what in {"narrow", "widen"} and live:
            audience = "space" if what == "narrow" else "staff"
            set_audience(person=ada, page=self.row(live), audience=audience)
            self.page[live]["audience"] = audience
        elif what == "move" and live:
            space = self.random.choice(self.spaces)
            move_page(person=ada, page=self.row(live), parent=blog_of(space))
            self.page[live]["space"] = space.slug.split("-")[0]
        elif what == "unpublish" and live:
            unpublish_page(person=ada, page=self.row(live))
            self.page[live]["state"] = "draft"
        elif what == "publish" and draft:
            publish_page(person=ada, page=self.row(draft))
            self.page[draft]["state"] = "live"
        elif what == "delete" and live:
            delete_page(person=ada, page=self.row(live))
            self.page[live]["state"] = "bin"
        elif what == "restore" and gone:
            deleting.restore(Deletion.objects.get(top=gone), by=ada)
            self.page[gone]["state"] = "live"
        elif what in {"join", "leave"}:
            space = self.random.choice(self.spaces)
            Membership.objects.filter(person=person, space=space).delete()
            self.member[person.username].discard(space.slug.split("-")[0])
            if what == "join":
                join(person, space)
                self.member[person.username].add(space.slug.split("-")[0])
        elif what == "write":
            self.write()
        elif what == "tell":
            telling.tell_all()

    def leaks(self) -> list[str]:
        found = []
        for person in self.people:
            client = Client()
            client.force_login(person)
            for address in ("/inbox/?all=1", "/inbox.json?all=1", "/following/"):
                text = client.get(address).content.decode()
                hidden = [pk for pk in self.page if not self.may_see(person, pk)]
                found += [f"{person.username} at {address}: {pk}" for pk in hidden if self.word(pk) in text]
        return found


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_no_inbox_has_a_word_of_a_page_that_its_reader_may_not_see(house: Any, seed: int) -> None:
    world = World(house, seed)
    for number in range(STEPS):
        world.step()
        if number % 8 == 0:
            assert world.leaks() == []
    telling.tell_all()
    assert world.leaks() == []
    # The world is not empty: people were told, and see what they may.
    shown = {
        (notice.person_id, notice.event.page_id)
        for notice in Notice.objects.select_related("event")
        if notice.event.page_id in world.page and world.may_see(notice.person, notice.event.page_id)
    }
    assert len(shown) >= 3
    person = Person.objects.get(pk=next(iter(shown))[0])
    client = Client()
    client.force_login(person)
    text = client.get("/inbox/?all=1").content.decode()
    assert any(world.word(pk) in text for told, pk in shown if told == person.pk)
    assert BasePage.objects.filter(pk__in=world.page).exists()
