"""The fixed top of the page tree: home, list of spaces, and the rooms of each space."""

from django.contrib.auth.models import Group
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Site

from pages import kinds
from pages.entries import ROOMS_DEPTH
from pages.locking import writing_pages
from pages.models import BasePage, HomePage, SpaceIndexPage, SpacePage
from people.accounts import site_group
from people.groups import SITE_ROLES
from people.models import Space


@writing_pages()
def ensure_home() -> tuple[HomePage, SpaceIndexPage]:
    """Home at `/` and the list of spaces below it; replaces the page of Wagtail's first migration."""
    home = HomePage.objects.first()
    if home is None:
        root = BasePage.objects.get(depth=1)
        BasePage.objects.filter(depth=2).exclude(pk__in=HomePage.objects.values("pk")).delete()
        root = BasePage.objects.get(pk=root.pk)
        home = root.add_child(instance=_live(HomePage(title=_("Home"), slug="home")))
        Site.objects.all().delete()
        Site.objects.create(pk=1, hostname="localhost", root_page_id=home.pk, is_default_site=True)
        _make_groups()
    spaces = SpaceIndexPage.objects.first()
    if spaces is None:
        spaces = home.add_child(instance=_live(SpaceIndexPage(title=_("Spaces"), slug="spaces")))
    return home, spaces


@writing_pages()
def ensure_space(space: Space) -> SpacePage:
    _home, spaces = ensure_home()
    front = SpacePage.objects.filter(space=space).first()
    if front is None:
        front = new_front(space)
        spaces.add_child(instance=_live(front))
    for room in new_rooms(space):
        if not BasePage.objects.child_of(front).filter(slug=room.slug).exists():
            front.add_child(instance=_live(room))
    return SpacePage.objects.get(pk=front.pk)


def new_front(space: Space) -> SpacePage:
    return SpacePage(title=space.name, slug=space.slug, space=space, summary=space.description)


def new_rooms(space: Space) -> list[BasePage]:
    return [model(title=str(room.title), slug=room.slug, space=space) for room, model in kinds.room_models().items()]


def ensure_rooms() -> int:
    """Add the rooms of a newly installed app to all spaces; return how many spaces lacked one."""
    lacking: set[int] = set()
    for room in kinds.rooms():
        there = BasePage.objects.filter(depth=ROOMS_DEPTH, slug=room.slug, space__isnull=False)
        fronts = SpacePage.objects.exclude(space__in=there.values("space"))
        lacking.update(fronts.values_list("space", flat=True))
    for space in Space.objects.filter(pk__in=lacking):
        ensure_space(space)
    return len(lacking)


def _make_groups() -> None:
    """Replace Wagtail's groups, whose permissions include every space, with our site roles.

    Site editors can enter the admin and edit what their roles in spaces allow; releasers can release what they can
    read; search curators can improve search results.
    """
    Group.objects.filter(name__in=["Editors", "Moderators"]).delete()
    for role in SITE_ROLES:
        site_group(role)


def _live(page: BasePage) -> BasePage:
    page.live = True
    page.first_published_at = page.last_published_at = timezone.now()
    return page
