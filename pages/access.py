"""The door: who may read what is decided here and nowhere else (docs/decisions/0002-door-and-gate.md)."""

from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Q
from django.http import Http404

from pages.addresses import to_path
from people.audiences import audience_tokens, token_filter
from people.permissions import ROLES_THAT_TEND, roles_of

if TYPE_CHECKING:
    from pages.querysets import BasePageQuerySet

Pages = TypeVar("Pages", bound="BasePageQuerySet")


def visible_to(person: Any, pages: Pages) -> Pages:
    """Those of `pages` that are published and whose audience `person` belongs to.

    The one condition that every exit passes: page, list, count, facet, suggestion, excerpt, feed, API, export.
    """
    return pages.filter(token_filter(person), live=True)


def behind_the_door(person: Any, pages: Pages) -> Pages:
    """For Wagtail's admin, whose own permissions say who edits: what `person` may read, and the drafts that she may see.

    The pages that hold all spaces belong to none and are seen by whoever comes into the admin.
    """
    if getattr(person, "is_superuser", False) and person.is_active:
        return pages
    readable = Q(audience_token__in=audience_tokens(person)) & (Q(live=True) | _drafts_of(person))
    return pages.filter(readable | Q(space=None))


def with_own_drafts(person: Any, pages: Pages) -> Pages:
    """`visible_to`, and the unpublished pages that `person` may edit: `pages.permissions.may_edit` says the same of one."""
    tokens = audience_tokens(person)
    if not tokens:
        return pages.none()
    if person.is_superuser:
        return pages.filter(audience_token__in=tokens)
    return pages.filter(Q(audience_token__in=tokens) & (Q(live=True) | _drafts_of(person)))


def _drafts_of(person: Any) -> Q:
    roles = roles_of(person)
    tends = [pk for pk, role in roles.items() if role in ROLES_THAT_TEND]
    return Q(live=False) & (Q(space__in=tends) | Q(space__in=list(roles), owner=person))


def sees_drafts_of(person: Any, page: Any) -> bool:
    """`_drafts_of` for one page: its draft is for whoever began it, and for editors and owners of its space."""
    if person.is_superuser:
        return True
    role = roles_of(person).get(page.space_id)
    return role in ROLES_THAT_TEND or bool(role and page.owner_id == person.pk)


def page_or_404(person: Any, pages: "BasePageQuerySet", path: str, *, drafts: bool = False) -> Any:
    """The page at the address `path` (as in the browser, with slashes at both ends), if `person` may read it.

    One query, straight to the row; there is no walk through the tree. Raises `Http404` alike for what does not exist
    and for what is not hers to see.
    """
    found = with_own_drafts(person, pages) if drafts else visible_to(person, pages)
    page = found.filter(url_path=to_path(path)).first()
    if page is None:
        raise Http404
    return page
