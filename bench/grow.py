"""Adds pages to measure a larger site: `python -m bench.grow COUNT`.

Each new page has shuffled paragraphs of a few real ones, halves of two titles, and the tags and authors of one. A third
of them are in one space, one in ten is for members only and one in a hundred is a draft; half of a wiki's pages are
directly below its front page. Every page has a revision and a line in the history. Rows are inserted in bulk. Then the
index is rebuilt. Only for a site that you will throw away.
"""

import random
import sys
import uuid
from collections import defaultdict
from copy import copy
from datetime import timedelta
from typing import Any

import django

SPACE = "digital-services"  # has a third of all pages
AT_ONCE = 500
MEMBERS_ONLY, DRAFTS, RELEASED = 0.1, 0.01, 0.05
LINKS, TO_POPULAR, TO_MISSING = 4, 0.05, 0.1
CHILDREN_OF_A_SECTION = 20
DAYS = 1_500


class Grower:
    def __init__(self) -> None:
        from blog.models import BlogIndexPage, BlogPostPage
        from pages.models import BasePage
        from podcasts.models import EpisodePage
        from wiki.models import WikiPage

        self.random = random.Random(2026)
        self.weights = {BlogPostPage: 47, WikiPage: 47, EpisodePage: 6}
        self.originals: dict[Any, list[int]] = {
            model: list(
                model._default_manager.filter(live=True, depth__gt=5).order_by("pk").values_list("pk", flat=True)
            )
            for model in self.weights
        }
        originals = [pk for found in self.originals.values() for pk in found]
        self.rows: dict[int, Any] = BasePage.objects.select_related("space").in_bulk(originals)
        self.fronts: dict[Any, dict[int, Any]] = {
            BlogPostPage: {page.space_id: page for page in BlogIndexPage.objects.all()},
            WikiPage: {page.space_id: page for page in WikiPage.objects.filter(depth=5)},
        }
        self.shows = {page.pk: BasePage.objects.get(path=page.path[:-4]) for page in EpisodePage.objects.all()}
        spaces = {page.space_id: page.space for page in self.fronts[BlogPostPage].values()}
        self.spaces = list(spaces.values())
        self.shares = [len(spaces) / 2 if space.slug == SPACE else 1 for space in self.spaces]
        self.sections: dict[int, Any] = {}
        self.below: defaultdict[int, int] = defaultdict(int)
        self.near: defaultdict[int, list[Any]] = defaultdict(list)
        for pk in self.originals[WikiPage]:
            self.near[self.rows[pk].space_id].append(self.rows[pk])
        self.highest = BasePage.objects.order_by("-pk").values_list("pk", flat=True)[0]

    def add(self, model: Any, count: int) -> None:
        from pages.models import BasePage
        from wiki.models import WikiPage

        pages, sources = [], []
        for pk in self.random.choices(self.originals[model], k=count):
            pages.append(self.page(model, self.rows[pk]))
            sources.append(pk)
        BasePage.objects.bulk_create(pages)
        self.copy_own_rows(model, [(page.pk, pk) for page, pk in zip(pages, sources, strict=True)])
        self.copy_marks(pages, sources)
        self.remember(pages)
        if model is WikiPage:
            self.link(pages)

    def page(self, model: Any, source: Any) -> Any:
        self.highest += 1
        others = [self.rows[pk] for pk in self.random.choices(self.originals[model], k=2)]
        page = copy(source)
        page.pk = page.id = self.highest
        page.uid = page.translation_key = uuid.UUID(int=self.random.getrandbits(128), version=4)
        words, more = source.title.split(), others[0].title.split()
        page.title = page.draft_title = " ".join([*words[: len(words) // 2 + 1], *more[len(more) // 2 :]])[:250]
        page.plain = self.mixed(source, others)
        page.slug = f"grown-{page.pk}"
        parent = self.parent(model, source)
        self.below[parent.pk] += 1
        page.space, page.depth, page.numchild = parent.space, parent.depth + 1, 0
        page.url_path = f"{parent.url_path}{page.slug}/"
        # From the end of the parent's range of paths.
        page.path = page._get_path(parent.path, page.depth, 1_600_000 - page.pk)
        page.audience = "space" if self.random.random() < MEMBERS_ONLY else "staff"
        page.audience_token = f"space:{page.space_id}" if page.audience == "space" else page.space.audience_token
        page.live = self.random.random() >= DRAFTS
        at = source.first_published_at - timedelta(minutes=self.random.randint(0, DAYS * 1_440))
        page.first_published_at = page.last_published_at = page.latest_revision_created_at = at
        page.source_path = page.latest_revision_id = page.live_revision_id = None
        page._state.adding = True
        if not page.live:
            page.first_published_at = page.last_published_at = None
        elif model in self.fronts and parent is self.fronts[model].get(page.space_id) and page.pk % 10 == 0:
            self.sections[page.space_id] = page
        return page

    def parent(self, model: Any, source: Any) -> Any:
        if model not in self.fronts:
            return self.shows[source.pk]
        space = self.random.choices(self.spaces, self.shares)[0]
        section = self.sections.get(space.pk)
        below_section = model.kind.nests and section and self.below[section.pk] < CHILDREN_OF_A_SECTION
        parent = section if below_section and self.random.random() < 0.5 else self.fronts[model][space.pk]
        parent.space = space
        return parent

    def mixed(self, page: Any, others: list[Any]) -> str:
        paragraphs = [part for one in (page, *others) for part in one.plain.split("\n") if part.strip()]
        return "\n".join(self.random.sample(paragraphs, min(max(1, page.plain.count("\n")), len(paragraphs))))

    @staticmethod
    def copy_own_rows(model: Any, pairs: list[tuple[int, int]]) -> None:
        """The columns that only this kind has."""
        from django.db import connection

        own = [column.column for column in model._meta.local_fields if not column.primary_key]
        columns = "".join(f", {connection.ops.quote_name(name)}" for name in own)
        table, key = model._meta.db_table, model._meta.pk.column
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {table} ({key}{columns}) SELECT %s{columns} FROM {table} WHERE {key} = %s",  # noqa: S608
                pairs,
            )

    @staticmethod
    def copy_marks(pages: list[Any], sources: list[int]) -> None:
        """Tags and authors."""
        from pages.models import PageAuthor, PageTag

        for through, field in ((PageTag, "content_object"), (PageAuthor, "page")):
            known: defaultdict[int, list[Any]] = defaultdict(list)
            for row in through._default_manager.filter(**{f"{field}__in": set(sources)}):
                known[getattr(row, f"{field}_id")].append(row)
            copies = []
            for page, source in zip(pages, sources, strict=True):
                for row in known[source]:
                    twin = copy(row)
                    twin.pk, twin._state.adding = None, True
                    setattr(twin, f"{field}_id", page.pk)
                    copies.append(twin)
            through._default_manager.bulk_create(copies)

    @staticmethod
    def remember(pages: list[Any]) -> None:
        """A revision and a line in the history for each."""
        from django.contrib.contenttypes.models import ContentType
        from wagtail.models import Revision

        from pages.models import BasePage, Change

        base = ContentType.objects.get_for_model(BasePage)
        revisions = Revision.objects.bulk_create(
            Revision(
                content_type_id=page.content_type_id,
                base_content_type=base,
                object_id=str(page.pk),
                created_at=page.latest_revision_created_at,
                content={"pk": page.pk, "title": page.title, "body": page.body},
                object_str=page.title,
            )
            for page in pages
        )
        for page, revision in zip(pages, revisions, strict=True):
            page.latest_revision_id = revision.pk
            page.live_revision_id = revision.pk if page.live else None
        BasePage.objects.bulk_update(pages, ["latest_revision", "live_revision"])
        Change.objects.bulk_create(
            Change(
                page=page,
                revision=revision,
                published=page.live,
                at=revision.created_at,
                audience_token=page.audience_token,
                minor=page.pk % 7 == 0,
            )
            for page, revision in zip(pages, revisions, strict=True)
        )

    def link(self, pages: list[Any]) -> None:
        from pages.models import PageLink

        links = []
        for page in pages:
            near = self.near[page.space_id]
            near.append(page)
            for _number in range(LINKS):
                popular = self.random.random() < TO_POPULAR
                other = near[0] if popular else near[self.random.randrange(len(near))]
                key = f"{page.space.slug}:{other.title_key}"
                links.append(PageLink(page=page, to_page=other, target=other.title[:200], key=key[:500]))
            if self.random.random() < TO_MISSING:
                name = f"wanted-{int(self.random.paretovariate(1)) if self.random.random() < 0.5 else page.pk}"
                links.append(PageLink(page=page, to_page=None, target=name, key=f"{page.space.slug}:{name}"))
        PageLink.objects.bulk_create(links)

    def finish(self) -> None:
        """What depends on all rows together: numbers of children, and the ids that PostgreSQL gives next."""
        from django.core.management.color import no_style
        from django.db import connection

        from pages.models import BasePage

        parents = list(BasePage.objects.filter(pk__in=list(self.below)).only("pk", "numchild"))
        for parent in parents:
            parent.numchild += self.below[parent.pk]
        BasePage.objects.bulk_update(parents, ["numchild"], batch_size=AT_ONCE)
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), [BasePage]):
                cursor.execute(statement)


