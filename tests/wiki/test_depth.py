"""Nested pages: as deep as the tree allows, and beyond that a message instead of an error."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from limits import PAGE_LEVELS
from pages.actions import move_page
from pages.consistency import check_tree, unwatched
from pages.models import BasePage
from tests.factories.pages import House, make_wiki_page, wiki_of
from tests.intranet.test_importing_anything import GOOD, SAMPLE, imported
from wiki.models import WikiPage

pytestmark = pytest.mark.django_db


def chain(house: House, title: str, levels: int) -> list[WikiPage]:
    """Pages each below the one before, without the price of writing each by hand."""
    pages = [make_wiki_page(house.digital, title)]
    for number in range(1, levels):
        page = WikiPage(title=f"{title} {number}", slug=f"s{number}", space=house.digital, body="x")
        WikiPage.objects.get(pk=pages[-1].pk).add_child(instance=page)
        pages.append(page)
    return pages


def test_a_page_below_the_deepest_is_refused_beside_its_field_and_the_text_stays(client: Any, house: House) -> None:
    top = wiki_of(house.digital).depth
    pages = chain(house, "Deep", PAGE_LEVELS - top)
    client.force_login(house.grace)
    typed = {"title": "Deeper", "body": "typed text", "action": "publish"}
    below = {"parent": pages[-1].get_absolute_url()}
    answer = client.post("/spaces/digital-services/wiki/-/new/", typed | below)
    assert answer.status_code == 200
    assert "too many levels down" in answer.text
    assert "typed text" in answer.text
    below = {"parent": pages[-2].get_absolute_url()}
    assert client.post("/spaces/digital-services/wiki/-/new/", typed | below).status_code == 302


def test_a_branch_is_moved_only_where_its_deepest_page_has_a_place(client: Any, house: House) -> None:
    top = wiki_of(house.digital).depth
    pages, branch = chain(house, "Deep", PAGE_LEVELS - top - 2), chain(house, "Branch", 3)
    with pytest.raises(ValidationError, match="too many levels down"):
        move_page(person=house.ada, page=branch[0], parent=pages[-1])
    client.force_login(house.ada)
    answer = client.post(f"{branch[0].get_absolute_url()}-/move/", {"parent": pages[-1].get_absolute_url()})
    assert answer.status_code == 200
    assert "too many levels down" in answer.text
    move_page(person=house.ada, page=branch[0], parent=pages[-2])
    assert BasePage.objects.get(pk=branch[2].pk).depth == PAGE_LEVELS


def test_an_import_passes_over_what_is_too_deep(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SAMPLE, tmp_path / "corpus"))
    with (folder / "wiki.jsonl").open("a", encoding="utf-8") as stream:
        for number in range(80):
            path = "quay/" + "/".join(f"p{level}" for level in range(number + 1))
            stream.write(json.dumps({**GOOD, "source_path": f"t/{number}", "slug_path": path}) + "\n")
    _out, err = imported(folder)
    assert "below too many other pages" in err
    assert max(BasePage.objects.values_list("depth", flat=True)) == PAGE_LEVELS


def admin_of(house: House) -> Client:
    client = Client()
    client.force_login(house.ada)
    return client


def deepest() -> int:
    return int(BasePage.objects.order_by("-depth").values_list("depth", flat=True)[0])


@pytest.mark.parametrize("levels", [1, 3])
@pytest.mark.parametrize("over", [0, 1])
@pytest.mark.parametrize("way", ["create", "copy", "copy alone", "move", "bulk move"])
def test_the_admin_writes_copies_and_moves_as_deep_as_the_site_does(
    house: House, way: str, over: int, levels: int
) -> None:
    """`over`: by how many levels the branch would lie below the deepest place that there is."""
    taken = levels if way in {"copy", "move", "bulk move"} else 1
    pages = chain(house, "Deep", PAGE_LEVELS - wiki_of(house.digital).depth - taken + over)
    branch = chain(house, "Branch", levels)
    parent, top = pages[-1], branch[0]
    client, before = admin_of(house), BasePage.objects.count()
    if way == "create":
        answer = client.get(f"/admin/pages/add/wiki/wikipage/{parent.pk}/", follow=True)
        assert ('name="title"' in answer.text) is not bool(over)
        return
    if way.startswith("copy"):
        sent = {"new_title": "Copy", "new_slug": "copy", "new_parent_page": str(parent.pk)}
        sent |= {"copy_subpages": "on"} if way == "copy" else {}
        answer = client.post(f"/admin/pages/{top.pk}/copy/", sent, follow=True)
        assert BasePage.objects.count() - before == (0 if over else taken)
    elif way == "move":
        answer = client.post(f"/admin/pages/{top.pk}/move/{parent.pk}/confirm/", follow=True)
    else:
        answer = client.post(
            f"/admin/bulk/pages/basepage/move/?id={top.pk}", {"chooser": str(parent.pk), "next": "/admin/"}, follow=True
        )
    assert answer.status_code == 200
    if way != "bulk move":
        assert ("too many levels down" in answer.text) is bool(over)
    if "move" in way:
        stands = BasePage.objects.get(pk=top.pk).get_parent().pk
        assert (stands == parent.pk) is not bool(over)
    assert deepest() == (PAGE_LEVELS if not over else PAGE_LEVELS - taken + over)
    assert [str(fault) for fault in check_tree(unwatched)] == []


def test_a_copy_in_the_admin_is_a_page_of_its_own_and_no_twin_that_goes_stale(house: House) -> None:
    page = make_wiki_page(house.digital, "Page")
    client = admin_of(house)
    assert 'name="alias"' not in client.get(f"/admin/pages/{page.pk}/copy/").text
    sent = {"new_title": "Copy", "new_slug": "copy", "new_parent_page": str(page.get_parent().pk), "alias": "on"}
    assert client.post(f"/admin/pages/{page.pk}/copy/", sent).status_code == 302
    assert BasePage.objects.get(slug="copy").alias_of_id is None
