"""Who can do what in a space. One function per question."""

from typing import Any

from django.db import connections, router

from database.statements import rows
from people.models import Membership, Person, Space

# Site permissions that decide what every page shows; loaded together with the roles.
RELEASE, ENTER_ADMIN, CURATE_SEARCH = "release_basepage", "access_admin", "curate_search"
# A fixed statement, because every request needs it. Rows with space 0 are permissions.
ROLES = f"""
    SELECT space_id, role FROM {Membership._meta.db_table} WHERE person_id = %s
    UNION ALL
    SELECT 0, codename FROM auth_permission
    JOIN auth_group_permissions ON auth_group_permissions.permission_id = auth_permission.id
    JOIN {Person.groups.through._meta.db_table} AS joined ON joined.group_id = auth_group_permissions.group_id
    WHERE joined.person_id = %s AND codename IN ('{RELEASE}', '{ENTER_ADMIN}', '{CURATE_SEARCH}')
"""  # noqa: S608 - our own names
# Roles that look after pages of others: their drafts, and deleting.
ROLES_THAT_TEND = frozenset({"editor", "owner"})
ROLES_THAT_WRITE = {
    Space.Write.MEMBERS: frozenset({"member", "editor", "owner"}),
    Space.Write.EDITORS: ROLES_THAT_TEND,
}


def roles_of(person: Any) -> dict[int, str]:
    """Roles by space id, for a signed-in person; one query per person object (one request)."""
    if not getattr(person, "is_active", False) or not person.is_authenticated:
        return {}
    roles = getattr(person, "_roles_by_space", None)
    if roles is None:
        found = rows(connections[router.db_for_read(Membership)], ROLES, [person.pk, person.pk])
        roles = {space: role for space, role in found if space}
        person._roles_by_space = roles
        person._rights = {right for space, right in found if not space}
    return roles


def spaces_tended(person: Any) -> list[int]:
    """The ids of the spaces whose pages and drafts `person` looks after, as an editor or owner."""
    return [space for space, role in roles_of(person).items() if role in ROLES_THAT_TEND]


def tends(person: Any, space: int | None) -> bool:
    """Whether `person` looks after the pages of others in the space with this id."""
    return bool(person.is_superuser or roles_of(person).get(space or 0, "") in ROLES_THAT_TEND)


def has_right(person: Any, right: str) -> bool:
    """Whether to *show* what `RELEASE`, `ENTER_ADMIN` or `CURATE_SEARCH` allow; no query beyond `roles_of`.

    Before the action, Django's own permissions are checked.
    """
    if not getattr(person, "is_active", False) or not person.is_authenticated:
        return False
    if person.is_superuser:
        return True
    roles_of(person)
    return right in getattr(person, "_rights", ())


def forget_roles(person: Any) -> None:
    """Clear the cache after a membership changed in the same request."""
    person.__dict__.pop("_roles_by_space", None)
    person.__dict__.pop("_audience_tokens", None)


def may_see(person: Any, space: Space) -> bool:
    if not getattr(person, "is_active", False) or not person.is_authenticated:
        return False
    # Administrators can open everything in Wagtail's admin anyway.
    return person.is_superuser or space.see == Space.See.STAFF or space.pk in roles_of(person)


def may_ask_to_join(person: Any, space: Space) -> bool:
    """Whether to offer joining. Administrators can do everything anyway, and join open spaces to get notifications."""
    if not may_see(person, space) or space.join == Space.Join.INVITED:
        return False
    return space.join == Space.Join.OPEN or not person.is_superuser


def may_write(person: Any, space: Space | None) -> bool:
    if space is None or not may_see(person, space):
        return False
    return person.is_superuser or roles_of(person).get(space.pk) in ROLES_THAT_WRITE[Space.Write(space.write)]


def may_comment_in(person: Any, space: Space | None) -> bool:
    """Whether the policy of the space lets `person` comment on pages that she can read there."""
    if space is None or space.comment == Space.Comment.NOBODY or not may_see(person, space):
        return False
    return person.is_superuser or space.comment == Space.Comment.READERS or space.pk in roles_of(person)


def may_administer(person: Any, space: Space | None) -> bool:
    if space is None or not may_see(person, space):
        return False
    return person.is_superuser or roles_of(person).get(space.pk) == "owner"


def may_approve(person: Any, space: Space) -> bool:
    """Owners, and the editors that they have named, approve pages of the space."""
    if may_administer(person, space):
        return True
    if not may_see(person, space) or roles_of(person).get(space.pk) != "editor":
        return False
    return Membership.objects.filter(person=person.pk, space=space.pk, approves=True).exists()


def publishes_alone(person: Any, space: Space | None) -> bool:
    """Whether `person`, who can write in the space, publishes there without asking anybody."""
    if space is None or space.approval == Space.Approval.NONE:
        return True
    return space.approval == Space.Approval.ONE and may_approve(person, space)
