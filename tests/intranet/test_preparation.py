"""`prepare` does nothing if nothing has changed, and everything if anything has."""

import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as ours
from django.db import connection

from intranet import preparation
from tests.factories.people import make_person


@pytest.fixture
def site(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A prepared site: the database of the test, and folders of its own."""
    monkeypatch.setattr(connection, "close", lambda: None)
    sources = tmp_path / "checkout"
    for name in ("pages/migrations/0001_initial.py", "static/css/base.css", "requirements/base.txt"):
        (sources / name).parent.mkdir(parents=True, exist_ok=True)
        (sources / name).write_text("first")
    for name in (
        "intranet/static_storage.py",
        "intranet/style_sheets.py",
        "intranet/preparation.py",
        "intranet/management/commands/prepare.py",
    ):
        (sources / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(preparation.ROOT / name, sources / name)
    monkeypatch.setattr(preparation, "ROOT", sources)
    for name in ("static", "index", "media"):
        (tmp_path / name).mkdir()
    (tmp_path / "static" / "staticfiles.json").write_text("{}")
    make_person("ada")
    names = {name: getattr(ours, name) for name in (*preparation.SETTINGS, *preparation.SERVICES)}
    places = {"INTRANET_VAR": tmp_path, "STATIC_ROOT": tmp_path / "static", "MEDIA_ROOT": tmp_path / "media"}
    index = {"default": {"BACKEND": "search.backends.whoosh", "PATH": str(tmp_path / "index")}}
    made = SimpleNamespace(**{**names, **places, "INTRANET_DEMO": True, "WAGTAILSEARCH_BACKENDS": index})
    preparation.note(made)
    return made


def test_nothing_changed_means_nothing_to_do(site: SimpleNamespace) -> None:
    assert preparation.is_prepared(site)


def sql(statement: str) -> Callable[[Any], None]:
    def run(site: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return run


def wrote(name: str, text: str = "second") -> Callable[[Any], None]:
    def write(site: Any) -> None:
        path = preparation.ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    return write


def put(**values: Any) -> Callable[[Any], None]:
    return lambda site: vars(site).update(values)


CHANGES: dict[str, Callable[[Any], None]] = {
    "a migration went": sql("DELETE FROM django_migrations WHERE app = 'wiki'"),
    "a migration of a package went": sql("DELETE FROM django_migrations WHERE app = 'auth' AND name LIKE '0001%%'"),
    "all persons went": sql("DELETE FROM people_person"),
    "a migration came": wrote("pages/migrations/0002_more.py"),
    "a migration changed": wrote("pages/migrations/0001_initial.py"),
    "a style changed": wrote("static/css/base.css"),
    "the joining of styles changed": wrote("intranet/style_sheets.py"),
    "a script came": wrote("static/js/new.js"),
    "the rendering of texts changed": wrote("text/markup/boxes.py"),
    "what a rendering asks of the database changed": wrote("pages/rendering.py"),
    "a package changed": wrote("requirements/base.txt"),
    "the preparation changed": wrote("intranet/management/commands/prepare.py"),
    "static files went": lambda site: (site.STATIC_ROOT / "staticfiles.json").unlink(),
    "static files are others": lambda site: (site.STATIC_ROOT / "staticfiles.json").write_text("[]"),
    "the index went": lambda site: shutil.rmtree(site.WAGTAILSEARCH_BACKENDS["default"]["PATH"]),
    "the media are closed": lambda site: site.MEDIA_ROOT.chmod(0o500),
    "a restore was begun": lambda site: (site.INTRANET_VAR / "restore-unfinished").write_text("{}"),
    "another database": put(DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "other"}}),
    "another index": put(WAGTAILSEARCH_BACKENDS={"default": {"BACKEND": "modelsearch.backends.database"}}),
    "a cache without its table": put(
        CACHES={"default": {"BACKEND": "intranet.caching.DatabaseCache", "LOCATION": "c"}}
    ),
    "nginx sends the media": put(INTRANET_X_ACCEL=True),
    "no note": lambda site: preparation.stamp_of(site).unlink(),
    "a torn note": lambda site: preparation.stamp_of(site).write_text('{"sources":'),
    "an old kind of note": lambda site: preparation.stamp_of(site).write_text("abcdef"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changed_it_is_prepared_again(site: SimpleNamespace, change: str) -> None:
    CHANGES[change](site)
    assert not preparation.is_prepared(site)


def test_a_month_later_the_database_is_told_again_how_its_rows_are_spread(
    site: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparation, "STAMP_SECONDS", -1)
    assert not preparation.is_prepared(site)
