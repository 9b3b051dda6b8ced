"""Updates everything that depends on pages, spaces or persons that changed: texts of other pages, and the search index.

Code that changes the audience, title, address or publication of pages, the policy or name of a space, or the name of a
person calls one of these functions in the transaction of the change. Stored HTML that now reveals more than its readers
may know is rendered at once, or hidden until it has been.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from pages import derive, indexing, media_audience, rerendering, texts, unread_drafts
from pages.models import BasePage, FormerTitle, PageLink, Shown, SpacePage
from pages.rendering import keys_of
from pages.targets import WIKI_ADDRESS
from people.audiences import audience_token
from people.models import Person, Space
from text.markup import link_key

#: Pages. For a larger branch every link into its space is updated instead of those that match a name.
MAX_KEYS = 2_000


def page_changed(page: BasePage, *, new: bool = False) -> None:
    """After a page was published, renamed, unpublished or given another audience. `new`: it has no former titles yet."""
    former = [] if new else FormerTitle.objects.filter(page_id=page.pk).values_list("title_key", flat=True)
    refresh([page.pk], keys=keys_of(page, former=former))


def address_changed(top: BasePage, *, before: str) -> None:
    """After `top`, formerly at the path `before`, and the pages below it got new addresses."""
    branch = BasePage.objects.descendant_of(top, inclusive=True)
    refresh(branch.values("pk"), keys=link_keys_of(branch, moved=(top.url_path, before)))


def link_keys_of(pages: Any, *, moved: tuple[str, str] = ("", "")) -> set[str]:
    """The keys of all links that can refer to `pages`, by current and former names. A key that ends with a colon matches
    every link into a space.

    `moved`: the new and the old path of the branch; its names at the old one are included.
    """
    some = BasePage.objects.filter(pk__in=pages)
    now, before = moved
    if some.count() > MAX_KEYS:
        addresses = [*some.values_list("url_path", flat=True)[:1], before]
        return {f"{found[1]}:" for address in addresses if (found := WIKI_ADDRESS.match(address))}
    former: dict[int, set[str]] = defaultdict(set)
    for pk, title in FormerTitle.objects.filter(page__in=some.values("pk")).values_list("page_id", "title_key"):
        former[pk].add(title)
    keys: set[str] = set()
    for page in some.only("url_path", "slug", "title"):
        keys |= keys_of(page, former=former[page.pk])
        if before and page.url_path.startswith(now):
            keys |= keys_of(page, url_path=before + page.url_path.removeprefix(now), former=former[page.pk])
    return keys


def links_by_key(keys: Iterable[str]) -> Any:
    """The links with these keys, even those that lead to another page now: their target may change."""
    exact, whole = set(), Q(pk__in=[])
    for key in keys:
        if key.endswith(":"):
            whole |= Q(key__startswith=key)
        else:
            exact.add(key)
    return PageLink.objects.filter(Q(key__in=exact) | whole)


def refresh(pages: Any, *, revealing: Iterable[int] = (), keys: Iterable[str] = ()) -> None:
    """Render the texts that refer to `pages`, and index those and `pages` again.

    `pages`: a list of ids, or a query of them. `revealing`: ids of pages whose own text may reveal too much now. `keys`:
    of links that could refer to `pages`, before or now.
    """
    links = PageLink.objects.filter
    themselves = set(pages if isinstance(pages, list) else pages.values_list("pk", flat=True))
    pointing = set(links(to_page__in=pages).values_list("page_id", flat=True).distinct())
    # Changed pages that link to one another have the same readers.
    unsafe = {*revealing, *(pointing - themselves)}
    others = pointing | set(links_by_key(keys).values_list("page_id", flat=True).distinct())
    render_again(unsafe, others)
    # The words of a link are indexed with the page that it leads to.
    led_to = links(page__in=pages, to_page__isnull=False).values_list("to_page_id", flat=True).distinct()
    # Hidden pages last: as long as they wait to be indexed, searches skip the texts that link to them.
    indexing.pages_changed({*unsafe, *others} - themselves)
    indexing.pages_changed({*themselves, *led_to})


def render_again(unsafe: Iterable[int], others: Iterable[int] = ()) -> None:
    """Render texts: now if they are few, else in the worker. Readers never get the old HTML of `unsafe` ones."""
    first, later = set(unsafe), set(others)
    if len(first) > rerendering.RERENDER_AT_ONCE:
        texts.put_away(first)
        first, later = set(), first | later
    for some in (first, later - first):
        if some:
            rerendering.rerender([*some])


def affected_by_deletion(pages: Any) -> set[int]:
    """Before `pages` are deleted: the ids of pages that link to them, could do so, or are linked from them."""
    links = PageLink.objects.filter
    pointing = set(links(to_page__in=pages).values_list("page_id", flat=True))
    pointing |= set(links_by_key(link_keys_of(pages)).values_list("page_id", flat=True))
    return pointing | set(links(page__in=pages, to_page__isnull=False).values_list("to_page_id", flat=True))


def pages_deleted(ids: Iterable[int]) -> None:
    there = set(BasePage.objects.filter(pk__in=list(ids)).values_list("pk", flat=True))
    if there:
        render_again(there)
        indexing.pages_changed(there)


def branch_restored(pks: list[int]) -> None:
    """After a branch came back from the bin: its media, texts, the links to it, and the index."""
    media_audience.remember_open(pks)
    media_changed(media_audience.recompute(media_audience.named_by(pks)))
    refresh(pks, revealing=pks, keys=link_keys_of(pks))


def media_changed(items: Iterable[Any], *, but: int | None = None) -> None:
    """After the audience of pictures, files or recordings changed: render the texts that show them, except page `but`."""
    showing = media_audience.shown((media_audience.KINDS[type(item)], item.pk) for item in items)
    render_again(showing.filter(now=True).exclude(page=but).values_list("page_id", flat=True))


def branch_moved(top: BasePage, *, before: Space | None, space: Space | None, address: str) -> None:
    """After a branch moved from `address` to another space: update everything that depends on the space.

    `address_changed` has updated the rest.
    """
    if before == space:
        return
    set_space_of_branch(top, space=space)
    branch = BasePage.objects.descendant_of(top, inclusive=True)
    pks = list(branch.values_list("pk", flat=True))
    unread_drafts.set_aside(pks, before=before)
    media_changed(media_audience.move_with_pages(pks, before=before, space=space))
    refresh(pks, revealing=pks, keys=link_keys_of(pks, moved=(top.url_path, address)))


def set_space_of_branch(top: BasePage, *, space: Space | None) -> None:
    """Set space and audience token of a whole branch, after a move or a change of the space's policy."""
    branch = BasePage.objects.descendant_of(top, inclusive=True)
    for audience in BasePage.Audience.values:
        branch.filter(audience=audience).update(space=space, audience_token=audience_token(space, audience))


