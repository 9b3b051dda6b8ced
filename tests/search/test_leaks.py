"""Random worlds, walked over all changes of audience and held against an oracle that reads none of the product's code.

Every page says words of its own in its title, text, summary, tag, picture, transcript, draft and older versions; whoever may not read it
meets none of them in any byte of any answer, and whoever may read it is not refused. `LEAK_ROUNDS=2 LEAK_PAGES=60` walks far; `pytest -s` says how far it is.
"""

import os
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone
from wagtail.models import Revision

from pages import actions, scheduling
from pages.models import BasePage
from people.models import Membership, Person, Space
from search import indexer
from syndication.actions import create_private_feed
from syndication.models import Channel, PrivateFeed, Release
from tests.factories.pages import blog_of, make_episode, make_post, make_show, make_wiki_page, wiki_of
from tests.factories.people import join, make_space
from tests.factories.syndication import make_channel, make_picture, make_release
from tests.test_admin_door import OPEN, admin_addresses, filled

pytestmark = pytest.mark.django_db

ROUNDS = int(os.environ.get("LEAK_ROUNDS", "1"))
PAGES = int(os.environ.get("LEAK_PAGES", "7"))
READERS = ("stranger", "otto", "mary", "linus", "grace")
#: Who may also open what the admin holds for site editors.
EDITOR = "linus"
LETTERS = "bdfgklmnprstvz"


Then = tuple[str, str, bool]
"""Space, audience and whether the space was closed, when a version was saved."""


@dataclass(eq=False)
class Page:
    """What the oracle knows of a page."""

    row: Any
    kind: str
    space: str
    audience: str
    live: bool
    title: str
    text: str
    #: Words beside title and text, which no step changes: summary, tag, transcript.
    more: list[str]
    #: Pictures by their word, and whether they belonged to the page's space when it was saved.
    pictures: dict[str, bool]
    parent: "Page | None" = None
    first: tuple[str, str] = ("", "")
    old: list[tuple[str, Then]] = field(default_factory=list)
    #: A newer draft over the published page, and drafts that were never published: both for those who write.
    pending: tuple[str, str, Then] | None = None
    drafts: list[tuple[str, Then]] = field(default_factory=list)
    #: When the text of today was saved; nobody knows the history of a copy better than the copy.
    then: Then = ("", "", False)

    @property
    def now(self) -> list[str]:
        return [self.title, self.text, *self.more]


class Oracle:
    """Who may meet which word. It knows spaces, members and what was done, and nothing else."""

    def __init__(self) -> None:
        self.closed: set[str] = set()
        self.members: dict[str, dict[str, str]] = {}  # role by person by space
        self.pages: list[Page] = []
        self.gone: set[str] = set()  # words that nobody may meet, unless a page still says them
        self.public: set[str] = set()
        self.homes: dict[str, str] = {}  # the space of a picture
        self.left: set[str] = set()  # who does not work here any more

    def _inside(self, reader: str, space: str, audience: str, closed: bool) -> bool:
        return reader in self.members[space] or (reader != "stranger" and audience == "staff" and not closed)

    def reads(self, reader: str, page: Page) -> bool:
        if reader in self.left:
            return False
        sees = self._inside(reader, *self.of_today(page))
        return sees and (page.live or self.members[page.space].get(reader) in ("editor", "owner"))

    def of_today(self, page: Page) -> Then:
        return page.space, page.audience, page.space in self.closed

    def _told(self, reader: str, page: Page) -> set[str]:
        """All words of a page that this reader may meet."""
        if not self.reads(reader, page):
            return set()
        told = {*page.now}
        # An old version is for those who may read the page, and could when it was saved; a draft besides for who writes there.
        told |= {word for word, then in page.old if self._inside(reader, *then)}
        if reader in self.members[page.space]:
            told |= {word for word, then in page.drafts if self._inside(reader, *then)}
            if page.pending and (not page.live or self._inside(reader, *page.pending[2])):
                told |= {*page.pending[:2]}
        return told | {word for word, own in page.pictures.items() if own}

    def forbidden(self, reader: str) -> set[str]:
        told = {word for page in self.pages for word in self._told(reader, page)}
        if reader not in self.left:
            told |= {word for word, home in self.homes.items() if reader in self.members[home]}
        every = {*self.gone, *self.homes}
        for page in self.pages:
            every |= {*page.now, *(word for word, _then in (*page.old, *page.drafts)), *(page.pending or ())[:2]}
        return every - told - self.public

    def below(self, page: Page) -> list[Page]:
        """The page, and all pages below it."""
        return [page, *(each for child in self.pages if child.parent is page for each in self.below(child))]

    def state(self, wrong: list[str]) -> str:
        """For whoever reads the failure: the pages that say, or said, one of the words in it."""
        words = set(re.findall(r"\w{11}", " ".join(wrong)))
        said = [page for page in self.pages if words & set(re.findall(r"\w{11}", str(page)))]
        return f"{said} {self.homes} {self.closed} {self.left} {self.members}"


