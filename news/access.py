"""Who may know of an event: asked when people are told, and again whenever a notice is shown or sent."""

from collections.abc import Collection
from typing import Any

from django.db.models import Exists, OuterRef, Q

from news import kinds
from news.models import Notice
from pages.access import with_own_drafts
from pages.models import BasePage
from people.audiences import holders
from people.models import Membership, Person, Space
from people.permissions import roles_of


def visible_notices(person: Any) -> Any:
    """The notices of `person` about what this person may see at this moment."""
    pages = with_own_drafts(person, BasePage.objects.all())
    spaces = Space.objects.visible_to(person)
    mine = Notice.objects.filter(person=person.pk, event__kind__in=kinds.known())
    of_page = Q(event__page__isnull=True) | Exists(pages.filter(pk=OuterRef("event__page")))
    of_space = Q(event__space__isnull=True) | Exists(spaces.filter(pk=OuterRef("event__space")))
    found = mine.filter(of_page, of_space)
    for_owners = kinds.for_owners()
    found = found.exclude(event__kind__in=for_owners, event__by__is_active=False)
    if not person.is_superuser:
        owned = [space for space, role in roles_of(person).items() if role == Membership.Role.OWNER]
        found = found.exclude(Q(event__kind__in=for_owners) & ~Q(event__space__in=owned))
    return found


def may_know(event: Any, people: Collection[int]) -> set[int]:
    """Those of `people` who may know of `event` now: they could read its page when it happened, and still can."""
    found = Person.objects.filter(pk__in=people, is_active=True)
    if event.page_id is not None:
        page = BasePage._base_manager.filter(pk=event.page_id).first()
        if page is None or page.is_deleted:
            return set()
        if not page.live:
            draft = BasePage.objects.filter(pk=page.pk)
            return {person.pk for person in found if with_own_drafts(person, draft).exists()}
        found = found.filter(holders(page.audience_token))
        if event.audience_token not in {"", page.audience_token}:
            found = found.filter(holders(event.audience_token))
    if event.space_id is not None:
        found = found.filter(_sees(event.space, owners=getattr(kinds.kind_of(event.kind), "for_owners", False)))
    return set(found.values_list("pk", flat=True))


def _sees(space: Space, *, owners: bool) -> Q:
    if owners:
        members = Membership.objects.filter(space=space, role=Membership.Role.OWNER)
        return Q(is_superuser=True) | Q(pk__in=members.values("person"))
    return holders(space.audience_token)
