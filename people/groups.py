"""Wagtail groups that mirror roles in spaces: one per space and role, named `space:<id>:<role>`.

They follow Membership. `pages.permissions` gives them page permissions, because only that app knows pages.
"""

from django.contrib.auth.models import Group

from people.models import Membership, Person, Space

ADMINISTRATOR = "administrator"
#: Roles for the whole site: the name of the group, and the app and codename of its permission.
SITE_ROLES = {
    "releaser": ("Releasers", "pages", "release_basepage"),
    "editor": ("Site editors", "wagtailadmin", "access_admin"),
    "curator": ("Search curators", "search", "curate_search"),
}
SPACE_GROUPS = "space:"


def group_name(space_id: int, role: str) -> str:
    return f"{SPACE_GROUPS}{space_id}:{role}"


def ensure_groups(space: Space) -> dict[str, Group]:
    return {role: Group.objects.get_or_create(name=group_name(space.pk, role))[0] for role in Membership.Role.values}


def put_in_group(membership: Membership) -> None:
    take_out_of_groups(person_id=membership.person_id, space_id=membership.space_id)
    group, _created = Group.objects.get_or_create(name=group_name(membership.space_id, membership.role))
    group.user_set.add(membership.person_id)


def take_out_of_groups(*, person_id: int, space_id: int) -> None:
    names = [group_name(space_id, role) for role in Membership.Role.values]
    Person.groups.through.objects.filter(person_id=person_id, group__name__in=names).delete()


def delete_groups(space_id: int) -> None:
    Group.objects.filter(name__in=[group_name(space_id, role) for role in Membership.Role.values]).delete()