class World:
    """The product, and what is done to it beside the oracle."""

    def __init__(self, house: Any, seed: int) -> None:
        self.house, self.chance, self.oracle = house, random.Random(seed), Oracle()
        self.spaces = {space.slug: space for space in (house.digital, house.operations, house.people)}
        extra = make_space(f"room-{seed}", see="members")
        from pages.tree import ensure_space

        ensure_space(extra)
        join(house.otto, extra, "member")
        self.spaces[extra.slug] = extra
        self.oracle.closed = {slug for slug, space in self.spaces.items() if space.see == "members"}
        for slug, space in self.spaces.items():
            roles = Membership.objects.filter(space=space).values_list("person__username", "role")
            self.oracle.members[slug] = dict(roles)
        self.channel = make_channel(house.ada, f"news-{seed}")
        self.ada = Client()
        self.ada.force_login(house.ada)
        self.shown: dict[str, Any] = {}
        self.rows: list[Any] = []
        self.addresses: set[str] = set()
        self.told: list[str] = []
        for _number in range(PAGES):
            self.write()

    def word(self) -> str:
        return "".join(self.chance.choices(LETTERS, k=11))

    def write(self, hero: str = "") -> None:
        parent = self.chance.choice([None, None, *(page for page in self.oracle.pages if page.kind == "wiki")])
        slug = self.oracle.homes[hero] if hero else parent.space if parent else self.chance.choice([*self.spaces])
        space = self.spaces[slug]
        title, text, summary, tag, picture = (self.word() for _ in range(5))
        audience, publish = self.chance.choice(["staff", "staff", "space"]), self.chance.random() > 0.15
        shown = self.shown[picture] = make_picture(space, title=picture, size=(2, 2))
        type(shown).objects.filter(pk=shown.pk).update(audience="space", audience_token=f"space:{space.pk}")
        self.oracle.homes[picture] = slug
        kind = "post" if hero else "wiki" if parent else self.chance.choice(["post", "wiki", "wiki", "episode"])
        named = self.chance.sample(self.house.everybody[:4], self.chance.randrange(3))
        fields: dict[str, Any] = {"audience": audience, "publish": publish, "tags": [tag], "summary": summary}
        fields |= {"slug": f"p{len(self.rows)}", "by": self.house.ada, "authors": [self.house.ada, *named]}
        body, more = f"{text} ![](picture:{shown.pk}) {self.links()}", [summary, tag]
        if kind == "episode":
            more.append(self.word())
            show = make_show(space, f"Show {len(self.rows)}", by=self.house.ada)
            speech = f"WEBVTT\n\n00:00.000 --> 00:01.000\n{more[-1]}"
            row = make_episode(show, title, body, transcript=speech, **fields)
        elif kind == "post":
            row = make_post(space, title, body, hero=self.shown.get(hero), **fields)
        else:
            row = make_wiki_page(space, title, body, parent=parent.row if parent else None, **fields)
        self.rows.append(row)
        pictures = {picture: True} | ({hero: True} if hero else {})
        page = Page(row, kind, slug, audience, publish, title, text, more, pictures, parent, (title, text))
        page.then = self.oracle.of_today(page)
        self.oracle.pages.append(page)

    def links(self) -> str:
        """By address or short name, so that whatever is said of another page is said by the product."""
        found = []
        for row in self.chance.sample(self.rows, min(3, len(self.rows))):
            found.append(f"[x]({BasePage.objects.filter(pk=row.pk).values_list('url_path', flat=True).first()})")
            slug = next((page.space for page in self.oracle.pages if page.row.pk == row.pk), "")
            found.append(f"[[{slug}:{row.slug}]]")
        return " ".join(found).replace("(/home", "(")

    # -- what is done

    def fresh(self, page: Page) -> Any:
        row = BasePage.objects.select_related("space").get(pk=page.row.pk)
        specific = row.specific
        specific.space = row.space
        return specific

    def _says(self, page: Page, title: str, text: str) -> None:
        """The page says this from now on; what it said until now is in its history."""
        if (page.title, page.text) == (title, text):
            return
        # Drafts of before are read by those who edit.
        then = page.then if page.live else (page.space, "space", True)
        page.old += [(page.title, then), (page.text, then)]
        page.title, page.text = title, text

    def _drop_draft(self, page: Page) -> None:
        if page.pending:
            page.drafts += [(word, page.pending[2]) for word in page.pending[:2]]
            page.pending = None

    def edit(self, page: Page, audience: str | None = None) -> None:
        """A new title and text; the old ones and the picture are left to the history."""
        row, title, text = self.fresh(page), self.word(), self.word()
        row.title, row.body = title, f"{text} {self.links()}"
        actions.edit_page(person=self.house.ada, page=row, publish=page.live, audience=audience)
        self._drop_draft(page)
        self._says(page, title, text)
        page.audience = audience or page.audience
        page.then = self.oracle.of_today(page)

    def rename_and_narrow(self, page: Page) -> None:
        self.edit(page, "space" if page.audience == "staff" else "staff")

    def draft(self, page: Page) -> None:
        """A newer draft over the published page; half of them by Wagtail's admin, which writes no line of the history."""
        if not page.live:
            return
        row, title, text = self.fresh(page), self.word(), self.word()
        row.title, row.body = title, f"{text} {self.links()}"
        self._drop_draft(page)
        if self.chance.random() < 0.5:
            row.save_revision(user=self.house.ada)
        else:
            actions.edit_page(person=self.house.ada, page=row, publish=False)
        page.pending = (title, text, self.oracle.of_today(page))

    def _published(self, page: Page) -> None:
        """The newest draft is."""
        page.live = True
        if page.pending:
            self._says(page, *page.pending[:2])
            page.pending = None
        page.then = self.oracle.of_today(page)

    def by_the_clock(self, page: Page) -> None:
        """The worker publishes what was scheduled, or ends what expires."""
        past = timezone.now() - timedelta(minutes=1)
        if page.pending:
            Revision.objects.filter(pk=self.fresh(page).latest_revision_id).update(approved_go_live_at=past)
            scheduling.run_due()
            self._published(page)
        elif page.live:
            BasePage.objects.filter(pk=page.row.pk).update(expire_at=past)
            scheduling.run_due()
            page.live = False

    def restore(self, page: Page) -> None:
        """The first version again, with the picture that it showed."""
        row = self.fresh(page)
        first = row.revisions.filter(change__isnull=False).order_by("pk").first()
        address = f"{row.get_absolute_url()}-/restore/"
        if self.ada.post(address, {"revision": str(first.pk)}).status_code != 302:
            raise AssertionError(f"{address} did not restore {first.pk}")
        self._drop_draft(page)
        self._says(page, *page.first)
        page.then = self.oracle.of_today(page)

    def audience(self, page: Page) -> None:
        page.audience = "space" if page.audience == "staff" else "staff"
        actions.set_audience(person=self.house.ada, page=self.fresh(page), audience=page.audience)

    def life(self, page: Page) -> None:
        if page.live:
            how = self.chance.choice(["site", "admin", "many"])
            if how == "site":
                actions.unpublish_page(person=self.house.ada, page=self.fresh(page))
            elif how == "admin":
                assert self.ada.post(f"/admin/pages/{page.row.pk}/unpublish/").status_code == 302
            else:
                address = f"/admin/bulk/pages/basepage/unpublish/?id={page.row.pk}"
                assert self.ada.post(address).status_code == 302
            page.live = False
        else:
            actions.publish_page(person=self.house.ada, page=self.fresh(page))
            self._published(page)

    def delete(self, page: Page) -> None:
        branch = self.oracle.below(page)
        if len(self.oracle.pages) - len(branch) < 3:
            return
        how = self.chance.choice(["site", "admin", "many"])
        if how == "site":
            actions.delete_page(person=self.house.ada, page=self.fresh(page))
        elif how == "admin":
            assert self.ada.post(f"/admin/pages/{page.row.pk}/delete/").status_code == 302
        else:
            assert self.ada.post(f"/admin/bulk/pages/basepage/delete/?id={page.row.pk}").status_code == 302
        for one in branch:
            self.oracle.pages.remove(one)
            self.oracle.gone |= {*one.now, *(word for word, _then in (*one.old, *one.drafts)), *(one.pending or ())[:2]}

    def move(self, page: Page) -> None:
        if page.kind == "episode":
            return
        before, branch = page.space, self.oracle.below(page)
        to = self.chance.choice([slug for slug in self.spaces if slug != before])
        target = (wiki_of if page.kind == "wiki" else blog_of)(self.spaces[to])
        self.addresses |= {self.fresh(each).get_absolute_url() for each in branch}
        if self.chance.random() < 0.5:
            actions.move_page(person=self.house.ada, page=self.fresh(page), parent=target)
        else:
            address = f"/admin/pages/{page.row.pk}/move/{target.pk}/confirm/"
            assert self.ada.post(address).status_code == 302
        page.parent = None
        staying = [other for other in self.oracle.pages if other.space == before and other not in branch]
        for word in {word for each in branch for word, own in each.pictures.items() if own}:
            if any(other.pictures.get(word) for other in staying):
                for each in branch:
                    each.pictures[word] = False
            else:
                self.oracle.homes[word] = to
        for each in branch:
            each.space = to
            if each.pending and each.live and not self._for_all(each.pending[2]):
                # It stays in the history, for those who may read both spaces.
                self._drop_draft(each)

    def _for_all(self, then: Then) -> bool:
        return then[1] == "staff" and not then[2]

    def copy(self, page: Page) -> None:
        """In Wagtail's admin, into another space or the same one."""
        if page.kind == "episode":
            return
        to, title = self.chance.choice([*self.spaces]), self.word()
        target = (wiki_of if page.kind == "wiki" else blog_of)(self.spaces[to])
        slug = f"p{len(self.rows)}"
        sent = {"new_title": title, "new_slug": slug, "new_parent_page": str(target.pk)}
        live = page.live and self.chance.random() < 0.8
        if live:
            sent["publish_copies"] = "on"
        assert self.ada.post(f"/admin/pages/{page.row.pk}/copy/", sent).status_code == 302
        row = BasePage.objects.get(url_path=f"{target.url_path}{slug}/").specific
        self.rows.append(row)
        shown = {word: self.oracle.homes[word] == to for word in page.pictures if self._names(row, word)}
        copied = Page(
            row, page.kind, to, page.audience, live, title, page.text, page.more, shown, None, (title, page.text)
        )
        copied.then = self.oracle.of_today(copied)
        self.oracle.pages.append(copied)

    def _names(self, row: Any, word: str) -> bool:
        number = self.shown[word].pk
        return f"picture:{number})" in row.body or getattr(row, "hero_id", None) == number

    def share(self, page: Page) -> None:
        """Another page of the picture's space shows it at its head, and they part later."""
        if word := next((word for word, own in page.pictures.items() if own), ""):
            self.write(hero=word)

    def policy(self, page: Page) -> None:
        slug = page.space
        self.oracle.closed ^= {slug}
        space = Space.objects.get(slug=slug)
        space.see = "members" if slug in self.oracle.closed else "staff"
        space.save()
        self.spaces[slug] = space

    def leave(self, page: Page) -> None:
        members = self.oracle.members[page.space]
        if name := next((name for name, role in members.items() if role == "member"), ""):
            del members[name]
            Membership.objects.get(person__username=name, space__slug=page.space).delete()

    def leave_the_house(self, page: Page) -> None:
        """A person whose name is on pages is deactivated, or comes back."""
        name = self.chance.choice(["mary", "otto"])
        self.oracle.left ^= {name}
        Person.objects.filter(username=name).update(is_active=name not in self.oracle.left)

    def release(self, page: Page) -> None:
        if page.live and page.kind != "episode":
            row = self.fresh(page)
            make_release(self.house.ada, row, self.channel)
            # What was let out is public, whatever becomes of the page.
            self.oracle.public |= {
                *page.now,
                *(word for word, own in page.pictures.items() if own or self._is_open(word)),
            }

    def _is_open(self, word: str) -> bool:
        """Whether all staff may see a picture of another space."""
        return any(self.oracle.reads("nobody", page) and page.pictures.get(word) for page in self.oracle.pages)

    def step(self) -> None:
        sorts = [self.edit, self.audience, self.audience, self.life, self.delete, self.move, self.policy, self.policy]
        sorts += [
            self.draft,
            self.draft,
            self.by_the_clock,
            self.restore,
            self.rename_and_narrow,
            self.copy,
            self.share,
        ]
        sort: Any = self.chance.choice([*sorts, self.move, self.leave, self.leave_the_house, self.release])
        page = self.chance.choice(self.oracle.pages)
        self.told.append(f"{sort.__name__} {page.row.slug} in {page.space}")
        sort(page)


