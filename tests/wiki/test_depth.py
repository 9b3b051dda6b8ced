"""Pages within one another: as deep as the tree holds, and beyond that a message instead of an error."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from limits import PAGE_LEVELS
from pages.actions import move_page
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
    assert "too deep" in answer.text
    assert "typed text" in answer.text
    below = {"parent": pages[-2].get_absolute_url()}
    assert client.post("/spaces/digital-services/wiki/-/new/", typed | below).status_code == 302


def test_a_branch_is_moved_only_where_its_deepest_page_has_a_place(client: Any, house: House) -> None:
    top = wiki_of(house.digital).depth
    pages, branch = chain(house, "Deep", PAGE_LEVELS - top - 2), chain(house, "Branch", 3)
    with pytest.raises(ValidationError, match="too deep"):
        move_page(person=house.ada, page=branch[0], parent=pages[-1])
    client.force_login(house.ada)
    answer = client.post(f"{branch[0].get_absolute_url()}-/move/", {"parent": pages[-1].get_absolute_url()})
    assert answer.status_code == 200
    assert "too deep" in answer.text
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
