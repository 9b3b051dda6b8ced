"""What a page once showed is for whom the page is for, also after it was edited out: bytes, titles and hits.

Random histories of edits and changes of audience, held against an oracle that only remembers what was done.
`LEAK_ROUNDS=200` walks further than the suite does; `pytest -s` says how far it is.
"""

import os
import random
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from media.models import Attachment, Recording
from pages import actions, deleting
from pages.models import BasePage, Deletion
from tests.factories.pages import blog_of, make_episode, make_post, make_show, make_wiki_page, wiki_of
from tests.factories.syndication import make_picture
from tests.search.conftest import ENGINES

pytestmark = pytest.mark.django_db

ROUNDS = int(os.environ.get("LEAK_ROUNDS", "6"))
STEPS = 9
KINDS = ("picture", "picture", "file", "recording")


class Page:
    """What the oracle knows of a page."""

    def __init__(self, row: Any, space: str, shows: set[str]) -> None:
        self.row, self.space, self.audience, self.live = row, space, "staff", True
        self.shows, self.showed = shows, set(shows)
        # What of it belonged to the page's space: a number typed into a text decides nothing elsewhere.
        self.own: set[str] = set()
        # What of that it showed while all staff could read it.
        self.told_to_all: set[str] = set()


class Walk:
    """One history in the house, and who may see what after each step."""

    def __init__(self, house: Any, seed: int) -> None:
        self.seed, self.chance, self.house = seed, random.Random(seed), house
        # Words of one length that no other history knows, and none of which is nearly another.
        self.words = ["".join(self.chance.choices("bdfgklmnprstvz", k=9)) for _ in KINDS]
        self.searched = [word for word, kind in zip(self.words, KINDS, strict=True) if kind != "recording"]
        self.spaces = {space.slug: space for space in (house.digital, house.operations, house.people)}
        self.closed = {"operations"}
        self.members = {
            "digital-services": {"grace", "mary", "ada"},
            "operations": {"linus", "ada"},
            "people-and-culture": {"ada"},
        }
        self.home = dict.fromkeys(self.words, "digital-services")
        self.kinds = dict(zip(self.words, KINDS, strict=True))
        self.media = {word: self._store(word) for word in self.words}
        self.pages: list[Page] = []
        self.bin: list[Page] = []
        self.told: list[str] = []
        # What each reader got of a file, and the row that it was asked for with.
        self.answers: dict[tuple[str, str], tuple[Any, bool]] = {}
        show = make_show(house.digital, f"Show {seed}", by=house.ada)
        sound, hero = self.words[-1], self.words[0]
        episode = make_episode(show, f"Episode {seed}", by=house.ada, recording=self.media[sound])
        self.pages.append(self.owning(Page(episode, "digital-services", {sound})))
        post = make_post(house.digital, f"Post {seed}", "Text.", by=house.ada, hero=self.media[hero])
        self.pages.append(self.owning(Page(post, "digital-services", {hero})))
        self.write()
        self.remember()

    def _store(self, word: str) -> Any:
        space = self.house.digital
        if self.kinds[word] == "recording":
            row: Any = Recording(title=word, space=space, audience="space", media_type="audio/mpeg", length=4)
            row.file.save("a.mp3", ContentFile(b"\xff\xfb\x90\x00"), save=False)
        elif self.kinds[word] == "file":
            row = Attachment(title=word, space=space, audience="space", file=ContentFile(b"%PDF", "a.pdf"))
        else:
            row = make_picture(space, title=word, size=(2, 2))
            row.audience = "space"
        row.save()
        return row

    # -- what is done

    def text(self, words: set[str]) -> str:
        return "Text. " + " ".join(f"![x]({self.kinds[word]}:{self.media[word].pk})" for word in sorted(words))

    def some(self) -> set[str]:
        return set(self.chance.sample(self.words, self.chance.randrange(3)))

    def fresh(self, page: Page) -> Any:
        row = BasePage.objects.get(pk=page.row.pk).specific
        row.space = BasePage.objects.select_related("space").get(pk=page.row.pk).space
        return row

    def write(self) -> None:
        shows, slug = self.some(), self.chance.choice(["digital-services", "digital-services", "people-and-culture"])
        make = self.chance.choice([make_post, make_wiki_page])
        row = make(
            self.spaces[slug], f"Page {len(self.told)} of history {self.seed}", self.text(shows), by=self.house.ada
        )
        self.pages.append(self.owning(Page(row, slug, shows)))

    def edit(self, page: Page) -> None:
        row, shows = self.fresh(page), self.some()
        row.body = self.text(shows)
        if hasattr(row, "recording"):
            row.recording = None
        if hasattr(row, "hero"):
            row.hero = None
        actions.edit_page(person=self.house.ada, page=row, publish=page.live)
        page.shows = shows
        page.showed |= shows

    def narrow(self, page: Page) -> None:
        page.audience = "space"
        actions.set_audience(person=self.house.ada, page=self.fresh(page), audience="space")

    def widen(self, page: Page) -> None:
        page.audience = "staff"
        actions.set_audience(person=self.house.ada, page=self.fresh(page), audience="staff")

    def unpublish(self, page: Page) -> None:
        if page.live:
            page.live = False
            actions.unpublish_page(person=self.house.ada, page=self.fresh(page))

    def publish(self, page: Page) -> None:
        page.live = True
        actions.publish_page(person=self.house.ada, page=self.fresh(page))

    def delete(self, page: Page) -> None:
        self.pages.remove(page)
        self.bin.append(page)
        actions.delete_page(person=self.house.ada, page=self.fresh(page))

    def restore(self, page: Page) -> None:
        """The page comes back with what is still in its space: other pages may have taken the rest along."""
        self.bin.remove(page)
        self.pages.append(page)
        deleting.restore(Deletion.objects.get(top=page.row.pk), by=self.house.ada)
        page.own = {word for word in page.own if self.home[word] == page.space}

    def move(self, page: Page) -> None:
        to = self.chance.choice([slug for slug in self.spaces if slug != page.space])
        row = self.fresh(page)
        if row.specific_kind.name == "episode":
            return
        room = wiki_of if row.specific_kind.name == "wiki" else blog_of
        actions.move_page(person=self.house.ada, page=row, parent=room(self.spaces[to]))
        page.space = to
        for word in sorted(page.own):
            if any(word in other.own for other in self.pages if other is not page):
                page.own.remove(word)
            else:
                self.home[word] = to

    def policy(self, page: Page) -> None:
        slug = page.space
        self.closed ^= {slug}
        space = type(self.spaces[slug]).objects.get(pk=self.spaces[slug].pk)
        space.see = "members" if slug in self.closed else "staff"
        space.save()
        self.spaces[slug] = space

    def reset(self) -> None:
        """The spaces as another history expects them."""
        for slug in {"operations"} ^ self.closed:
            self.policy(Page(None, slug, set()))

    def owning(self, page: Page) -> Page:
        """After the page was saved."""
        known = page.shows | page.own | page.told_to_all
        page.own = {word for word in known if self.home[word] == page.space}
        return page

    def state(self) -> str:
        """For whoever reads the failure."""
        pages = [(one.row.title, one.space, one.audience, one.live, one.shows, one.showed) for one in self.pages]
        rows = [(word, type(row).objects.get(pk=row.pk).audience_token) for word, row in self.media.items()]
        return f"{pages} {self.home} {self.closed} {rows}"

    def step(self) -> None:
        sorts = [self.write, self.edit, self.edit, self.narrow, self.widen, self.unpublish, self.publish, self.delete]
        sort: Any = self.chance.choice([*sorts, self.move, self.policy, self.restore])
        pages = self.bin if sort == self.restore else self.pages
        page = self.chance.choice(pages) if pages else None
        if sort == self.write or page is None:
            sort, page = self.write, None
        self.told.append(f"{sort.__name__} {page.row.title if page else ''}")
        sort(*[page] if page else [])
        if page is not None and sort not in (self.move, self.policy, self.restore):
            self.owning(page)
        self.remember()

    # -- the oracle

    def remember(self) -> None:
        for page in self.pages:
            if page.live and page.audience == "staff" and page.space not in self.closed:
                page.told_to_all |= page.shows & page.own

    def reads(self, reader: str, page: Page) -> bool:
        narrow = page.audience == "space" or page.space in self.closed
        return page.live and (not narrow or reader in self.members[page.space])

    def may(self, reader: str, word: str) -> bool:
        """Whether she may see it, and does."""
        showing = [page for page in self.pages if word in (page.shows | page.told_to_all) & page.own]
        return any(self.reads(reader, page) for page in showing) or reader in self.members[self.home[word]]


