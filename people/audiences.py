"""Access by audience: rows have an audience token, and each person has a set of tokens."""

from typing import Any

from django.db import connections, router
from django.db.models import Exists, Q

from database.statements import rows
from people.models import STAFF, Membership, Space, space_token
from people.permissions import roles_of
from web.numbers import whole_number

__all__ = ["STAFF", "audience_token", "audience_tokens", "holders", "space_token", "token_filter"]

ALL_SPACES = f"SELECT id FROM {Space._meta.db_table}"  # noqa: S608 - our own name


def audience_token(space: Space | None, audience: str) -> str:
    """The token for `audience` in a space, never wider than the space. Without a space "", which nobody has."""
    if space is None:
        return ""
    return space_token(space.pk) if audience == "space" else space.audience_token


def audience_tokens(person: Any) -> frozenset[str]:
    """The tokens of `person`: `staff` and `space:<id>`; none if not signed in or deactivated.

    Cached on the person object, which lives for one request; costs one query.
    """
    if not getattr(person, "is_active", False) or not person.is_authenticated:
        return frozenset()
    tokens = getattr(person, "_audience_tokens", None)
    if tokens is None:
        if person.is_superuser:
            # A fixed statement, because each request of an administrator needs it.
            spaces: Any = [pk for (pk,) in rows(connections[router.db_for_read(Space)], ALL_SPACES)]
        else:
            spaces = roles_of(person)
        tokens = frozenset({STAFF, *(space_token(pk) for pk in spaces)})
        person._audience_tokens = tokens
    return tokens


def token_filter(person: Any) -> Q:
    """The condition on `audience_token`, for models that have one (pictures, files, recordings)."""
    tokens = audience_tokens(person)
    return Q(audience_token__in=tokens) if tokens else Q(pk__in=[])


def holders(token: str) -> Q:
    """The condition on people who have `token`: the same rule as `audience_tokens`, asked the other way round."""
    if token == STAFF:
        return Q(is_active=True)
    space = whole_number(token.removeprefix("space:")) if token.startswith("space:") else None
    if space is None:
        return Q(pk__in=[])
    members = Membership.objects.filter(space=space).values("person")
    return Q(is_active=True) & (Q(is_superuser=True) & Exists(Space.objects.filter(pk=space)) | Q(pk__in=members))
