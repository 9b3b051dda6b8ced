"""How persons, spaces and memberships are asked for."""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import UserManager
from django.db import models

from people.keys import username_key

if TYPE_CHECKING:
    from people.models import JoinRequest, Membership, Person, Space  # noqa: F401 - only for the generic parameters


class PersonQuerySet(models.QuerySet["Person"]):
    def named(self, usernames: Iterable[str]) -> "PersonQuerySet":
        """Persons by their user names, however these are typed."""
        return self.filter(username_key__in={username_key(name) for name in usernames})

    def who_may(self, right: str) -> "PersonQuerySet":
        """Administrators, and whoever has the right with this codename beyond any space."""
        return self.filter(models.Q(is_superuser=True) | models.Q(groups__permissions__codename=right)).distinct()


class PersonManager(UserManager.from_queryset(PersonQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, username: str | None) -> "Person":
        """Whom Django's own ways of signing in and of making accounts mean."""
        return self.get(username_key=username_key(username or ""))


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
