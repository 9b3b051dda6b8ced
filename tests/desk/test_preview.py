"""The preview is the page as it will be; beside the button stands who will read it; hints advise and stop nobody."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from desk.models import Draft
from media.uploads import store_picture
from pages.models import BasePage
from people.models import Person
from tests.factories.pages import House, make_post, make_wiki_page
from tests.factories.pictures import png

pytestmark = pytest.mark.django_db
NEW = "/spaces/digital-services/blog/-/new/"
TYPED = {
    "title": "New rota",
    "summary": "Who works when.",
    "tags": "rota, desk",
    "authors": "Grace, mary",
    "language": "en",
}


@pytest.fixture
def grace(house: House) -> Client:
    client = Client()
    client.force_login(house.grace)
    return client


@pytest.mark.parametrize("address", [NEW, f"{NEW}?fragment"])
def test_a_preview_shows_all_that_readers_will_see_and_stores_nothing(
    grace: Client, house: House, address: str
) -> None:
    picture = store_picture(png("desk.png"), alt="A desk", space=house.digital, person=house.grace)
    before = (BasePage.objects.count(), Draft.objects.count())
    form = {**TYPED, "body": "The **rota**.", "hero_kept": picture.pk, "hero_alt": "A desk", "action": "preview"}
    shown = grace.post(address, form).text
    for part in (
        "New rota",
        "Who works when.",
        "<strong>rota</strong>",
        "?tag=rota",
        "?tag=desk",
        "Mary Example",
        "All staff",
    ):
        assert part in shown, part
    assert 'alt="A desk"' in shown
    assert (BasePage.objects.count(), Draft.objects.count()) == before


def test_what_is_wrong_in_the_form_leaves_the_rest_of_the_preview(grace: Client) -> None:
    shown = grace.post(
        f"{NEW}?fragment", {"title": "", "authors": "nobody-here", "body": "Here it *is*.", "tags": "x" * 300}
    ).text
    assert "<em>is</em>" in shown


def test_who_can_release_sees_the_public_text_without_what_stays_inside(grace: Client, house: House) -> None:
    make_wiki_page(house.digital, "Inner page", "x")
    form = {**TYPED, "body": "Ask @mary, see [[Inner page]].", "action": "preview"}
    assert "As the public would read it" not in grace.post(NEW, form).text
    ada = Client()
    ada.force_login(house.ada)
    shown = ada.post(NEW, form).text.partition("As the public would read it")[2].partition("</details>")[0]
    assert "a colleague" in shown
    assert "Inner page</a>" not in shown
    assert "New rota" in shown


@pytest.mark.parametrize(
    ("body", "advice"),
    [
        ("## A\n\n#### B", "skips a level"),
        ("word " * 50, "This sentence has 50 words."),
        ("See [here](https://x.example/).", "do not say where the link leads"),
        ("Ask the XYZQ.", "Not everyone knows this abbreviation"),
        ("See [[Nowhere yet]].", "There is no page of this title yet"),
        ("See [the rules](/spaces/digital-services/wiki/nowhere/).", "leads to no page that you can read"),
        ("![](https://x.example/a.png)", "This picture has no description"),
    ],
)
def test_hints_say_where_and_publishing_goes_on(grace: Client, body: str, advice: str) -> None:
    shown = grace.post(NEW, {**TYPED, "body": f"One.\n\n{body}", "action": "preview"}).text
    assert advice in shown
    assert 'href="#id_body" data-hint="' in shown
    assert grace.post(NEW, {**TYPED, "body": body}).status_code == 302


def test_a_plain_text_has_no_hints_and_pages_that_one_may_not_read_are_no_pages(grace: Client, house: House) -> None:
    assert "data-hint" not in grace.post(NEW, {**TYPED, "body": "It is open.", "action": "preview"}).text
    hidden = make_wiki_page(house.operations, "Keys", "x", by=house.linus)
    open_page = make_wiki_page(house.digital, "Rota", "x")
    told = []
    for address in (hidden.get_absolute_url(), "/spaces/operations/wiki/nothing/", open_page.get_absolute_url()):
        told.append(
            grace.post(NEW, {**TYPED, "body": f"[the page]({address})", "action": "preview"}).text.count("data-hint")
        )
    assert told == [1, 1, 0], "the same of a hidden page and of none"


def test_a_described_picture_and_a_decoration_need_no_words(grace: Client, house: House) -> None:
    stored = [
        store_picture(png(f"{n}.png"), space=house.digital, person=house.grace, **told)
        for n, told in enumerate(({"alt": ""}, {"alt": "A desk"}, {"alt": "", "decorative": True}))
    ]
    told = [
        grace.post(NEW, {**TYPED, "body": f"![](picture:{one.pk})", "action": "preview"}).text.count("data-hint")
        for one in stored
    ]
    assert told == [1, 0, 0]


def test_before_publishing_one_sentence_says_who_will_read_it(grace: Client, house: House) -> None:
    Person.objects.bulk_create(Person(username=f"p{number}", username_key=f"p{number}") for number in range(1_200))
    number = Person.objects.filter(is_active=True).count()
    form = grace.get(NEW).text
    assert f"All {number:,} staff can read this." in form
    assert "Only the 2 members of Digital Services can read this." in form
    page = make_wiki_page(house.digital, "Inner", "x", audience="space")
    form = grace.get(f"{page.get_absolute_url()}-/edit/").text
    assert "Only the 2 members" in form
    assert "staff can read this" not in form
    linus = Client()
    linus.force_login(house.linus)
    form = linus.get("/spaces/operations/blog/-/new/").text
    assert "Only the 1 member of Operations can read this." in form
    assert "staff can read this" not in form


def test_a_public_page_says_that_the_public_copy_stays(grace: Client, house: House) -> None:
    page: Any = make_post(house.digital, "News", "x")
    words = "The public copy does not change until someone releases this page again."
    assert words not in grace.get(f"{page.get_absolute_url()}-/edit/").text
    BasePage.objects.filter(pk=page.pk).update(public_since=timezone.now())
    assert words in grace.get(f"{page.get_absolute_url()}-/edit/").text