def bytes_are_right(walk: Walk, clients: dict[str, Client]) -> list[str]:
    """A file is asked for again by each reader whenever its row has changed, and at the end of a history."""
    wrong = []
    for word, row in walk.media.items():
        stored = type(row).objects.filter(pk=row.pk).values().get()
        for reader, client in clients.items():
            if walk.answers.get((reader, word), (None,))[0] != stored:
                walk.answers[reader, word] = (stored, client.get(row.get_absolute_url()).status_code == 200)
            opened = walk.answers[reader, word][1]
            if opened and not walk.may(reader, word):
                wrong.append(f"{reader} gets the bytes of {word}")
            if not opened and walk.may(reader, word):
                wrong.append(f"{reader} lost {word}")
    return wrong


def hits_are_right(walk: Walk, clients: dict[str, Client], *, current: bool) -> list[str]:
    wrong = []
    for reader, client in clients.items():
        for word in walk.searched:
            total = client.get("/search.json", {"q": word}).json()["total"]
            asked = [
                ("/search/", f"{word[:6]}*"),
                ("/search.json", f"{word[:-1]}q"),
                ("/search/suggest.json", word[:4]),
            ]
            told = any(word.encode() in client.get(address, {"q": words}).content for address, words in asked)
            if (told or total) and not walk.may(reader, word):
                wrong.append(f"{reader} finds {word}")
            if current and not total and walk.may(reader, word):
                wrong.append(f"{reader} does not find {word}")
    return wrong


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
def test_media_once_shown_follow_the_page_that_showed_them(house: Any, engine: str, index: Any) -> None:
    clients = {name: Client() for name in ("otto", "mary", "linus", "grace")}
    for round in range(ROUNDS):
        # Seen with `pytest -s`, in walks that last.
        print(f"history {round} of {ROUNDS}", flush=True)
        walk = Walk(house, round)
        for name, client in clients.items():
            client.force_login(getattr(house, name))
        wrong: list[str] = []
        for step in range(STEPS):
            walk.step()
            wrong += bytes_are_right(walk, clients)
            # The index lags behind in one half of the histories, and is up to date in the other.
            if round % 2:
                index()
            if step == STEPS - 1:
                wrong += hits_are_right(walk, clients, current=bool(round % 2))
            assert not wrong, f"history {round}: {walk.told}: {wrong} {walk.state()}"
        walk.answers.clear()
        assert not bytes_are_right(walk, clients), f"history {round}: {walk.told}"
        if not round % 2:
            index()
            assert not hits_are_right(walk, clients, current=True), f"history {round}: {walk.told}"
        walk.reset()


