"""The bin: deleted pages keep their rows, versions, links and media until they are restored or their time is up.

They are in a branch of their own, without a space, an address or readers, so that no list, link, count or access rule
can match one.
"""

from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task
from treebeard.mp_tree import MP_MoveHandler
from wagtail.log_actions import log
from wagtail.models import Revision, WorkflowState

from pages import dependents, saving, scheduling
from pages.addresses import BIN_PATH, to_path
from pages.depth import check_depth, levels_of
from pages.locking import PageGone, fresh, writing_pages
from pages.models import BasePage, DeletedPage, Deletion, SpacePage
from pages.permissions import may_administer, may_write
from people.audiences import audience_token, audience_tokens
from people.models import Space
from people.permissions import roles_of, spaces_tended, tends
from text.slugs import free


@writing_pages()
def delete(top: Any, *, by: Any) -> Deletion:
    """Move `top` and all pages below it to the bin. For callers that have checked permissions."""
    top = fresh(top)
    branch = BasePage._base_manager.filter(path__startswith=top.path)
    rows = list(branch.order_by("path").values_list("pk", "url_path", "live", "audience_token", "source_path"))
    deletion = Deletion.objects.create(top=top, space=top.space, parent=top.get_parent(), by=by)
    DeletedPage.objects.bulk_create(
        DeletedPage(
            deletion=deletion, page_id=pk, url_path=address, audience_token=token if live else "", source_path=source
        )
        for pk, address, live, token, source in rows
    )
    log(instance=top.specific, action="wagtail.delete", user=by, deleted=True)
    pks = [pk for pk, *_rest in rows]
    saving.remove_pages(pks, partial(_take_from_site, top, pks, by))
    return deletion


def _take_from_site(top: Any, pks: list[int], by: Any) -> None:
    for state in WorkflowState.objects.active().filter(base_content_type=top.get_base_content_type()):
        if int(state.object_id) in pks:
            state.cancel(user=by)
    waiting = Revision.page_revisions.filter(object_id__in=[str(pk) for pk in pks]).exclude(approved_go_live_at=None)
    for page in BasePage.objects.filter(pk__in=[int(pk) for pk in waiting.values_list("object_id", flat=True)]):
        scheduling.cancel(page, by=by, reason="bin")
    _move(top, _root(), slug=str(top.uid))
    BasePage._base_manager.filter(pk__in=pks).update(
        live=False, space=None, audience_token="", source_path=None, go_live_at=None
    )


def _root() -> BasePage:
    """The page above all deleted ones, beside the home page; made when the first page is deleted."""
    root = BasePage._base_manager.filter(depth=2, slug="bin").first()
    if root is None:
        last = BasePage._base_manager.filter(depth=2).order_by("path").last()
        kind = ContentType.objects.get_for_model(BasePage)
        root = BasePage(title="Bin", draft_title="Bin", slug="bin", url_path=BIN_PATH, live=False, content_type=kind)
        root.path, root.depth, root.locale_id = last._inc_path(), last.depth, last.locale_id
        # Not by `save`: it is no page of the site.
        BasePage._base_manager.bulk_create([root])
        BasePage._base_manager.filter(depth=1).update(numchild=F("numchild") + 1)
    return root


def _move(top: Any, parent: Any, *, slug: str) -> Any:
    """Move a branch in the tree, with its addresses; return its top as stored."""
    MP_MoveHandler(top, parent, "last-child").process()
    moved = BasePage.objects.get(pk=top.pk)
    address = f"{parent.url_path}{slug}/"
    saving.move_addresses(BasePage._base_manager.filter(path__startswith=moved.path), moved.url_path, address)
    moved.slug, moved.url_path = slug, address
    BasePage._base_manager.filter(pk=moved.pk).update(slug=slug)
    return moved