def release(count: int) -> None:
    """Copies of the releases of the first channel, in that channel."""
    from syndication.models import Release

    kept = list(Release.objects.filter(withdrawn_at=None).order_by("pk")[:50])
    rows = []
    for number in range(count if kept else 0):
        row = copy(kept[number % len(kept)])
        row.pk, row.uid, row._state.adding = None, uuid.uuid4(), True
        row.slug = f"{row.slug[:90]}-grown-{Release.objects.count() + number}"
        row.released_at -= timedelta(hours=number + 1)
        rows.append(row)
    Release.objects.bulk_create(rows, batch_size=AT_ONCE)


def main(wanted: int) -> None:
    django.setup()
    from django.core.management import call_command
    from django.db import transaction

    from intranet.importing.progress import Progress
    from intranet.statistics import refresh_statistics

    grower = Grower()
    missing = wanted - sum(map(len, grower.originals.values()))
    progress = Progress(f"growing to {wanted:,} pages", missing, sys.stderr)
    for first in range(0, missing, AT_ONCE):
        count = min(AT_ONCE, missing - first)
        with transaction.atomic():
            for model, weight in grower.weights.items():
                grower.add(model, count * weight // 100)
        progress.add(count)
    with transaction.atomic():
        grower.finish()
        release(round(missing * RELEASED))
    progress.close()
    refresh_statistics()
    call_command("update_index", verbosity=1)


if __name__ == "__main__":
    main(int(sys.argv[1]))
