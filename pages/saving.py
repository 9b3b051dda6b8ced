"""How a page is written, from typed text to stored HTML: one way for all writers, in one transaction.

Actions of people call `save_version`; `BasePage.save` calls `write`, and so do Wagtail's admin, schedules, workflows,
moves, copies and restored versions.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Concat, Left, Length, Substr
from django.utils import timezone
from wagtail.models import Revision

from database.prepared import Prepared
from pages import (
    announcing,
    approval,
    authorship,
    dependents,
    derive,
    former,
    indexing,
    media_audience,
    scheduling,
    tagging,
    texts,
)
from pages.addresses import BIN_PATH
from pages.columns import PENDING
from pages.locking import PageGone, writing_pages
from pages.log_entries import log_change
from pages.models import BasePage, Change, FormerTitle, PageAuthor, PageTag
from pages.texts import PageText
from pages.writer import Store
from people.audiences import audience_token
from text.titles import title_key


@dataclass(frozen=True, slots=True)
class Row:
    """The stored row of a page before it is written again, and the address of its parent."""

    path: str
    depth: int
    numchild: int
    slug: str
    url_path: str
    title: str
    live: bool
    audience_token: str
    space_id: int | None
    body: str
    html: str
    plain: str
    headings: list[dict[str, Any]]
    above: str | None

    @classmethod
    def of(cls, page: Any) -> "Row | None":
        """None if the page has no row yet. Raises `PageGone`."""
        if page._state.adding or not page.pk:
            return None
        found = _row(pk=page.pk)
        if not found or found[0][4].startswith(BIN_PATH):
            raise PageGone("The page is deleted.")
        return cls(*found[0])

    @property
    def readers(self) -> str:
        """The audience that could read the page; "" for a draft."""
        return self.audience_token if self.live else ""


def _row_of(pk: int) -> Any:
    parent = BasePage._base_manager.filter(path=Left(OuterRef("path"), Length(OuterRef("path")) - BasePage.steplen))
    rows = BasePage._base_manager.filter(pk=pk).annotate(above=Subquery(parent.values("url_path")[:1]))
    return rows.values_list(*Row.__slots__)


_row = Prepared(_row_of, pk=int)


@writing_pages()
def write(page: Any, store: Store) -> Any:
    """Write the page's row, children, text, links and media, and update what other pages show of it.

    Never moves the page, and never writes HTML of another text, however old the object is.
    """
    row = Row.of(page)
    _take_place(page, row)
    _describe(page, row)
    shown = media_audience.sync(page)
    text = _text(page, row, media_changed=bool(shown.changed))
    text.put_on(page)
    _remember_title(page, row)
    _leave_children(page)
    result = store(row is not None and row.url_path == page.url_path)
    _move_branch(page, row)
    texts.record_links(page.pk, text, new=row is None)
    media_audience.record(page.pk, shown)
    _tell(page, row, shown.changed)
    return result


def save_version(
    page: Any,
    *,
    by: Any,
    parent: Any = None,
    note: str = "",
    minor: bool = False,
    publish: bool = True,
    at: datetime | None = None,
    settled: bool = False,
    log_data: dict[str, Any] | None = None,
) -> None:
    """Save a new version of `page`; with `parent`, the first version of a new page.

    For actions, which have checked permissions. `settled`: invite no authors and announce nothing; `log_data` goes into Wagtail's log.
    """
    at = at or timezone.now()
    named = [] if settled else authorship.invite_new_authors(page, by=by)
    tagging.once_each(page)
    page.draft_title = page.title
    page.live = page.live or publish
    if publish:
        _mark_published(page, at)
        approval.settle(page, by=by)
    if parent is not None:
        parent.add_child(instance=page)
    else:
        page.full_clean()
    revision = _keep_revision(page, by=by, publish=publish)
    # If the page is not live, its row has the draft's text: lists of drafts show the newest title.
    if parent is None and (publish or not page.live):
        page.save(clean=False)
    else:
        BasePage.objects.filter(pk=page.pk).update(**{name: getattr(page, name) for name in VERSION})
        dependents.media_changed(media_audience.adopt(page, by=by))
    note = authorship.record_invitations(page, by=by, named=named, note=note)
    change = _keep_history(page, revision, note=note, minor=minor, publish=publish, at=at, log_data=log_data)
    if not settled:
        announcing.announcer().version_saved(page, change, named=named)


#: Columns about the page's versions.
VERSION = (
    "latest_revision_id",
    "latest_revision_created_at",
    "draft_title",
    "live_revision_id",
    "has_unpublished_changes",
)


def _mark_published(page: Any, at: datetime) -> None:
    scheduling.forget_schedule(page)
    page.has_unpublished_changes = False
    page.first_published_at = page.first_published_at or at
    page.last_published_at = at


def _keep_revision(page: Any, *, by: Any, publish: bool) -> Revision:
    revision = Revision.objects.create(
        content_object=page,
        base_content_type=page.get_base_content_type(),
        user=by,
        content=page.serializable_data(),
        object_str=str(page),
    )
    page.latest_revision, page.latest_revision_created_at = revision, revision.created_at
    page.has_unpublished_changes = not publish
    if publish:
        page.live_revision = revision
    return revision


def _keep_history(
    page: Any,
    revision: Revision,
    *,
    note: str,
    minor: bool,
    publish: bool,
    at: datetime,
    log_data: dict[str, Any] | None,
) -> Change:
    change = Change.objects.create(
        page_id=page.pk,
        revision=revision,
        person=revision.user,
        note=note[:300],
        minor=minor,
        published=publish,
        at=at,
        audience_token=page.audience_token,
    )
    if publish or log_data:
        log_change(
            page, "wagtail.publish" if publish else "wagtail.edit", by=revision.user, revision=revision, data=log_data
        )
    return change


@writing_pages()
def delete(pages: Any, remove: Callable[[], Any]) -> Any:
    """Delete `pages` and all pages below them; update linking texts, their media, and the index."""
    branches = Q(pk__in=pages.order_by().values("pk"))
    for path in pages.order_by().filter(numchild__gt=0).values_list("path", flat=True):
        branches |= Q(path__startswith=path)
    return remove_pages(list(BasePage._base_manager.filter(branches).values_list("pk", flat=True)), remove)


@writing_pages()
def remove_pages(gone: list[int], remove: Callable[[], Any]) -> Any:
    """Take these pages from the site by calling `remove`; update linking texts, their media, and the index."""
    affected = dependents.affected_by_deletion(gone)
    media = media_audience.named_by(gone)
    result = remove()
    # Afterwards, because several pages of the branch may have shown the same media.
    dependents.media_changed(media_audience.recompute(media))
    dependents.pages_deleted(affected)
    indexing.pages_changed(gone)
    return result


# -- the steps of `write`


def _take_place(page: Any, row: Row | None) -> None:
    if row is not None:
        page.take_place(row, above=row.above or "")


def _describe(page: Any, row: Row | None) -> None:
    if row is None and page.space_id is None and page.depth and page.depth > 2:
        page.space = page.get_parent().space
    page.audience_token = audience_token(page.space, page.audience)
    tagging.once_each(page)
    page.byline, page.labels = derive.byline(page), derive.labels(page)


def _text(page: Any, row: Row | None, *, media_changed: bool) -> PageText:
    """Rendered if the stored text has other words or other readers. Authors see more in a draft."""
    same_words = row is not None and page.body == row.body
    if (
        row is not None
        and same_words
        and (page.live, page.audience_token, page.space_id) == (row.live, row.audience_token, row.space_id)
        and not media_changed
        and row.html != PENDING
        and bool(row.body) == bool(row.html)
    ):
        return PageText(row.html, row.plain, row.headings)
    return texts.text_of(page, stored=same_words)


def _remember_title(page: Any, row: Row | None) -> None:
    if row is not None and row.live and (key := title_key(row.title)) != title_key(page.title):
        FormerTitle.objects.update_or_create(
            page_id=page.pk, title_key=key, defaults={"audience_token": row.audience_token}
        )


#: The values of a page's children, without ids, and the query for the stored ones.
CHILDREN = {
    "page_authors": (
        ("person_id", "sort_order"),
        Prepared(
            lambda page: PageAuthor.objects.order_by().filter(page=page).values_list("person_id", "sort_order"),
            page=int,
        ),
    ),
    "tagged_items": (
        ("tag_id", "label"),
        Prepared(
            lambda page: PageTag.objects.order_by().filter(content_object=page).values_list("tag_id", "label"), page=int
        ),
    ),
}


def _leave_children(page: Any) -> None:
    """Do not delete and insert authors and tags that have not changed."""
    for name, (columns, stored_of) in CHILDREN.items():
        manager = getattr(page, name)
        if page.pk and manager.is_deferring:
            items = [tuple(getattr(item, column) for column in columns) for item in manager.all()]
            if sorted(items, key=repr) == sorted(stored_of(page=page.pk), key=repr):
                del page._cluster_related_objects[name]


def _move_branch(page: Any, row: Row | None) -> None:
    if row is not None and row.url_path != page.url_path and page.numchild:
        below = BasePage._base_manager.filter(path__startswith=page.path).exclude(pk=page.pk)
        move_addresses(below, row.url_path, page.url_path)


def move_addresses(pages: Any, before: str, now: str) -> None:
    """Give `pages`, which are at or below the path `before`, the same places at or below `now`."""
    pages.update(url_path=Concat(Value(now), Substr("url_path", len(before) + 1)))


def _tell(page: Any, row: Row | None, media: list[Any]) -> None:
    """Update other places: texts that show its media, links by its names, former address, index."""
    dependents.media_changed(media, but=page.pk)
    now = (page.title, page.live, page.audience_token)
    if row is not None and row.url_path != page.url_path:
        former.remember(page.pk, row.url_path, readers=row.readers)
        dependents.address_changed(page, before=row.url_path)
    elif (page.live or (row is not None and row.live)) and (
        row is None or now != (row.title, row.live, row.audience_token)
    ):
        dependents.page_changed(page, new=row is None)
    else:
        indexing.pages_changed([page.pk])
