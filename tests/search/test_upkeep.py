"""The index follows what happens to pages, and the site outlives the index."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from pages import actions
from pages.models import BasePage
from search import engines, indexer
from search.models import OutboxEntry
from tests.factories.pages import House, make_post, make_wiki_page, wiki_of

pytestmark = pytest.mark.django_db


def test_publish_unpublish_and_delete_are_followed(house: House, titles: Any) -> None:
    page = make_wiki_page(house.digital, "Hedgehogs", publish=False)
    assert titles(house.grace, "hedgehogs") == []
    actions.publish_page(person=house.grace, page=page)
    assert titles(house.mary, "hedgehogs") == ["Hedgehogs"]
    page.refresh_from_db()
    actions.unpublish_page(person=house.grace, page=page)
    assert titles(house.grace, "hedgehogs") == []
    actions.publish_page(person=house.grace, page=page)
    page.refresh_from_db()
    actions.delete_page(person=house.grace, page=page)
    assert titles(house.grace, "hedgehogs") == []


def test_an_edit_is_found_by_its_new_words_alone(house: House, titles: Any) -> None:
    page = make_wiki_page(house.digital, "Hedgehogs", "They eat beetles.")
    page.body = "They eat snails."
    actions.edit_page(person=house.grace, page=page)
    assert titles(house.mary, "beetles") == []
    assert titles(house.mary, "snails") == ["Hedgehogs"]


def test_a_move_with_descendants_changes_their_addresses_and_readers(house: House, ask: Any) -> None:
    parent = make_wiki_page(house.digital, "Hedgehogs", by=house.ada)
    make_wiki_page(house.digital, "Hedgehogs in winter", parent=parent, by=house.ada)
    assert ask(house.otto, "hedgehogs")["total"] == 2
    actions.move_page(person=house.ada, page=parent, parent=wiki_of(house.operations))
    assert ask(house.otto, "hedgehogs")["total"] == 0
    hits = ask(house.linus, "hedgehogs")["hits"]
    assert {hit["url"] for hit in hits} == {
        "/spaces/operations/wiki/hedgehogs/",
        "/spaces/operations/wiki/hedgehogs/hedgehogs-in-winter/",
    }


def test_a_change_of_audience_is_effective_at_once(house: House, ask: Any, index: Any) -> None:
    page = make_wiki_page(house.digital, "Hedgehogs", by=house.grace)
    assert ask(house.otto, "hedgehogs")["total"] == 1
    actions.set_audience(person=house.grace, page=page, audience="space")
    client = Client()
    client.force_login(house.otto)
    # Even before the index knows.
    assert client.get("/search.json", {"q": "hedgehogs"}).json()["hits"] == []
    assert ask(house.otto, "hedgehogs")["total"] == 0
    assert ask(house.mary, "hedgehogs")["total"] == 1


def test_a_person_who_leaves_is_found_no_more(house: House, titles: Any) -> None:
    assert titles(house.otto, "linus") == ["Linus Example"]
    house.linus.is_active = False
    house.linus.save()
    assert titles(house.otto, "linus") == []


def test_what_was_rolled_back_is_not_indexed(house: House, index: Any) -> None:
    from django.db import transaction

    index()
    with transaction.atomic():
        make_post(house.digital, "Never said")
        transaction.set_rollback(True)
    assert not OutboxEntry.objects.exists()


def test_what_could_not_be_written_waits_until_it_is(
    house: House, index: Any, titles: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    index()
    page = make_post(house.digital, "Hedgehogs")
    waiting = list(OutboxEntry.objects.values_list("key", flat=True))
    assert f"pages.basepage:{page.pk}" in waiting
    with monkeypatch.context() as patched:
        patched.setattr(type(engines.store()), "write", lambda *args, **more: (_ for _ in ()).throw(OSError("full")))
        with pytest.raises(OSError, match="full"):
            indexer.drain()
    # A crash between the index and the database may write twice, and never forgets.
    assert list(OutboxEntry.objects.values_list("key", flat=True)) == waiting
    assert titles(house.mary, "hedgehogs") == ["Hedgehogs"]


def test_a_request_writes_no_index(house: House, index: Any) -> None:
    index()
    before = engines.readers().snapshot().pointer
    make_post(house.digital, "Later")
    assert OutboxEntry.objects.count() >= 1
    assert engines.readers().snapshot().pointer == before
    index()
    assert engines.readers().snapshot().pointer != before


def test_a_rebuild_finds_what_the_outbox_found(house: House, ask: Any) -> None:
    make_post(house.digital, "Hedgehogs", "Beetles.")
    before = ask(house.mary, "beetles")
    indexer.rebuild()
    after = ask(house.mary, "beetles")
    assert [hit["uid"] for hit in before["hits"]] == [hit["uid"] for hit in after["hits"]]


@pytest.mark.parametrize("damage", ["no index", "no pointer", "torn file"])
def test_without_an_index_the_database_answers_and_a_rebuild_is_asked_for(
    house: House, index: Any, damage: str
) -> None:
    make_post(house.digital, "Hedgehogs", "Beetles are eaten.")
    make_post(house.operations, "Secret beetles", "Beetles.", by=house.linus)
    index()
    path = Path(engines.path())
    if damage == "torn file":
        for folder in path.iterdir():
            if folder.is_dir():
                for file in folder.glob("*.cps"):
                    file.write_bytes(b"\x01" * 10)
    else:
        (path / "current").unlink()
    client = Client()
    client.force_login(house.otto)
    from search.backends.whoosh import pool

    pool.cache_clear()
    answer = client.get("/search.json", {"q": "beetles"}).json()
    assert answer["degraded"]
    assert [hit["title"] for hit in answer["hits"]] == ["Hedgehogs"]
    assert indexer.wanted().exists()
    said = client.get("/search/", {"q": "beetles"}).content.decode()
    assert "come from the database" in said
    # What it says is so: not pages alone, and not the newest first but what is titled so.
    make_post(house.digital, "News", "Hedgehogs.")
    found = client.get("/search.json", {"q": "hedgehogs"}).json()
    assert [hit["title"] for hit in found["hits"]] == ["Hedgehogs", "News"]
    assert "pages only" not in said
    assert client.get("/search.json", {"q": "grace"}).json()["facets"]["kind"]
    assert {hit["kind"] for hit in client.get("/search.json", {"q": "grace"}).json()["hits"]} == {"person", "blog"}
    indexer.rebuild()
    assert not client.get("/search.json", {"q": "beetles"}).json()["degraded"]


def test_wagtails_own_search_uses_the_same_index(house: House, index: Any) -> None:
    from pages.access import visible_to

    make_post(house.digital, "Hedgehogs", "Beetles are eaten.")
    make_post(house.operations, "Secret beetles", "Beetles.", by=house.linus)
    index()
    found = visible_to(house.otto, BasePage.objects.all()).search("beetle")
    assert [page.title for page in found] == ["Hedgehogs"]
    assert found.count() == 1
    assert [page.title for page in BasePage.objects.autocomplete("hedge")] == ["Hedgehogs"]


def test_wagtails_own_search_asks_the_database_where_there_is_no_index(
    house: House, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from pages.access import visible_to

    monkeypatch.setitem(settings.WAGTAILSEARCH_BACKENDS["default"], "PATH", str(tmp_path / "gone"))
    make_post(house.digital, "Hedgehogs", "Beetles are eaten.")
    make_post(house.operations, "Secret beetles", "Beetles.", by=house.linus)
    pages = visible_to(house.otto, BasePage.objects.all())
    assert [page.title for page in pages.search("beetles")] == ["Hedgehogs"]
    assert pages.search("beetles").count() == 1
    assert [page.title for page in pages.autocomplete("hedge")[:5]] == ["Hedgehogs"]
    assert [page.title for page in pages.search("")] == []
    assert len([line for line in caplog.records if "database answers" in line.message]) == 1
    assert indexer.wanted().exists()


def test_saving_a_page_writes_one_line_for_the_indexer_and_queues_no_task_for_it(house: House, index: Any) -> None:
    from django_tasks_db.models import DBTaskResult

    page = make_post(house.digital, "Hedgehogs", "Beetles are eaten.")
    index()
    DBTaskResult.objects.all().delete()
    page.body = "Beetles are not eaten."
    actions.edit_page(person=house.grace, page=page)
    house.mary.job_title = "Zoologist"
    house.mary.save()
    assert list(OutboxEntry.objects.values_list("key", flat=True)) == [
        f"pages.basepage:{page.pk}",
        f"people.person:{house.mary.pk}",
    ]
    assert not DBTaskResult.objects.filter(task_path__startswith="modelsearch").exists()
