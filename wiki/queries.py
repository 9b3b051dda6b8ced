"""Queries of the wiki page view, each compiled to SQL once."""

from functools import lru_cache
from typing import Any

from django.db.models import Q

from pages.access import visible_to
from pages.addresses import to_address, to_path
from pages.models import PageLink
from pages.prepared import PreparedQuery, at_address
from pages.querysets import paths_below
from text.markup import link_key
from wiki.models import WikiPage

MAX_CHILDREN = 200
MAX_LINKING = 200
COLUMNS = ("title", "url_path", "summary", "language", "depth")

published_page = at_address(lambda: WikiPage.objects.select_related("space").defer("body", "plain"))
whole_page = at_address(lambda: WikiPage.objects.select_related("space"))


def above_wanted(person: Any, space: Any, title: str) -> str:
    """The parent to propose for a missing page of this title: the page above all that link to it.

    A path below the wiki, "" for the wiki itself. Only links that `person` can read count; if the pages that link have
    different parents, none of them is the right one.
    """
    linking = PageLink.objects.filter(to_page=None, key=f"{space.slug}:{link_key(title.replace(':', ' '))}").values(
        "page"
    )
    pages = visible_to(person, WikiPage.objects.in_space(space).below_root().filter(pk__in=linking))
    start = to_path(f"/spaces/{space.slug}/wiki/")
    paths = pages.order_by("url_path").values_list("url_path", flat=True)[:MAX_LINKING]
    above = {path.removeprefix(start).strip("/").rpartition("/")[0] for path in paths}
    return above.pop() if len(above) == 1 else ""


# How many pages link here, and whether the reader has unpublished changes of the page.
page_state = PreparedQuery(
    lambda reader, pk, person_id: (
        visible_to(reader, WikiPage.objects.filter(pk=pk))
        .with_backlink_count(reader)
        .with_own_draft(person_id)
        .values_list("backlink_count", "has_own_draft")
    ),
    pk=int,
    person_id=int,
)


@lru_cache(maxsize=64)
def _family(ancestors: int, with_children: bool) -> PreparedQuery:
    above = {f"above_{place}": str for place in range(ancestors)}
    below: dict[str, type] = {"first": str, "last": str, "depth": int} if with_children else {}

    def question(reader: Any, **values: Any) -> Any:
        wanted = Q(url_path__in=[values[name] for name in above])
        if with_children:
            wanted |= Q(depth=values["depth"], path__range=(values["first"], values["last"]))
        pages = visible_to(reader, WikiPage.objects.filter(wanted)).order_by("depth", "sort_key", "pk")
        return pages.values_list(*COLUMNS)[: ancestors + MAX_CHILDREN + 1]

    return PreparedQuery(question, **above, **below)


def family_of(
    person: Any, page: WikiPage, *, with_children: bool = True
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The pages above `page`, outermost first, and its children by title, one more than are shown."""
    above = page.ancestor_paths
    values: dict[str, Any] = {f"above_{place}": url_path for place, url_path in enumerate(above)}
    with_children = with_children and page.numchild > 0
    if with_children:
        first, last = paths_below(page.path)
        values |= {"first": first, "last": last, "depth": page.depth + 1}
    if not values:
        return [], []
    rows = [
        {
            "title": title,
            "url": to_address(url_path),
            "summary": summary,
            "language": language,
            "depth": depth,
        }
        for title, url_path, summary, language, depth in _family(len(above), with_children)(person, **values)
    ]
    return [row for row in rows if row["depth"] < page.depth], [row for row in rows if row["depth"] > page.depth]
