"""Consistency checks of pages: tree, addresses, derived columns, links, versions.

Each yields a `Fault` per problem; one that can be repaired without guessing has a repair function. For `manage.py
check_content`, and for tests of concurrent writes.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from pages import derive, indexing
from pages.addresses import BIN_PATH, to_address
from pages.columns import RENDERED
from pages.locking import writing_pages
from pages.models import BasePage, PageLink
from pages.rerendering import rerender
from pages.texts import LINK, text_of
from people.audiences import audience_token
from text.collation import sort_key
from text.titles import title_key

CHUNK = 100


@dataclass(frozen=True, slots=True)
class Fault:
    """`about` is where it was found, `says` what is wrong, `mend` repairs it if that needs no guess."""

    about: str
    says: str
    mend: Callable[[], Any] | None = None

    def __str__(self) -> str:
        return f"{self.about}: {self.says}"


Watched = Callable[[int], Any]


def unwatched(done: int) -> None: ...


def check_pages() -> Iterator[Fault]:
    """All checks. To repair, run `PASSES` one by one, because later ones rely on earlier ones."""
    for check in PASSES.values():
        yield from check(unwatched)


def _in_chunks(watched: Watched) -> Iterator[Any]:
    """All pages, parents first; `watched` is called with the size of each finished chunk."""
    on_site = BasePage._base_manager.exclude(url_path__startswith=BIN_PATH)
    pks = list(on_site.order_by("path").values_list("pk", flat=True))
    for start in range(0, len(pks), CHUNK):
        some = pks[start : start + CHUNK]
        yield BasePage._base_manager.filter(pk__in=some).order_by("path")
        watched(len(some))


# -- the tree


def check_tree(watched: Watched) -> Iterator[Fault]:
    """Each page has a parent, the right depth, and the parent's address with its own slug."""
    columns = ("pk", "path", "depth", "numchild", "slug", "url_path")
    rows = list(BasePage._base_manager.order_by("path").values_list(*columns))
    step = BasePage.steplen
    children = Counter(path[:-step] for _pk, path, *_rest in rows)
    addresses: dict[str, str] = {"": ""}
    taken: dict[str, str] = {}
    for pk, path, depth, numchild, slug, url_path in rows:
        about, above = f"page {pk} ({to_address(url_path)})", path[:-step]
        if above not in addresses:
            yield Fault(about, f"hangs below nothing: there is no page with the path {above}")
            addresses[path] = url_path
            continue
        right = f"{addresses[above]}{slug}/" if above else "/"
        addresses[path] = right
        if right in taken:
            yield Fault(about, f"has the same address as {taken[right]}")
        taken.setdefault(right, about)
        if depth != len(path) // step:
            yield Fault(about, f"is {len(path) // step} deep, and says {depth}", _setting(pk, depth=len(path) // step))
        if numchild != children[path]:
            yield Fault(
                about,
                f"has {children[path]} pages below it, and says {numchild}",
                _setting(pk, numchild=children[path]),
            )
        if url_path != right:
            yield Fault(
                about,
                f"has a wrong address; it belongs at {to_address(right)}",
                _setting(pk, url_path=right),
            )
        watched(1)


def _setting(pk: int, **columns: Any) -> Callable[[], None]:
    @writing_pages()
    def mend() -> None:
        BasePage._base_manager.filter(pk=pk).update(**columns)
        indexing.pages_changed([pk])

    return mend


# -- what is derived


def check_facts(watched: Watched) -> Iterator[Fault]:
    """Audience, byline, tags and title keys are those that follow from the page and its space."""
    for pages in _in_chunks(watched):
        pages = pages.select_related("space").prefetch_related("page_authors__person", "tagged_items__tag")
        for page in pages:
            right = {
                "audience_token": audience_token(page.space, page.audience),
                "byline": derive.byline(page),
                "labels": derive.labels(page),
                "title_key": title_key(page.title),
                "sort_key": sort_key(page.title),
            }
            wrong = {name: value for name, value in right.items() if getattr(page, name) != value}
            if wrong:
                yield Fault(_named(page), f"its row says otherwise: {', '.join(wrong)}", _setting(page.pk, **wrong))


def check_texts(watched: Watched) -> Iterator[Fault]:
    """The HTML matches the text, and so do the stored links."""
    for pages in _in_chunks(watched):
        links: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
        for page_id, *link in PageLink.objects.filter(page__in=pages).values_list("page_id", *LINK):
            links[page_id].append(tuple(link))
        for page in pages.select_related("space"):
            try:
                text = text_of(page)
            except ValidationError as problem:
                yield Fault(_named(page), f"cannot be rendered: {' '.join(problem.messages)}")
                continue
            found = [tuple(link[name] for name in LINK) for link in text.links or ()]
            if any(getattr(page, name) != getattr(text, name) for name in RENDERED):
                yield Fault(_named(page), "its HTML is not that of its text", _rendering(page.pk))
            elif sorted(found, key=repr) != sorted(links[page.pk], key=repr):
                yield Fault(_named(page), "its stored links are not those of its text", _rendering(page.pk))


def _named(page: Any) -> str:
    return f"page {page.pk} ({page.get_absolute_url()})"


def _rendering(pk: int) -> Callable[[], None]:
    @writing_pages()
    def mend() -> None:
        rerender([pk])
        indexing.pages_changed([pk])

    return mend


# -- versions


def check_versions(watched: Watched) -> Iterator[Fault]:
    """A page has the row of its kind and its newest version; without a newer draft they have the same text."""
    for pages in _in_chunks(watched):
        kinds: dict[Any, set[int]] = {}
        for page in pages.select_related("latest_revision", "content_type"):
            model: Any = page.content_type.model_class()
            if model not in kinds:
                rows = model._base_manager.filter(pk__in=pages) if model else BasePage._base_manager.none()
                kinds[model] = set(rows.values_list("pk", flat=True))
            if page.pk not in kinds[model]:
                yield Fault(_named(page), f"has no row as {page.content_type.model}")
            revision = page.latest_revision
            if revision is None or page.has_unpublished_changes:
                continue
            for name in ("title", "body"):
                if revision.content.get(name) != getattr(page, name):
                    yield Fault(_named(page), f"its {name} is not that of its newest version")


PASSES: dict[str, Callable[[Watched], Iterator[Fault]]] = {
    "tree": check_tree,
    "rows": check_facts,
    "texts": check_texts,
    "versions": check_versions,
}
