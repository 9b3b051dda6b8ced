"""Resolves wiki links: the same answer for rendering and for the address that redirects readers."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from pages.addresses import to_path
from pages.models import BasePage, FormerTitle
from text.markup import link_key
from text.titles import title_key

# The space, and the path below its wiki; "" for the root.
WIKI_ADDRESS = re.compile(r"^/home/spaces/([^/]+)/wiki/(?:(.+)/)?$")
COLUMNS = ("pk", "url_path", "slug", "title", "title_key", "space_id", "audience_token")
# Text that can be a path: other characters would be lost in an address, and "Zc!" is not "Zc".
_PATH_LIKE = re.compile(r"[^:#?!|\[\](){}<>*+&%]*/[^:#?!|\[\](){}<>*+&%]*|[A-Za-z0-9 _-]+")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """One interpretation of a link target: words to look up in one space."""

    space_id: int
    space_slug: str
    words: str

    @property
    def key(self) -> tuple[int, str]:
        return self.space_id, title_key(self.words)

    @property
    def path(self) -> str:
        """Below the wiki; "" if the words cannot be a path."""
        return link_key(self.words) if _PATH_LIKE.fullmatch(self.words) else ""

    @property
    def url_path(self) -> str:
        return to_path(f"/spaces/{self.space_slug}/wiki/{self.path}/")

    @property
    def slug(self) -> str:
        return self.path.rpartition("/")[2]


def readings(target: str, own: Any, spaces: Mapping[str, Any]) -> list[Reading]:
    """In order of preference: "Operations: rota" is a title in this wiki first, then "rota" in the Operations wiki."""
    prefix, colon, rest = target.partition(":")
    other = spaces.get(link_key(prefix)) if colon and rest.strip() else None
    found = [Reading(space.pk, space.slug, words) for space, words in ((own, target), (other, rest.strip())) if space]
    return found[1:] if other is not None and own == other else found


def reading_address(space_slug: str, words: str) -> str:
    """Redirects each reader to the page that they can see, and itself reveals nothing (`wiki.views.named`)."""
    return f"/spaces/{space_slug}/wiki/-/to/?title={quote(words, safe='')}"


def find(asked: Mapping[str, Sequence[Reading]], *, tokens: Collection[str]) -> dict[str, Row]:
    """The page for each target that everybody with `tokens` can read; targets without one are left out.

    Tried in order: exact title, path, last part of the path, former title. If two pages share the title, the one whose
    path it is too wins, or neither: never a third page. At most two queries.
    """
    every = [reading for each in asked.values() for reading in each]
    if not every:
        return {}
    rows = _named(every, tokens)
    by_title, by_slug = _grouped(rows, "title_key"), _grouped(rows, "slug")
    by_path = {row["url_path"]: row for row in rows}
    found: dict[str, Row | None] = {}
    for target, each in asked.items():
        for reading in each:
            named = by_title.get(reading.key, [])
            row = _only(named) or (by_path.get(reading.url_path) if reading.path else None)
            if named:
                found[target] = row if row in named else None
                break
            row = row or (_only(by_slug.get((reading.space_id, reading.slug))) if reading.path else None)
            if row is not None:
                found[target] = row
                break
    certain = {target: row for target, row in found.items() if row is not None}
    return certain | _by_former_title({target: asked[target] for target in asked.keys() - found.keys()}, tokens)


def _named(every: Iterable[Reading], tokens: Collection[str]) -> list[Row]:
    """The pages of these spaces with one of the titles, paths or slugs. A UNION, so that each condition uses its index."""
    pages = BasePage.objects.filter(live=True, space__in={each.space_id for each in every}, audience_token__in=tokens)
    rows = pages.order_by().values(*COLUMNS)
    by_title = rows.filter(title_key__in={each.key[1] for each in every})
    if not (with_path := [each for each in every if each.path]):
        return list(by_title)
    by_path = rows.filter(url_path__in={each.url_path for each in with_path})
    return list(by_title.union(by_path, rows.filter(slug__in={each.slug for each in with_path})))


def _by_former_title(asked: Mapping[str, Sequence[Reading]], tokens: Collection[str]) -> dict[str, Row]:
    """Only titles that these readers could see: earlier ones must not be revealed."""
    every = [reading for each in asked.values() for reading in each]
    if not every:
        return {}
    former = FormerTitle.objects.filter(
        title_key__in={each.key[1] for each in every},
        audience_token__in=tokens,
        page__live=True,
        page__space__in={each.space_id for each in every},
        page__audience_token__in=tokens,
    )
    columns = [f"page__{name}" for name in COLUMNS]
    left: dict[tuple[int, str], list[Row]] = {}
    for key, *values in former.values_list("title_key", *columns):
        row = dict(zip(COLUMNS, values, strict=True))
        if WIKI_ADDRESS.match(row["url_path"]):
            left.setdefault((row["space_id"], key), []).append(row)
    found = {
        target: next(filter(None, (_only(left.get(each.key)) for each in asked[target])), None) for target in asked
    }
    return {target: row for target, row in found.items() if row is not None}


def answers_to(pks: Collection[int], keys: Collection[str]) -> set[tuple[int, str]]:
    found = FormerTitle.objects.filter(page__in=list(pks), title_key__in=keys) if pks else FormerTitle.objects.none()
    return set(found.values_list("page_id", "title_key"))


def _grouped(rows: Iterable[Row], column: str) -> dict[tuple[int, str], list[Row]]:
    found: dict[tuple[int, str], list[Row]] = {}
    for row in rows:
        if WIKI_ADDRESS.match(row["url_path"]):
            found.setdefault((row["space_id"], row[column]), []).append(row)
    return found


def _only(rows: list[Row] | None) -> Row | None:
    return rows[0] if rows and len(rows) == 1 else None
