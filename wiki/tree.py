"""The tree of a wiki as one reader sees it: the branch of a page, and the pages before and after it in reading order.

A page that the reader cannot see is left out, and what is below it hangs on the next page above that she can see.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, Value, When, Window
from django.db.models.functions import Concat, RowNumber
from django.utils.safestring import mark_safe

from pages.access import visible_to
from pages.addresses import to_address
from pages.models import BasePage
from pages.prepared import PreparedQuery
from pages.querysets import paths_below
from wiki.querysets import ROOT_DEPTH

# Below one page: how many are read, by title; and how many are shown before and after the branch in view.
MAX_BELOW = 250
SHOWN_BESIDE = 30
# Of a deep wiki fewer are shown on each level, so that no tree is longer than this by much.
MAX_ROWS = 600
# To find the last page of a branch, without reading all of a large one.
MAX_LAST_BELOW = 500
# Characters of a treebeard path for each level.
STEP: int = BasePage.steplen
COLUMNS = (
    "pk",
    "title",
    "url_path",
    "summary",
    "language",
    "path",
    "place",
    "is_branch",
    "wikipage__child_order__pages",
)


@dataclass(slots=True, eq=False)
class Node:
    pk: int
    title: str
    url_path: str
    summary: str
    language: str
    path: str
    #: Among the readable pages below the same page, by title, from 1.
    place: int
    #: Whether the reader can see a page below it.
    is_branch: bool
    #: The order of the pages below, by their ids.
    order: list[int] | None
    below: list[Node] = field(default_factory=list)

    @property
    def url(self) -> str:
        return to_address(self.url_path)

    def sort(self) -> None:
        if self.order:
            places = {pk: place for place, pk in enumerate(self.order)}
            self.below.sort(key=lambda node: places.get(node.pk, len(places)))

    def walk(self) -> Iterator[Node]:
        """This page and those below it in reading order. Without recursion: a wiki can be 63 levels deep."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += reversed(node.below)


def _listed(reader: Any, wanted: Q) -> Any:
    """Readable pages with what a tree shows of them; the join is with the order of the pages below each."""
    span = [Concat(OuterRef("path"), Value(end)) for end in paths_below("")]
    below = BasePage.objects.filter(depth=OuterRef("depth") + 1, path__range=span)
    # A count of children would tell of pages that the reader cannot see.
    is_branch = Case(When(numchild=0, then=Value(False)), default=Exists(visible_to(reader, below)))
    place = Window(RowNumber(), partition_by=F("depth"), order_by=("sort_key", "pk"))
    # By number, since SQLite would rather look at every page of an audience than at a few ranges of paths; and in the table
    # of all pages, since only wiki pages have such paths.
    near = BasePage.objects.filter(wanted).order_by().values("pk")
    return visible_to(reader, BasePage.objects.filter(pk__in=near)).annotate(is_branch=is_branch, place=place)


@lru_cache(maxsize=64)
def _branch(levels: int) -> PreparedQuery:
    """The pages on the way to one on this level, and those below each of them."""
    names = {f"{name}_{level}": str for level in range(levels) for name in ("on", "first", "last")}

    def question(reader: Any, **values: Any) -> Any:
        wanted = Q(path=values["on_0"])
        for level in range(levels):
            span = (values[f"first_{level}"], values[f"last_{level}"])
            wanted |= Q(depth=ROOT_DEPTH + level + 1, path__range=span)
        on_way = Q(path__in=[values[f"on_{level}"] for level in range(levels)])
        # One more than is shown says that there are more.
        pages = _listed(reader, wanted).filter(Q(place__lte=MAX_BELOW + 1) | on_way)
        return pages.order_by("depth", "place").values_list(*COLUMNS)

    return PreparedQuery(question, **names)


_below = PreparedQuery(
    lambda reader, first, last: (
        visible_to(reader, BasePage.objects.filter(path__range=(first, last)))
        .order_by("depth", "sort_key", "pk")
        .annotate(place=Value(0), is_branch=Value(False))
        .values_list(*COLUMNS)[:MAX_LAST_BELOW]
    ),
    first=str,
    last=str,
)