def exits(world: World, tokens: dict[str, str], reader: str) -> Iterator[str]:
    yield from ("/", "/?mine=1", "/spaces/", "/people/", "/named/", "/channels/", "/people/ada/", "/people/grace/")
    yield from (
        "/search/?kind=wiki",
        "/search.json?kind=blog&sort=date",
        "/search/?kind=picture",
        "/public/sitemap.xml",
    )
    for slug in world.spaces:
        rooms = ("", "blog/", "wiki/", "podcasts/", "-/members/", "wiki/-/changes/", "wiki/-/pages/", "wiki/-/wanted/")
        yield from (f"/spaces/{slug}/{room}" for room in (*rooms, "wiki/-/orphans/", "-/settings/", "blog/-/new/"))
    for page in world.rows:
        row = BasePage.objects.filter(pk=page.pk).first()
        url = row.get_absolute_url() if row else page.get_absolute_url()
        parts = ("", "-/raw/", "-/history/", "-/diff/", "-/backlinks/", "-/edit/", "-/related/", "-/captions.vtt")
        yield from (f"{url}{part}" for part in parts)
        if row:
            yield from (f"{url}-/history/{revision}/" for revision in row.revisions.values_list("pk", flat=True))
    yield from world.addresses
    for shown in world.shown.values():
        yield f"/media/pictures/{shown.pk}/0/x.jpg"
    for page in world.oracle.pages:
        yield f"/search/?tag={page.more[1]}"
        yield f"/publish/{page.row.uid}/"
        yield f"/search/explain/?q=x&uid={page.row.uid}"
    for channel in Channel.objects.all():
        yield from (f"/public/{channel.path}{part}" for part in ("", "feed.rss", "feed.json"))
    for release in Release.objects.select_related("channel"):
        yield f"/public/{release.path}"
    if reader in tokens:
        yield from (f"/feeds/{tokens[reader]}/feed.{kind}" for kind in ("rss", "atom", "json"))


