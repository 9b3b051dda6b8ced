"""Links by which somebody without a password sets one: made of 256 random bits, kept as a hash, good once and for a while."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from people.models import AccountLink, Person

VALID_FOR = {AccountLink.Purpose.INVITATION: timedelta(days=7), AccountLink.Purpose.RESET: timedelta(hours=24)}


def _hash(token: str) -> str:
    # A plain hash is enough for 256 random bits: there is nothing to guess.
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def new_link(person: Person, purpose: str, *, by: Any = None) -> str:
    """The address of a new link for `person`, which nobody can read again. Links made for her before end."""
    token = secrets.token_urlsafe(32)
    AccountLink.objects.filter(person=person).delete()
    AccountLink.objects.create(
        person=person,
        purpose=purpose,
        token_hash=_hash(token),
        made_by=by,
        expires_at=timezone.now() + VALID_FOR[AccountLink.Purpose(purpose)],
    )
    return settings.INTRANET_URL + reverse("people:account_link", args=[token])


def find_link(token: str) -> AccountLink | None:
    """The working link with this token; None for one that is used, too old, of a person who left, or made up."""
    links = AccountLink.objects.select_related("person").filter(token_hash=_hash(token), person__is_active=True)
    return links.filter(expires_at__gt=timezone.now()).first()


@transaction.atomic
def use_link(link: AccountLink, password: str) -> Person | None:
    """Sets the password of the link's person and ends the link; None if somebody used it in the same moment."""
    if not AccountLink.objects.select_for_update().filter(pk=link.pk).exists():
        return None
    person = Person.objects.get(pk=link.person_id)
    person.set_password(password)
    person.save(update_fields=["password"])
    end_links(person)
    return person


def end_links(person: Any) -> None:
    AccountLink.objects.filter(person=person).delete()
