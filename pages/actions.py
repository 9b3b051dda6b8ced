"""Every write to pages by people. Each action checks permission first and is one transaction, whole or not at all."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.actions.move_page import MovePageAction
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.log_actions import log

from pages import derive, naming, scheduling, telling
from pages.depth import check_depth, levels_of
from pages.locking import fresh, writing_pages
from pages.models import BasePage, Change
from pages.permissions import may_delete, may_edit, may_write
from people.audiences import audience_token
from text import phrases
from text.slugs import free, slug_or

# More pages than this are rendered again by the worker, not while somebody waits.
RERENDER_AT_ONCE = 10


class EditConflict(Exception):
    """Somebody saved the page since the writer opened it; `latest` is the newest revision."""

    def __init__(self, latest: Any) -> None:
        self.latest = latest
        super().__init__("The page has a newer revision.")


@writing_pages()
def create_page(
    *, person: Any, parent: BasePage, page: Any, note: str = "", publish: bool = True, at: datetime | None = None
) -> Any:
    """Adds the unsaved `page` below `parent`, with its first revision; as a draft unless `publish`.

    Raises `PermissionDenied` if `person` may not write in the parent's space, `ValidationError` for bad fields.
    """
    parent = fresh(parent)
    if not may_write(person, parent.space):
        raise PermissionDenied
    check_depth(parent)
    page.owner = person
    page.space = parent.space
    if not page.slug:
        page.slug = free_slug(parent, page.title)
    at = at or timezone.now()
    page.draft_title = page.title
    page.live = publish
    if publish:
        _stamp(page, at)
    named = naming.settle(page, by=person)
    parent.add_child(instance=page)
    note = naming.noted(page, by=person, named=named, note=note)
    _keep_revision(person=person, page=page, note=note, minor=False, publish=publish, at=at, renamed=publish)
    return page


@writing_pages()
def edit_page(
    *,
    person: Any,
    page: Any,
    note: str = "",
    minor: bool = False,
    publish: bool = True,
    base_revision: int | None = None,
) -> Any:
    """Saves `page`, whose fields the caller has set, as a new revision; live at once if `publish`.

    `base_revision` is the id of the revision that the writer saw: a newer one raises `EditConflict` and nothing is
    saved. Raises `PermissionDenied`, `PageGone`, `ValidationError`.
    """
    stored = fresh(page)
    if not may_edit(person, stored):
        raise PermissionDenied
    if base_revision is not None and stored.latest_revision_id != base_revision:
        raise EditConflict(stored.latest_revision)
    take_facts(page, stored)
    save_revision(person=person, page=page, note=note, minor=minor, publish=publish)
    return page


#: Facts of a page that may have changed while somebody typed: they are not hers to write back. So is its place in the tree.
FACTS = (
    "live",
    "live_revision_id",
    "latest_revision_id",
    "latest_revision_created_at",
    "first_published_at",
    "last_published_at",
    "has_unpublished_changes",
    "go_live_at",
    "expire_at",
    "expired",
    "owner_id",
    "locked",
    "locked_at",
    "locked_by_id",
    "audience",
    "public_since",
    "source_path",
)


def take_facts(page: Any, stored: Any) -> None:
    """Sets on `page`, which may have been read long ago, what its row says now."""
    for name in FACTS:
        setattr(page, name, getattr(stored, name))
    page.space = stored.space
    # An address that the writer did not touch is a fact too: somebody may have given the page another.
    if page.slug == page.__dict__.get("_slug_as_read"):
        page.slug = stored.slug
    page.take_place({name: getattr(stored, name) for name in derive.PLACE})


@writing_pages()
def publish_page(*, person: Any, page: Any) -> Any:
    """Makes the newest draft of `page` live."""
    page = fresh(page)
    if not may_edit(person, page):
        raise PermissionDenied
    latest = page.get_latest_revision_as_object()
    save_revision(person=person, page=latest, note=_("Published"), minor=True, publish=True)
    return latest


@writing_pages()
def unpublish_page(*, person: Any, page: Any) -> None:
    """Takes `page` back to a draft. Readers lose it at once; what the public reads is a release and is not touched."""
    page = fresh(page)
    if not may_edit(person, page):
        raise PermissionDenied
    UnpublishPageAction(page.specific, user=person, set_expired=False).execute(skip_permission_checks=True)


@writing_pages()
def delete_page(*, person: Any, page: Any) -> None:
    """Deletes `page`, which must have no pages below it that `person` may not delete too."""
    page = fresh(page)
    below = BasePage.objects.descendant_of(page, inclusive=True).select_related("space")
    if not all(may_delete(person, each) for each in below):
        raise PermissionDenied
    log(instance=page.specific, action="wagtail.delete", user=person, deleted=True)
    page.specific.delete()


@writing_pages()
def move_page(*, person: Any, page: Any, parent: BasePage) -> None:
    """Moves `page` with all below it; old addresses go on working for those who may read the page."""
    page, parent = fresh(page), fresh(parent)
    if not may_edit(person, page) or not may_write(person, parent.space):
        raise PermissionDenied
    if page.is_root() or parent.path.startswith(page.path):
        raise ValidationError(phrases.BELOW_ITSELF)
    if parent.get_children().filter(slug=page.slug).exclude(pk=page.pk).exists():
        raise ValidationError(phrases.ADDRESS_TAKEN % {"slug": page.slug})
    check_depth(parent, levels=levels_of(page))
    MovePageAction(page.specific, BasePage.objects.get(pk=parent.pk), "last-child", user=person).execute(
        skip_permission_checks=True
    )


@writing_pages()
def set_audience(*, person: Any, page: Any, audience: str) -> None:
    """Narrows or widens who may read `page`, effective at once and never wider than its space."""
    stored = fresh(page)
    if not may_edit(person, stored):
        raise PermissionDenied
    if audience not in BasePage.Audience.values:
        raise ValidationError({"audience": _("Choose who can read this page from the list.")})
    page.audience = stored.audience = audience
    page.audience_token = stored.audience_token = audience_token(stored.space, audience)
    BasePage.objects.filter(pk=page.pk).update(audience=audience, audience_token=page.audience_token)
    specific = stored.specific
    telling.audience_changed(specific)
    log(instance=specific, action="wagtail.edit", user=person, data={"audience": audience})


@writing_pages()
def rerender(pks: list[int]) -> None:
    """Renders the stored text of pages again because something they link to changed; many of them by the worker.

    Read, rendered and written while nobody else writes pages, so that an edit beside it is not overwritten.
    """
    pks = sorted(set(pks))
    if len(pks) > RERENDER_AT_ONCE:
        from pages.tasks import rerender_pages

        rerender_pages.enqueue(pks)
        return
    changed = []
    for page in BasePage.objects.filter(pk__in=pks).select_related("space").order_by("pk"):
        before = page.html, page.plain
        derive.render(page, stored=True)
        if (page.html, page.plain) != before:
            changed.append(page.pk)
        BasePage.objects.filter(pk=page.pk).update(html=page.html, plain=page.plain, headings=page.headings)
        derive.record_links(page)
    # The index may have read the text of before since it was told of the change, or none at all.
    telling.rewritten(changed)


def free_slug(parent: BasePage, title: str) -> str:
    """A slug from the title that no page below `parent` has."""
    wanted = slug_or(title, "page")
    taken = set(BasePage.objects.child_of(parent).filter(slug__startswith=wanted).values_list("slug", flat=True))
    return free(wanted, taken.__contains__)


def save_revision(*, person: Any, page: Any, note: str, minor: bool, publish: bool, settled: bool = False) -> None:
    """Page row, revision, publication and history in the caller's transaction: readers see all of it or nothing.

    For actions that have asked whether `person` may. `settled`: nobody is newly named by her.
    """
    at = timezone.now()
    if not settled:
        note = naming.noted(page, by=person, named=naming.settle(page, by=person), note=note)
    page.draft_title = page.title
    renamed = False
    if publish:
        before = BasePage.objects.filter(pk=page.pk).values_list("title", "url_path", "live")[0]
        page.live = True
        _stamp(page, at)
    page.full_clean()
    # Of a draft that nobody reads yet the row itself may carry the text: lists of drafts show the newest title.
    if publish or not page.live:
        page.save(clean=False)
    if publish:
        renamed = before != (page.title, page.url_path, True)
    _keep_revision(person=person, page=page, note=note, minor=minor, publish=publish, at=at, renamed=renamed)


def _stamp(page: Any, at: datetime) -> None:
    """What a page says of its being published."""
    scheduling.forget_schedule(page)
    page.has_unpublished_changes = False
    page.first_published_at = page.first_published_at or at
    page.last_published_at = at


def _keep_revision(
    *, person: Any, page: Any, note: str, minor: bool, publish: bool, at: datetime, renamed: bool
) -> None:
    """The revision of a page whose row is written, and its line in the history."""
    revision = page.save_revision(user=person, clean=False, changed=not publish)
    if publish:
        page.live_revision = revision
        BasePage.objects.filter(pk=page.pk).update(live_revision=revision, has_unpublished_changes=False)
        page.has_unpublished_changes = False
        log(instance=page, action="wagtail.publish", user=person, revision=revision)
        if renamed:
            telling.named_anew(page)
    Change.objects.create(
        page_id=page.pk,
        revision=revision,
        person=person,
        note=note[:300],
        minor=minor,
        published=publish,
        at=at,
        audience_token=page.audience_token,
    )