def _hide(house: Any, page: Any, how: str) -> None:
    """Makes a page of Digital Services one that only its members, or its writers, can read."""
    if how == "draft":
        actions.unpublish_page(person=house.ada, page=page)
    elif how == "narrow":
        actions.set_audience(person=house.ada, page=page, audience="space")
    else:
        house.digital.see = "members"
        house.digital.save()


def _open(house: Any, page: Any, how: str) -> None:
    if how == "draft":
        actions.publish_page(person=house.ada, page=page)
    elif how == "narrow":
        actions.set_audience(person=house.ada, page=page, audience="staff")
    else:
        house.digital.see = "staff"
        house.digital.save()


@pytest.mark.parametrize("how", ["draft", "narrow", "closed"])
@pytest.mark.parametrize("told", [True, False], ids=["all-staff-saw-it", "members-saw-it"])
def test_what_was_edited_out_is_opened_only_if_all_staff_had_seen_it(house: Any, how: str, told: bool) -> None:
    def fresh() -> Any:
        row = BasePage.objects.get(pk=page.pk).specific
        row.space = type(house.digital).objects.get(pk=row.space_id)
        return row

    def edit(body: str) -> None:
        row = fresh()
        row.body = body
        actions.edit_page(person=house.ada, page=row, publish=row.live)

    picture = make_picture(house.digital, title="Once", size=(2, 2))
    picture.audience = "space"
    picture.save()
    page = make_post(house.digital, "Post", "Text.", by=house.ada)
    client = Client()
    client.force_login(house.otto)
    if told:
        edit(f"![x](picture:{picture.pk})")
    _hide(house, fresh(), how)
    edit(f"![x](picture:{picture.pk})")
    edit("Text.")
    assert client.get(picture.get_absolute_url()).status_code == 404
    _open(house, fresh(), how)
    assert client.get(picture.get_absolute_url()).status_code == (200 if told else 404)
    assert client.get(page.get_absolute_url()).status_code == 200


def test_a_number_typed_in_another_space_tells_nobody_of_what_it_names(house: Any) -> None:
    """Also after the page has come into the space of the picture."""
    picture = make_picture(house.digital, title="Theirs", size=(2, 2))
    picture.audience = "space"
    picture.save()
    page = make_post(house.people, "Post", f"![x](picture:{picture.pk})", by=house.ada)
    page.body = "Text."
    actions.edit_page(person=house.ada, page=page)
    actions.move_page(person=house.ada, page=page, parent=blog_of(house.digital))
    moved = BasePage.objects.select_related("space").get(pk=page.pk)
    actions.publish_page(person=house.ada, page=moved)
    client = Client()
    client.force_login(house.otto)
    assert client.get(moved.get_absolute_url()).status_code == 200
    assert client.get(picture.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("shown", "others", "goes"),
    [("here", False, True), ("here", True, False), ("elsewhere only", False, False)],
    ids=["shown-here", "shown-by-a-page-that-stays", "edited-out-before-it-came"],
)
def test_a_page_that_passes_through_takes_along_what_it_showed_here(
    house: Any, shown: str, others: bool, goes: bool
) -> None:
    """A number typed elsewhere shows nothing. Once the page is in the picture's space it does, and the picture follows it
    from there, unless another page of the space shows the picture too."""
    picture = make_picture(house.digital, title="Theirs", size=(2, 2))
    text = f"![x](picture:{picture.pk})"
    if others:
        make_post(house.digital, "Stays", text, by=house.ada)
    page = make_post(house.people, "Passes", text, by=house.ada)
    if shown != "here":
        page.body = "Text."
        actions.edit_page(person=house.ada, page=page)
    for space in (house.digital, house.operations):
        page = BasePage.objects.get(pk=page.pk).specific
        actions.move_page(person=house.ada, page=page, parent=blog_of(space))
        page = BasePage.objects.select_related("space").get(pk=page.pk)
        actions.publish_page(person=house.ada, page=page)
    picture.refresh_from_db()
    assert picture.space == (house.operations if goes else house.digital)
