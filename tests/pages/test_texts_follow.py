"""After any sequence of changes to pages, every stored HTML is the one that its links would give now.

A link depends on the name, former title, address, state, audience and space of every page that it could mean, and on how
many others it could mean too. So these pages share few names and link to all of them. `COMMONPLACE_ROUNDS=10` makes the
long run.
"""

import os
import random
from collections.abc import Callable
from typing import Any

import pytest

from desk.saving import newest_version
from media.models import Picture
from pages import actions, dependents, rerendering
from pages.actions import delete_page, edit_page, move_page, publish_page, set_audience, unpublish_page
from pages.consistency import check_texts, unwatched
from pages.models import BasePage
from pages.tree import ensure_space
from tests.factories.pages import House, make_post, make_wiki_page, wiki_of
from tests.factories.people import make_space
from tests.factories.syndication import make_picture
from text.slugs import slug_or
from wiki.models import WikiPage

pytestmark = pytest.mark.django_db

NAMES = ["Rota", "Staff rota", "Leave", "C++", "rota", "Über uns"]
LINKS = [*NAMES, "digital-services:Rota", "Rota: Leave", "operations:Leave", "Operations: Rota", "top/rota", "leave"]
STEPS = 25
SEEDS = range(2 * int(os.environ.get("COMMONPLACE_ROUNDS", "1")))


