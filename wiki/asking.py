"""What the view of a wiki page asks the database; each question is put into SQL once."""

from functools import lru_cache
from typing import Any

from django.db.models import Q

from pages.access import visible_to
from pages.addresses import to_address, to_path
from pages.models import PageLink
from pages.prepared import PreparedQuery
from text.markup import link_key
from wiki.models import WikiPage

MAX_CHILDREN = 200
MAX_LINKING = 200
COLUMNS = ("title", "url_path", "summary", "language", "depth")

published_page = PreparedQuery(
    lambda reader, url_path: visible_to(
        reader, WikiPage.objects.select_related("space").defer("body", "plain").filter(url_path=url_path)
    )[:1],
    url_path=str,
)


def above_wanted(person: Any, space: Any, title: str) -> str:
    """The path below the wiki of the page above all that link to a page of this title that is not there; "" for the wiki itself.

    Only of links that `person` can read; where they are below different pages, none is more right than another.
    """
    linking = PageLink.objects.filter(to_page=None, key=f"{space.slug}:{link_key(title.replace(':', ' '))}").values(
        "page"
    )
    pages = visible_to(person, WikiPage.objects.in_space(space).below_root().filter(pk__in=linking))
    start = to_path(f"/spaces/{space.slug}/wiki/")
    paths = pages.order_by("url_path").values_list("url_path", flat=True)[:MAX_LINKING]
    above = {path.removeprefix(start).strip("/").rpartition("/")[0] for path in paths}
    return above.pop() if len(above) == 1 else ""


# How many pages link here, and whether the reader keeps unpublished changes of the page.
standing = PreparedQuery(
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
            # A range, since LIKE does not use the index on SQLite.
            wanted |= Q(depth=values["depth"], path__range=(values["first"], values["last"]))
        pages = visible_to(reader, WikiPage.objects.filter(wanted)).order_by("depth", "sort_key", "pk")
        return pages.values_list(*COLUMNS)[: ancestors + MAX_CHILDREN + 1]

    return PreparedQuery(question, **above, **below)


def family_of(
    person: Any, page: WikiPage, *, with_children: bool = True
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The pages above `page`, outermost first, and those right below it by title, one more than are shown."""
    above = page.ancestor_paths
    values: dict[str, Any] = {f"above_{place}": url_path for place, url_path in enumerate(above)}
    with_children = with_children and page.numchild > 0
    if with_children:
        # Treebeard's steps are four of 0-9 and A-Z.
        values |= {"first": f"{page.path}0000", "last": f"{page.path}ZZZZ", "depth": page.depth + 1}
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
