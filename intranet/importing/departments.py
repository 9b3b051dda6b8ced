"""The departments of a corpus, each of which becomes a space that all staff can see."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils import timezone

from intranet.importing.bulk_writer import BulkWriter, Draft
from intranet.importing.entries import BadLine, Unusable, parse, raw_lines
from pages.addresses import to_path
from pages.locking import writing_pages
from pages.models import SpacePage
from pages.permissions import grant_branch
from pages.tree import ensure_home, ensure_space, new_front, new_rooms
from people.models import Space
from text.invisible import is_seen, one_line
from text.slugs import slug as slug_of

FILE = "departments.jsonl"


@dataclass(slots=True)
class Department:
    slug: str
    name: str
    description: str = ""
    blogs: list[str] = field(default_factory=list)
    wikis: list[str] = field(default_factory=list)


class Departments:
    def __init__(self) -> None:
        self.by_name: dict[str, Department] = {}
        self.by_slug: dict[str, Department] = {}
        self.by_blog: dict[str, Department] = {}
        self.by_wiki: dict[str, Department] = {}

    def __iter__(self) -> Iterator[Department]:
        return iter(self.by_slug.values())

    @classmethod
    def read(cls, folder: Path) -> tuple["Departments", list[BadLine]]:
        departments, bad = cls(), []
        if (folder / FILE).exists():
            for line in raw_lines(folder / FILE):
                try:
                    departments.add(_department(parse(line.content)))
                except Unusable as reason:
                    bad.append(BadLine(FILE, line.number, str(reason)))
        return departments, bad

    def add(self, department: Department) -> None:
        self.by_name.setdefault(department.name.casefold(), department)
        self.by_slug.setdefault(department.slug, department)
        for blog in department.blogs:
            self.by_blog.setdefault(blog, department)
        for wiki in department.wikis:
            self.by_wiki.setdefault(wiki, department)

    def find(self, name: str) -> Department:
        department = self.by_name.get(name.casefold()) or self.by_slug.get(name)
        if department is None:
            raise Unusable(f"its department “{name[:80]}” is not in {FILE}")
        return department


def ensure_spaces(departments: list[Department]) -> dict[str, Space]:
    """Spaces by slug, created with blog, wiki and podcasts if missing. Existing spaces keep their policies."""
    spaces = {space.slug: space for space in Space.objects.filter(slug__in=[each.slug for each in departments])}
    new = [each for each in departments if each.slug not in spaces]
    if new:
        ensure_home()
        with writing_pages():
            for each in new:
                space = Space.objects.create(slug=each.slug, name=each.name, description=each.description)
                spaces[each.slug] = space
            drafts = [draft for each in new for draft in _branch(spaces[each.slug])]
            BulkWriter().write(drafts)
            for draft in drafts:
                if isinstance(draft.page, SpacePage):
                    grant_branch(draft.page)
    for slug in spaces.keys() - {each.slug for each in new}:
        ensure_space(spaces[slug])
    return spaces


def _branch(space: Space) -> list[Draft]:
    now, front, home = timezone.now(), new_front(space), to_path("/spaces/")
    drafts = [Draft(front, home, now), *(Draft(room, f"{home}{space.slug}/", now) for room in new_rooms(space))]
    for draft in drafts:
        draft.page.first_published_at = now
        draft.editor_name = space.name
    return drafts


def _department(fields: dict[str, Any]) -> Department:
    name = fields.get("name")
    if not isinstance(name, str) or not is_seen(name):
        raise Unusable("it has no name")
    slug = slug_of(str(fields.get("slug") or name), longest=80)
    if not slug:
        raise Unusable("it has no slug")
    parent = fields.get("parent")
    description = f"Part of {parent}." if isinstance(parent, str) and parent else ""
    names = [fields.get("blogs") or [], fields.get("wiki_spaces") or []]
    if not all(isinstance(each, list) for each in names):
        raise Unusable("its blogs or wiki_spaces is not a list")
    return Department(slug, one_line(name)[:200], description, *[[str(name) for name in each] for each in names])
