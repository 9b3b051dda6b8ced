"""Random worlds, walked over all changes of audience and held against an oracle that reads none of the product's code.

Every page says words of its own in its title, text, summary, tag, picture, transcript, draft and older versions; whoever may not read it
meets none of them in any byte of any answer, and whoever may read it is not refused. `LEAK_ROUNDS=2 LEAK_PAGES=60` walks far; `pytest -s` says how far it is.
"""

import os
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.models import Revision

from pages import actions
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


class Oracle:
    """Who may meet which word. It knows spaces, members and what was done, and nothing else."""

    def __init__(self) -> None:
        self.closed: set[str] = set()
        self.members: dict[str, dict[str, str]] = {}  # role by person by space
        self.pages: list[dict[str, Any]] = []
        self.gone: set[str] = set()  # words that nobody may meet
        self.public: set[str] = set()

    def _inside(self, reader: str, space: str, audience: str, closed: bool) -> bool:
        return reader in self.members[space] or (reader != "stranger" and audience == "staff" and not closed)

    def reads(self, reader: str, page: dict[str, Any]) -> bool:
        sees = self._inside(reader, page["space"], page["audience"], page["space"] in self.closed)
        tends = self.members[page["space"]].get(reader) in ("editor", "owner")
        return sees and (page["live"] or tends or (page["owner"] == reader and reader in self.members[page["space"]]))

    def of_today(self, page: dict[str, Any]) -> tuple[str, str, bool]:
        return page["space"], page["audience"], page["space"] in self.closed

    def forbidden(self, reader: str) -> set[str]:
        found = set(self.gone)
        for page in self.pages:
            reads = self.reads(reader, page)
            found |= set() if reads else set(page["now"])
            for word, then in page["old"]:
                # An old version is for those who may read the page, and could when it was saved.
                if not (reads and self._inside(reader, *then)):
                    found.add(word)
            pictured = any(page["picture"] in other["shows"] and self.reads(reader, other) for other in self.pages)
            if not pictured and reader not in self.members[page["home"]]:
                found.add(page["picture"])
        return {word for word in found if not (reader == "stranger" and word in self.public)} - self.public


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
        self.rows: list[Any] = []
        self.told: list[str] = []
        for _number in range(PAGES):
            self.write()

    def word(self) -> str:
        return "".join(self.chance.choices(LETTERS, k=11))

    def write(self) -> None:
        slug = self.chance.choice([*self.spaces])
        space = self.spaces[slug]
        title, text, summary, tag, picture = (self.word() for _ in range(5))
        audience, publish = self.chance.choice(["staff", "staff", "space"]), self.chance.random() > 0.15
        shown = make_picture(space, title=picture, size=(2, 2))
        type(shown).objects.filter(pk=shown.pk).update(audience="space", audience_token=f"space:{space.pk}")
        kind = self.chance.choice(["post", "wiki", "wiki", "episode"])
        fields: dict[str, Any] = {"audience": audience, "publish": publish, "tags": [tag], "summary": summary}
        fields |= {"slug": f"p{len(self.rows)}", "by": self.house.ada}
        body = f"{text} ![]({'picture'}:{shown.pk}) {self.links()}"
        if kind == "episode":
            speech = self.word()
            show = make_show(space, f"Show {len(self.rows)}", by=self.house.ada)
            row = make_episode(show, title, body, transcript=f"WEBVTT\n\n00:00.000 --> 00:01.000\n{speech}", **fields)
        else:
            speech = ""
            row = (make_post if kind == "post" else make_wiki_page)(space, title, body, **fields)
        self.rows.append(row)
        self.oracle.pages.append(
            {
                "row": row,
                "kind": kind,
                "space": slug,
                "home": slug,
                "audience": audience,
                "live": publish,
                "owner": "ada",
                "now": [word for word in (title, text, summary, tag, speech) if word],
                "old": [],
                "picture": picture,
                "shows": {picture},
                "shown": shown,
                "title": title,
                "text": text,
            }
        )

    def links(self) -> str:
        """By address or short name, so that whatever is said of another page is said by the product."""
        found = []
        for row in self.chance.sample(self.rows, min(3, len(self.rows))):
            found.append(f"[x]({BasePage.objects.filter(pk=row.pk).values_list('url_path', flat=True).first()})")
            slug = next((page["space"] for page in self.oracle.pages if page["row"].pk == row.pk), "")
            found.append(f"[[{slug}:{row.slug}]]")
        return " ".join(found).replace("(/home", "(")

    # -- what is done

    def fresh(self, page: dict[str, Any]) -> Any:
        row = BasePage.objects.select_related("space").get(pk=page["row"].pk)
        specific = row.specific
        specific.space = row.space
        return specific

    def edit(self, page: dict[str, Any]) -> None:
        """A new title and text; the old ones and the picture are left to the history."""
        row, title, text = self.fresh(page), self.word(), self.word()
        before = [word for word in page["now"] if word in (page["title"], page["text"])]
        if page["live"]:
            page["old"] += [(word, page.get("then") or self.oracle.of_today(page)) for word in before]
        else:
            # Drafts of before are read by those who edit.
            page["old"] += [(word, (page["space"], "space", True)) for word in before]
        page["now"] = [word for word in page["now"] if word not in before] + [title, text]
        page["title"], page["text"] = title, text
        row.title, row.body = title, f"{text} {self.links()}"
        actions.edit_page(person=self.house.ada, page=row, publish=page["live"])
        page["then"] = self.oracle.of_today(page)

    def audience(self, page: dict[str, Any]) -> None:
        page.setdefault("then", self.oracle.of_today(page))
        page["audience"] = "space" if page["audience"] == "staff" else "staff"
        actions.set_audience(person=self.house.ada, page=self.fresh(page), audience=page["audience"])

    def life(self, page: dict[str, Any]) -> None:
        page.setdefault("then", self.oracle.of_today(page))
        page["live"] = not page["live"]
        if page["live"]:
            page["then"] = self.oracle.of_today(page)
            actions.publish_page(person=self.house.ada, page=self.fresh(page))
        else:
            actions.unpublish_page(person=self.house.ada, page=self.fresh(page))

    def delete(self, page: dict[str, Any]) -> None:
        if page in self.oracle.pages and len(self.oracle.pages) > 3:
            actions.delete_page(person=self.house.ada, page=self.fresh(page))
            self.oracle.pages.remove(page)
            self.oracle.gone |= {*page["now"], *(word for word, _then in page["old"])}

    def move(self, page: dict[str, Any]) -> None:
        if page["kind"] == "episode":
            return
        page.setdefault("then", self.oracle.of_today(page))
        to = self.chance.choice([slug for slug in self.spaces if slug != page["space"]])
        room = wiki_of if page["kind"] == "wiki" else blog_of
        actions.move_page(person=self.house.ada, page=self.fresh(page), parent=room(self.spaces[to]))
        page["space"] = page["home"] = to

    def policy(self, page: dict[str, Any]) -> None:
        for each in self.oracle.pages:
            each.setdefault("then", self.oracle.of_today(each))
        slug = page["space"]
        self.oracle.closed ^= {slug}
        space = Space.objects.get(slug=slug)
        space.see = "members" if slug in self.oracle.closed else "staff"
        space.save()
        self.spaces[slug] = space

    def leave(self, page: dict[str, Any]) -> None:
        members = self.oracle.members[page["space"]]
        if name := next((name for name, role in members.items() if role == "member"), ""):
            del members[name]
            Membership.objects.get(person__username=name, space__slug=page["space"]).delete()

    def release(self, page: dict[str, Any]) -> None:
        if page["live"] and page["kind"] != "episode":
            make_release(self.house.ada, self.fresh(page), self.channel)
            # What was let out is public, whatever becomes of the page.
            self.oracle.public |= {*page["now"], page["picture"]}

    def step(self) -> None:
        sorts = [self.edit, self.audience, self.audience, self.life, self.delete, self.move, self.policy, self.policy]
        sort: Any = self.chance.choice([*sorts, self.leave, self.release])
        page = self.chance.choice(self.oracle.pages)
        self.told.append(f"{sort.__name__} {page['row'].slug} in {page['space']}")
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
    for page in world.oracle.pages:
        yield f"/media/pictures/{page['shown'].pk}/0/x.jpg"
        yield f"/search/?tag={page['now'][2 if len(page['now']) > 2 else 0]}"
    for channel in Channel.objects.all():
        yield from (f"/public/{channel.path}{part}" for part in ("", "feed.rss", "feed.json"))
    for release in Release.objects.select_related("channel"):
        yield f"/public/{release.path}"
    if reader in tokens:
        yield from (f"/feeds/{tokens[reader]}/feed.{kind}" for kind in ("rss", "atom", "json"))


def of_the_admin(world: World) -> Iterator[str]:
    """What a site editor may open in Wagtail's admin, for every page, and for every version of one."""
    pages = [page["row"].pk for page in world.oracle.pages]
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
        assert not wrong, f"world {seed}: {world.told}: {wrong}"
    indexer.drain_all()
    wrong = leaks(world, clients, tokens, part=1.0, search=6 if few else 60)
    assert not wrong, f"world {seed}: {world.told}: {wrong}"