class World:
    def __init__(self, house: House, seed: int) -> None:
        self.house, self.random, self.log = house, random.Random(seed), [f"seed {seed}"]
        self.spaces = [house.digital, house.operations]
        text = " ".join(f"[[{name}]]" for name in LINKS)
        for space in self.spaces:
            make_wiki_page(space, "Reader", text)
            make_wiki_page(space, "Top", text)
        make_wiki_page(house.digital, "Members", text, audience="space")

    def pages(self) -> list[WikiPage]:
        return list(WikiPage.objects.filter(depth__gt=5).select_related("space").order_by("pk"))

    def one(self) -> WikiPage:
        """One of those that links could mean, or the tops above them."""
        return self.random.choice([page for page in self.pages() if page.title not in {"Reader", "Members"}])

    def name(self) -> str:
        return self.random.choice(NAMES)

    def parent(self) -> Any:
        space = self.random.choice(self.spaces)
        return self.random.choice([wiki_of(space), *WikiPage.objects.filter(space=space, title="Top")])

    # -- what can happen

    def create(self) -> None:
        parent = self.parent()
        audience = self.random.choice(["staff", "space"])
        publish = self.random.random() < 0.8
        make_wiki_page(
            parent.space, self.name(), f"See [[{self.name()}]].", parent=parent, audience=audience, publish=publish
        )

    def rename(self) -> None:
        draft = newest_version(self.one())
        draft.title = self.name()
        if self.random.random() < 0.3:
            draft.slug = actions.free_slug(draft.get_parent(), self.name())
        edit_page(person=self.house.ada, page=draft, publish=self.random.random() < 0.8)

    def move(self) -> None:
        page, parent = self.one(), self.parent()
        taken = parent.get_children().filter(slug=page.slug).exists()
        if not taken and not parent.path.startswith(page.path):
            move_page(person=self.house.ada, page=page, parent=parent)

    def change_audience(self) -> None:
        set_audience(person=self.house.ada, page=self.one(), audience=self.random.choice(["staff", "space"]))

    def unpublish(self) -> None:
        unpublish_page(person=self.house.ada, page=self.one())

    def publish(self) -> None:
        publish_page(person=self.house.ada, page=self.one())

    def delete(self) -> None:
        page = self.one()
        if page.title != "Top":
            delete_page(person=self.house.ada, page=page)

    def change_policy(self) -> None:
        space = self.random.choice(self.spaces)
        space.see = self.random.choice(["staff", "members"])
        space.save()

    def open_space(self) -> None:
        """Of which a link may have said the name before a colon, when that was part of a title."""
        name = self.random.choice(NAMES)
        if slug_or(name, "x") not in {space.slug for space in self.spaces}:
            self.spaces.append(make_space(slug_or(name, "x"), name=name))
            ensure_space(self.spaces[-1])

    def step(self) -> None:
        kinds: list[Callable[[], None]] = [
            *(self.create, self.create, self.create, self.rename, self.rename, self.move, self.change_audience),
            *(self.unpublish, self.publish, self.delete, self.change_policy, self.open_space),
        ]
        kind = self.random.choice(kinds)
        kind()
        self.log.append(kind.__name__)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_text_is_that_of_its_links_after_each_of_many_changes(
    house: House, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # By the worker or at once is another question.
    monkeypatch.setattr(rerendering, "RERENDER_AT_ONCE", 10_000)
    world = World(house, seed)
    for _step in range(STEPS):
        world.step()
        faults = [str(fault) for fault in check_texts(unwatched)]
        assert faults == [], f"{world.log[0]}, after {len(world.log)} steps: {world.log[-3:]}"
    assert BasePage.objects.filter(title__in=NAMES).count() > 2


def faults() -> list[str]:
    return [str(fault) for fault in check_texts(unwatched)]


def leads_to(reader: WikiPage, page: WikiPage) -> bool:
    return f'href="{BasePage.objects.get(pk=page.pk).get_absolute_url()}"' in BasePage.objects.get(pk=reader.pk).html


def give_another_name(house: House, page: WikiPage) -> None:
    draft = newest_version(page)
    draft.title, draft.slug = "Other", "other"
    edit_page(person=house.ada, page=draft)


GIVES_UP_ITS_NAME: dict[str, Callable[[House, WikiPage], Any]] = {
    "deleted": lambda house, page: delete_page(person=house.ada, page=page),
    "unpublished": lambda house, page: unpublish_page(person=house.ada, page=page),
    "narrowed": lambda house, page: set_audience(person=house.ada, page=page, audience="space"),
    "moved away": lambda house, page: move_page(person=house.ada, page=page, parent=wiki_of(house.people)),
}


@pytest.mark.parametrize("way", GIVES_UP_ITS_NAME)
def test_a_link_that_two_pages_could_mean_leads_to_the_one_that_is_left(house: House, way: str) -> None:
    shelves = [make_wiki_page(house.digital, f"Shelf {number}") for number in range(2)]
    first, second = (make_wiki_page(house.digital, "Rota", parent=shelf) for shelf in shelves)
    reader = make_wiki_page(house.digital, "Reader", "See [[Rota]].")
    assert not leads_to(reader, first)
    assert not leads_to(reader, second)
    GIVES_UP_ITS_NAME[way](house, first)
    assert leads_to(reader, second)
    assert faults() == []


def test_a_link_that_two_addresses_could_mean_leads_to_the_one_that_is_left(house: House) -> None:
    shelves = [make_wiki_page(house.digital, f"Shelf {number}") for number in range(2)]
    pages = [make_wiki_page(house.digital, f"Page {n}", slug="rota", parent=shelf) for n, shelf in enumerate(shelves)]
    reader = make_wiki_page(house.digital, "Reader", "See [[rota]].")
    assert not leads_to(reader, pages[1])
    give_another_name(house, pages[0])
    assert leads_to(reader, pages[1])
    assert faults() == []


def test_a_link_by_a_title_of_before_is_back_when_its_page_is(house: House) -> None:
    page = make_wiki_page(house.digital, "Rota")
    reader = make_wiki_page(house.digital, "Reader", "See [[Rota]].")
    give_another_name(house, page)
    for close, open_again in [
        (
            lambda: set_audience(person=house.ada, page=page, audience="space"),
            lambda: set_audience(person=house.ada, page=page, audience="staff"),
        ),
        (lambda: unpublish_page(person=house.ada, page=page), lambda: publish_page(person=house.ada, page=page)),
    ]:
        close()
        assert not leads_to(reader, page)
        open_again()
        assert leads_to(reader, page)
        assert faults() == []


def test_a_new_space_is_meant_by_what_stood_before_a_colon(house: House) -> None:
    make_wiki_page(house.digital, "Reader", "See [[Fleet: Rota]].")
    ensure_space(make_space("fleet", name="Fleet"))
    assert faults() == []


def test_any_number_of_media_may_change_at_once(house: House) -> None:
    """A branch that moves takes all its pictures along; a database refuses a condition of a thousand parts."""
    picture = make_picture(house.digital)
    post = make_post(house.digital, "Post", f"![Quay](picture:{picture.pk})", by=house.grace)
    BasePage.objects.filter(pk=post.pk).update(html="<p>As it was.</p>")
    dependents.media_changed([picture, *(Picture(pk=picture.pk + number) for number in range(1, 2_500))])
    assert "As it was." not in BasePage.objects.get(pk=post.pk).html
