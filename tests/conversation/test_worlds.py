"""Random worlds against an oracle that knows nothing of the site's rules: no word of a comment reaches who cannot read its page.

Each comment is one word. What each person may read is kept beside the site, in sets; after every few steps each person asks
every way out for every word, with the index as it is at that moment, behind or not.
"""

import random
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client

from conversation import actions
from conversation.models import Comment
from news import telling
from news.access import visible_notices
from news.kinds import kind_of
from news.models import Notice
from pages.actions import delete_page, move_page, set_audience, unpublish_page
from pages.deleting import restore
from pages.models import BasePage, Deletion
from people.actions import set_role
from people.models import Person
from search import engines, indexer
from tests.factories.pages import House, make_wiki_page, wiki_of

pytestmark = pytest.mark.django_db
STEPS, ASKED_EVERY = 27, 9


@dataclass
class Told:
    """What the oracle knows of a page."""

    pk: int
    space: str
    audience: str = "staff"
    live: bool = True
    deleted: bool = False


@dataclass
class World:
    house: House
    dice: random.Random
    pages: list[Told] = field(default_factory=list)
    members: dict[str, set[str]] = field(default_factory=dict)
    # Who looks after a space sees its drafts.
    tended: dict[str, str] = field(default_factory=lambda: {"grace": "digital", "linus": "operations"})
    gone: set[str] = field(default_factory=set)
    words: dict[str, Told] = field(default_factory=dict)
    former: set[str] = field(default_factory=set)
    seen: int = 0

    @property
    def spaces(self) -> dict[str, Any]:
        return {"digital": self.house.digital, "operations": self.house.operations, "people": self.house.people}

    def page(self, told: Told) -> Any:
        return BasePage._base_manager.get(pk=told.pk).specific

    def may_read(self, name: str, word: str) -> bool:
        """The oracle: published pages by their audience; drafts for editors of the space and the administrator, who writes all."""
        told = self.words[word]
        if name in self.gone or told.deleted or word in self.former:
            return False
        if name == "ada" or self.tended.get(name) == told.space:
            return True
        inner = told.audience == "space" or told.space == "operations"
        return told.live and (not inner or name in self.members[told.space])


def begin(house: House, seed: int) -> World:
    world = World(house, random.Random(seed))
    world.members = {"digital": {"grace", "mary"}, "operations": {"linus"}, "people": set()}
    for number in range(6):
        space = world.dice.choice(list(world.spaces))
        page = make_wiki_page(world.spaces[space], f"Page {number}", by=house.ada)
        world.pages.append(Told(page.pk, space))
        talk(world, world.pages[-1], page, "say")
    return world


def step(world: World) -> None:
    told, ada = world.dice.choice(world.pages), world.house.ada
    act = world.dice.choice(
        [
            "say",
            "say",
            "say",
            "answer",
            "edit",
            "delete_word",
            "narrow",
            "widen",
            "move",
            "bin",
            "back",
            "hide",
            "role",
            "leave",
        ]
    )
    if act == "back":
        if told.deleted:
            restore(Deletion.objects.get(top=told.pk), by=ada)
            told.deleted = False
        return
    if act == "role":
        name, space = world.dice.choice(["otto", "mary", "linus"]), world.dice.choice(list(world.members))
        role = world.dice.choice(["", "member", "commenter"])
        set_role(by=ada, person=Person.objects.get(username=name), space=world.spaces[space], role=role)
        if world.tended.get(name) == space:
            del world.tended[name]
        (world.members[space].add if role else world.members[space].discard)(name)
        return
    if act == "leave":
        name = world.dice.choice(["otto", "mary"])
        person = Person.objects.get(username=name)
        person.is_active = name in world.gone
        person.save()
        (world.gone.discard if person.is_active else world.gone.add)(name)
        return
    if told.deleted:
        return
    page = world.page(told)
    if act in {"say", "answer", "edit", "delete_word"}:
        talk(world, told, page, act)
    elif act in {"narrow", "widen"}:
        told.audience = "space" if act == "narrow" else "staff"
        set_audience(person=ada, page=page, audience=told.audience)
    elif act == "move":
        told.space = world.dice.choice(list(world.spaces))
        move_page(person=ada, page=page, parent=wiki_of(world.spaces[told.space]))
    elif act == "bin":
        delete_page(person=ada, page=page)
        told.deleted = True
        # It comes back as it was, also if it was not published.
    elif act == "hide" and told.live:
        unpublish_page(person=ada, page=page)
        told.live = False


