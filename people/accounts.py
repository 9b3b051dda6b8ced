"""What administrators do with accounts: invite, send links, give roles beyond any space, deactivate and bring back."""

import logging
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.core.mail import send_mail
from django.db import transaction
from django.dispatch import Signal
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import APIToken

from people import tokens
from people.groups import ADMINISTRATOR, SITE_ROLES
from people.models import AccountLink, Membership, Person

logger = logging.getLogger("people.accounts")

#: Sent with `person`, in the transaction that closes an account: what opens without a password ends too.
deactivated = Signal()


class LastAdministrator(Exception):
    """The site would be left without an administrator."""


def may_manage_accounts(person: Any) -> bool:
    return bool(person.is_authenticated and person.is_active and person.is_superuser)


def _check(by: Any) -> None:
    if not may_manage_accounts(by):
        raise PermissionDenied


@transaction.atomic
def invite(*, by: Any, person: Person) -> str:
    """Saves the new `person` without a password; the address of the link by which she sets one."""
    _check(by)
    person.set_unusable_password()
    person.full_clean(exclude=["password"])
    person.save()
    return tokens.new_link(person, AccountLink.Purpose.INVITATION, by=by)


def send_link(*, by: Any, person: Person) -> str:
    """A new link for `person`, by which she sets a password: a first one, or another if she has one."""
    _check(by)
    first = not person.has_usable_password()
    return tokens.new_link(person, AccountLink.Purpose.INVITATION if first else AccountLink.Purpose.RESET, by=by)


def mail_link(person: Person, address: str, *, invited: bool) -> bool:
    """Whether the link went out by e-mail; the address is in nothing but the mail."""
    if not (settings.INTRANET_SENDS_MAIL and person.email):
        return False
    context = {"person": person, "address": address, "site": settings.INTRANET_URL}
    subject = _("Your account on Commonplace") if invited else _("Set a new password on Commonplace")
    text = render_to_string("people/mail/invitation.txt" if invited else "people/mail/reset.txt", context)
    try:
        send_mail(subject, text, None, [person.email])
    except OSError as error:
        logger.warning("a link could not be mailed to person %s: %s", person.pk, type(error).__name__)
        return False
    return True


def roles_of_site(person: Person) -> set[str]:
    """`administrator`, `releaser`, `editor`, `curator`."""
    names = set(person.groups.values_list("name", flat=True))
    roles = {role for role, (name, _app, _codename) in SITE_ROLES.items() if name in names}
    return roles | ({ADMINISTRATOR} if person.is_superuser else set())


@transaction.atomic
def set_site_roles(*, by: Any, person: Person, roles: set[str]) -> None:
    """Gives `person` just these roles. Raises `LastAdministrator`."""
    _check(by)
    if person.is_superuser and ADMINISTRATOR not in roles:
        _keep_an_administrator(person)
    person.is_superuser = person.is_staff = ADMINISTRATOR in roles
    person.save(update_fields=["is_superuser", "is_staff"])
    for role in SITE_ROLES:
        group = site_group(role)
        (group.user_set.add if role in roles else group.user_set.remove)(person)


def site_group(role: str) -> Group:
    """The group of a role, with its right, made where it is missing."""
    name, app_label, codename = SITE_ROLES[role]
    group, _created = Group.objects.get_or_create(name=name)
    group.permissions.add(*Permission.objects.filter(content_type__app_label=app_label, codename=codename))
    return group


@transaction.atomic
def deactivate(*, by: Any, person: Person) -> None:
    """Lets `person` in no more. Raises `LastAdministrator`."""
    _check(by)
    if person.is_superuser:
        _keep_an_administrator(person)
    close(person)


@transaction.atomic
def close(person: Person) -> None:
    """Ends sessions, links and feeds of `person` at once, for good: bringing her back takes a new password.

    What she wrote stays under her name, and so do her memberships and roles, which count for nothing meanwhile.
    """
    person.is_active = False
    person.set_unusable_password()
    person.save(update_fields=["is_active", "password"])
    tokens.end_links(person)
    APIToken.objects.filter(user=person, revoked_at=None).update(revoked_at=timezone.now())
    deactivated.send(sender=Person, person=person)


@transaction.atomic
def reactivate(*, by: Any, person: Person) -> str:
    """Lets `person` in again, with what she may as before; the address of the link by which she sets a password."""
    _check(by)
    person.is_active = True
    person.save(update_fields=["is_active"])
    return tokens.new_link(person, AccountLink.Purpose.INVITATION, by=by)


def spaces_left_alone(person: Person) -> list[Any]:
    """Spaces of which `person` is the only owner who works here."""
    owners = Membership.objects.filter(role="owner", person__is_active=True)
    owned = owners.filter(person=person).select_related("space").order_by("space__name")
    return [one.space for one in owned if not owners.filter(space=one.space).exclude(person=person).exists()]


def is_last_administrator(person: Person) -> bool:
    others = Person.objects.select_for_update().filter(is_superuser=True, is_active=True).exclude(pk=person.pk)
    return not others.exists()


def _keep_an_administrator(leaver: Person) -> None:
    if is_last_administrator(leaver):
        raise LastAdministrator
