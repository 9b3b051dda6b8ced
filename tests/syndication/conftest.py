"""A site with one channel, and a person with no rights in it."""

from typing import Any

import pytest
from django.test import Client

from syndication.models import Channel
from tests.factories.syndication import make_channel


@pytest.fixture
def channel(house: Any) -> Channel:
    return make_channel(house.ada)


@pytest.fixture
def stranger() -> Client:
    return Client()


@pytest.fixture
def as_person() -> Any:
    def sign_in(person: Any) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return sign_in
