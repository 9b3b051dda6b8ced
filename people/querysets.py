"""Queries for people, spaces and memberships."""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import UserManager
from django.db import models

from people.keys import username_key
from text.titles import folded

if TYPE_CHECKING:
    from people.models import JoinRequest, Membership, Person, Space  # noqa: F401 - only for the generic parameters

#: First and last name as they are stored, and the blank between them.
NAME_CHARACTERS = 301


class PersonQuerySet(models.QuerySet["Person"]):
    def named(self, usernames: Iterable[str]) -> "PersonQuerySet":
        return self.filter(username_key__in={username_key(name) for name in usernames})

    def called(self, name: str) -> list["Person"]:
        """Persons with this first name, last name or full name, ignoring case."""
        wanted = folded(name)
        if not 0 < len(wanted) <= NAME_CHARACTERS:
            return []
        found = self.filter(words__contains=wanted).only("username", "first_name", "last_name")
        return [one for one in found if wanted in map(folded, (one.first_name, one.last_name, one.get_full_name()))]

    def who_may(self, right: str) -> "PersonQuerySet":
        return self.filter(models.Q(is_superuser=True) | models.Q(groups__permissions__codename=right)).distinct()


class PersonManager(UserManager.from_queryset(PersonQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, username: str | None) -> "Person":
        """Used by Django's authentication and management commands."""
        return self.get(username_key=username_key(username or ""))


class SpaceQuerySet(models.QuerySet["Space"]):
    def visible_to(self, person: Any) -> "SpaceQuerySet":
        """Spaces that `person` may know of: those that all staff see, and those with a membership."""
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
        return self.filter(space__in=spaces, person__is_active=True)