def of_the_admin(world: World) -> Iterator[str]:
    """What a site editor may open in Wagtail's admin, for every page, and for every version of one."""
    pages = [page.row.pk for page in world.oracle.pages]
    versions = [
        (pk, int(of)) for of, pk in Revision.page_revisions.values_list("object_id", "pk") if int(of) in set(pages)
    ]
    for name, route in admin_addresses():
        if name in OPEN:
            yield from (f"{address}?q=p" for address in filled(route, world.chance.sample(pages, min(8, len(pages)))))
            if "revision_id" in route:
                page_of = re.compile(r"<int:page_id>"), re.compile(r"<int:revision_id>")
                for pk, of in world.chance.sample(versions, min(6, len(versions))):
                    yield page_of[1].sub(str(pk), page_of[0].sub(str(of), route))


def told_by(client: Client, url: str) -> tuple[int, str]:
    response = client.get(url)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return response.status_code, f"{response.headers}{body.decode(errors='replace')}".lower()


def searched(client: Client, words: list[str]) -> Iterator[str]:
    """Words that a search finds, completes or suggests though it should not."""
    for word in words:
        answer = client.get("/search.json", {"q": word})
        if answer.status_code == 200 and (answer.json()["total"] or answer.json()["suggestion"]):
            yield f"search for {word} gives {answer.json()['total']} {answer.json()['suggestion']}"
        near = (
            client.get("/search.json", {"q": f"{word[:-1]}q"}).content
            + client.get("/search/suggest.json", {"q": word[:5]}).content
        )
        if word.encode() in near:
            yield f"search near {word} names it"


