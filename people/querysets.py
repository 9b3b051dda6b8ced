"""How persons, spaces and memberships are asked for."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from people.models import JoinRequest, Membership, Person, Space  # noqa: F401 - only for the generic parameters


class SpaceQuerySet(models.QuerySet["Space"]):
    def visible_to(self, person: Any) -> "SpaceQuerySet":
        """Spaces whose existence `person` may know of: all that staff see, and those she is a member of."""
        if not getattr(person, "is_active", False) or not person.is_authenticated:
            return self.none()
        if person.is_superuser:
            return self.all()
        return self.filter(models.Q(see="staff") | models.Q(memberships__person=person)).distinct()


class MembershipQuerySet(models.QuerySet["Membership"]):
    def of(self, person: Any) -> "MembershipQuerySet":
        return self.filter(person=person)


class JoinRequestQuerySet(models.QuerySet["JoinRequest"]):
    def waiting_in(self, spaces: Collection[int]) -> "JoinRequestQuerySet":
        """Requests of people who are still here, to the spaces with these ids."""
        return self.filter(space__in=spaces, person__is_active=True)
