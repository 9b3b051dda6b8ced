"""`check_content` reports inconsistencies, whatever caused them, and repairs what it can."""

from io import StringIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command

from media.models import Recording
from media.uploads import store_picture
from pages.actions import delete_page
from pages.addresses import BIN_PATH
from pages.consistency import check_pages
from pages.models import BasePage, PageLink
from search import indexer
from search.engines import readers, store
from tests.factories.pages import make_post, make_wiki_page
from tests.factories.pictures import png
from wiki.models import WikiPage


def said(*arguments: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("check_content", *arguments, stdout=out, stderr=StringIO())
    except SystemExit as end:
        return int(str(end.code)), out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def content(house: Any) -> Any:
    """A small branch, a post with a tag, a picture, a recording, and an index of it all."""
    top = make_wiki_page(house.digital, "Top", "See [[Leaf]].")
    middle = make_wiki_page(house.digital, "Middle", "See [[Top]].", parent=top)
    make_wiki_page(house.digital, "Leaf", "A leaf. @mary", parent=middle)
    make_post(house.digital, "Post", "Words.", tags=["rota"])
    store_picture(png("desk.png"), alt="A desk", space=house.digital, person=house.grace)
    recording = Recording(title="Talk", media_type="audio/mpeg", length=5, space=house.digital)
    recording.file.save("talk.mp3", ContentFile(b"sound"), save=False)
    recording.save()
    indexer.rebuild()
    indexer.drain_all()
    return house


def test_what_people_wrote_agrees(content: Any) -> None:
    assert said() == (0, "Everything agrees.\n")


def test_what_was_deleted_is_no_fault_and_not_in_the_index(content: Any) -> None:
    delete_page(page=page("Middle").get().specific, person=content.grace)
    indexer.drain_all()
    assert said() == (0, "Everything agrees.\n")
    snapshot = readers().snapshot()
    held = {snapshot.key(number) for number in range(snapshot.size) if snapshot.alive[number]}
    deleted = BasePage.objects.filter(url_path__startswith=BIN_PATH)
    assert deleted.count() == 3  # the bin, and two pages
    assert not held & {f"pages.basepage:{one.pk}" for one in deleted}


def page(title: str) -> Any:
    return BasePage.objects.filter(title=title)


BREAKS: dict[str, Any] = {
    "an address of before a move": lambda: page("Middle").update(url_path="/home/elsewhere/middle/"),
    "a wrong address with pages below": lambda: page("Top").update(url_path="/home/top/"),
    "a wrong number of children": lambda: page("Top").update(numchild=7),
    "a wrong depth": lambda: page("Leaf").update(depth=3),
    "HTML of an older text": lambda: page("Leaf").update(html="<p>Old.</p>"),
    "words for search of an older text": lambda: page("Leaf").update(plain="Old."),
    "headings of an older text": lambda: page("Leaf").update(headings=[{"level": 2, "text": "x", "anchor": "x"}]),
    "an audience that is not the page's": lambda: page("Leaf").update(audience_token="staff-and-more"),
    "a byline of somebody else": lambda: page("Post").update(byline=[]),
    "tags of another page": lambda: page("Post").update(labels=[]),
    "links that the text does not have": lambda: PageLink.objects.create(
        page=page("Leaf").get(), target="x", key="digital-services:x"
    ),
    "links that are missing": lambda: PageLink.objects.filter(page__title="Middle").delete(),
    "a page that the index does not have": lambda: store().write((), [f"pages.basepage:{page('Leaf').get().pk}"]),
    "an audience that the index has otherwise": lambda: page("Post").update(audience="space", audience_token="x"),
}


@pytest.mark.parametrize("breaking", BREAKS)
def test_what_disagrees_is_said_and_mended(content: Any, breaking: str) -> None:
    BREAKS[breaking]()
    code, words = said()
    assert code == 1, words
    assert "0 mended" in words
    said("--repair")
    indexer.drain_all()
    assert said() == (0, "Everything agrees.\n")


def test_a_page_whose_text_is_not_that_of_its_version_is_told_and_left_alone(content: Any) -> None:
    page("Leaf").update(body="Something else.", html="<p>Something else.</p>\n", plain="Something else.")
    assert said("--repair")[0] == 1
    assert "its body is not that of its newest version" in said()[1]


@pytest.mark.parametrize("path", ["missing", "short"])
def test_a_file_that_is_missing_or_cut_off_is_told(content: Any, path: str) -> None:
    recording = Recording.objects.get()
    if path == "missing":
        recording.file.storage.delete(recording.file.name)
    else:
        with open(recording.file.path, "wb") as file:
            file.write(b"so")
    code, words = said("--repair")
    assert code == 1
    assert recording.file.name in words


def test_a_page_without_the_row_of_its_kind_is_told(content: Any) -> None:
    leaf = page("Leaf").get()
    WikiPage.objects.filter(pk=leaf.pk)._raw_delete("default")
    assert f"page {leaf.pk}" in " ".join(fault.about for fault in check_pages())