def leaks(world: World, clients: dict[str, Client], tokens: dict[str, str], *, part: float, search: int) -> list[str]:
    wrong = []
    for reader, client in clients.items():
        forbidden = sorted(world.oracle.forbidden(reader))
        pattern = re.compile("|".join(forbidden) or r"\Z.")
        inside = of_the_admin(world) if reader == EDITOR else ()
        for url in dict.fromkeys([*exits(world, tokens, reader), *inside]):
            if world.chance.random() >= part:
                continue
            status, text = told_by(client, url)
            if met := {word for word in pattern.findall(text) if word not in url}:
                wrong.append(f"{reader} meets {met} at {url}")
            if status >= 500:
                wrong.append(f"{reader} gets {status} at {url}")
        for page in world.oracle.pages:
            if world.chance.random() >= 5 * part:
                continue
            url = world.fresh(page).get_absolute_url()
            if reader != "stranger" and (client.get(url).status_code == 200) != world.oracle.reads(reader, page):
                wrong.append(f"{reader} at {url}: {client.get(url).status_code}")
        if reader != "stranger":
            some = world.chance.sample(forbidden, min(search, len(forbidden)))
            wrong += [f"{reader}: {each}" for each in searched(client, some)]
    return wrong


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_random_walk_over_all_changes_of_audience_leaks_no_word(house: Any, index: Any, seed: int) -> None:
    world = World(house, seed)
    getattr(house, EDITOR).groups.add(Group.objects.get(name="Site editors"))
    clients, tokens = {name: Client() for name in READERS}, {}
    for name, client in clients.items():
        if name != "stranger":
            person = Person.objects.get(username=name)
            client.force_login(person)
            tokens[name] = create_private_feed(person=person, feed=PrivateFeed(label="All"))
    indexer.drain_all()
    few = PAGES < 20
    for number in range(12 if few else PAGES):
        world.step()
        # Seen with `pytest -s`, in walks that last.
        print(f"world {seed}, step {number}: {world.told[-1]}", flush=True)
        # The index lags behind every other change.
        if number % 2:
            indexer.drain_all()
        at_end = number % 30 == 29
        wrong = leaks(world, clients, tokens, part=0.06 if not at_end else 1.0, search=2 if few else 6)
        assert not wrong, f"world {seed}: {world.told}: {wrong} {world.oracle.state(wrong)}"
    indexer.drain_all()
    wrong = leaks(world, clients, tokens, part=1.0, search=6 if few else 60)
    assert not wrong, f"world {seed}: {world.told}: {wrong} {world.oracle.state(wrong)}"
