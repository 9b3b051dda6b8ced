"""The world of the matrix, made once in each process and then restored from rows and files."""

from dataclasses import dataclass

from django.test import Client

from tests.factories import snapshot
from tests.factories.pages import House
from tests.matrix.asks import FORGED, Rows
from tests.matrix.rows import all_rows
from tests.matrix.things import make_things


@dataclass
class World:
    house: House
    asks: Rows


def make_world(house: House) -> World:
    """Everything that the matrix asks about; takes seconds the first time, then a fraction of one."""
    asks = snapshot.remembered(_asks, house)
    house.operations.refresh_from_db()
    return World(house, asks)


def _asks(house: House) -> Rows:
    return all_rows(make_things(house))


def sign_in(world: World, reader: str) -> Client:
    client = Client(raise_request_exception=False, HTTP_HOST=FORGED)
    if reader != "anonymous":
        client.force_login(getattr(world.house, reader))
    return client