def policy_changed(top: SpacePage, space: Space) -> None:
    """After a space was opened or closed: update its pages and media, and texts that refer to them."""
    set_space_of_branch(top, space=space)
    pages = BasePage.objects.descendant_of(top, inclusive=True).values("pk")
    media_audience.remember_open(pages)
    for model in media_audience.MODELS.values():
        for item in model.objects.filter(space=space):
            # Saved one by one, so that each is indexed.
            item.save()
    # A text for members may reveal too much to all staff.
    opened = space.see == Space.See.STAFF
    has_references = Q(links__isnull=False) | Q(shown__isnull=False)
    own = (
        BasePage.objects.filter(has_references, pk__in=pages).values_list("pk", flat=True).distinct() if opened else ()
    )
    showing = Shown.objects.filter(own=False, now=True).filter(_of_space(space)).values_list("page_id", flat=True)
    refresh(pages, revealing=[*own, *showing], keys=[f"{space.slug}:"])


def space_created(space: Space) -> None:
    """After a space was created: the words before the colon in a link may be its name now, not part of a title."""
    links = PageLink.objects.filter(target__contains=":").values_list("page_id", "target")
    render_again((), {page for page, target in links if link_key(target.partition(":")[0]) == space.slug})


def _of_space(space: Space) -> Q:
    kinds = media_audience.MODELS.items()
    found = Q(pk__in=[])
    for kind, model in kinds:
        found |= Q(kind=kind, number__in=model.objects.filter(space=space).values("pk"))
    return found


def person_changed(person: Person, *names: str) -> None:
    """After a name or username changed, or the person left or came back: update bylines and mentions.

    `names`: former usernames that texts may mention.
    """
    written = BasePage.objects.filter(page_authors__person=person)
    for page in written.prefetch_related("page_authors__person"):
        BasePage.objects.filter(pk=page.pk).update(byline=derive.byline(page))
    called = Q(pk__in=[])
    for name in {person.username, *names}:
        called |= Q(body__contains=f"@{name}")
    naming_pages = set(BasePage.objects.filter(called).values_list("pk", flat=True))
    render_again((), naming_pages)
    indexing.pages_changed({*written.values_list("pk", flat=True), *naming_pages})
