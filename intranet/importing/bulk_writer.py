"""Writes many pages in one transaction with few statements; each is as complete as one saved by a person.

`pages.actions` takes some hundred statements per page. Here rows are inserted table by table: pages, kinds, revisions,
authors, tags, links and history. `tests/intranet/test_importing_as_by_hand.py` compares the result with that of
`pages.actions.create_page`.
"""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models.sql import InsertQuery
from django.utils import timezone
from taggit.models import Tag
from wagtail.models import Locale, PageLogEntry, Revision

from pages import derive, indexing, media_audience, tagging
from pages.locking import writing_pages
from pages.models import BasePage, Change, PageAuthor, PageLink, PageTag
from people.audiences import audience_token
from people.models import Person
from text.collation import sort_key
from text.invisible import one_line

ROWS = 100


@dataclass(slots=True)
class Draft:
    """A page that is complete except for its position in the tree; `links` are its rows for `PageLink`."""

    page: Any
    parent: str
    written_at: datetime
    authors: list[Person] = field(default_factory=list)
    tags: list[tuple[Tag, str]] = field(default_factory=list)
    links: list[dict[str, Any]] = field(default_factory=list)
    editor_name: str = ""
    note: str = ""


@dataclass(slots=True)
class _Node:
    path: str
    depth: int
    numchild: int
    last_step: int
    pk: int | None = None


class Tags:
    """All tags by address (`pages.tagging`); missing ones are created per batch."""

    def __init__(self) -> None:
        self.by_address = {tag.slug: tag for tag in Tag.objects.all()}

    def ensure(self, names: Sequence[str]) -> None:
        addresses = {tagging.address_of(name) for name in names}
        for address in sorted(addresses - self.by_address.keys()):
            self.by_address[address] = tagging.tag_at(address)

    def of(self, names: Sequence[str]) -> list[tuple[Tag, str]]:
        labels: dict[str, str] = {}
        for name in names:
            labels.setdefault(tagging.address_of(name), one_line(name)[: tagging.MAX_LABEL])
        return [(self.by_address[address], label) for address, label in labels.items()]


