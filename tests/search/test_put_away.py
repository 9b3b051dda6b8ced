"""A page that few or very many texts link to is hidden: none of them names it from that moment on, and each is found again.

Up to `RERENDER_AT_ONCE` texts are rendered at once; more are put away until the worker, which is away here, has rendered them.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django_tasks_db.models import DBTaskResult

from media.models import Attachment
from pages import actions
from pages.models import BasePage
from pages.rerendering import RERENDER_AT_ONCE, rerender_pages
from syndication.actions import create_private_feed
from syndication.models import PrivateFeed
from tests.factories.pages import House, make_post, make_wiki_page, wiki_of
from tests.search.conftest import ENGINES

pytestmark = pytest.mark.django_db

HIDINGS = ["narrow", "close", "unpublish", "delete", "move"]
SECRET = "Vrplkstmzd"


def hide(house: House, page: Any, how: str) -> None:
    if how == "narrow":
        actions.set_audience(person=house.ada, page=page, audience="space")
    elif how == "close":
        house.people.see = "members"
        house.people.save()
    elif how == "unpublish":
        actions.unpublish_page(person=house.ada, page=page)
    elif how == "delete":
        actions.delete_page(person=house.ada, page=page)
    else:
        actions.move_page(person=house.ada, page=page, parent=wiki_of(house.operations))


def work() -> None:
    """What the worker does with what waits for it."""
    for task in DBTaskResult.objects.filter(task_path=rerender_pages.module_path):
        rerender_pages.call(*task.args_kwargs["args"])


MANY = RERENDER_AT_ONCE + 2


@pytest.mark.parametrize(
    ("engine", "links", "how"),
    [("whoosh", links, how) for links in (2, MANY) for how in HIDINGS]
    + [(engine, MANY, "narrow") for engine in ("opensearch", "database")],
    indirect=["engine"],
)
def test_texts_do_not_name_a_page_that_was_hidden_and_are_found_again(
    house: House, index: Callable[[], int], engine: str, how: str, links: int
) -> None:
    target = make_wiki_page(house.people, SECRET, by=house.ada, slug="target")
    text = "Zebra. [[people-and-culture:target]]"
    texts = [make_wiki_page(house.digital, f"Page {number}", text, by=house.ada) for number in range(links - 1)]
    texts.append(make_post(house.digital, "Post", text, by=house.ada))
    client = Client()
    client.force_login(house.otto)
    feed = create_private_feed(person=house.otto, feed=PrivateFeed(label="All"))
    index()
    addresses = [*(page.get_absolute_url() for page in texts), f"/feeds/{feed}/feed.json", "/", "/search/?q=zebra"]
    assert SECRET.encode() in client.get(addresses[0]).content
    assert client.get("/search.json", {"q": "zebra"}).json()["total"] == links

    hide(house, BasePage.objects.select_related("space").get(pk=target.pk), how)
    named = [address for address in addresses if SECRET.encode() in client.get(address).content]
    assert not named
    for name in (SECRET, f"{SECRET[:6]}*", f"{SECRET[:-1]}q"):
        answer = client.get("/search.json", {"q": name})
        assert not answer.json()["total"]
        assert SECRET not in answer.content.decode().replace(name, "")
    # The index may read the texts before the worker has rendered them.
    index()
    work()
    index()
    assert client.get("/search.json", {"q": "zebra"}).json()["total"] == links
    assert b"Zebra" in client.get(addresses[0]).content
    assert not [address for address in addresses if SECRET.encode() in client.get(address).content]
    assert not BasePage.objects.filter(plain__contains=SECRET, pk__in=[page.pk for page in texts]).exists()


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
def test_a_text_of_another_space_does_not_name_a_file_that_was_hidden(
    house: House, index: Callable[[], int], engine: str
) -> None:
    file = Attachment(title=SECRET, space=house.digital, audience="space", file=ContentFile(b"%PDF", "a.pdf"))
    file.save()
    shows = f"Zebra. [](file:{file.pk})"
    own = make_post(house.digital, "Own", shows, by=house.ada)
    other = make_post(house.people, "Other", shows, by=house.ada)
    client = Client()
    client.force_login(house.otto)
    index()
    assert client.get("/search.json", {"q": SECRET}).json()["total"] == 3
    actions.set_audience(person=house.ada, page=own, audience="space")
    for _ in ("behind", "there"):
        assert SECRET.encode() not in client.get(other.get_absolute_url()).content
        assert not client.get("/search.json", {"q": SECRET}).json()["total"]
        index()
    assert client.get("/search.json", {"q": "zebra"}).json()["total"] == 1
