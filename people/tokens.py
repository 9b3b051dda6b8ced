"""Links to set a password: 256 random bits, stored as a hash, valid once and for a limited time."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from people.models import AccountLink, Person

# Anybody can ask for a link in the name of others: no flood of mail, and no end of the link just sent.
MAILED_ONCE_IN = timedelta(minutes=5)
VALID_FOR = {AccountLink.Purpose.INVITATION: timedelta(days=7), AccountLink.Purpose.RESET: timedelta(hours=24)}


def _hash(token: str) -> str:
    # A plain hash is enough: 256 random bits cannot be guessed.
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def new_link(person: Person, purpose: str, *, by: Any = None) -> str:
    """The address of a new link for `person`, which cannot be read again. Earlier links of the person end."""
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
    """The valid link with this token, or None if it is used, expired, unknown, or of a deactivated person."""
    links = AccountLink.objects.select_related("person").filter(token_hash=_hash(token), person__is_active=True)
    return links.filter(expires_at__gt=timezone.now()).first()


@transaction.atomic
def use_link(link: AccountLink, password: str) -> Person | None:
    """Set the password of the link's person and end the link; None if it was used at the same time."""
    if not AccountLink.objects.select_for_update().filter(pk=link.pk).exists():
        return None
    person = Person.objects.get(pk=link.person_id)
    person.set_password(password)
    person.save(update_fields=["password"])
    end_links(person)
    return person


def has_new_link(person: Any) -> bool:
    return AccountLink.objects.filter(person=person, made_at__gt=timezone.now() - MAILED_ONCE_IN).exists()


def end_links(person: Any) -> None:
    AccountLink.objects.filter(person=person).delete()
