"""All writes to pages by people. Each action checks permission first and is one transaction."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _
from wagtail.actions.move_page import MovePageAction
from wagtail.actions.unpublish_page import UnpublishPageAction

from pages import announcing, approval, deleting, scheduling
from pages.access import reads_branch
from pages.authorship import remove_author
from pages.columns import FACTS
from pages.depth import check_depth, levels_of
from pages.locking import fresh, writing_pages
from pages.log_entries import log_change
from pages.models import AuthorInvitation, BasePage
from pages.permissions import may_delete, may_edit, may_write
from pages.saving import save_version
from pages.scheduling import When
from people.audiences import audience_token
from people.permissions import publishes_alone
from text import phrases
from text.slugs import free, slug_or


class EditConflict(Exception):
    """Somebody saved the page after the author opened it; `latest` is the newest revision."""

    def __init__(self, latest: Any) -> None:
        self.latest = latest
        super().__init__("The page has a newer revision.")


@writing_pages()
def create_page(
    *,
    person: Any,
    parent: BasePage,
    page: Any,
    note: str = "",
    publish: bool = True,
    when: When | None = None,
    at: datetime | None = None,
) -> Any:
    """Add the unsaved `page` below `parent` with its first revision; as a draft unless `publish`.

    Publishing means scheduling with a time in `when`, and asking for approval if `person` does not publish alone. Raises `PermissionDenied` if `person` cannot write in the parent's space, and `ValidationError`.
    """
    parent = fresh(parent)
    if not may_write(person, parent.space):
        raise PermissionDenied
    check_depth(parent)
    page.owner = person
    page.space = parent.space
    if when is not None:
        when.put_on(page)
    asks = publish and not publishes_alone(person, parent.space)
    later = publish and not asks and page.go_live_at is not None
    page.live = publish and not asks and not later
    if not page.slug:
        page.slug = free_slug(parent, page.title)
    save_version(page, by=person, parent=parent, note=note, publish=page.live, at=at)
    if later:
        scheduling.schedule(page, by=person)
    if asks:
        approval.submit(page, by=person)
    return page


@writing_pages()
def edit_page(
    *,
    person: Any,
    page: Any,
    note: str = "",
    minor: bool = False,
    publish: bool = True,
    audience: str | None = None,
    base_revision: int | None = None,
    when: When | None = None,
    stored: Any = None,
) -> Any:
    """Save `page`, whose fields the caller has set, as a new revision; live at once if `publish`.

    Publishing means scheduling with a time in `when`, and asking for approval if `person` does not publish alone. A
    draft of a page that waits for its time takes over the time.
    The audience changes only if `audience` is given, and then at once, also for the published text under a draft.
    `base_revision` is the id of the revision that the author saw: if there is a newer one, `EditConflict` is raised and
    nothing is saved. `stored` is the page, if the caller has read it in this transaction. Raises `PermissionDenied`,
    `PageGone`, `ValidationError`.
    """
    stored = stored or fresh(page)
    if not may_edit(person, stored):
        raise PermissionDenied
    if base_revision is not None and stored.latest_revision_id != base_revision:
        raise EditConflict(stored.latest_revision)
    take_facts(page, stored)
    if when is not None:
        when.put_on(page)
    alone = publishes_alone(person, stored.space) if stored.space else True
    # What was approved is published at its time, whatever others save meanwhile.
    waits = alone and not stored.live and stored.go_live_at is not None and scheduling.scheduled_of(stored) is not None
    asks = publish and not alone
    later = not asks and page.go_live_at is not None and (when is not None if publish else waits)
    publish = publish and not asks and not later
    log_data = None
    if audience is not None and audience != stored.audience:
        _check_opening(person, stored, audience)
        if stored.live and not publish:
            set_audience(person=person, page=stored, audience=audience)
        else:
            log_data = {"audience": audience}
        _give_audience(page, audience)
    save_version(page, by=person, note=note, minor=minor, publish=publish, log_data=log_data)
    if later:
        scheduling.schedule(page, by=person)
    elif waits and not publish:
        scheduling.cancel(page, by=person)
    if asks:
        approval.submit(page, by=person)
    return page


def take_facts(page: Any, stored: Any) -> None:
    """Copy the current values of `FACTS` from the row to `page`, which may have been read long ago."""
    for name in FACTS:
        setattr(page, name, getattr(stored, name))
    page.space = stored.space
    page.audience_token = stored.audience_token
    # The address too, unless the author changed it: somebody else may have.
    if page.url_path.endswith(f"/{page.slug}/"):
        page.slug = stored.slug
    page.take_place(stored, above=stored.url_path.removesuffix(f"{stored.slug}/"))


@writing_pages()
def publish_page(*, person: Any, page: Any) -> Any:
    page = fresh(page)
    if not may_edit(person, page):
        raise PermissionDenied
    latest = page.get_latest_revision_as_object()
    asks = page.space is not None and not publishes_alone(person, page.space)
    save_version(latest, by=person, note="" if asks else _("Published"), minor=True, publish=not asks)
    if asks:
        approval.submit(latest, by=person)
    return latest


@writing_pages()
def unpublish_page(*, person: Any, page: Any) -> None:
    """Turn `page` into a draft. Readers lose it at once; public releases are not affected."""
    page = fresh(page)
    if not may_edit(person, page):
        raise PermissionDenied
    UnpublishPageAction(page.specific, user=person, set_expired=False).execute(skip_permission_checks=True)


@writing_pages()
def delete_page(*, person: Any, page: Any) -> None:
    """Move `page` and everything below it to the bin, if `person` can delete all of that."""
    page = fresh(page)
    below = BasePage.objects.descendant_of(page, inclusive=True).select_related("space")
    if not all(may_delete(person, each) for each in below):
        raise PermissionDenied
    deleting.delete(page, by=person)


@writing_pages()
def move_page(*, person: Any, page: Any, parent: BasePage) -> None:
    """Move `page` with everything below it; old addresses redirect people who can read the page."""
    page, parent = fresh(page), fresh(parent)
    if not may_edit(person, page) or not may_write(person, parent.space):
        raise PermissionDenied
    if page.is_root() or parent.path.startswith(page.path):
        raise ValidationError(phrases.BELOW_ITSELF)
    if parent.get_children().filter(slug=page.slug).exclude(pk=page.pk).exists():
        raise ValidationError(phrases.ADDRESS_TAKEN % {"slug": page.slug})
    check_depth(parent, levels=levels_of(page))
    if page.space_id != parent.space_id and not reads_branch(person, page):
        # Editors of the other space could read it.
        raise ValidationError(
            _("A page below this one is a draft of someone else. Ask an editor of this space to move it.")
        )
    if page.space_id != parent.space_id and not publishes_alone(person, parent.space) and _is_read(page):
        words = _("“%(space)s” asks for approval. Ask an approver there to move this page.")
        raise ValidationError(words % {"space": parent.space.name})
    MovePageAction(page.specific, BasePage.objects.get(pk=parent.pk), "last-child", user=person).execute(
        skip_permission_checks=True
    )


def _is_read(top: BasePage) -> bool:
    return bool(BasePage.objects.descendant_of(top, inclusive=True).filter(live=True).exists())


@writing_pages()
def set_audience(*, person: Any, page: Any, audience: str) -> None:
    """Change who can read `page`: at once, and never wider than its space."""
    stored = fresh(page)
    if not may_edit(person, stored):
        raise PermissionDenied
    _check_opening(person, stored, audience)
    specific = stored.specific
    for each in (page, specific):
        _give_audience(each, audience)
    specific.save(clean=False)
    log_change(specific, "wagtail.edit", by=person, data={"audience": audience})


def _check_opening(person: Any, stored: Any, audience: str) -> None:
    """More readers for a published page need approval like the page itself, but wait for no version."""
    opens = stored.audience == BasePage.Audience.SPACE and audience == BasePage.Audience.STAFF
    if stored.live and opens and stored.space is not None and not publishes_alone(person, stored.space):
        words = _("Only people who can approve pages in this space can open this page to more readers.")
        raise ValidationError({"audience": words})


def _give_audience(page: Any, audience: str) -> None:
    if audience not in BasePage.Audience.values:
        raise ValidationError({"audience": _("Choose who can read this page from the list.")})
    page.audience, page.audience_token = audience, audience_token(page.space, audience)


def free_slug(parent: BasePage, title: str) -> str:
    wanted = slug_or(title, "page")
    taken = set(BasePage.objects.child_of(parent).filter(slug__startswith=wanted).values_list("slug", flat=True))
    return free(wanted, taken.__contains__)


@writing_pages()
def agree(*, person: Any, invitation: AuthorInvitation) -> None:
    AuthorInvitation.objects.filter(pk=invitation.pk, person=person).update(answer=AuthorInvitation.Answer.AGREED)
    announcing.announcer().credit_answered(invitation.page, person)


@writing_pages()
def decline(*, person: Any, invitation: AuthorInvitation) -> None:
    """Remove `person` from the authors, in the published text and the draft. This needs no permission to edit."""
    AuthorInvitation.objects.filter(pk=invitation.pk, person=person).update(answer=AuthorInvitation.Answer.DECLINED)
    announcing.announcer().credit_answered(invitation.page, person)
    page = BasePage.objects.get(pk=invitation.page_id).specific
    newest = page.get_latest_revision_as_object()
    if page.live and page.has_unpublished_changes:
        remove_author(page, person, instead=invitation.by)
        page.save(clean=False)
        newest = page.get_latest_revision_as_object()
    remove_author(newest, person, instead=invitation.by)
    publish = page.live and not page.has_unpublished_changes
    note = _("%(name)s is no longer named as an author.") % {"name": person.name}
    save_version(newest, by=person, note=note, minor=True, publish=publish, settled=True)
