"""The authors of a corpus as people: named and shown, but without a password, so that nobody can sign in as them."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import transaction

from intranet.importing.departments import Departments
from intranet.importing.entries import BadLine, Unusable, parse, raw_lines
from people.groups import group_name
from people.models import Membership, Person, Space
from search import documents, outbox
from text.invisible import is_seen, one_line
from text.slugs import slug_or

FILE = "people.jsonl"


class Colleagues:
    def __init__(self, folder: Path, departments: Departments) -> None:
        self.departments = departments
        self.described: dict[str, dict[str, Any]] = {}
        self.bad: list[BadLine] = []
        self.by_slug: dict[str, Person] = {}
        self.by_username: dict[str, Person] = {}
        if (folder / FILE).exists():
            for line in raw_lines(folder / FILE):
                try:
                    fields = parse(line.content)
                    if not all(
                        isinstance(fields.get(name), str) and is_seen(fields[name]) for name in ("slug", "name")
                    ):
                        raise Unusable("it has no slug or no name")
                    self.described[fields["slug"]] = fields | {"name": one_line(fields["name"])}
                except Unusable as reason:
                    self.bad.append(BadLine(FILE, line.number, str(reason)))

    def ensure(self, names: Iterable[tuple[str, str]], spaces: dict[str, Space]) -> int:
        wanted = {slug: self.described.get(slug, {"slug": slug, "name": name}) for slug, name in names}
        self.by_username = {person.username_key: person for person in Person.objects.filter(is_active=True)}
        taken = set(Person.objects.values_list("username_key", flat=True))
        new: dict[str, Person] = {}
        for slug, fields in wanted.items():
            first_name, last_name = _split_name(fields["name"])
            username = first = slug_or(slug, "author", longest=140)
            number = 2
            # A username can belong to somebody else: only the same full name means the same person.
            while username in taken and not _is(self.by_username.get(username), first_name, last_name):
                username, number = f"{first}-{number}", number + 1
            if username not in taken:
                taken.add(username)
                new[slug] = self.by_username[username] = Person(
                    username=username,
                    first_name=first_name,
                    last_name=last_name,
                    job_title=one_line(str(fields.get("role") or ""))[:200],
                    password=make_password(None),
                )
            self.by_slug[slug] = self.by_username[username]
        with transaction.atomic():
            Person.objects.bulk_create(new.values(), batch_size=200)
            self._join(new, spaces)
            outbox.enqueue(documents.key_of(person) for person in new.values())
        return len(new)

    def _join(self, new: dict[str, Person], spaces: dict[str, Space]) -> None:
        memberships = []
        for slug, person in new.items():
            department = self.departments.by_name.get(
                str(self.described.get(slug, {}).get("department", "")).casefold()
            )
            if department is not None and department.slug in spaces:
                memberships.append(Membership(person=person, space=spaces[department.slug]))
        Membership.objects.bulk_create(memberships, batch_size=200)
        # What the signal does for a single membership: the Wagtail group of the role.
        names = {group_name(membership.space_id, membership.role) for membership in memberships}
        groups = dict(Group.objects.filter(name__in=names).values_list("name", "pk"))
        through = Person.groups.through
        through.objects.bulk_create(
            (
                through(person_id=each.person_id, group_id=groups[group_name(each.space_id, each.role)])
                for each in memberships
            ),
            batch_size=400,
        )


def _split_name(name: str) -> tuple[str, str]:
    words = name.split()
    if len(words) < 2:
        return name.strip()[:150], ""
    return " ".join(words[:-1])[:150], words[-1][:150]


def _is(person: Person | None, first_name: str, last_name: str) -> bool:
    return person is not None and (person.first_name, person.last_name) == (first_name, last_name)
