"""Two changes to one page are merged in every field of every form, or the second writer is asked; none is lost."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from desk import form_merge
from media.uploads import store_picture
from pages.models import BasePage
from podcasts.forms import EpisodeForm, ShowForm
from tests.factories.forms import form_with
from tests.factories.pages import make_episode, make_post, make_show, make_wiki_page
from tests.factories.pictures import png

BODY = "The desk is open.\n\nRing the bell.\n\nA permit costs ten.\n"
MAKERS: dict[str, Callable[[Any], Any]] = {
    "wiki page": lambda house: make_wiki_page(house.digital, "Guide", BODY, tags=["alpha"]),
    "post": lambda house: make_post(house.digital, "Guide", BODY, tags=["alpha"]),
    "show": lambda house: make_show(house.digital, "Guide", BODY, tags=["alpha"]),
    "episode": lambda house: make_episode(make_show(house.digital, "Show"), "Guide", BODY, tags=["alpha"]),
}
#: For each field: what the first writer makes of it, what the second does, and what both want; None where they contradict.
LISTS = {
    "tags": ("alpha, beta", "alpha, gamma", {"alpha", "beta", "gamma"}),
    "authors": ("grace, mary", "grace, otto", {"grace", "mary", "otto"}),
}
TEXTS = {"body": (BODY.replace("open", "closed"), BODY.replace("ten", "twelve"), ("closed", "twelve"))}
SINGLE = {
    "title": ("One title", "Another title"),
    "summary": ("One summary", "Another summary"),
    "slug": ("one-address", "another-address"),
    "language": ("de", "fr"),
    "link_url": ("https://one.example/", "https://other.example/"),
    "season": ("1", "2"),
    "number": ("1", "2"),
    "hero_kept": None,
    "cover_kept": None,
    "hero_alt": ("One description", "Another description"),
    "cover_alt": ("One description", "Another description"),
    "transcript": ("One said this.", "Another said that."),
    "expire_at": ("2031-05-12T09:00", "2031-06-12T09:00"),
}
PICTURED = {"hero_kept", "hero_alt", "cover_kept", "cover_alt"}
#: Follow from others, or are tried by a test of their own.
NOT_TRIED_HERE = {"recording_kept", "hero_decorative", "cover_decorative", "publish_at"}


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def with_picture(house: Any, page: Any) -> list[str]:
    """The page gets a picture where its kind has one; gives the numbers of two others."""
    pictures = [
        store_picture(png(f"{name}.png"), alt="A desk", space=house.digital, person=house.grace, audience="space")
        for name in "abc"
    ]
    for name in ("hero", "cover"):
        if name in [field.name for field in page._meta.get_fields()]:
            setattr(page, name, pictures[0])
            page.save()
            page.save_revision()
    return [str(picture.pk) for picture in pictures[1:]]


def both_open(
    house: Any, kind: str, *, pictures: bool = False
) -> tuple[Any, str, Client, Client, dict[str, str], list[str]]:
    page = MAKERS[kind](house)
    others = with_picture(house, page) if pictures else []
    page.refresh_from_db()
    url = f"{page.get_absolute_url()}-/edit/"
    grace, mary = signed_in(house.grace), signed_in(house.mary)
    form = form_with(grace.get(url).text)
    form["language"] = page.language
    return page, url, grace, mary, form, others


def value_of(client: Client, page: Any, name: str) -> str:
    page = BasePage.objects.get(pk=page.pk)
    answer = client.get(f"{page.get_absolute_url()}-/edit/")
    value = str(answer.context["form"][name].value() or "")
    # People are spelt with their names.
    return re.sub(r"[^,]+ \((\w+)\)", r"\1", value).replace(",", ", ") if name == "authors" else value


def settled(form: dict[str, str]) -> dict[str, str]:
    """Both versions, without the marks between them."""
    marks = ("<<<<<<<", "=======", ">>>>>>>")
    names = {"body", "transcript"} & set(form)
    kept = {name: [line for line in form[name].splitlines() if not line.startswith(marks)] for name in names}
    return form | {name: "\n".join(lines) for name, lines in kept.items()}


FIELDS = [
    (kind, name)
    for kind in MAKERS
    for name in (*LISTS, *TEXTS, *SINGLE)
    if not (name.startswith("hero") or name == "link_url") or kind == "post"
    if not name.startswith("cover") or kind == "show"
    if name not in {"season", "number", "transcript"} or kind == "episode"
]


def test_every_field_of_every_form_is_tried(house: Any) -> None:
    from blog.forms import PostForm
    from wiki.forms import WikiForm

    tried = set(LISTS) | set(TEXTS) | set(SINGLE) | NOT_TRIED_HERE
    forms = {"post": PostForm, "wiki page": WikiForm, "show": ShowForm, "episode": EpisodeForm}
    for kind, form_class in forms.items():
        form = form_class({}, space=house.digital, person=house.grace, page=MAKERS[kind](house))
        assert set(form_merge._names(form)) <= tried


@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_what_only_the_first_changed_is_not_undone_by_the_second(house: Any, kind: str, name: str) -> None:
    page, url, grace, mary, form, others = both_open(house, kind, pictures=name in PICTURED)
    first = {**LISTS, **TEXTS, **SINGLE}[name]
    changed = first[0] if first else others[0]
    assert grace.post(url, {**form, name: changed, "action": "publish"}).status_code == 302
    answer = mary.post(url, {**form, "body": form["body"] + "\nOne more line.\n", "action": "publish"})
    assert answer.status_code == 302, answer.text
    assert value_of(mary, page, name).strip() == changed.strip() or name in TEXTS
    page.refresh_from_db()
    assert "One more line." in page.body


@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_where_both_changed_a_field_both_are_in_it_or_the_second_is_asked(house: Any, kind: str, name: str) -> None:
    page, url, grace, mary, form, others = both_open(house, kind, pictures=name in PICTURED)
    known = {**LISTS, **TEXTS, **SINGLE}[name]
    first, second = known[:2] if known else others
    assert grace.post(url, {**form, name: first, "action": "publish"}).status_code == 302
    answer = mary.post(url, {**form, name: second, "action": "publish"})
    if name in LISTS:
        assert answer.status_code == 302, answer.text
        assert {one.strip() for one in value_of(mary, page, name).split(",")} == LISTS[name][2]
    elif name in TEXTS:
        assert answer.status_code == 302
        assert all(word in value_of(mary, page, name) for word in TEXTS[name][2])
    else:
        assert answer.status_code == 409
        assert value_of(mary, page, name) == first
        if name not in {"hero_kept", "cover_kept"}:
            assert first in answer.text
            assert second in answer.text
        again = {**form_with(answer.text), "language": second if name == "language" else form["language"]}
        where = BasePage.objects.get(pk=page.pk).get_absolute_url()
        assert mary.post(f"{where}-/edit/", {**settled(again), "action": "publish"}).status_code == 302
        kept = value_of(mary, page, name)
        assert kept == second or (name == "transcript" and first in kept and second in kept)


@pytest.mark.parametrize("kind", MAKERS)
def test_a_tag_that_one_removed_and_the_other_left_is_gone(house: Any, kind: str) -> None:
    page, url, grace, mary, form, _others = both_open(house, kind)
    grace.post(url, {**form, "tags": "", "action": "publish"})
    assert mary.post(url, {**form, "tags": "Alpha, beta", "action": "publish"}).status_code == 302
    assert value_of(mary, page, "tags") == "beta"


def test_publishing_a_conflict_again_drops_nobodys_words(house: Any) -> None:
    for kind in MAKERS:
        page, url, grace, mary, form, _others = both_open(house, kind)
        grace.post(url, {**form, "body": BODY.replace("ten", "nine euros"), "action": "publish"})
        answer = mary.post(url, {**form, "body": BODY.replace("ten", "twelve pounds"), "action": "publish"})
        assert answer.status_code == 409
        again = {**form_with(answer.text), "language": form["language"]}
        refused = mary.post(url, {**again, "action": "publish"})
        assert "Two versions are still in the text." in refused.text
        assert form_with(refused.text)["settling"] == "1", "asked again"
        assert mary.post(url, {**settled(again), "action": "publish"}).status_code == 302
        page.refresh_from_db()
        assert "nine euros" in page.body
        assert "twelve pounds" in page.body
