"""Access to pages: who can read what is decided here and nowhere else (docs/decisions/0002-door-and-gate.md)."""

from typing import TYPE_CHECKING, Any, TypeVar

from django.apps import apps
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q
from django.http import Http404

from pages.addresses import to_path
from people.audiences import audience_tokens, token_filter
from people.permissions import roles_of, spaces_tended, tends

if TYPE_CHECKING:
    from pages.querysets import BasePageQuerySet

Pages = TypeVar("Pages", bound="BasePageQuerySet")


def visible_to(person: Any, pages: Pages) -> Pages:
    """Those of `pages` that are published and whose audience includes `person`.

    Everything that leaves the site goes through this one condition: page, list, count, facet, suggestion, excerpt,
    feed, API, export.
    """
    return pages.filter(token_filter(person), live=True)


def behind_the_door(person: Any, pages: Pages) -> Pages:
    """For Wagtail's admin, whose own permissions say who edits: what `person` can read, with visible drafts.

    The pages above the spaces have no space; everyone with access to the admin sees them.
    """
    # Deleted ones have no space either.
    pages = pages.exclude(space=None, live=False)
    if getattr(person, "is_superuser", False) and person.is_active:
        return pages
    readable = Q(audience_token__in=audience_tokens(person)) & (Q(live=True) | _drafts_of(person)) | Q(space=None)
    every = apps.get_model("pages.BasePage")._base_manager
    # Wagtail shows the titles of all ancestors, in breadcrumbs and in the results of its choosers.
    hidden = every.filter(numchild__gt=0).exclude(pk__in=every.filter(readable).values("pk"))
    above = hidden.annotate(below=ExpressionWrapper(OuterRef("path"), CharField())).filter(below__startswith=F("path"))
    # A list of ids, because Wagtail's search translates the conditions of the queryset that it searches.
    below = list(every.filter(readable).filter(Exists(above)).values_list("pk", flat=True))
    found = pages.filter(readable)
    return found.exclude(pk__in=below) if below else found


def with_own_drafts(person: Any, pages: Pages) -> Pages:
    """`visible_to`, plus drafts that `person` can edit; `pages.permissions.may_edit` decides the same for one page."""
    tokens = audience_tokens(person)
    if not tokens:
        return pages.none()
    if person.is_superuser:
        return pages.filter(audience_token__in=tokens)
    return pages.filter(Q(audience_token__in=tokens) & (Q(live=True) | _drafts_of(person)))


def reads_branch(person: Any, top: Any) -> bool:
    """Whether `person` may read `top` and every page below it, drafts included. Bulk actions list the pages below, so they need it."""
    branch = top.get_descendants(inclusive=True)
    return bool(with_own_drafts(person, branch).count() == branch.count())


def _drafts_of(person: Any) -> Q:
    return Q(live=False) & (Q(space__in=spaces_tended(person)) | Q(space__in=list(roles_of(person)), owner=person))


def sees_drafts_of(person: Any, page: Any) -> bool:
    """`_drafts_of` for one page: the person who created it, and editors and owners of its space."""
    return tends(person, page.space_id) or (page.space_id in roles_of(person) and page.owner_id == person.pk)


def page_or_404(person: Any, pages: "BasePageQuerySet", path: str, *, drafts: bool = False) -> Any:
    """The page at the address `path` (as in the browser, with slashes at both ends), if `person` can read it.

    One query by address, without walking the tree. Raises the same `Http404` for a missing page and for a hidden one.
    """
    found = with_own_drafts(person, pages) if drafts else visible_to(person, pages)
    # `first()` would add an ORDER BY, and compiling it takes Django as long as the rest of the query.
    page = next(iter(found.filter(url_path=to_path(path)).order_by()[:1]), None)
    if page is None:
        raise Http404
    return page
