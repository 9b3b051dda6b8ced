"""Makes the site's root pages and pages below them, through the same actions that people use."""

from dataclasses import dataclass
from typing import Any

from blog.models import BlogIndexPage, BlogPostPage
from pages.actions import create_page
from pages.models import BasePage, PageAuthor, SpacePage
from people.models import Person, Space
from podcasts.models import EpisodePage, PodcastIndexPage, ShowPage
from tests.factories.people import join, make_person, make_space
from wiki.models import WikiPage


@dataclass
class House:
    """Digital Services is seen by all staff, Operations by its members only, People and Culture by all staff."""

    digital: Space
    operations: Space
    people: Space
    ada: Person  # administrator; may release
    grace: Person  # owner of Digital Services
    linus: Person  # editor in Operations
    mary: Person  # member of Digital Services
    otto: Person  # member of nothing

    @property
    def everybody(self) -> list[Person]:
        return [self.otto, self.mary, self.linus, self.grace, self.ada]


def make_house() -> House:
    digital = make_space("digital-services", name="Digital Services")
    operations = make_space("operations", name="Operations", see="members", join="invited")
    culture = make_space("people-and-culture", name="People and Culture", join="open")
    house = House(
        digital=digital,
        operations=operations,
        people=culture,
        ada=make_person("ada", is_superuser=True, is_staff=True),
        grace=make_person("grace"),
        linus=make_person("linus"),
        mary=make_person("mary"),
        otto=make_person("otto"),
    )
    join(house.grace, digital, "owner")
    join(house.mary, digital)
    join(house.linus, operations, "editor")
    make_tree([digital, operations, culture])
    return house


def find_house() -> House:
    """The house that stands in the database."""
    spaces = {space.slug: space for space in Space.objects.all()}
    people = {person.username: person for person in Person.objects.all()}
    return House(
        digital=spaces["digital-services"],
        operations=spaces["operations"],
        people=spaces["people-and-culture"],
        **{name: people[name] for name in ("ada", "grace", "linus", "mary", "otto")},
    )


def make_tree(spaces: list[Space]) -> None:
    """Home, the list of spaces, and each space's front page with blog, wiki and podcasts."""
    from pages.tree import ensure_home, ensure_space

    ensure_home()
    for space in spaces:
        ensure_space(space)


def blog_of(space: Space) -> BlogIndexPage:
    return BlogIndexPage.objects.get(space=space)


def wiki_of(space: Space) -> WikiPage:
    return WikiPage.objects.get(space=space, slug="wiki", depth=SpacePage.objects.get(space=space).depth + 1)


def writer_of(space: Space) -> Person:
    """Somebody who may write there; an administrator where nobody else may."""
    membership = space.memberships.filter(role__in=["editor", "owner"]).select_related("person").first()
    if membership:
        return membership.person
    return Person.objects.filter(is_superuser=True).first() or make_person("writer", is_superuser=True)


def make_post(space: Space, title: str, body: str = "Text.", **fields: Any) -> BlogPostPage:
    return _make(BlogPostPage, blog_of(space), space, title, body, fields)


def make_wiki_page(space: Space, title: str, body: str = "Text.", **fields: Any) -> WikiPage:
    parent = fields.pop("parent", None) or wiki_of(space)
    return _make(WikiPage, parent, space, title, body, fields)


def make_show(space: Space, title: str, body: str = "", **fields: Any) -> ShowPage:
    return _make(ShowPage, PodcastIndexPage.objects.get(space=space), space, title, body, fields)


def make_episode(show: ShowPage, title: str, body: str = "Notes.", **fields: Any) -> EpisodePage:
    return _make(EpisodePage, show, show.space, title, body, fields)


def _make(model: Any, parent: BasePage, space: Space, title: str, body: str, fields: dict[str, Any]) -> Any:
    """`by` writes it (default: an editor of the space), `authors` are named, `tags` are words, `publish=False` a draft."""
    person = fields.pop("by", None) or writer_of(space)
    authors, tags = fields.pop("authors", [person]), fields.pop("tags", [])
    publish, at = fields.pop("publish", True), fields.pop("at", None)
    page = model(title=title, body=body, **fields)
    page.page_authors = [PageAuthor(person=author, sort_order=order) for order, author in enumerate(authors)]
    if tags:
        page.tags.add(*tags)
    return create_page(person=person, parent=parent, page=page, publish=publish, at=at)
