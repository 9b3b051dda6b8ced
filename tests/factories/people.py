"""Makes persons, spaces and memberships."""

from typing import Any

from people.models import Membership, Person, Space


def make_person(username: str, **fields: Any) -> Person:
    fields.setdefault("first_name", username.capitalize())
    fields.setdefault("last_name", "Example")
    person = Person(username=username, email=f"{username}@example.org", **fields)
    person.set_password("commonplace")
    person.save()
    return person


def make_space(slug: str, **fields: Any) -> Space:
    fields.setdefault("name", slug.replace("-", " ").title())
    return Space.objects.create(slug=slug, **fields)


def join(person: Person, space: Space, role: str = "member") -> Membership:
    membership = Membership.objects.create(person=person, space=space, role=role)
    # The door remembers roles for the life of a person object, which is one request outside of tests.
    person.__dict__.pop("_roles_by_space", None)
    person.__dict__.pop("_audience_tokens", None)
    return membership
