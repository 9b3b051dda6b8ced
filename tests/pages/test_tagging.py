"""A tag's name and address come from what its writer typed and from nothing else."""

import json
import random
import shutil
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from taggit.models import Tag

from pages.actions import edit_page
from pages.consistency import check_facts, unwatched
from pages.models import BasePage, PageTag
from tests.admin_forms import admin_post
from tests.factories.forms import form_with
from tests.factories.pages import House, make_post
from tests.intranet.test_importing_anything import GOOD, SAMPLE, imported

pytestmark = pytest.mark.django_db

HIDDEN = ["Project NightJar", "C++", "🎉", "日本"]


def variants(word: str) -> list[str]:
    return [word, word.upper(), word.replace(" ", "-"), word.replace(" ", "_")]


def test_no_hidden_tag_changes_what_somebody_elses_is_called_or_where_it_leads(house: House, client: Any) -> None:
    def typed_by_grace(round: str) -> list[Any]:
        found = []
        for place, name in enumerate(dict.fromkeys(each for word in HIDDEN for each in variants(word))):
            post = make_post(house.digital, f"{round} {place}", tags=[name], by=house.grace)
            found.append(post.labels)
        return found

    sid = Tag.objects.count()
    before = typed_by_grace("Before")
    BasePage.objects.filter(title__startswith="Before").delete()
    Tag.objects.all().delete()
    for place, word in enumerate(HIDDEN):
        make_post(house.operations, f"Hidden {place}", tags=[word, f"{word}!"], by=house.linus)
    assert typed_by_grace("After") == before
    assert sid == 0
    client.force_login(house.otto)
    BasePage.objects.filter(title__startswith="After").delete()
    for word in HIDDEN:
        assert "NightJar" not in client.get("/search/", {"tag": post_address(word)}).text


def post_address(word: str) -> str:
    from pages.tagging import address_of

    return address_of(word)


def test_every_tag_has_an_address_that_finds_its_pages_and_no_others(house: House, client: Any) -> None:
    chance = random.Random(7)
    signs = "🎉🎈🦉★☃+#&%€§∞→αжي你देあ"
    words = ["C", "C++", "C#", ".NET", "NET", "R&D", "RD", "🎉", "🎈", "★", "a+", "a", "日本", "हिन्दी"]
    words += ["".join(chance.choices(signs, k=chance.randrange(1, 4))) for _ in range(6)]
    addresses: dict[str, str] = {}
    for place, word in enumerate(dict.fromkeys(words)):
        post = make_post(house.digital, f"Post {place}", tags=[word], by=house.grace)
        (label,) = post.labels
        assert label["name"] == unicodedata.normalize("NFC", word)
        assert label["slug"].strip("-")
        assert label["slug"].isascii()
        addresses.setdefault(label["slug"], word)
    assert len({post_address(word) for word in ("C", "C++", "C#", ".NET", "NET", "🎉", "🎈", "★")}) == 8
    client.force_login(house.otto)
    found = client.get("/spaces/digital-services/blog/", {"tag": "c-sharp"}).text
    assert ">C#<" in found


def test_a_page_keeps_how_its_tag_was_typed_through_forms_and_versions(house: House, client: Any) -> None:
    make_post(house.operations, "Hidden", tags=["project nightjar"], by=house.linus)
    post = make_post(house.digital, "Shown", tags=["Project NightJar"], by=house.grace)
    client.force_login(house.grace)
    assert "Project NightJar" in client.get(f"{post.get_absolute_url()}-/edit/").text
    latest = post.get_latest_revision_as_object()
    latest.body = "Another."
    edit_page(person=house.grace, page=latest)
    post = BasePage.objects.get(pk=post.pk)
    assert post.labels == [{"slug": "project-nightjar", "name": "Project NightJar"}]
    assert [tag.name for tag in post.specific.tags.all()] == ["Project NightJar"]
    assert BasePage.objects.filter(tagged_items__tag__slug="project-nightjar").count() == 2


@pytest.mark.parametrize("way", ["front", "admin", "import", "old version"])
def test_tags_that_are_one_stand_once_on_a_page_however_they_come(house: House, tmp_path: Any, way: str) -> None:
    typed = ["Owl", "owl", "OWL ", "o\u200bwl", "Straße", "strasse"]
    client = Client()
    client.force_login(house.ada)
    post = make_post(house.digital, "Post", by=house.grace)
    if way == "front":
        address = f"{post.get_absolute_url()}-/edit/"
        fields = form_with(client.get(address).text) | {"tags": ", ".join(typed), "action": "publish"}
        assert client.post(address, fields).status_code == 302
    elif way == "admin":
        admin_post(client, post, tags=", ".join(f'"{tag}"' for tag in typed), **{"action-publish": "1"})
    elif way == "import":
        folder = Path(shutil.copytree(SAMPLE, tmp_path / "corpus"))
        with (folder / "wiki.jsonl").open("a", encoding="utf-8") as stream:
            stream.write(json.dumps({**GOOD, "source_path": "t/1", "slug_path": "quay/owls", "tags": typed}) + "\n")
        imported(folder)
        post = BasePage.objects.get(source_path="t/1")
    else:
        # A version that says one tag twice.
        post.tags.set(["Owl", "Straße"])
        edit_page(person=house.grace, page=post)
        revision = BasePage.objects.get(pk=post.pk).latest_revision
        revision.content["tagged_items"] += [row | {"pk": None} for row in revision.content["tagged_items"]]
        revision.save()
        edit_page(person=house.grace, page=revision.as_object())
    addresses = [label["slug"] for label in BasePage.objects.get(pk=post.pk).labels]
    assert addresses == ["owl", "strasse"]
    assert PageTag.objects.filter(content_object_id=post.pk).count() == 2
    assert [str(fault) for fault in check_facts(unwatched)] == []
