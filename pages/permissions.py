"""Who can change or release a page. `grant_branch` gives Wagtail's admin the same rules."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib.auth.models import Permission
from wagtail.models import GroupPagePermission

from pages.access import sees_drafts_of
from people.groups import ensure_groups
from people.models import Membership, Space
from people.permissions import ROLES_THAT_WRITE, may_administer, may_see, may_write, tends

if TYPE_CHECKING:
    from pages.models import BasePage, SpacePage

__all__ = [
    "grant_branch",
    "may_administer",
    "may_change",
    "may_delete",
    "may_edit",
    "may_release",
    "may_see",
    "may_write",
]

RELEASE_PERMISSION = "pages.release_basepage"


def may_edit(person: Any, page: "BasePage") -> bool:
    """People who can write in the space can edit its pages. If only editors can write, other authors cannot edit.

    A draft can be edited by those who see it: its creator, and editors and owners of the space.
    """
    if page.space_id is None:
        return bool(getattr(person, "is_superuser", False) and person.is_active)
    if page.locked:
        return False
    return may_change(person, page)


def may_change(person: Any, page: "BasePage") -> bool:
    """`may_edit`, whether or not somebody has locked the page."""
    return may_write(person, page.space) and (page.live or sees_drafts_of(person, page))


def may_delete(person: Any, page: "BasePage") -> bool:
    """Editors and owners can delete pages, and authors can delete those they created."""
    if not may_edit(person, page):
        return False
    return tends(person, page.space_id) or page.owner_id == person.pk


def may_release(person: Any, page: "BasePage") -> bool:
    """Requires its own permission, and that the person can see the page's space."""
    if page.space is None or not may_see(person, page.space):
        return False
    return person.has_perm(RELEASE_PERMISSION)


def grant_branch(space_page: "SpacePage") -> None:
    space = cast(Space, space_page.space)  # a space's front page always has one
    groups = ensure_groups(space)
    GroupPagePermission.objects.filter(group__in=groups.values()).delete()
    kinds = {
        Membership.Role.MEMBER: ["add_basepage", "change_basepage", "publish_basepage"],
        Membership.Role.EDITOR: ["add_basepage", "change_basepage", "publish_basepage", "lock_basepage"],
        Membership.Role.OWNER: [
            "add_basepage",
            "change_basepage",
            "publish_basepage",
            "lock_basepage",
            "unlock_basepage",
        ],
    }
    permissions = {
        permission.codename: permission
        for permission in Permission.objects.filter(content_type__app_label="pages", content_type__model="basepage")
    }
    GroupPagePermission.objects.bulk_create(
        GroupPagePermission(group=groups[role], page_id=space_page.pk, permission=permissions[codename])
        for role, codenames in kinds.items()
        if role in ROLES_THAT_WRITE[Space.Write(space.write)]
        for codename in codenames
        if codename in permissions
    )
