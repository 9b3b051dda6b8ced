"""Joining, leaving and roles in spaces. Effective at once, because each request reads the memberships."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from people.announcing import announcer
from people.models import JoinRequest, Membership, Person, Space
from people.permissions import forget_roles, may_administer, may_see


class LastOwner(Exception):
    pass


@transaction.atomic
def join(*, person: Any, space: Space) -> bool:
    """True if `person` is now a member, False if the owners were asked; `PermissionDenied` if only they invite."""
    if not may_see(person, space) or space.join == Space.Join.INVITED:
        raise PermissionDenied
    if Membership.objects.filter(person=person, space=space).exists():
        return True
    if space.join == Space.Join.REQUEST and not person.is_superuser:
        request, is_new = JoinRequest.objects.get_or_create(person=person, space=space)
        if is_new:
            announcer().asked_to_join(request)
        return False
    Membership.objects.create(person=person, space=space)
    forget_roles(person)
    return True


@transaction.atomic
def leave(*, person: Any, space: Space) -> None:
    _keep_an_owner(space, person)
    for membership in Membership.objects.filter(person=person, space=space):
        membership.delete()
    forget_roles(person)


@transaction.atomic
def set_role(*, by: Any, person: Person, space: Space, role: str) -> None:
    """Set a role of `person` in `space`, or remove the person if `role` is empty. Answers a request to join."""
    if not may_administer(by, space):
        raise PermissionDenied
    if role != Membership.Role.OWNER:
        _keep_an_owner(space, person)
    before = Membership.objects.filter(person=person, space=space).values_list("role", flat=True).first()
    for request in JoinRequest.objects.filter(person=person, space=space):
        announcer().request_answered(request, by=by, accepted=bool(role))
        request.delete()
    if role:
        membership, is_new = Membership.objects.update_or_create(person=person, space=space, defaults={"role": role})
        if role != before:
            announcer().role_given(membership, by=by, is_new=is_new)
    else:
        for membership in Membership.objects.filter(person=person, space=space):
            membership.delete()
    forget_roles(person)


def _keep_an_owner(space: Space, leaver: Any) -> None:
    owners = list(Membership.objects.filter(space=space, role="owner").values_list("person_id", flat=True))
    if owners == [leaver.pk]:
        raise LastOwner
