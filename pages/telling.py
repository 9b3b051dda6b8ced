"""What is told of pages elsewhere has changed: in links, bylines, mentions and the search index.

Whoever changes the audience, title, address or life of pages, the policy or name of a space, or the name of a person calls
one of these, inside the transaction of the change. A stored text that says more than its readers may know by then is
made again at once, or put away until it is next read.
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

MAX_KEYS = 2_000
"""Pages of a branch whose names are asked for one by one; of a larger one every link into its space is made again."""


def known_otherwise(page: BasePage, *, new: bool = False) -> None:
    """A page was published, renamed, unpublished, or is for others now: links to it, and those that mean one of its names, say so."""
    former = [] if new else FormerTitle.objects.filter(page_id=page.pk).values_list("title_key", flat=True)
    changed([page.pk], keys=keys_of(page, former=former))


def address_changed(top: BasePage, *, before: str) -> None:
    """`top` and all below it are elsewhere, `top` was at `before`: links to them lead there, and no others lead to where they were."""
    branch = BasePage.objects.descendant_of(top, inclusive=True)
    changed(branch.values("pk"), keys=names_of(branch, moved=(top.url_path, before)))


def names_of(pages: Any, *, moved: tuple[str, str] = ("", "")) -> set[str]:
    """All link keys by which `pages` can be meant: by the names they have, had, and, where they were `moved` to one address from
    another, had there. A key that ends with a colon stands for all of a space.
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


def meaning(keys: Iterable[str]) -> Any:
    """The links that mean one of these names, wherever they lead: one that another page may answer to may lead to it now."""
    exact, whole = set(), Q(pk__in=[])
    for key in keys:
        if key.endswith(":"):
            whole |= Q(key__startswith=key)
        else:
            exact.add(key)
    return PageLink.objects.filter(Q(key__in=exact) | whole)


def changed(pages: Any, *, anew: Iterable[int] = (), keys: Iterable[str] = ()) -> None:
    """What there is to know of `pages` (numbers, or a query of them) is not what it was.

    `anew`: pages whose own text may say too much now. `keys`: by which names links could mean them, before or now.
    """
    links = PageLink.objects.filter
    themselves = set(pages if isinstance(pages, list) else pages.values_list("pk", flat=True))
    pointing = set(links(to_page__in=pages).values_list("page_id", flat=True).distinct())
    # What pages of one branch say of one another is read by those who may read them.
    unsafe = {*anew, *(pointing - themselves)}
    others = pointing | set(meaning(keys).values_list("page_id", flat=True).distinct())
    again(unsafe, others)
    # Words of a link belong to the page that it leads to.
    led_to = links(page__in=pages, to_page__isnull=False).values_list("to_page_id", flat=True).distinct()
    # Last what is hidden: as long as it waits for the index, texts that named it there are not looked at.
    indexing.pages_changed({*unsafe, *others} - themselves)
    indexing.pages_changed({*themselves, *led_to})


def again(unsafe: Iterable[int], others: Iterable[int] = ()) -> None:
    """Renders texts again: few at once, many by the worker. `unsafe` ones are not read as they are meanwhile."""
    first, later = set(unsafe), set(others)
    if len(first) > rerendering.RERENDER_AT_ONCE:
        texts.put_away(first)
        first, later = set(), first | later
    for some in (first, later - first):
        if some:
            rerendering.rerender([*some])


def hearers_of(pages: Any) -> set[int]:
    """Before pages are deleted: those that link to them, that could, or that they link to."""
    links = PageLink.objects.filter
    pointing = set(links(to_page__in=pages).values_list("page_id", flat=True))
    pointing |= set(meaning(names_of(pages)).values_list("page_id", flat=True))
    return pointing | set(links(page__in=pages, to_page__isnull=False).values_list("to_page_id", flat=True))


def gone(hearers: Iterable[int]) -> None:
    """After pages were deleted, with what `hearers_of` said before."""
    there = set(BasePage.objects.filter(pk__in=list(hearers)).values_list("pk", flat=True))
    if there:
        again(there)
        indexing.pages_changed(there)


def media_changed(items: Iterable[Any], *, but: int | None = None) -> None:
    """Texts that name pictures, files or recordings whose audience changed show them, or no longer do."""
    showing = media_audience.shown((media_audience.KINDS[type(item)], item.pk) for item in items)
    again(showing.filter(now=True).exclude(page=but).values_list("page_id", flat=True))


def branch_moved(top: BasePage, *, before: Space | None, space: Space | None, address: str) -> None:
    """After a move into another space, from `address`: what hangs on the space of a page follows with all below it.

    `address_changed` has told of the rest.
    """
    if before == space:
        return
    place_branch(top, space=space)
    branch = BasePage.objects.descendant_of(top, inclusive=True)
    pks = list(branch.values_list("pk", flat=True))
    unread_drafts.set_aside(pks, before=before)
    media_changed(media_audience.move_with_pages(pks, before=before, space=space))
    changed(pks, anew=pks, keys=names_of(pks, moved=(top.url_path, address)))


def place_branch(top: BasePage, *, space: Space | None) -> None:
    """Space and audience token of a whole branch, after a move or a change of the space's policy."""
    branch = BasePage.objects.descendant_of(top, inclusive=True)
    for audience in BasePage.Audience.values:
        branch.filter(audience=audience).update(space=space, audience_token=audience_token(space, audience))


def policy_changed(top: SpacePage, space: Space) -> None:
    """A space was opened or closed: each of its pages, pictures, files and recordings, and what others say of them."""
    place_branch(top, space=space)
    pages = BasePage.objects.descendant_of(top, inclusive=True).values("pk")
    media_audience.remember_open(pages)
    for model in media_audience.MODELS.values():
        for item in model.objects.filter(space=space):
            # Saved one by one, so that the search index learns of each.
            item.save()
    # What is in a text for members may be too much for all staff.
    opened = space.see == Space.See.STAFF
    telling = Q(links__isnull=False) | Q(shown__isnull=False)
    own = BasePage.objects.filter(telling, pk__in=pages).values_list("pk", flat=True).distinct() if opened else ()
    showing = Shown.objects.filter(own=False, now=True).filter(_of_space(space)).values_list("page_id", flat=True)
    changed(pages, anew=[*own, *showing], keys=[f"{space.slug}:"])


def space_made(space: Space) -> None:
    """What is before a colon in a link may be a space now, where it was part of a title."""
    links = PageLink.objects.filter(target__contains=":").values_list("page_id", "target")
    again((), {page for page, target in links if link_key(target.partition(":")[0]) == space.slug})


def _of_space(space: Space) -> Q:
    """The rows of media that belong to a space."""
    kinds = media_audience.MODELS.items()
    found = Q(pk__in=[])
    for kind, model in kinds:
        found |= Q(kind=kind, number__in=model.objects.filter(space=space).values("pk"))
    return found


def person_changed(person: Person, *names: str) -> None:
    """The name or user name of a person changed, or she left or came back: bylines and mentions say so.

    `names`: the user names under which texts may call her.
    """
    written = BasePage.objects.filter(page_authors__person=person)
    for page in written.prefetch_related("page_authors__person"):
        BasePage.objects.filter(pk=page.pk).update(byline=derive.byline(page))
    called = Q(pk__in=[])
    for name in {person.username, *names}:
        called |= Q(body__contains=f"@{name}")
    naming_pages = set(BasePage.objects.filter(called).values_list("pk", flat=True))
    again((), naming_pages)
    indexing.pages_changed({*written.values_list("pk", flat=True), *naming_pages})
