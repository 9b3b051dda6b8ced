"""Who will read a page: one sentence beside the button that publishes it."""

from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people.models import Membership, Person, Space


def sentences(space: Any, page: Any = None, *, may_choose: bool = True) -> list[tuple[str, str]]:
    """For each audience that the form offers, or for that of the page, how many people can read it then."""
    audiences = ["staff", "space"] if may_choose or page is None else [page.audience]
    if space.see == Space.See.MEMBERS:
        audiences = ["space"]
    return [(audience, _staff() if audience == "staff" else _members(space)) for audience in audiences]


def _staff() -> str:
    number = Person.objects.filter(is_active=True).count()
    words = ngettext("%(number)s member of staff can read this.", "All %(number)s staff can read this.", number)
    return words % {"number": number_format(number, force_grouping=True)}


def _members(space: Any) -> str:
    number = Membership.objects.filter(space=space, person__is_active=True).count()
    words = ngettext(
        "Only the %(number)s member of %(space)s can read this.",
        "Only the %(number)s members of %(space)s can read this.",
        number,
    )
    return words % {"number": number_format(number, force_grouping=True), "space": space.name}


def public_sentence(page: Any) -> str:
    """Whether the public follows."""
    if page is None or not page.public_since:
        return ""
    return _("The public copy does not change until someone releases this page again.")