class Branch:
    """A page, the pages above it and beside those, and the pages below it: one query."""

    def __init__(self, person: Any, page: Any) -> None:
        self.person = person
        ways = [page.path[: STEP * depth] for depth in range(ROOT_DEPTH, page.depth + 1)]
        values = {}
        for level, way in enumerate(ways):
            values[f"on_{level}"] = way
            values[f"first_{level}"], values[f"last_{level}"] = paths_below(way)
        nodes = [Node(*row) for row in _branch(len(ways))(person, **values)]
        #: Pages without a page above them: the root of the wiki, unless the reader cannot see it.
        self.tops = _hang(nodes, ways)
        #: The pages above `page`, outermost first, and itself, which is missing if it is a draft.
        self.way = [node for node in nodes if node.path in ways]
        self.current = next((node for node in self.way if node.path == page.path), None)
        level = len(page.path) + STEP
        self.below = self.current.below if self.current else [node for node in nodes if len(node.path) == level]

    @property
    def above(self) -> list[Node]:
        return [node for node in self.way if node is not self.current]

    def neighbours(self) -> tuple[Node | None, Node | None]:
        """The pages before and after in reading order. Costs a query if the page before is deep in another branch."""
        # Of a very long list only the beginning is read, so what stands beside a page further down is not known.
        if self.current is None or self.current.place > MAX_BELOW:
            return None, None
        row = [node for top in self.tops for node in top.walk()]
        at = row.index(self.current)
        before = row[at - 1] if at else None
        if before and before.is_branch and not before.below:
            before = self._last_below(before)
        return before, row[at + 1] if at + 1 < len(row) else None

    def _last_below(self, node: Node) -> Node:
        # A copy: in the tree as it is shown that branch stays closed.
        node = replace(node, below=[])
        first, last = paths_below(node.path)
        nodes = [Node(*row) for row in _below(self.person, first=first, last=last)]
        _hang([node, *nodes], {node.path, *(each.path for each in nodes)})
        while node.below:
            node = node.below[-1]
        return node

    def rows(self, nodes: Sequence[Node] = ()) -> list[dict[str, Any]]:
        """The tree as it is shown, or only `nodes`, in reading order. Each row opens a list below it, or closes some."""
        rows: list[dict[str, Any]] = []
        waiting: list[tuple[Node, int, int]] = [(node, 0, 0) for node in reversed(nodes or self.tops)]
        while waiting:
            node, level, left_out = waiting.pop()
            if left_out:
                rows.append({"url": node.url, "level": level, "left_out": left_out})
                continue
            shown = self._near(node.below)
            row = {"title": node.title, "url": node.url, "language": node.language, "level": level}
            rows.append(row | {"current": node is self.current, "is_branch": node.is_branch and not shown})
            if more := len(node.below) - len(shown):
                waiting.append((node, level + 1, more))
            waiting += [(each, level + 1, 0) for each in reversed(shown)]
        for row, after in zip(rows, [*(row["level"] for row in rows[1:]), 0], strict=True):
            row["opens"] = after > row["level"]
            row["closing"] = mark_safe("</ul></li>" * max(0, row["level"] - after))  # noqa: S308 - fixed words
        return rows

    def _near(self, nodes: list[Node]) -> list[Node]:
        """Those around the one on the way."""
        at = next((place for place, node in enumerate(nodes) if node in self.way), 0)
        beside = min(SHOWN_BESIDE, max(2, MAX_ROWS // (2 * len(self.way) + 1)))
        start = max(0, min(at - beside, len(nodes) - 2 * beside - 1))
        return nodes[start : start + 2 * beside + 1]


def _hang(nodes: list[Node], ways: Container[str]) -> list[Node]:
    """Put each of `nodes`, the highest first, below the nearest of them on `ways`; returns those without one."""
    opened = {node.path: node for node in nodes if node.path in ways}
    tops: list[Node] = []
    for node in nodes:
        above = (opened.get(node.path[:end]) for end in range(len(node.path) - STEP, 0, -STEP))
        parent = next(filter(None, above), None)
        (parent.below if parent else tops).append(node)
    for node in nodes:
        node.sort()
    return tops
