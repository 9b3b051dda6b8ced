"""Who may do what in a space. Each question is one function with its reasons in order."""

from typing import Any

from django.db import connections, router

from people.models import Membership, Space

ROLES = f"SELECT space_id, role FROM {Membership._meta.db_table} WHERE person_id = %s"  # noqa: S608 - our own names
ROLES_THAT_WRITE = {
    Space.Write.MEMBERS: frozenset({"member", "editor", "owner"}),
    Space.Write.EDITORS: frozenset({"editor", "owner"}),
}


def roles_of(person: Any) -> dict[int, str]:
    """Role by space id for a signed-in person; one query for the life of the person object (one request)."""
    if not getattr(person, "is_active", False) or not person.is_authenticated:
        return {}
    roles = getattr(person, "_roles_by_space", None)
    if roles is None:
        # Asked in every request, so the statement is not built anew each time.
        with connections[router.db_for_read(Membership)].cursor() as cursor:
            cursor.execute(ROLES, [person.pk])
            roles = dict(cursor.fetchall())
        person._roles_by_space = roles
    return roles


def forget_roles(person: Any) -> None:
    """Ask again after a membership changed within the same request."""
    person.__dict__.pop("_roles_by_space", None)
    person.__dict__.pop("_audience_tokens", None)


def may_see(person: Any, space: Space) -> bool:
    if not getattr(person, "is_active", False) or not person.is_authenticated:
        return False
    # An administrator answers for the whole site and can open everything in Wagtail's admin anyway.
    return person.is_superuser or space.see == Space.See.STAFF or space.pk in roles_of(person)


def may_write(person: Any, space: Space | None) -> bool:
    if space is None or not may_see(person, space):
        return False
    return person.is_superuser or roles_of(person).get(space.pk) in ROLES_THAT_WRITE[Space.Write(space.write)]


def may_administer(person: Any, space: Space | None) -> bool:
    """Owners change policies, members and the space's own page."""
    if space is None or not may_see(person, space):
        return False
    return person.is_superuser or roles_of(person).get(space.pk) == "owner"
