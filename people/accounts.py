"""Actions of administrators on accounts: invite, send links, set site roles, deactivate and reactivate."""

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

#: Sent with `person`, in the transaction that closes an account, to end other ways in, such as feed links.
deactivated = Signal()


class LastAdministrator(Exception):
    pass


def may_manage_accounts(person: Any) -> bool:
    return bool(person.is_authenticated and person.is_active and person.is_superuser)


def _check(by: Any) -> None:
    if not may_manage_accounts(by):
        raise PermissionDenied


@transaction.atomic
def invite(*, by: Any, person: Person) -> str:
    """Save the new `person` without a password; return the address of a link to set one."""
    _check(by)
    person.set_unusable_password()
    person.full_clean(exclude=["password"])
    person.save()
    return tokens.new_link(person, AccountLink.Purpose.INVITATION, by=by)


def send_link(*, by: Any, person: Person) -> str:
    """The address of a link with which `person` sets a first or a new password."""
    _check(by)
    first = not person.has_usable_password()
    return tokens.new_link(person, AccountLink.Purpose.INVITATION if first else AccountLink.Purpose.RESET, by=by)


def mail_link(person: Person, address: str, *, invited: bool) -> bool:
    """Whether the link was mailed. Its address is stored nowhere else."""
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
    """Any of `administrator`, `releaser`, `editor`, `curator`."""
    names = set(person.groups.values_list("name", flat=True))
    roles = {role for role, (name, _app, _codename) in SITE_ROLES.items() if name in names}
    return roles | ({ADMINISTRATOR} if person.is_superuser else set())


@transaction.atomic
def set_site_roles(*, by: Any, person: Person, roles: set[str]) -> None:
    """Give `person` exactly these roles. Raises `LastAdministrator`."""
    _check(by)
    if person.is_superuser and ADMINISTRATOR not in roles:
        _keep_an_administrator(person)
    person.is_superuser = person.is_staff = ADMINISTRATOR in roles
    person.save(update_fields=["is_superuser", "is_staff"])
    for role in SITE_ROLES:
        group = site_group(role)
        (group.user_set.add if role in roles else group.user_set.remove)(person)


def site_group(role: str) -> Group:
    name, app_label, codename = SITE_ROLES[role]
    group, _created = Group.objects.get_or_create(name=name)
    group.permissions.add(*Permission.objects.filter(content_type__app_label=app_label, codename=codename))
    return group


@transaction.atomic
def deactivate(*, by: Any, person: Person) -> None:
    _check(by)
    if person.is_superuser:
        _keep_an_administrator(person)
    close(person)


@transaction.atomic
def close(person: Person) -> None:
    """End sessions, links and feeds of `person` for good: a reactivated account needs a new password.

    Pages stay under the person's name. So do memberships and roles, which have no effect while the account is closed.
    """
    person.is_active = False
    person.set_unusable_password()
    person.save(update_fields=["is_active", "password"])
    tokens.end_links(person)
    APIToken.objects.filter(user=person, revoked_at=None).update(revoked_at=timezone.now())
    deactivated.send(sender=Person, person=person)


@transaction.atomic
def reactivate(*, by: Any, person: Person) -> str:
    """Let `person` sign in again, with roles as before; return the address of a link to set a password."""
    _check(by)
    person.is_active = True
    person.save(update_fields=["is_active"])
    return tokens.new_link(person, AccountLink.Purpose.INVITATION, by=by)


def spaces_left_alone(person: Person) -> list[Any]:
    owners = Membership.objects.filter(role="owner", person__is_active=True)
    owned = owners.filter(person=person).select_related("space").order_by("space__name")
    return [one.space for one in owned if not owners.filter(space=one.space).exclude(person=person).exists()]


def is_last_administrator(person: Person) -> bool:
    others = Person.objects.select_for_update().filter(is_superuser=True, is_active=True).exclude(pk=person.pk)
    return not others.exists()


def _keep_an_administrator(leaver: Person) -> None:
    if is_last_administrator(leaver):
        raise LastAdministrator
