"""Who can see a stored picture, file or recording."""

from typing import Any

from django.db.models import Q, QuerySet

from people.audiences import audience_tokens
from people.models import person_token


def readable_by(person: Any, media: QuerySet[Any]) -> QuerySet[Any]:
    """Those for the person's audiences, and those that she has added and no page shows yet."""
    tokens = audience_tokens(person)
    if not tokens:
        return media.none()
    return media.filter(Q(audience_token__in=tokens) | Q(audience_token=person_token(person.pk)))
