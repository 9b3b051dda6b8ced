"""Decides from the files alone which line becomes which page at which address, so that links work in any order."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from intranet.importing.departments import Departments
from intranet.importing.entries import (
    EPISODE,
    FILES,
    POST,
    WIKI,
    BadLine,
    Entry,
    Unusable,
    entry_of,
    parse,
    raw_lines,
)
from limits import TITLE_CHARACTERS
from pages.addresses import to_path
from pages.models import BasePage
from text.markup import link_key
from text.slugs import free, slug_or

# Pages that the corpus only implies: the front page of a wiki, and a show for a series of episodes.
WIKI_FRONT, SHOW = "wiki front", "show"
MAX_SLUG = 200


@dataclass(slots=True)
class Item:
    kind: str
    source_path: str
    slug_path: str
    department: str
    title: str
    created_at: datetime
    # The position of its line; empty for an implied page.
    file: str = ""
    number: int = 0
    offset: int = 0
    parent: str = ""
    url_path: str = ""
    pk: int | None = None

    @property
    def slug(self) -> str:
        return self.url_path.rstrip("/").rpartition("/")[2]

    @property
    def level(self) -> int:
        """Its level in the tree; the root, which has no address, is level 1."""
        return self.url_path.strip("/").count("/") + 2

    @property
    def depth(self) -> int:
        return self.slug_path.count("/")


@dataclass(slots=True)
class Plan:
    """Everything in a corpus. `items` are in the order of writing, parents first."""

    departments: Departments
    items: list[Item] = field(default_factory=list)
    posts: dict[str, Item] = field(default_factory=dict)
    wiki_pages: dict[str, Item] = field(default_factory=dict)
    # The show of a source's episodes, for audio files without a line.
    show_of_source: dict[str, Item] = field(default_factory=dict)
    bad: list[BadLine] = field(default_factory=list)
    existing: Any = None

    @classmethod
    def read(cls, folder: Path) -> "Plan":
        departments, bad = Departments.read(folder)
        plan = cls(departments, bad=bad)
        seen: dict[str, str] = {}
        found: dict[str, list[Item]] = {kind: [] for kind in FILES}
        for kind, name in FILES.items():
            if (folder / name).exists():
                found[kind] = list(plan._read_file(folder / name, kind, seen))
        existing = plan.existing = Existing(seen)
        plan._place_posts(found[POST], existing)
        plan._place_wiki(found[WIKI], existing)
        plan._place_episodes(found[EPISODE], existing)
        return plan

    def add_episode(self, source: str, source_path: str, title: str) -> Item | None:
        """Another episode for the show of `source`, with the date of the newest; None if there is no show."""
        show = self.show_of_source.get(source)
        if show is None:
            return None
        newest = max(item.created_at for item in self.items if item.parent == show.url_path)
        slug_path = f"{show.slug_path}/{link_key(title)}"
        item = Item(EPISODE, source_path, slug_path, show.department, title[:TITLE_CHARACTERS], newest)
        self.existing.place(item, show.url_path, link_key(title))
        self.items.append(item)
        return item

    def chosen(self, kinds: set[str], limit: int | None) -> list[Item]:
        """Items of these kinds, at most `limit` lines of each file, with the implied pages above them."""
        counts: dict[str, int] = defaultdict(int)
        chosen = []
        for item in self.items:
            if item.kind in kinds:
                counts[item.kind] += 1
                if limit is None or counts[item.kind] <= limit:
                    chosen.append(item)
        parents = {item.parent for item in chosen}
        implied = [item for item in self.items if item.kind in {WIKI_FRONT, SHOW} and item.url_path in parents]
        return [*implied, *chosen]

    # -- reading

    def _read_file(self, path: Path, kind: str, seen: dict[str, str]) -> Iterator[Item]:
        for line in raw_lines(path):
            try:
                entry = entry_of(kind, parse(line.content))
                department = self.departments.find(entry.department)
                if entry.source_path in seen:
                    raise Unusable(f"its source_path is that of {seen[entry.source_path]}")
            except Unusable as reason:
                self.bad.append(BadLine(path.name, line.number, str(reason)))
                continue
            seen[entry.source_path] = f"{path.name}, line {line.number}"
            item = Item(kind, entry.source_path, entry.slug_path, department.slug, entry.title, entry.created_at)
            item.file, item.number, item.offset = path.name, line.number, line.offset
            if kind == EPISODE:
                item.slug_path = f"{link_key(entry.more['series'])}/{link_key(entry.title)}"
                show = self._imply_show(entry, item, seen)
                self.show_of_source.setdefault(entry.more["source"], show)
            elif kind == WIKI:
                self.departments.by_wiki.setdefault(entry.more["space"], department)
            yield item

    def _imply_show(self, entry: Entry, item: Item, seen: dict[str, str]) -> Item:
        series, source_path = entry.more["series"], f"series/{item.department}/{link_key(entry.more['series'])}"
        for show in self.items:
            if show.kind == SHOW and show.source_path == source_path:
                show.created_at = min(show.created_at, item.created_at)
                return show
        show = Item(SHOW, source_path, link_key(series), item.department, series[:TITLE_CHARACTERS], item.created_at)
        seen[source_path] = "a show"
        self.items.append(show)
        return show

    # -- placing

    def _place_posts(self, items: list[Item], existing: "Existing") -> None:
        for item in items:
            existing.place(item, to_path(f"/spaces/{item.department}/blog/"), item.slug_path.rpartition("/")[2])
            self.posts.setdefault(item.slug_path, item)
        self.items += items

    def _place_wiki(self, items: list[Item], existing: "Existing") -> None:
        """Each page goes below its nearest existing ancestor; missing ancestors become part of its slug."""
        # Parents first; at the same depth, the order of the file.
        items.sort(key=lambda item: item.depth)
        for item in items:
            self.wiki_pages.setdefault(item.slug_path, item)
        by_path = {(item.department, item.slug_path): item for item in reversed(items)}
        oldest: dict[tuple[str, str], datetime] = {}
        for item in items:
            key = (item.slug_path.partition("/")[0], item.department)
            oldest[key] = min(oldest.get(key, item.created_at), item.created_at)
        fronts = []
        for (space, department), created_at in oldest.items():
            if (department, space) not in by_path:
                title = space.replace("-", " ").capitalize()
                front = Item(WIKI_FRONT, f"wiki/{department}/{space}", space, department, title, created_at)
                by_path[department, space] = front
                self.wiki_pages.setdefault(space, front)
                fronts.append(front)
        for item in [*fronts, *items]:
            above = _nearest_ancestor(item, by_path)
            if above is None:
                existing.place(item, to_path(f"/spaces/{item.department}/wiki/"), item.slug_path)
            else:
                existing.place(item, above.url_path, item.slug_path[len(above.slug_path) + 1 :])
        self.items += [*fronts, *items]

    def _place_episodes(self, items: list[Item], existing: "Existing") -> None:
        shows = {(item.department, item.slug_path): item for item in self.items if item.kind == SHOW}
        for show in shows.values():
            existing.place(show, to_path(f"/spaces/{show.department}/podcasts/"), show.slug_path)
        for item in items:
            series, _slash, slug = item.slug_path.partition("/")
            existing.place(item, shows[item.department, series].url_path, slug)
        self.items += items


class Existing:
    def __init__(self, source_paths: dict[str, str]) -> None:
        self.own: dict[str, tuple[int, str]] = {}
        self.taken: dict[str, set[str]] = defaultdict(set)
        pages = BasePage.objects.filter(depth__gt=5).values_list("pk", "url_path", "source_path")
        for pk, url_path, source_path in pages.iterator():
            if source_path is not None:
                self.own[source_path] = (pk, url_path)
            if source_path not in source_paths:
                parent, slug = _split(url_path)
                self.taken[parent].add(slug)

    def place(self, item: Item, parent: str, wanted: str) -> None:
        """Set the address of an item: the same for the same files, unless its page was moved."""
        slug = free(slug_or(wanted, item.kind.split()[0], longest=MAX_SLUG), self.taken[parent].__contains__)
        self.taken[parent].add(slug)
        item.parent, item.url_path = parent, f"{parent}{slug}/"
        if item.source_path in self.own:
            item.pk, item.url_path = self.own[item.source_path]
            item.parent = _split(item.url_path)[0]


def _nearest_ancestor(item: Item, by_path: dict[tuple[str, str], Item]) -> Item | None:
    path = item.slug_path
    while "/" in path:
        path = path.rpartition("/")[0]
        if above := by_path.get((item.department, path)):
            return above
    return None


def _split(url_path: str) -> tuple[str, str]:
    parent, _slash, slug = url_path.rstrip("/").rpartition("/")
    return f"{parent}/", slug
