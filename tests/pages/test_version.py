"""What is remembered over many pages is forgotten with every change of any page, and is never another reader's."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blog import browse
from pages import actions
from pages.locking import writing_pages
from pages.models import BasePage, Version
from pages.version import remembered
from people.models import Membership
from tests.factories.pages import House, make_post, make_wiki_page
from wiki.models import WikiPage

CORPUS = Path(__file__).parent.parent / "intranet" / "data" / "corpus"


def lists(house: House, person: Any) -> list[str]:
    """What a reader sees of everything that is remembered."""
    client = Client()
    client.force_login(person)
    space = house.digital.slug
    names = ("wiki:wanted", "wiki:orphans", "podcasts:index", "blog:index")
    pages = [client.get(reverse(name, args=[space])).content.decode() for name in names]
    return [page.partition("<main")[2] for page in pages]


def steps(house: House) -> Iterator[tuple[str, Callable[[], Any]]]:
    digital: Any = house.digital

    def page(title: str) -> Any:
        return WikiPage.objects.get(title=title)

    yield "write", lambda: make_wiki_page(digital, "Guide", "See [[Missing]] and [[Plan]].")
    yield "write another", lambda: make_wiki_page(digital, "Plan", "See [[Nowhere]].")
    yield "post", lambda: make_post(digital, "News", tags=["law"])
    yield "narrow", lambda: actions.set_audience(person=house.grace, page=page("Guide"), audience="space")
    yield "unpublish", lambda: actions.unpublish_page(person=house.grace, page=page("Plan"))
    yield "delete", lambda: actions.delete_page(person=house.grace, page=page("Guide"))
    yield "import", lambda: call_command("import_corpus", str(CORPUS), verbosity=0)
    yield "join", lambda: Membership.objects.create(person=house.otto, space=digital)

    def close() -> None:
        digital.see = "members"
        digital.save()

    yield "close the space", close


def test_lists_that_are_remembered_follow_every_change_at_once(house: House) -> None:
    changed = set()
    before: Any = None
    for name, step in steps(house):
        step()
        seen = [lists(house, person) for person in (house.mary, house.otto, house.linus)]
        cache.clear()
        assert seen == [lists(house, person) for person in (house.mary, house.otto, house.linus)], name
        if seen != before:
            changed.add(name)
        before = seen
    assert changed >= {"write", "write another", "narrow", "unpublish", "delete", "join", "close the space"}


def test_nothing_is_counted_twice_and_readers_with_other_audiences_do_not_share(house: House) -> None:
    make_post(house.digital, "Open")
    make_post(house.digital, "Inner", audience="space")
    assert [browse.state_of(person, house.digital.pk)[0] for person in (house.mary, house.otto)] == [2, 1]
    with CaptureQueriesContext(connection) as asked:
        assert browse.state_of(house.mary, house.digital.pk)[0] == 2
    assert [query["sql"].split()[1] for query in asked] == ["value"]


def test_a_writer_that_gives_up_leaves_what_was_known(house: House) -> None:
    make_post(house.digital, "Open")
    before = Version.objects.get().value
    with suppress(Http404), transaction.atomic(), writing_pages():
        make_post(house.digital, "Never")
        assert browse.state_of(house.otto, house.digital.pk)[0] == 2
        raise Http404
    assert Version.objects.get().value == before
    assert browse.state_of(house.otto, house.digital.pk)[0] == 1
    with writing_pages(), writing_pages():
        pass
    assert Version.objects.get().value != before


def test_without_a_version_nothing_is_remembered(house: House) -> None:
    Version.objects.all().delete()
    count = iter(range(9))
    assert [remembered(house.mary, "x", lambda: next(count)) for _ in range(3)] == [0, 1, 2]
    assert BasePage.objects.exists()