class BulkWriter:
    def __init__(self) -> None:
        self.locale = Locale.get_default()
        self.base_type = ContentType.objects.get_for_model(BasePage)
        self.types: dict[type, ContentType] = {}
        self.nodes: dict[str, _Node] = {}

    @writing_pages()
    def write(self, drafts: Sequence[Draft]) -> list[int]:
        """Insert the pages below their parents, which exist or come earlier in `drafts`; return their ids."""
        self._read_parents({draft.parent for draft in drafts})
        for draft in drafts:
            self._place(draft)
        self._insert_pages(drafts)
        self._insert_authors_and_tags(drafts)
        self._insert_history(drafts)
        PageLink.objects.bulk_create(
            (PageLink(page_id=draft.page.pk, **link) for draft in drafts for link in draft.links), batch_size=ROWS
        )
        for draft in drafts:
            media_audience.record(draft.page.pk, media_audience.sync(draft.page, new=True))
        pks = [draft.page.pk for draft in drafts]
        indexing.pages_changed(pks)
        return pks

    # -- the tree

    def _read_parents(self, url_paths: set[str]) -> None:
        """The parents' current rows, locked: somebody may have written below them since the last batch."""
        self.nodes = {}
        rows = BasePage.objects.select_for_update().filter(url_path__in=url_paths)
        for pk, url_path, path, depth, numchild in rows.values_list("pk", "url_path", "path", "depth", "numchild"):
            below = BasePage.objects.filter(depth=depth + 1, path__startswith=path).order_by("-path")
            last = below.values_list("path", flat=True).first() if numchild else None
            step = BasePage._str2int(last[-BasePage.steplen :]) if last else 0
            self.nodes[url_path] = _Node(path, depth, numchild, step, pk)

    def _place(self, draft: Draft) -> None:
        parent, page = self.nodes[draft.parent], draft.page
        parent.last_step += 1
        parent.numchild += 1
        page.depth = parent.depth + 1
        page.path = BasePage._get_path(parent.path, page.depth, parent.last_step)
        page.url_path = f"{draft.parent}{page.slug}/"
        self.nodes[page.url_path] = _Node(page.path, page.depth, 0, 0)

    # -- rows

    def _insert_pages(self, drafts: Sequence[Draft]) -> None:
        pages = [draft.page for draft in drafts]
        columns = [column.attname for column in BasePage._meta.concrete_fields if not column.primary_key]
        for draft in drafts:
            page = draft.page
            page.content_type_id = self._type_of(type(page)).pk
            page.locale_id = self.locale.pk
            page.draft_title = page.title
            page.live, page.has_unpublished_changes = True, False
            page.last_published_at = page.latest_revision_created_at = draft.written_at
            page.owner_id = draft.authors[0].pk if draft.authors else None
            page.numchild = self.nodes[page.url_path].numchild
            page.audience_token = audience_token(page.space, page.audience)
            page.byline = [derive.named(person) for person in draft.authors]
            by_name = sorted(draft.tags, key=lambda tag: sort_key(tag[1]))
            page.labels = [{"slug": tag.slug, "name": label} for tag, label in by_name]
        rows = [BasePage(**{name: getattr(page, name) for name in columns}) for page in pages]
        BasePage.objects.bulk_create(rows, batch_size=ROWS)
        by_kind: dict[type, list[Any]] = defaultdict(list)
        for page, row in zip(pages, rows, strict=True):
            page.pk = page.id = row.pk
            page._state.adding = False
            by_kind[type(page)].append(page)
        for kind, of_kind in by_kind.items():
            _insert_own_columns(kind, of_kind)
        set_each(BasePage, ["numchild"], [(node.numchild, node.pk) for node in self.nodes.values() if node.pk])

    def _type_of(self, kind: type) -> ContentType:
        if kind not in self.types:
            self.types[kind] = ContentType.objects.get_for_model(kind)
        return self.types[kind]

    def _insert_authors_and_tags(self, drafts: Sequence[Draft]) -> None:
        authors, tagged = [], []
        for draft in drafts:
            page = draft.page
            for name, rows in {
                "page_authors": [
                    PageAuthor(page_id=page.pk, person=person, sort_order=place)
                    for place, person in enumerate(draft.authors)
                ],
                "tagged_items": [PageTag(content_object_id=page.pk, tag=tag, label=label) for tag, label in draft.tags],
                # No comments: saying so saves a query when the revision is written.
                "wagtail_admin_comments": [],
            }.items():
                page.__dict__.setdefault("_cluster_related_objects", {})[name] = rows
            authors += page._cluster_related_objects["page_authors"]
            tagged += page._cluster_related_objects["tagged_items"]
        PageAuthor.objects.bulk_create(authors, batch_size=ROWS)
        PageTag.objects.bulk_create(tagged, batch_size=ROWS)

    def _insert_history(self, drafts: Sequence[Draft]) -> None:
        revisions = Revision.objects.bulk_create(
            (
                Revision(
                    content_type=self._type_of(type(draft.page)),
                    base_content_type=self.base_type,
                    object_id=str(draft.page.pk),
                    object_str=str(draft.page),
                    created_at=draft.written_at,
                    user_id=draft.page.owner_id,
                    content=draft.page.serializable_data(),
                )
                for draft in drafts
            ),
            batch_size=ROWS,
        )
        for draft, revision in zip(drafts, revisions, strict=True):
            draft.page.live_revision_id = draft.page.latest_revision_id = revision.pk
        set_each(
            BasePage,
            ["live_revision_id", "latest_revision_id"],
            [(revision.pk, revision.pk, draft.page.pk) for draft, revision in zip(drafts, revisions, strict=True)],
        )
        Change.objects.bulk_create(
            (
                Change(
                    page_id=draft.page.pk,
                    revision=revision,
                    person_id=draft.page.owner_id,
                    editor_name="" if draft.page.owner_id else draft.editor_name[:200],
                    note=draft.note[:300],
                    at=draft.written_at,
                    audience_token=draft.page.audience_token,
                )
                for draft, revision in zip(drafts, revisions, strict=True)
            ),
            batch_size=ROWS,
        )
        PageLogEntry.objects.bulk_create(
            (
                PageLogEntry(
                    content_type=self._type_of(type(draft.page)),
                    page_id=draft.page.pk,
                    label=draft.page.title,
                    action="wagtail.publish",
                    user_id=draft.page.owner_id,
                    revision=revision,
                    timestamp=timezone.now(),
                    uuid=uuid.uuid4(),
                    content_changed=True,
                )
                for draft, revision in zip(drafts, revisions, strict=True)
            ),
            batch_size=ROWS,
        )


def _insert_own_columns(kind: type[Any], pages: list[Any]) -> None:
    """Django's `bulk_create` refuses models with a parent table, whose rows already exist here."""
    for page in pages:
        page.basepage_ptr_id = page.pk
    for start in range(0, len(pages), ROWS):
        query = InsertQuery(kind)
        query.insert_values(kind._meta.local_concrete_fields, pages[start : start + ROWS], raw=True)
        query.get_compiler(using="default").execute_sql()


def set_each(model: type[Any], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """One small UPDATE per row of `(*values, pk)`, prepared once: a tenth of the cost of `bulk_update`."""
    quote = connection.ops.quote_name
    changes = ", ".join(f"{quote(column)} = %s" for column in columns)
    sql = f"UPDATE {quote(model._meta.db_table)} SET {changes} WHERE {quote(model._meta.pk.column)} = %s"  # noqa: S608 - names of our own columns
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)
