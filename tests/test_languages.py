"""What is in another language than the interface says so, in every view of a page that is written in one (WCAG 2.2, 3.1.1 and 3.1.2)."""

from collections.abc import Container, Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup, NavigableString
from django.core.management import call_command
from django.urls import URLPattern

from tests.factories import snapshot
from tests.factories.pages import House, make_episode, make_post, make_show, make_wiki_page
from tests.factories.syndication import make_channel, make_release
from tests.test_answers import client_of, routes

pytestmark = pytest.mark.django_db

WORDS = "ساعات"
#: A title may begin with a name in Latin letters.
TITLE, TEXT = f"HR: {WORDS} العمل", f"## {WORDS}\n\n{WORDS} في المكتب."
D = "/spaces/digital-services/"
OF_A_PAGE = (
    "spaces/<slug:space>/blog/<slug:slug>/",
    "spaces/<slug:space>/<wiki:path>/",
    "spaces/<slug:space>/podcasts/",
)

BUTTONS = ("-/unpublish/", "-/restore/", "-/order/")


def views() -> Iterator[str]:
    """Every address of a page and of what is below it that needs nothing but the page.

    The order of the pages below it is left out: it needs two of them.
    """
    for route, pattern in routes():
        if route.startswith(OF_A_PAGE) and route.endswith("/") and not route.endswith(BUTTONS) and answers(pattern):
            yield route


def answers(pattern: URLPattern) -> bool:
    return not set(pattern.pattern.converters) - {"space", "slug", "path", "show", "episode"}


ELSEWHERE = [
    "/",
    D,
    D + "blog/",
    D + "podcasts/",
    D + "wiki/",
    D + "wiki/-/pages/",
    D + "wiki/-/changes/",
    D + "wiki/-/orphans/",
    D + "-/settings/",
    "/people/grace/",
    "/search/",
    f"/search/?q={WORDS}",
    "/channels/news/",
    "/publish/{post}/",
    "/publish/{post}/?channel=news",
    "/publish/{post}/-/withdraw/news/",
    "/public/news/",
    "/public/news/{slug}/",
    D + "blog/{slug}/-/history/{version}/",
    D + "blog/{slug}/-/diff/?to={version}",
]


@pytest.fixture
def pages(house: House) -> dict[str, Any]:
    return snapshot.remembered(make_pages, house)


def make_pages(house: House) -> dict[str, Any]:
    how: dict[str, Any] = {"by": house.grace, "language": "ar"}
    show = make_show(house.digital, TITLE, by=house.grace)
    show.language = "ar"
    show.save()
    post = make_post(house.digital, TITLE, TEXT, summary=TITLE, **how)
    made = {
        "post": post,
        "wiki": make_wiki_page(house.digital, TITLE, TEXT, summary=TITLE, **how),
        "show": show,
        "episode": make_episode(show, TITLE, **how),
    }
    others = [make_post(house.digital, TITLE, **how), make_episode(show, TITLE, **how)]
    for page in (*made.values(), *others):
        page.specific.save_revision(user=house.grace).publish()
    make_release(house.ada, post, make_channel(house.ada))
    call_command("update_index", verbosity=0)
    return made


def unsaid(html: bytes) -> Iterator[str]:
    """What is written in Arabic, and of which the page says another language or the wrong direction."""
    page = BeautifulSoup(html, "html.parser")
    for text in page.body.find_all(string=lambda text: WORDS in text) if page.body else ():
        if isinstance(text, NavigableString) and text.parent.name != "textarea":
            yield from wrong(text.parent)
    for field in page.select("input[value]:not([name=q]), textarea"):
        if WORDS in (field.get("value") or field.get_text()) and field.get("type") != "hidden":
            # Which way its words run is for the writer to see while she types them.
            yield from wrong(field, {"auto", "rtl"})


def wrong(element: Any, right: Container[str] = ("rtl",)) -> Iterator[str]:
    around = [element, *element.parents]
    language = next(one["lang"] for one in around if one.get("lang"))
    direction = next((one["dir"] for one in around if one.get("dir")), "ltr")
    if language != "ar" or direction not in right:
        yield f"{language} {direction}: {str(element)[:150]}"


def faults_at(house: House, address: str) -> list[str]:
    answer = client_of(house.ada).get(address)
    assert answer.status_code == 200, address
    return list(unsaid(answer.content))


@pytest.mark.parametrize("route", sorted(views()))
def test_every_view_of_a_page_says_its_language(house: House, pages: dict[str, Any], route: str) -> None:
    names = {"space": "digital-services", "slug": pages["post"].slug, "path": "wiki/" + pages["wiki"].slug}
    names |= {"show": pages["show"].slug, "episode": pages["episode"].slug}
    address = "/" + route
    for name, value in names.items():
        for converter in ("slug", "wiki"):
            address = address.replace(f"<{converter}:{name}>", value)
    assert faults_at(house, address) == []


@pytest.mark.parametrize("address", ELSEWHERE)
def test_every_list_says_the_language_of_what_is_in_it(house: House, pages: dict[str, Any], address: str) -> None:
    post = pages["post"]
    version = type(post).objects.get(pk=post.pk).latest_revision_id
    assert faults_at(house, address.format(post=post.uid, slug=post.slug, version=version)) == []


def test_a_suggestion_says_its_language(house: House, pages: dict[str, Any]) -> None:
    found = client_of(house.ada).get("/search/suggest.json", {"q": WORDS}).json()["suggestions"]
    assert {one["language"] for one in found if one["title"] == TITLE} == {"ar"}
    assert all(one["language"] in ("ar", "en", "") for one in found)
