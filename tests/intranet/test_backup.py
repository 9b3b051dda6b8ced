"""A site is backed up to one file and restored whole; a damaged file or a killed process never leaves half a site."""

import hashlib
import io
import json
import os
import shutil
import signal
import stat
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, connections, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from desk.models import Draft
from intranet import health
from intranet.backup import Refused, archive, columns, create, files, inventory, unfinished
from intranet.backup.create import back_up
from intranet.backup.restore import restore
from intranet.worker import leases
from media.models import Attachment, Picture
from pages import kinds
from pages.actions import delete_page, edit_page
from pages.models import BasePage
from people.models import Person
from search.curation.actions import accept_words, propose_words
from search.models import QueryCount, QueryCountKey, WordGroup
from syndication.actions import create_private_feed
from syndication.models import PrivateFeed
from tests import databases
from tests.factories.pages import make_episode, make_house, make_post, make_show, make_wiki_page
from tests.factories.people import make_person, make_space
from tests.factories.places import Place
from tests.factories.syndication import make_channel, make_picture, make_recording, make_release

ON_SQLITE = databases.SQLITE in str(databases._options()["ENGINE"])
sqlite_only = pytest.mark.sqlite_only
Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def _places_are_written_to(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


class Source:
    """A lived-in site, its backup, and what stood in it then."""

    def __init__(self, folder: Path) -> None:
        self.place, self.file = Place(folder / "source"), folder / "site.zip"
        with self.place:
            self.token = live_in_it()
            self.feed = Client().get("/public/news/feed.rss")
            back_up(self.file, stream=io.StringIO())
            self.rows, self.media = rows(), self.place.media()


def live_in_it() -> str:
    """Something of every kind; returns the token of a private feed."""
    house = make_house()
    recording = make_recording(house.digital)
    post = make_post(
        house.digital, "Harbour news", "The quay reopens.", tags=["ports"], hero=make_picture(house.digital)
    )
    make_post(house.operations, "For members only", "The bunker.", by=house.linus)
    make_post(house.digital, "Half a thought", "Not yet.", publish=False, by=house.grace)
    delete_page(person=house.grace, page=make_post(house.digital, "An old chart", by=house.mary))
    page = make_wiki_page(house.digital, "Tides", "Low water.")
    page.body = "High water."
    edit_page(person=house.grace, page=page, note="Turned")
    for person, body in [(house.mary, "Spring tide"), (house.otto, "Half a letter: \ud83d" if ON_SQLITE else "")]:
        typed = {"title": "Tides", "body": body}
        Draft.objects.create(page_id=page.pk, person=person, path=page.get_absolute_url(), fields=typed)
    episode = make_episode(make_show(house.digital, "Talks"), "A talk", recording=recording)
    Attachment(title="Chart", space=house.digital).file.save("chart ä.csv", ContentFile(b"a,b\n"), save=True)
    make_release(house.ada, post, make_channel(house.ada, "news"))
    make_release(house.ada, episode, make_channel(house.ada, "talks"))
    words = propose_words(person=house.grace, group=WordGroup(forms=["quay", "wharf"]))
    accept_words(person=house.ada, group=words)
    today = timezone.localdate()
    QueryCount.objects.create(day=today, query="quay", searches=3, persons=2, marks=["0123456789ab"])
    QueryCountKey.objects.create(week=today, key="f" * 64)
    # The last number of its table was given, and is free.
    Person.objects.create(username="gone").delete()
    client = Client()
    client.force_login(house.ada)
    return create_private_feed(person=house.mary, feed=PrivateFeed(owner=house.mary, label="Mine"))


@pytest.fixture(scope="module")
def source(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Source]:
    with django_db_blocker.unblock():
        yield Source(tmp_path_factory.mktemp("backup"))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A prepared site in which nobody lives."""
    with Place(tmp_path / "place") as made:
        yield made


def somebody() -> None:
    for name in ("ada", "grace", "linus"):
        make_person(name)


def rows() -> Rows:
    """Every row of every table that is kept, as every database would give it."""
    return {
        model._meta.label: list(
            columns.read(model._meta.db_table, columns.kinds_of(model), order=str(model._meta.pk.column))
        )
        for model in inventory.backed_up_models()
    }


def without_marks(found: Rows) -> Rows:
    return {**found, "search.QueryCount": [{**row, "marks": []} for row in found["search.QueryCount"]]}


def test_every_table_is_kept_or_left_out_for_a_reason():
    labels = {model._meta.label: model for model in inventory.all_models()}
    kept = inventory.BACKED_UP | {model._meta.label for model in kinds.models()}
    assert set(labels) - kept - set(inventory.LEFT_OUT) == set(), "decide in intranet/backup/inventory.py"
    assert kept - set(labels) == set(), "no such table"
    assert kept & set(inventory.LEFT_OUT) == set()
    for label in kept:
        for field in labels[label]._meta.local_concrete_fields:
            target = field.related_model._meta.label if field.related_model else ""
            assert target not in inventory.LEFT_OUT, f"{label}.{field.name} would point to nothing"
            assert not isinstance(field, models.FileField) or field.storage is default_storage, f"{label}.{field.name}"
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
    strange = there - {model._meta.db_table for model in labels.values()} - {"django_migrations"}
    assert {name for name in strange if not name.startswith(("sqlite_", "modelsearch_indexentry_fts"))} == set()


@sqlite_only
def test_a_site_comes_back_whole(source: Source, place: Place):
    out, err = io.StringIO(), io.StringIO()
    call_command("restore", str(source.file), stdout=out, stderr=err)
    assert "are in place" in out.getvalue()
    assert "Note:" not in err.getvalue()
    assert rows() == without_marks(source.rows)
    assert place.media() == source.media
    assert not QueryCountKey.objects.exists()

    mary, otto, ada, stranger = Client(), Client(), Client(), Client()
    assert mary.login(username="mary", password="commonplace")
    assert otto.login(username="otto", password="commonplace")
    assert ada.login(username="ada", password="commonplace")
    secret = BasePage.objects.get(title="For members only").get_absolute_url()
    assert [otto.get(secret).status_code, ada.get(secret).status_code] == [404, 200]
    assert "Half a thought" not in mary.get("/spaces/digital-services/blog/").content.decode()
    tides = BasePage.objects.get(title="Tides").get_absolute_url()
    assert "Turned" in mary.get(f"{tides}-/history/").content.decode()
    assert "Spring tide" in mary.get(f"{tides}-/edit/").content.decode()
    assert "Harbour news" in stranger.get(f"/feeds/{source.token}/feed.rss").content.decode()
    feed = stranger.get("/public/news/feed.rss")
    assert (feed.content, feed["ETag"]) == (source.feed.content, source.feed["ETag"])
    # `quay` and `wharf` mean the same here, and the index was built anew.
    assert [hit["title"] for hit in mary.get("/search.json?q=wharf").json()["hits"]] == ["Harbour news"]
    for picture in Picture.objects.all():
        assert ada.get(picture.rendition_url(160)).status_code == 200
    # The number of somebody who is gone is not given to somebody else.
    gone = max(row["id"] for row in source.rows["people.Person"]) + 1
    assert Person.objects.create(username="new").pk == gone + 1


@sqlite_only
def test_the_file_is_private_standard_and_never_written_over(source: Source, tmp_path: Path):
    assert stat.S_IMODE(source.file.stat().st_mode) == 0o600
    with zipfile.ZipFile(source.file) as file:
        text = {name: file.read(name) for name in file.namelist()}
    whole = b"".join(text.values())
    assert b"django_session" not in whole
    assert b"0123456789ab" not in whole  # with the secret of its week, this would tell who asked
    assert source.token.encode() not in whole
    assert source.place.settings["SECRET_KEY"].encode() not in whole
    person = json.loads(text["rows/people_person.jsonl"].split(b"\n")[0])
    assert (person["username"], person["is_superuser"]) == ("ada", True)
    with source.place, pytest.raises(CommandError, match="already exists"):
        call_command("backup", str(source.file))
    copy = tmp_path / "old.zip"
    copy.write_text("old")
    with source.place:
        call_command("backup", str(copy), force=True, stdout=(out := io.StringIO()), stderr=io.StringIO())
        assert "0 missing" in out.getvalue()
        call_command("restore", str(copy), check=True, stdout=(out := io.StringIO()), stderr=io.StringIO())
    assert "is whole" in out.getvalue()
    assert os.listdir(tmp_path) == ["old.zip"]


@sqlite_only
def test_a_backup_is_of_one_moment_and_names_what_is_missing(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    somebody()
    lost = make_recording(make_space("harbour"))
    Path(lost.file.path).unlink()
    described = create._described

    def while_somebody_writes(model: Any, count: int) -> Any:
        if model is BasePage:
            other = connections.create_connection("default")
            with other.cursor() as cursor:
                cursor.execute("UPDATE people_person SET job_title = 'since then'")
            other.close()
        return described(model, count)

    monkeypatch.setattr(create, "_described", while_somebody_writes)
    made = back_up(tmp_path / "site.zip", stream=io.StringIO())
    assert made.missing == [f"default/{lost.file.name}"]
    assert Person.objects.filter(job_title="since then").count() == 3
    with zipfile.ZipFile(tmp_path / "site.zip") as file:
        assert file.read("rows/people_person.jsonl").count(b'"job_title": ""') == 3


def files_in(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file() and file.name != ".running")


def again(source: Path, target: Path, change: Callable[[str, bytes], bytes | None], **more: Any) -> None:
    """A copy of a backup whose members are changed, with sums that fit them."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        sums = {}
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == archive.SUMS:
                content = "".join(f"{digest}  {name}\n" for name, digest in sums.items()).encode()
            changed = change(entry.filename, content)
            if changed is not None:
                sums[entry.filename] = hashlib.sha256(changed).hexdigest()
                new.writestr(entry, changed)
        for name, content in more.items():
            new.writestr(name, content)


def in_manifest(**fields: Any) -> Callable[[str, bytes], bytes]:
    def change(name: str, content: bytes) -> bytes:
        return json.dumps({**json.loads(content), **fields}).encode() if name == archive.MANIFEST else content

    return change


def flipped(file: Path, member: str) -> None:
    """One bit in the middle of a member is another one."""
    with zipfile.ZipFile(file) as opened:
        entry = opened.getinfo(member)
    with open(file, "r+b") as stream:
        stream.seek(entry.header_offset + 100 + entry.compress_size // 2)
        byte = stream.read(1)[0]
        stream.seek(-1, io.SEEK_CUR)
        stream.write(bytes([byte ^ 1]))


def linked(file: Path) -> None:
    entry = zipfile.ZipInfo("media/default/link")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(file, "a") as opened:
        opened.writestr(entry, "/etc/passwd")


def added(name: str) -> Callable[[Path], None]:
    def add(file: Path) -> None:
        with zipfile.ZipFile(file, "a") as opened:
            opened.writestr(name, "x")

    return add


def packed(file: Path) -> None:
    """Many zeros in few bytes, where media should be."""
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("media/default/zeros", bytes(10_000_000))


@sqlite_only
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_what_is_damaged_or_strange_is_refused_and_changes_nothing(source: Source, place: Place, tmp_path: Path):
    somebody()
    before, files = rows(), files_in(place.var)
    recording = next(name for name in zipfile.ZipFile(source.file).namelist() if "recordings" in name)
    member = "rows/pages_basepage.jsonl"
    manifest = json.loads(zipfile.ZipFile(source.file).read(archive.MANIFEST))
    newer = {**manifest["migrations"], "wiki": ["0001_initial", "0999_telepathy"]}
    elsewhere = [
        {**one, "table": "django_migrations"} if "Draft" in one["model"] else one for one in manifest["tables"]
    ]

    def copied(change: Callable[[Path], Any]) -> Callable[[Path], None]:
        def make(file: Path) -> None:
            shutil.copy(source.file, file)
            change(file)

        return make

    def rewritten(change: Callable[[str, bytes], bytes | None]) -> Callable[[Path], None]:
        return lambda file: again(source.file, file, change)

    def wrong_sum(sums: bytes) -> bytes:
        digest, line = sums.split(b"\n")[-3].split(b"  ")
        return sums.replace(digest + b"  ", digest[::-1] + b"  ")

    size = source.file.stat().st_size
    ways: list[tuple[str, Callable[[Path], Any]]] = [
        ("is not a backup, or is damaged", lambda file: file.write_bytes(b"no zip at all")),
        ("is not a backup, or is damaged", copied(lambda file: os.truncate(file, size - 300))),
        ("is not a backup, or is damaged", copied(lambda file: os.truncate(file, size // 2))),
        (f"{recording} cannot be read", copied(lambda file: flipped(file, recording))),
        (f"{member} cannot be read", copied(lambda file: flipped(file, member))),
        ("does not match its checksum", rewritten(lambda name, text: wrong_sum(text) if name == archive.SUMS else text)),
        ("'media/default/more' is missing, or has no checksum", copied(added("media/default/more"))),
        ("does not describe", rewritten(lambda name, text: None if name == member else text)),
        ("does not describe", rewritten(in_manifest(tables="none"))),
        ("holds 0 rows instead of", rewritten(lambda name, text: b"" if name == member else text)),
        ("a row of people_person cannot be read", rewritten(lambda name, text: b"[]\n" * 5 if name.endswith("people_person.jsonl") else text)),
        ("its manifest cannot be read", rewritten(in_manifest(program="Other"))),
        ("has format 2", rewritten(in_manifest(format=2))),
        ("made by a newer version.*wiki.0999_telepathy", rewritten(in_manifest(migrations=newer))),
        ("'media/default/../../../escaped' does not belong", copied(added("media/default/../../../escaped"))),
        ("does not belong", copied(added("/etc/cron.d/mine"))),
        ("is not a plain file", copied(linked)),
        ("two of its files have the same name", copied(added("README.txt"))),
        ("is compressed, which media files in a backup never are", copied(packed)),
        ("does not describe", rewritten(in_manifest(tables=elsewhere))),
    ]  # fmt: skip
    for number, (reason, make) in enumerate(ways):
        make(tmp_path / f"{number}.zip")
        with pytest.raises(Refused, match=reason):
            restore(tmp_path / f"{number}.zip", replace=True, stream=io.StringIO())
        assert rows() == before, reason
        assert files_in(place.var) == files, reason


@sqlite_only
def test_where_somebody_is_at_home_only_replace_lets_it_in_and_nothing_of_the_old_stays(source: Source, place: Place):
    somebody()
    Attachment(title="Theirs").file.save("theirs.csv", ContentFile(b"1"), save=True)
    # Another file under a name that the backup has too.
    taken = next(name for name in source.media if "recordings" in name)
    (place.var / taken).parent.mkdir(parents=True, exist_ok=True)
    (place.var / taken).write_bytes(b"other sound")
    with pytest.raises(Refused, match=r"accounts \(ada, grace, linus\)"):
        restore(source.file, stream=io.StringIO())
    assert (place.var / taken).read_bytes() == b"other sound"
    leases.beat("a-living-worker")
    with pytest.raises(Refused, match="Stop the site first"):
        restore(source.file, replace=True, stream=io.StringIO())
    leases.retire("a-living-worker")
    place.settings["INTRANET_PUBLIC_URL"] = "https://feeds.example.org"
    with place:
        restored = restore(source.file, replace=True, stream=io.StringIO())
    assert [notice.split(" is ")[0] for notice in restored.notices] == ["INTRANET_PUBLIC_URL"]
    assert place.media() == source.media
    kept = without_marks(source.rows)
    found = rows()
    # Feeds name the address of the public site, so they are written anew.
    assert {**found, "syndication.FeedDocument": []} == {**kept, "syndication.FeedDocument": []}


def killed(work: Callable[[], Any]) -> None:
    """Runs `work` in a copy of this process that is killed by itself in the middle of it."""
    connection.close()
    child = os.fork()
    if not child:
        try:
            work()
        finally:
            os._exit(0)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "it ran to its end"


def kill_at(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, call: int) -> None:
    """Kills the process that calls `owner.name` for the `call`th time."""
    real, calls = getattr(owner, name), iter(range(1, 10_000))

    def counted(*args: Any, **kwargs: Any) -> Any:
        if next(calls) == call:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)

    monkeypatch.setattr(owner, name, counted)


@sqlite_only
def test_a_backup_that_is_killed_leaves_no_file_that_looks_whole(source: Source, tmp_path: Path):
    file = tmp_path / "site.zip"
    with source.place:
        with pytest.MonkeyPatch.context() as patch:
            kill_at(patch, create, "_described", 30)
            killed(lambda: back_up(file, stream=io.StringIO()))
        assert [name.endswith(".partial") for name in os.listdir(tmp_path)] == [True]
        back_up(file, stream=io.StringIO())
    assert os.listdir(tmp_path) == ["site.zip"]


@sqlite_only
def test_a_restore_that_is_killed_leaves_the_old_site_or_goes_on(source: Source, place: Place):
    somebody()
    taken = next(name for name in source.media if "recordings" in name)
    (place.var / taken).parent.mkdir(parents=True, exist_ok=True)
    (place.var / taken).write_bytes(b"old sound")
    before = rows()
    for owner, name, call in [(files, "File", 2), (columns, "bump_sequence", 20)]:
        with pytest.MonkeyPatch.context() as patch:
            kill_at(patch, owner, name, call)
            killed(lambda: restore(source.file, replace=True, stream=io.StringIO()))
        assert rows() == before
        assert (place.var / taken).read_bytes() == b"old sound"
        assert not unfinished.is_noted()

    with pytest.MonkeyPatch.context() as patch:
        kill_at(patch, files.Files, "replace_old", 1)
        killed(lambda: restore(source.file, replace=True, stream=io.StringIO()))
    assert rows() == without_marks(source.rows)
    assert health.state_of(health.storage) == "a restore is unfinished"
    with pytest.raises(CommandError, match="run it again with the same file"):
        call_command("prepare", stdout=io.StringIO())
    restore(source.file, stream=io.StringIO())
    assert rows() == without_marks(source.rows)
    assert place.media() == source.media
    assert health.state_of(health.storage) == "ok"


@sqlite_only
def test_an_older_backup_goes_into_a_database_of_its_age_and_is_migrated_on(
    source: Source, place: Place, tmp_path: Path
):
    older = tmp_path / "older.zip"
    manifest = json.loads(zipfile.ZipFile(source.file).read(archive.MANIFEST))
    of_admin = manifest["migrations"]["wagtailadmin"]
    again(source.file, older, in_manifest(migrations={**manifest["migrations"], "wagtailadmin": of_admin[:-1]}))
    with pytest.raises(Refused, match=rf"older than the database, which has wagtailadmin\.{of_admin[-1]}"):
        restore(older, stream=io.StringIO())
    MigrationExecutor(connection).migrate([("wagtailadmin", of_admin[-2])])
    # Nor does one go in where a version was that this one does not know yet.
    MigrationRecorder(connection).record_applied("wiki", "0999_telepathy")
    with pytest.raises(Refused, match=r"has wiki\.0999_telepathy already"):
        restore(older, stream=io.StringIO())
    with pytest.raises(Refused, match="of a newer version"):
        back_up(tmp_path / "never.zip", stream=io.StringIO())
    MigrationRecorder(connection).record_unapplied("wiki", "0999_telepathy")
    restore(older, stream=io.StringIO())
    assert rows() == without_marks(source.rows)
    assert MigrationRecorder(connection).migration_qs.filter(app="wagtailadmin", name=of_admin[-1]).exists()


@sqlite_only
def test_what_was_made_before_the_migrations_began_again_is_refused(source: Source, place: Place, tmp_path: Path):
    older = tmp_path / "older.zip"
    manifest = json.loads(zipfile.ZipFile(source.file).read(archive.MANIFEST))
    of_then = {app: names for app, names in manifest["migrations"].items() if app != "media"}
    again(source.file, older, in_manifest(migrations={**of_then, "pages": ["0001_initial", "0004_naming"]}))
    with pytest.raises(Refused, match="from before the first release"):
        restore(older, replace=True, stream=io.StringIO())
    MigrationRecorder(connection).record_unapplied("media", "0001_initial")
    for command in ("migrate", "prepare"):
        with pytest.raises(CommandError, match=r"from before the first release.*Nothing was changed"):
            call_command(command, stdout=io.StringIO(), verbosity=0)
    MigrationRecorder(connection).record_applied("media", "0001_initial")


@pytest.mark.skipif(ON_SQLITE, reason="needs both databases: runs with the suite on PostgreSQL")
def test_a_site_moves_from_one_database_to_the_other_and_back(source: Source, tmp_path: Path):
    with Place(tmp_path / "small", engine=databases.SQLITE) as small:
        assert connection.vendor == "sqlite"
        restore(source.file, stream=io.StringIO())
        assert rows() == without_marks(source.rows)
        assert small.media() == source.media
        back_up(tmp_path / "small.zip", stream=io.StringIO())
    with Place(tmp_path / "large") as large:
        assert connection.vendor == "postgresql"
        restore(tmp_path / "small.zip", stream=io.StringIO())
        assert rows() == without_marks(source.rows)
        assert large.media() == source.media
        gone = max(row["id"] for row in source.rows["people.Person"]) + 1
        assert Person.objects.create(username="new").pk == gone + 1
        Person.objects.create(username="longer", job_title="x" * 200)
    # What PostgreSQL does not take is named, and nothing is changed.
    with Place(tmp_path / "lax", engine=databases.SQLITE):
        Person.objects.create(username="lax", job_title="x" * 300)
        back_up(tmp_path / "lax.zip", stream=io.StringIO())
    with large, pytest.raises(Refused, match="does not take row 1 of people_person"):
        restore(tmp_path / "lax.zip", replace=True, stream=io.StringIO())
    with large:
        assert Person.objects.filter(username="longer").exists()
