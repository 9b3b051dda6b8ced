"""How a page is written, from what was typed to what is read: the one way, whoever saves it.

`save_version` is for people who write; `write` is what `BasePage.save` calls, so that Wagtail's admin, its schedules and
workflows, moves, copies and restored versions come the same way. All of it is one transaction.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Concat, Left, Length, Substr
from django.utils import timezone
from wagtail.models import PageLogEntry, Revision

from pages import authorship, derive, former, indexing, media_audience, scheduling, tagging, telling, texts
from pages.columns import PENDING
from pages.locking import PageGone, writing_pages
from pages.models import BasePage, Change, FormerTitle
from pages.texts import PageText
from pages.writer import Store
from people.audiences import audience_token
from text.titles import title_key


@dataclass(frozen=True, slots=True)
class Row:
    """What the row of a page says before it is written again, and the address of the page above it."""

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
        """None for a page that has no row yet. Raises `PageGone`."""
        if page._state.adding or not page.pk:
            return None
        parent = BasePage._base_manager.filter(path=Left(OuterRef("path"), Length(OuterRef("path")) - page.steplen))
        rows = BasePage._base_manager.filter(pk=page.pk).annotate(above=Subquery(parent.values("url_path")[:1]))
        found = rows.values_list(*cls.__slots__).first()
        if found is None:
            raise PageGone("The page is deleted.")
        return cls(*found)

    @property
    def readers(self) -> str:
        """Who could read the page; nobody a draft."""
        return self.audience_token if self.live else ""


@writing_pages()
def write(page: Any, store: Store) -> Any:
    """The row of `page`, its children, text, links and media, and what is told of it elsewhere.

    Neither moves the page nor writes what was rendered of another text, however old the object is.
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
    said: dict[str, Any] | None = None,
) -> None:
    """A new version of `page`; with `parent` the first of a page that has no row yet.

    For actions that have asked whether `by` may. `settled`: nobody is named for the first time; `said` goes into Wagtail's log.
    """
    at = at or timezone.now()
    named = [] if settled else authorship.invite_new_authors(page, by=by)
    tagging.once_each(page)
    page.draft_title = page.title
    page.live = page.live or publish
    if publish:
        _mark_published(page, at)
    if parent is not None:
        parent.add_child(instance=page)
    else:
        page.full_clean()
    revision = _keep_revision(page, by=by, publish=publish)
    # Of a draft that nobody reads yet the row itself carries the text: lists of drafts show the newest title.
    if parent is None and (publish or not page.live):
        page.save(clean=False)
    else:
        BasePage.objects.filter(pk=page.pk).update(**{name: getattr(page, name) for name in VERSION})
    note = authorship.record_invitations(page, by=by, named=named, note=note)
    _keep_history(page, revision, note=note, minor=minor, publish=publish, at=at, said=said)


#: What a row says of its versions.
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
    """The version itself, as Wagtail keeps it, and what the page says of it from now on."""
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
    page: Any, revision: Revision, *, note: str, minor: bool, publish: bool, at: datetime, said: dict[str, Any] | None
) -> None:
    """The line that people read, and the one in Wagtail's log."""
    Change.objects.create(
        page_id=page.pk,
        revision=revision,
        person=revision.user,
        note=note[:300],
        minor=minor,
        published=publish,
        at=at,
        audience_token=page.audience_token,
    )
    if publish or said:
        log_change(
            page, "wagtail.publish" if publish else "wagtail.edit", by=revision.user, revision=revision, said=said
        )


def log_change(page: Any, action: str, *, by: Any, revision: Any = None, said: dict[str, Any] | None = None) -> None:
    """A line in Wagtail's log. Its own way asks the database of each foreign key whether that exists."""
    entry = PageLogEntry(
        content_type=page.cached_content_type,
        page_id=page.pk,
        label=page.get_admin_display_title(),
        action=action,
        user=by,
        revision=revision,
        data=said or {},
        timestamp=timezone.now(),
        uuid=uuid.uuid4(),
        content_changed=bool(revision),
    )
    PageLogEntry.objects.bulk_create([entry])


# -- the steps of `write`


def _take_place(page: Any, row: Row | None) -> None:
    """A page is where its row is; its address follows from there and its short name."""
    if row is not None:
        page.take_place(row, above=row.above or "")


def _describe(page: Any, row: Row | None) -> None:
    """Whose it is, who may read it, and what lists say of it."""
    if row is None and page.space_id is None and page.depth and page.depth > 2:
        page.space = page.get_parent().space
    page.audience_token = audience_token(page.space, page.audience)
    tagging.once_each(page)
    page.byline, page.labels = derive.byline(page), derive.labels(page)


def _text(page: Any, row: Row | None, *, media_changed: bool) -> PageText:
    """Rendered where the stored text is of other words, or for other readers: a draft shows its writers more."""
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
    """What links may still call the page where it gets another title, and who could read it under that one."""
    if row is not None and row.live and (key := title_key(row.title)) != title_key(page.title):
        FormerTitle.objects.update_or_create(
            page_id=page.pk, title_key=key, defaults={"audience_token": row.audience_token}
        )


#: What a child of a page says, except for its number.
CHILDREN = {"page_authors": ("person_id", "sort_order"), "tagged_items": ("tag_id", "label")}


def _leave_children(page: Any) -> None:
    """Authors and tags that are the stored ones are not deleted and written again."""
    for name, columns in CHILDREN.items():
        manager = getattr(page, name)
        if page.pk and manager.is_deferring:
            items = [tuple(getattr(item, column) for column in columns) for item in manager.all()]
            stored = manager.get_live_queryset().values_list(*columns)
            if sorted(items, key=repr) == sorted(stored, key=repr):
                del page._cluster_related_objects[name]


def _move_branch(page: Any, row: Row | None) -> None:
    """All below the page goes with it."""
    if row is not None and row.url_path != page.url_path and page.numchild:
        below = BasePage._base_manager.filter(path__startswith=page.path).exclude(pk=page.pk)
        below.update(url_path=Concat(Value(page.url_path), Substr("url_path", len(row.url_path) + 1)))


def _tell(page: Any, row: Row | None, media: list[Any]) -> None:
    """Elsewhere: texts that show its pictures, links that lead to it or could, its former address, and the index."""
    telling.media_changed(media, but=page.pk)
    now = (page.title, page.live, page.audience_token)
    if row is not None and row.url_path != page.url_path:
        former.remember(page.pk, row.url_path, readers=row.readers)
        telling.address_changed(page, before=row.url_path)
    elif (page.live or (row is not None and row.live)) and (
        row is None or now != (row.title, row.live, row.audience_token)
    ):
        telling.known_otherwise(page)
    else:
        indexing.pages_changed([page.pk])
