"""The world of the matrix, made once in each process and then restored from rows and files."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.test import Client

from tests import environment
from tests.factories import snapshot
from tests.factories.pages import House
from tests.matrix.asks import FORGED, Rows
from tests.matrix.rows import all_rows
from tests.matrix.things import make_things

_kept: tuple[Rows, snapshot.Rows] | None = None


@dataclass
class World:
    house: House
    asks: Rows


def make_world(house: House) -> World:
    """Everything that the matrix asks about; takes seconds the first time, then a fraction of one."""
    global _kept
    if _kept is None:
        before = snapshot.rows()
        asks = all_rows(make_things(house))
        _kept = asks, snapshot.changed(before, snapshot.rows())
        for folder, kept in _folders():
            shutil.copytree(folder, kept)
    else:
        snapshot.put_back(_kept[1])
        for folder, kept in _folders():
            shutil.copytree(kept, folder, dirs_exist_ok=True)
        house.operations.refresh_from_db()
    return World(house, _kept[0])


def _folders() -> list[tuple[Path, Path]]:
    """Where this test keeps its files, and where they are kept for the next one."""
    kept = Path(environment.folder, "matrix")
    return [
        (Path(settings.MEDIA_ROOT), kept / "media"),
        (Path(settings.INTRANET_PUBLIC_MEDIA_ROOT), kept / "public_media"),
    ]


def sign_in(world: World, reader: str) -> Client:
    client = Client(raise_request_exception=False, HTTP_HOST=FORGED)
    if reader != "anonymous":
        client.force_login(getattr(world.house, reader))
    return client
