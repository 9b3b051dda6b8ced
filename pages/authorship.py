"""Whose names are in a byline: who is named by somebody else is told, may agree, and may take her name off.

Until one of them agrees, the one who named them is shown beside them, so that nothing seems to be by others alone.
"""

from typing import Any

from django.utils.translation import gettext as _

from pages.access import visible_to
from pages.models import AuthorInvitation, BasePage, PageAuthor
from people.models import Person

AGREED, DECLINED = AuthorInvitation.Answer.AGREED, AuthorInvitation.Answer.DECLINED


def invite_new_authors(page: Any, *, by: Any) -> list[Person]:
    """Before `page` is saved by `by`: whom she names for the first time. `record_invitations` stores that once the page has a row.

    Who declined is left out, also where an old version that named her is brought back.
    """
    authors = list(page.page_authors.all())
    if not authors:
        return []
    known: dict[int, AuthorInvitation] = {}
    stood: set[int] = set()
    if page.pk:
        known = {invitation.person_id: invitation for invitation in AuthorInvitation.objects.filter(page_id=page.pk)}
        stood = set(PageAuthor.objects.filter(page_id=page.pk).values_list("person_id", flat=True))
    own = known.get(by.pk)
    if own is not None and own.answer != AGREED and any(author.person_id == by.pk for author in authors):
        own.answer = AGREED
        own.save()
    kept = [one for one in authors if one.person_id not in known or known[one.person_id].answer != DECLINED]
    new = [one for one in kept if one.person_id not in {by.pk, *known, *stood}]
    waiting = {one.person_id for one in new} | {pk for pk, invitation in known.items() if not invitation.answer}
    if all(one.person_id in waiting for one in kept):
        kept.append(PageAuthor(person=by, sort_order=len(kept)))
    if kept != authors:
        page.page_authors.set(kept)
    return [one.person for one in new]


def record_invitations(page: Any, *, by: Any, named: list[Person], note: str) -> str:
    """Stores that `by` named these; the note for the history with their names behind it."""
    if not named:
        return note
    AuthorInvitation.objects.bulk_create(AuthorInvitation(page_id=page.pk, person=one, by=by) for one in named)
    names = _("named as author: %(names)s") % {"names": ", ".join(one.name for one in named)}
    return "; ".join(filter(None, [note, names]))


def invitations_for(person: Any) -> Any:
    """The invitations of a person that exist, on pages that she may read, newest first."""
    pages = visible_to(person, BasePage.objects.filter(page_authors__person=person))
    found = AuthorInvitation.objects.filter(person=person, page__in=pages).exclude(answer=DECLINED)
    return found.select_related("page__space", "by").order_by("-at", "-pk")


def pending_count(person: Any) -> int:
    """How many of them she has said nothing to."""
    return invitations_for(person).filter(answer="").count() if person.is_authenticated else 0


def remove_author(page: Any, person: Any, *, instead: Any) -> None:
    """Takes `person` out of the byline; one that would be empty names whoever named her, or who began the page."""
    kept = [author for author in page.page_authors.all() if author.person_id != person.pk]
    page.page_authors.set(kept or [PageAuthor(person=one, sort_order=0) for one in [instead or page.owner] if one])