def talk(world: World, told: Told, page: Any, act: str) -> None:
    said = list(Comment.objects.said().filter(page=told.pk))
    if act in {"say", "answer"}:
        if not told.live:
            return
        word = f"word{len(world.words)}x{world.dice.randrange(10**6)}"
        parent = world.dice.choice(said) if said and act == "answer" else None
        body = f"{word} @otto @mary @linus @grace"
        actions.comment(person=world.house.ada, page=page, body=body, parent=parent)
        world.words[word] = told
    elif said:
        comment = world.dice.choice(said)
        if act == "delete_word":
            actions.delete(person=world.house.ada, comment=comment)
            stored = _stored()
            world.former = {word for word in world.words if word not in stored}
        elif told.live:
            word = f"word{len(world.words)}x{world.dice.randrange(10**6)}"
            actions.edit(person=world.house.ada, comment=comment, body=f"{word} and {comment.body}"[:500])
            world.words[word] = told


def _stored() -> str:
    return " ".join(Comment.objects.values_list("body", flat=True)) + " ".join(
        body for comment in Comment.objects.all() for body in comment.versions.values_list("body", flat=True)
    )


def ways_out(world: World, name: str) -> str:
    """Everything that this person is told by any exit."""
    client, person = Client(), Person.objects.get(username=name)
    if person.is_active:
        client.force_login(person)
    told = []
    for page in BasePage._base_manager.filter(pk__in=[each.pk for each in world.pages]):
        address = page.get_absolute_url()
        told += [client.get(f"{address}{view}") for view in ("", "?sort=newest", "?threads=resolved", "-/comments/")]
    for pk in Comment.objects.values_list("pk", flat=True):
        told += [client.get(f"/comments/{pk}/{view}", follow=True) for view in ("", "history/")]
        page = Comment.objects.get(pk=pk).page
        told.append(client.get(f"{page.get_absolute_url()}-/comments/?parent={pk}&quote=1"))
    for word in world.words:
        told.append(client.get(f"/search.json?q={word}"))
    told += [client.get("/search.json?q=word*&kind=comment"), client.get("/bookmarks/"), client.get("/")]
    told.append(client.get("/search/suggest.json?q=word"))
    # Where to sign in repeats the question.
    asked = [answer.headers.get("Location", "").partition("?next=")[0] + _without_question(answer) for answer in told]
    return " ".join(asked) + _noticed(person)


def _without_question(answer: Any) -> str:
    if answer.headers.get("Content-Type", "").startswith("application/json"):
        found = answer.json()
        return str(found.get("hits", found) if isinstance(found, dict) else found)
    return str(answer.content.decode())


def _noticed(person: Any) -> str:
    if not person.is_active:
        return ""
    by_kind: dict[str, list[Any]] = {}
    for notice in Notice.objects.filter(person=person).select_related("event"):
        by_kind.setdefault(notice.event.kind, []).append(notice.event)
    shown = set(visible_notices(person).values_list("event", flat=True))
    words = []
    for name, events in by_kind.items():
        kind = kind_of(name)
        if kind is not None and kind.details is not None:
            # Asked even for what is not shown: the words have a door of their own.
            words += [details.text for details in kind.details(person, events).values()]
    return " ".join(words) + f" {len(shown)} shown"


@pytest.mark.parametrize("seed", range(2))
def test_no_word_reaches_who_cannot_read_the_page_at_that_moment(house: House, seed: int) -> None:
    world = begin(house, seed)
    engines.store().create()
    for number in range(1, STEPS + 1):
        step(world)
        if number % 4 == 0:
            telling.tell_all()
        if number % 5 == 0:
            indexer.drain_all()
        if number % ASKED_EVERY:
            continue
        for name in ("otto", "mary", "linus", "grace", "ada"):
            told = ways_out(world, name)
            leaked = [word for word in world.words if word in told and not world.may_read(name, word)]
            assert leaked == [], f"{name} after step {number} of world {seed}"
            world.seen += sum(word in told for word in world.words)
    assert world.seen > 20, "the ways out say something"
