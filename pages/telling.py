"""What is told of pages elsewhere has changed: in links, bylines, mentions and the search index.

Whoever changes the audience, title, address or life of pages, the policy or name of a space, or the name of a person calls
one of these, inside the transaction of the change; the signal handlers do it for every way of writing. A stored text
that says more than its readers may know by then is made anew at once, or put away until it is next read.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from pages import derive, following, signals
from pages.models import BasePage, PageLink, Shown, SpacePage
from pages.rendering import keys_of
from people.models import Person, Space

MAX_KEYS = 2_000
"""Pages of a branch whose names are looked for in texts that waited for them."""


def named_anew(page: BasePage) -> None:
    """A page was published, renamed or moved: links that waited for this name, and links to it, are made anew."""
    changed([page.pk], keys=keys_of(page))


def address_changed(top: BasePage) -> None:
    """`top` and all below it stand elsewhere: links to them lead there."""
    branch = BasePage.objects.descendant_of(top, inclusive=True)
    changed(branch.values("pk"), keys=_keys_of_all(branch))


def _keys_of_all(pages: Any) -> set[str]:
    return {key for page in pages.only("url_path", "slug", "title")[:MAX_KEYS] for key in keys_of(page)}


def changed(pages: Any, *, anew: Iterable[int] = (), keys: Iterable[str] = (), prefix: str = "") -> None:
    """What there is to know of `pages` (numbers, or a query of them) is not what it was.

    `anew`: pages whose own text may say too much now. `keys`, `prefix`: links without a page that may find one.
    """
    links = PageLink.objects.filter
    themselves = set(BasePage.objects.filter(pk__in=pages).values_list("pk", flat=True))
    pointing = set(links(to_page__in=pages).values_list("page_id", flat=True).distinct())
    # What pages of one branch say of one another is read by those who may read them.
    unsafe = {*anew, *(pointing - themselves)}
    waiting = Q(key__in=keys) | (Q(key__startswith=prefix) if prefix else Q(pk__in=[]))
    others = pointing | set(links(waiting, to_page=None).values_list("page_id", flat=True).distinct())
    again(unsafe, others)
    # Words of a link belong to the page that it leads to.
    led_to = links(page__in=pages, to_page__isnull=False).values_list("to_page_id", flat=True).distinct()
    # Last what is hidden: as long as it waits for the index, texts that named it there are not looked at.
    rewritten({*unsafe, *others} - themselves)
    rewritten({*themselves, *led_to})


def again(unsafe: Iterable[int], others: Iterable[int] = ()) -> None:
    """Renders texts again: few at once, many by the worker. `unsafe` ones are not read as they stand meanwhile."""
    from pages.actions import RERENDER_AT_ONCE, rerender

    first, later = set(unsafe), set(others)
    if len(first) > RERENDER_AT_ONCE:
        derive.put_away(first)
        first, later = set(), first | later
    rerender([*first])
    if later := later - first:
        rerender([*later])


def rewritten(pks: Iterable[int]) -> None:
    if pks := sorted(set(pks)):
        signals.pages_rewritten.send(sender=BasePage, pks=pks)


def hearers_of(pages: Any) -> set[int]:
    """Before pages are deleted: those that link to them or that they link to."""
    links = PageLink.objects.filter
    pointing = set(links(to_page__in=pages).values_list("page_id", flat=True))
    return pointing | set(links(page__in=pages, to_page__isnull=False).values_list("to_page_id", flat=True))


def gone(hearers: Iterable[int]) -> None:
    """After pages were deleted, with what `hearers_of` said before."""
    there = set(BasePage.objects.filter(pk__in=list(hearers)).values_list("pk", flat=True))
    if there:
        again(there)
        rewritten(there)


def audience_changed(page: BasePage) -> None:
    """`page`, a fresh object of its kind, is for others now; its row says so already."""
    items = following.follow(page)
    following.record(page)
    media_changed(items, but=page.pk)
    changed([page.pk], anew=[page.pk], keys=keys_of(page))


def media_changed(items: Iterable[Any], *, but: int | None = None) -> None:
    """Texts that name pictures, files or recordings whose audience changed show them, or no longer do."""
    named = Q(pk__in=[])
    for item in items:
        named |= Q(kind=following.KINDS[type(item)], number=item.pk)
    again(Shown.objects.filter(named, now=True).exclude(page=but).values_list("page_id", flat=True))


def branch_moved(top: BasePage, *, before: Space | None, space: Space | None) -> None:
    """After a move into another space: what hangs on the space of a page follows with all below it.

    `address_changed` has told of the rest.
    """
    if before == space:
        return
    place_branch(top, space=space)
    branch = BasePage.objects.descendant_of(top, inclusive=True)
    pks = list(branch.values_list("pk", flat=True))
    media_changed(following.take_along(pks, before=before, space=space))
    changed(pks, anew=pks, keys=_keys_of_all(branch))


def place_branch(top: BasePage, *, space: Space | None) -> None:
    """Space and audience token of a whole branch, after a move or a change of the space's policy."""
    branch = BasePage.objects.descendant_of(top, inclusive=True)
    for audience in BasePage.Audience.values:
        branch.filter(audience=audience).update(space=space, audience_token=derive.audience_token(space, audience))


def policy_changed(top: SpacePage, space: Space) -> None:
    """A space was opened or closed: each of its pages, pictures, files and recordings, and what others say of them."""
    place_branch(top, space=space)
    pages = BasePage.objects.descendant_of(top, inclusive=True).values("pk")
    following.remember_told(pages)
    for model in following.MODELS.values():
        for item in model.objects.filter(space=space):
            # Saved one by one, so that the search index learns of each.
            item.save()
    # What stands in a text for members may be too much for all staff.
    opened = space.see == Space.See.STAFF
    telling = Q(links__isnull=False) | Q(shown__isnull=False)
    own = BasePage.objects.filter(telling, pk__in=pages).values_list("pk", flat=True).distinct() if opened else ()
    naming = Shown.objects.filter(own=False, now=True).filter(_of_space(space)).values_list("page_id", flat=True)
    changed(pages, anew=[*own, *naming], prefix=f"{space.slug}:")


def _of_space(space: Space) -> Q:
    """The rows of media that belong to a space."""
    kinds = following.MODELS.items()
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
    naming = set(BasePage.objects.filter(called).values_list("pk", flat=True))
    again((), naming)
    rewritten({*written.values_list("pk", flat=True), *naming})
