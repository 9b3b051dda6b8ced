"""A form sent twice creates one thing, in every form; the second response leads to it, and nothing typed is lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from blog.models import BlogPostPage
from media.models import Picture, Recording
from pages.models import BasePage
from people import once
from people.models import FormKey, Space
from podcasts.models import EpisodePage, ShowPage
from syndication.models import Channel, PrivateFeed
from tests.factories.forms import form_with
from tests.factories.pages import make_show, make_wiki_page
from tests.factories.pictures import png
from tests.factories.sounds import mp3
from tests.pages.test_at_once import at_once
from wiki.models import WikiPage

SPACE = "/spaces/digital-services"
#: Where the form stands, what is typed into it, and what it makes.
FORMS: dict[str, tuple[str, str, dict[str, Any], Any]] = {
    "post": (f"{SPACE}/blog/-/new/", "body", {"title": "Twice", "body": "Once.", "action": "publish"}, BlogPostPage),
    "draft": (f"{SPACE}/blog/-/new/", "body", {"title": "Twice", "body": "Once.", "action": "draft"}, BlogPostPage),
    "wiki page": (f"{SPACE}/wiki/-/new/", "body", {"title": "Twice", "body": "Once."}, WikiPage),
    "show": (f"{SPACE}/podcasts/-/new/", "body", {"title": "Twice", "body": "Once."}, ShowPage),
    "episode": (f"{SPACE}/podcasts/show/-/new/", "body", {"title": "Twice", "body": "Once."}, EpisodePage),
    "space": (
        "/spaces/-/new/",
        "slug",
        {"name": "Twice", "slug": "twice", "kind": "project", "see": "staff", "join": "open", "write": "members"},
        Space,
    ),
    "channel": (
        "/channels/-/new/",
        "slug",
        {
            "title": "Twice",
            "slug": "twice",
            "description": "Once.",
            "language": "en",
            "author": "Us",
            "email": "us@example.org",
            "category": "Government",
        },
        Channel,
    ),
    "feed link": ("/subscriptions/", "tag", {"kind": "blog"}, PrivateFeed),
}


@pytest.fixture
def ada(house: Any) -> Client:
    make_show(house.digital, "Show")
    client = Client()
    client.force_login(house.ada)
    return client


@pytest.mark.parametrize("name", FORMS)
def test_the_same_form_sent_twice_makes_one(ada: Client, name: str) -> None:
    url, field, typed, model = FORMS[name]
    form = {**form_with(ada.get(url).text, field), **typed}
    before = model.objects.count()
    first = ada.post(url, form)
    assert model.objects.count() == before + 1, first.text
    second = ada.post(url, form)
    assert second.status_code == 302
    assert model.objects.count() == before + 1
    if first.status_code == 302:
        assert second.headers["Location"] == first.headers["Location"]


@pytest.mark.parametrize("name", FORMS)
def test_two_forms_with_the_same_words_make_two(ada: Client, name: str) -> None:
    url, field, typed, model = FORMS[name]
    before = model.objects.count()
    for number in range(2):
        again = {name: f"{value}-{number}" if name in {"slug", "name"} else value for name, value in typed.items()}
        ada.post(url, {**form_with(ada.get(url).text, field), **again})
    assert model.objects.count() == before + 2


@pytest.mark.parametrize("name", ["post", "draft", "wiki page", "show", "episode"])
def test_back_and_another_text_changes_the_page_that_was_made(ada: Client, name: str) -> None:
    url, field, typed, model = FORMS[name]
    form = {**form_with(ada.get(url).text, field), **typed}
    before = model.objects.count()
    ada.post(url, form)
    answer = ada.post(url, {**form, "body": "Once, and more.", "action": "publish"})
    page = model.objects.get(title="Twice")
    assert answer.headers["Location"] == page.get_absolute_url()
    assert (page.body, page.live) == ("Once, and more.", True)
    assert model.objects.count() == before + 1


@pytest.mark.parametrize("name", ["space", "channel"])
def test_another_wish_under_the_same_key_is_not_swallowed(ada: Client, name: str) -> None:
    url, field, typed, model = FORMS[name]
    form = {**form_with(ada.get(url).text, field), **typed}
    before = model.objects.count()
    ada.post(url, form)
    title = "name" if name == "space" else "title"
    ada.post(url, {**form, "slug": "another", title: "Another"})
    assert model.objects.count() == before + 2


@pytest.mark.parametrize("name", ["space", "channel"])
def test_another_text_that_is_refused_comes_back_to_be_corrected(ada: Client, name: str) -> None:
    """Back, another description, and the short name that the first form took: the form says so, and keeps what was typed."""
    url, field, typed, _model = FORMS[name]
    form = {**form_with(ada.get(url).text, field), **typed}
    assert ada.post(url, form).status_code == 302
    answer = ada.post(url, {**form, "description": "Typed later."})
    assert answer.status_code == 422
    assert "Typed later." in answer.text


def test_an_edit_sent_twice_makes_one_version_and_back_is_no_conflict_with_oneself(ada: Client, house: Any) -> None:
    page = make_wiki_page(house.digital, "Guide", "First words here.")
    url = f"{page.get_absolute_url()}-/edit/"
    form = {**form_with(ada.get(url).text), "body": "Second words here.", "action": "publish"}
    for _number in range(2):
        assert ada.post(url, form).status_code == 302
    assert page.revisions.count() == 2
    answer = ada.post(url, {**form, "body": "Third words here."}, follow=True)
    page.refresh_from_db()
    assert page.body == "Third words here."
    assert "meanwhile" not in answer.text


def test_a_page_that_came_of_the_form_and_is_deleted_does_not_swallow_what_is_typed(ada: Client) -> None:
    url, field, typed, _model = FORMS["post"]
    form = {**form_with(ada.get(url).text, field), **typed}
    made = ada.post(url, form).headers["Location"]
    ada.post(f"{made}-/delete/")
    answer = ada.post(url, {**form, "body": "More words."}, headers={"origin": "http://testserver"})
    assert answer.status_code == 404
    assert "More words." in answer.text


def test_pictures_of_a_form_that_was_taken_already_are_not_stored_again(ada: Client) -> None:
    url, field, typed, _model = FORMS["post"]
    form = {**form_with(ada.get(url).text, field), **typed, "hero_alt": "A desk"}
    for _number in range(2):
        ada.post(url, {**form, "hero": png("desk.png")})
    assert Picture.objects.count() == 1
    assert BasePage.objects.filter(title="Twice").count() == 1


#: Where a file is sent without the form being taken, which file, and what stores it.
UPLOADS: dict[str, tuple[str, dict[str, Any], Callable[[], Any], Any]] = {
    "a picture for the text": (
        FORMS["post"][0],
        {},
        lambda: {"files_to_add": png("desk.png")},
        Picture,
    ),
    "a lead picture": (FORMS["post"][0], {"hero_alt": "A desk"}, lambda: {"hero": png("desk.png")}, Picture),
    "a picture for a wiki page": (
        FORMS["wiki page"][0],
        {},
        lambda: {"files_to_add": png("desk.png")},
        Picture,
    ),
    "a recording": (
        FORMS["episode"][0],
        {},
        lambda: {"recording": SimpleUploadedFile("talk.mp3", mp3(), content_type="audio/mpeg")},
        Recording,
    ),
}


@pytest.mark.parametrize("name", UPLOADS)
@pytest.mark.parametrize("action", ["add_files", "preview"])
def test_a_file_that_a_form_brings_twice_is_stored_once(ada: Client, name: str, action: str) -> None:
    url, typed, files, model = UPLOADS[name]
    form = {**form_with(ada.get(url).text), "title": "One", "body": "Text.", **typed, "action": action}
    answers = [ada.post(url, {**form, **files()}) for _press in range(2)]
    assert model.objects.count() == 1
    assert {answer.status_code for answer in answers} == {200}
    if "files_to_add" in files():
        number = Picture.objects.get().pk
        assert all(f"picture:{number})" in form_with(answer.text)["body"] for answer in answers)
    # Another form may bring the same file for itself.
    ada.post(url, {**form, **form_with(ada.get(url).text), "title": "Two", **typed, "action": action, **files()})
    assert model.objects.count() == 2


def test_a_picture_that_was_deleted_meanwhile_is_stored_anew(ada: Client) -> None:
    url, typed, files, _model = UPLOADS["a picture for the text"]
    form = {**form_with(ada.get(url).text), "title": "One", "body": "Text.", **typed, "action": "add_files"}
    ada.post(url, {**form, **files()})
    Picture.objects.all().delete()
    ada.post(url, {**form, **files()})
    assert Picture.objects.count() == 1


def test_a_picture_added_twice_at_the_same_moment_is_stored_once(committed_house: Any) -> None:
    url, typed, files, _model = UPLOADS["a picture for the text"]
    browsers = [Client() for _press in range(3)]
    for browser in browsers:
        browser.force_login(committed_house.ada)
    form = {**form_with(browsers[0].get(url).text), "title": "One", "body": "Text.", **typed, "action": "add_files"}
    texts: list[str] = []

    def send(browser: Client) -> Callable[[], None]:
        return lambda: texts.append(form_with(browser.post(url, {**form, **files()}).text)["body"])

    at_once(*(send(browser) for browser in browsers))
    assert Picture.objects.count() == 1
    assert set(texts) == {f"Text.\n\n![](picture:{Picture.objects.get().pk})\n"}


def test_somebody_elses_key_is_not_mine(house: Any, ada: Client) -> None:
    url, field, typed, _model = FORMS["post"]
    form = {**form_with(ada.get(url).text, field), **typed}
    ada.post(url, form)
    mary = Client()
    mary.force_login(house.mary)
    mary.post(url, form)
    assert BlogPostPage.objects.filter(title="Twice").count() == 2


@pytest.mark.parametrize("key", ["", "junk", "\x00", "9" * 500])
def test_a_key_that_is_none_takes_no_form_back(ada: Client, key: str) -> None:
    url, field, typed, _model = FORMS["post"]
    assert ada.post(url, {**form_with(ada.get(url).text, field), **typed, "form_key": key}).status_code in {200, 302}


def test_keys_are_forgotten_after_a_month(ada: Client) -> None:
    url, field, typed, _model = FORMS["post"]
    ada.post(url, {**form_with(ada.get(url).text, field), **typed})
    FormKey.objects.update(at=timezone.now() - timedelta(days=31))
    ada.post(url, {**form_with(ada.get(url).text, field), **typed, "title": "Another"})
    once.forget_old()
    assert FormKey.objects.count() == 1


@pytest.mark.parametrize("name", ["post", "wiki page", "space", "feed link"])
def test_the_same_form_at_the_same_moment_makes_one(committed_house: Any, name: str) -> None:
    url, field, typed, model = FORMS[name]
    browsers = [Client(), Client()]
    for browser in browsers:
        browser.force_login(committed_house.ada)
    form = {**form_with(browsers[0].get(url).text, field), **typed}
    before = model.objects.count()
    answers: list[Any] = []

    def send(browser: Client) -> Callable[[], None]:
        return lambda: answers.append(browser.post(url, form))

    at_once(*(send(browser) for browser in browsers))
    assert model.objects.count() == before + 1
    assert {answer.status_code for answer in answers} <= {200, 302}
