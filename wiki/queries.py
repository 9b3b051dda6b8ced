"""Queries of the wiki page view, each compiled to SQL once."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from desk.presence import with_editors
from pages.access import visible_to
from pages.addresses import to_address, to_path
from pages.models import PageLink
from pages.prepared import PreparedQuery, at_address
from text.markup import link_key
from wiki.models import WikiPage

MAX_LINKING = 200

# With how many pages link here, and whether the reader has unpublished changes of the page.
published_page = PreparedQuery(
    lambda reader, url_path, person_id, since: (
        with_editors(
            visible_to(reader, WikiPage.objects.select_related("space").filter(url_path=url_path)), person_id, since
        )
        .with_backlink_count(reader)
        .with_own_draft(person_id)
        .defer("body", "plain")[:1]
    ),
    url_path=str,
    person_id=int,
    since=datetime,
)
whole_page = at_address(lambda: WikiPage.objects.select_related("space"))


def above_wanted(person: Any, space: Any, title: str, *, followed_on: str = "") -> str:
    """The parent to propose for a missing page of this title: the page on which its red link was followed, or the only
    one that has it; of several that link, the page above them all.

    A path below the wiki, "" for the wiki itself. Only links that `person` can read count; if the pages that link have
    different parents, none of them is the right one. `followed_on` is the address that the browser came from.
    """
    linking = PageLink.objects.filter(to_page=None, key=f"{space.slug}:{link_key(title.replace(':', ' '))}").values(
        "page"
    )
    pages = visible_to(person, WikiPage.objects.in_space(space).below_root().filter(pk__in=linking))
    start = to_path(f"/spaces/{space.slug}/wiki/")
    rows = pages.order_by("url_path").values_list("url_path", flat=True)[:MAX_LINKING]
    paths = [path.removeprefix(start).strip("/") for path in rows]
    on = to_path(followed_on).removeprefix(start).strip("/")
    if on in paths or len(paths) == 1:
        return on if on in paths else paths[0]
    above = {path.rpartition("/")[0] for path in paths}
    return above.pop() if len(above) == 1 else ""


@lru_cache(maxsize=64)
def _above(levels: int) -> PreparedQuery:
    names = {f"above_{level}": str for level in range(levels)}

    def question(reader: Any, **values: Any) -> Any:
        pages = visible_to(reader, WikiPage.objects.filter(url_path__in=values.values()))
        return pages.order_by("depth").values_list("title", "url_path", "language")

    return PreparedQuery(question, **names)


def above(person: Any, page: WikiPage) -> list[dict[str, str]]:
    """The pages above `page`, outermost first."""
    paths = {f"above_{level}": url_path for level, url_path in enumerate(page.ancestor_paths)}
    rows = _above(len(paths))(person, **paths) if paths else []
    return [{"title": title, "url": to_address(url_path), "language": language} for title, url_path, language in rows]
