"""Adds pages to measure a larger site: `python -m bench.grow COUNT`.

Each new page has shuffled paragraphs of a few real ones, and halves of two titles. Rows are inserted directly, without
revisions; wiki pages link to four others in their space, and some to a missing one. Then the index is rebuilt. Only for
a site that you will throw away.
"""

import random
import sys
import uuid
from copy import copy
from typing import Any

import django

AT_ONCE = 500


def main(wanted: int) -> None:
    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction

    from blog.models import BlogPostPage
    from pages.models import BasePage, PageLink
    from wiki.models import WikiPage

    models: list[type[BasePage]] = [BlogPostPage, WikiPage]
    random_ = random.Random(2026)
    found: dict[type[BasePage], list[int]] = {
        model: list(model.objects.filter(live=True).values_list("pk", flat=True)) for model in models
    }
    missing = wanted - sum(map(len, found.values()))
    highest = BasePage.objects.order_by("-pk").values_list("pk", flat=True)[0]
    for first in range(0, missing, AT_ONCE):
        model = models[first // AT_ONCE % len(models)]
        chosen = random_.choices(found[model], k=min(AT_ONCE, missing - first))
        rows: dict[int, Any] = BasePage.objects.select_related("space").in_bulk(chosen)
        made: list[tuple[int, int]] = []
        pages: list[BasePage] = []
        for pk in chosen:
            highest += 1
            pages.append(_mixed(rows[pk], [rows[other] for other in random_.choices(chosen, k=2)], highest, random_))
            made.append((highest, pk))
        with transaction.atomic():
            BasePage.objects.bulk_create(pages)
            own = [column.column for column in model._meta.local_fields if not column.primary_key]
            columns = "".join(f", {connection.ops.quote_name(name)}" for name in own)
            table, key = model._meta.db_table, model._meta.pk.column
            with connection.cursor() as cursor:
                cursor.executemany(
                    f"INSERT INTO {table} ({key}{columns}) SELECT %s{columns} FROM {table} WHERE {key} = %s",  # noqa: S608
                    made,
                )
            if model is WikiPage:
                PageLink.objects.bulk_create(_links(pages, random_))
        print(f"{first + len(chosen):,} of {missing:,} pages", file=sys.stderr, flush=True)
    call_command("update_index", verbosity=0)


def _links(pages: list[Any], random_: random.Random) -> list[Any]:
    from pages.models import PageLink

    links = []
    for page in pages:
        near = [one for one in pages if one.space_id == page.space_id]
        for other in random_.choices(near, k=4):
            key = f"{page.space.slug}:{other.title_key}"
            links.append(PageLink(page=page, to_page=other, target=other.title[:200], key=key[:500]))
        if random_.random() < 0.1:
            name = f"wanted-{random_.randint(0, 300)}"
            links.append(PageLink(page=page, to_page=None, target=name, key=f"{page.space.slug}:{name}"))
    return links


def _mixed(page: Any, others: list[Any], pk: int, random_: random.Random) -> Any:
    parent = page.path[: -page.steplen]
    paragraphs = [part for one in (page, *others) for part in one.plain.split("\n") if part.strip()]
    length = max(1, page.plain.count("\n"))
    words, more = page.title.split(), others[0].title.split()
    page = copy(page)
    page.pk = page.id = pk
    page.uid = page.translation_key = uuid.uuid4()
    page.title = page.draft_title = " ".join([*words[: len(words) // 2 + 1], *more[len(more) // 2 :]])[:250]
    page.plain = "\n".join(random_.sample(paragraphs, min(length, len(paragraphs))))
    page.slug = f"grown-{pk}"
    page.url_path = f"{page.url_path.rstrip('/').rpartition('/')[0]}/{page.slug}/"
    # From the end of the parent's range of paths.
    page.path = page._get_path(parent, page.depth, 1_600_000 - pk)
    page.source_path = page.latest_revision_id = page.live_revision_id = None
    page.numchild = 0
    page._state.adding = True
    return page


if __name__ == "__main__":
    main(int(sys.argv[1]))
