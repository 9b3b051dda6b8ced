"""The words of the door: an audience is a token, a row carries one, and a person belongs to some."""

from typing import Any

from django.db import connections, router
from django.db.models import Q

from database.statements import rows
from people.models import STAFF, Space, space_token
from people.permissions import roles_of

__all__ = ["STAFF", "audience_token", "audience_tokens", "space_token", "token_filter"]

ALL_SPACES = f"SELECT id FROM {Space._meta.db_table}"  # noqa: S608 - our own name


def audience_token(space: Space | None, audience: str) -> str:
    """What is for `audience` of a space, never wider than the space itself. Without a space nobody: default deny."""
    if space is None:
        return ""
    return space_token(space.pk) if audience == "space" else space.audience_token


def audience_tokens(person: Any) -> frozenset[str]:
    """The audiences that `person` belongs to: `staff` and `space:<id>`, empty for a stranger or a leaver.

    Cached on the person object, which lives for one request; costs one query.
    """
    if not getattr(person, "is_active", False) or not person.is_authenticated:
        return frozenset()
    tokens = getattr(person, "_audience_tokens", None)
    if tokens is None:
        if person.is_superuser:
            # Asked in every request of an administrator, so the statement is not rebuilt each time.
            spaces: Any = [pk for (pk,) in rows(connections[router.db_for_read(Space)], ALL_SPACES)]
        else:
            spaces = roles_of(person)
        tokens = frozenset({STAFF, *(space_token(pk) for pk in spaces)})
        person._audience_tokens = tokens
    return tokens


def token_filter(person: Any) -> Q:
    """The condition on `audience_token` alone, for models that carry one (pictures, files, recordings)."""
    tokens = audience_tokens(person)
    return Q(audience_token__in=tokens) if tokens else Q(pk__in=[])