@writing_pages()
def restore(deletion: Deletion, *, by: Any) -> Any:
    """Put a branch back where it was, published as it was; return its top.

    Below the front page of its kind in the space, if the page above it is not there any more. Its address has a number
    if another page has it now. For callers that have checked `may_restore`. Raises `PageGone`, `ValidationError`.
    """
    deletion = Deletion.objects.select_related("top", "space").filter(pk=deletion.pk).first()  # type: ignore[assignment]
    if deletion is None:
        raise PageGone("Somebody else restored the page, or deleted it for good.")
    parent = _place_for(deletion)
    check_depth(parent, levels=levels_of(deletion.top))
    rows = {row.page_id: row for row in deletion.pages.all()}
    taken = set(BasePage.objects.child_of(parent).values_list("slug", flat=True))
    slug = rows[deletion.top_id].url_path.rstrip("/").rpartition("/")[2]
    top = _move(deletion.top, parent, slug=free(slug, taken.__contains__))
    dependents.set_space_of_branch(top, space=deletion.space)
    BasePage._base_manager.filter(pk__in=[pk for pk, row in rows.items() if row.audience_token]).update(live=True)
    _give_source_paths(rows.values())
    deletion.delete()
    log(instance=top.specific, action="pages.restore", user=by)
    dependents.branch_restored(list(rows))
    return BasePage.objects.get(pk=top.pk).specific


def _place_for(deletion: Deletion) -> Any:
    parent = deletion.parent
    if parent is not None and parent.space_id == deletion.space_id:
        return parent
    kind = deletion.top.specific_class
    front = SpacePage.objects.filter(space=deletion.space).first()
    for room in front.get_children().specific() if front is not None else ():
        if kind in room.allowed_subpage_models():
            return room
    title = parent.title if parent is not None else ""
    if title:
        raise ValidationError(_("“%(title)s”, which it was in, is deleted too. Restore that first.") % {"title": title})
    raise ValidationError(_("The page that it was in no longer exists, so it cannot be restored."))


def _give_source_paths(rows: Any) -> None:
    wanted = {row.source_path: row.page_id for row in rows if row.source_path}
    # Imported again meanwhile.
    taken = set(BasePage.objects.filter(source_path__in=wanted).values_list("source_path", flat=True))
    for source, pk in wanted.items():
        if source not in taken:
            BasePage._base_manager.filter(pk=pk).update(source_path=source)


def deletions_for(person: Any) -> QuerySet[Deletion]:
    """What `person` can restore, the newest first; `may_restore` decides the same for one."""
    found = Deletion.objects.order_by("-at", "-pk")
    if not audience_tokens(person):
        return found.none()
    if person.is_superuser:
        return found
    own = Q(by=person, space__write=Space.Write.MEMBERS, space__in=list(roles_of(person)))
    return found.filter(Q(space__in=spaces_tended(person)) | own)


def may_restore(person: Any, deletion: Deletion) -> bool:
    """Editors and owners of the space, and whoever deleted the page if she can still write there."""
    if not may_write(person, deletion.space):
        return False
    return tends(person, deletion.space_id) or deletion.by_id == person.pk


def may_purge(person: Any, deletion: Deletion) -> bool:
    return may_administer(person, deletion.space)


@writing_pages()
def purge(deletion: Deletion) -> None:
    """Delete a branch for good."""
    if (stored := Deletion.objects.select_related("top").filter(pk=deletion.pk).first()) is not None:
        stored.top.specific.delete()


@task()
def purge_old() -> int:
    """Delete for good what has been in the bin for `INTRANET_BIN_DAYS`; return the number of deletions.

    A task, because a large branch takes longer than the worker's heart may stand still.
    """
    old = Deletion.objects.filter(at__lt=timezone.now() - timedelta(days=settings.INTRANET_BIN_DAYS))
    found = list(old.order_by("at"))
    for deletion in found:
        purge(deletion)
    return len(found)


def deleted_at(person: Any, path: str) -> DeletedPage | None:
    """The deleted page that was at the address `path`, if `person` could read it there and could still do so."""
    tokens = audience_tokens(person)
    rows = DeletedPage.objects.filter(url_path=to_path(f"/{path.strip('/')}/"))
    rows = rows.select_related("deletion__space", "deletion__by", "page").order_by("-deletion__at")
    for row in rows:
        could_read = row.audience_token in tokens and audience_token(row.deletion.space, row.page.audience) in tokens
        if could_read or may_restore(person, row.deletion):
            return row
    return None
