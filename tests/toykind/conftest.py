"""Adds the tables of this app to the copy of the database with which every test starts."""

from typing import Any

import pytest
from django.core.management import call_command

from tests.search.conftest import engine, index  # noqa: F401


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        call_command("migrate", run_syncdb=True, verbosity=0)
