"""Names in bylines: people named by somebody else are notified, and can agree or remove themselves.

Until one of them agrees, the person who named them is an author too, so that no page seems to be by others alone.
"""

from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from database.prepared import Prepared
from pages.access import visible_to
from pages.models import AuthorInvitation, BasePage, PageAuthor
from people.models import Person

_invitations = Prepared(lambda page: AuthorInvitation.objects.order_by().filter(page=page), page=int)
_authors = Prepared(lambda page: PageAuthor.objects.order_by().filter(page=page).values_list("person_id"), page=int)
AGREED, DECLINED = AuthorInvitation.Answer.AGREED, AuthorInvitation.Answer.DECLINED


def invite_new_authors(page: Any, *, by: Any) -> list[Person]:
    """Before `page` is saved by `by`: the people named for the first time, for `record_invitations`.

    People who declined are left out, also when an old version that names them is restored.
    """
    authors = list(page.page_authors.all())
    if not authors:
        return []
    known: dict[int, AuthorInvitation] = {}
    previous: set[int] = set()
    if page.pk:
        known = {invitation.person_id: invitation for invitation in _invitations(page=page.pk)}
        previous = {person for (person,) in _authors(page=page.pk)}
    own = known.get(by.pk)
    if own is not None and own.answer != AGREED and any(author.person_id == by.pk for author in authors):
        own.answer = AGREED
        own.save()
    accepted = [one for one in authors if one.person_id not in known or known[one.person_id].answer != DECLINED]
    new = [one for one in accepted if one.person_id not in {by.pk, *known, *previous}]
    waiting = {one.person_id for one in new} | {pk for pk, invitation in known.items() if not invitation.answer}
    if all(one.person_id in waiting for one in accepted):
        accepted.append(PageAuthor(person=by, sort_order=len(accepted)))
    if accepted != authors:
        page.page_authors.set(accepted)
    return [one.person for one in new]


def record_invitations(page: Any, *, by: Any, named: list[Person], note: str) -> str:
    """Store the invitations; return the history note with the names."""
    if not named:
        return note
    AuthorInvitation.objects.bulk_create(AuthorInvitation(page_id=page.pk, person=one, by=by) for one in named)
    names = _("named as author: %(names)s") % {"names": ", ".join(one.name for one in named)}
    return "; ".join(filter(None, [note, names]))


def invitations_for(person: Any) -> Any:
    return _readable(person, person.pk).select_related("page__space", "by").order_by("-at", "-pk")


def _readable(reader: Any, person: int) -> Any:
    # Looked up for each invitation: there are few, and a person can have written thousands of pages.
    pages = visible_to(reader, BasePage.objects.filter(pk=OuterRef("page"), page_authors__person=person))
    return AuthorInvitation.objects.filter(Exists(pages), person=person).exclude(answer=DECLINED)


def remove_author(page: Any, person: Any, *, instead: Any) -> None:
    """Remove `person` from the byline; if it is empty then, name `instead` or the page's owner."""
    others = [author for author in page.page_authors.all() if author.person_id != person.pk]
    page.page_authors.set(others or [PageAuthor(person=one, sort_order=0) for one in [instead or page.owner] if one])
