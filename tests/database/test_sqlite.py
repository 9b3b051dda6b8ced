"""Statements keep their meaning when their SQLite form is cached."""

import pytest
from django.db import connection

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]


def test_values_percent_signs_and_names_arrive_as_they_are():
    with connection.cursor() as cursor:
        for value in ("a", "50 %", "%s"):
            cursor.execute("SELECT %s, '100 %%', '%%s'", [value])
            assert cursor.fetchone() == (value, "100 %", "%s")
        cursor.execute("SELECT %(one)s, %(two)s, %(one)s", {"one": 1, "two": 2})
        assert cursor.fetchone() == (1, 2, 1)
        cursor.execute("SELECT '100 %'")
        assert cursor.fetchone() == ("100 %",)
        cursor.execute(f"SELECT %s /* {'x' * 8_000} */", [899])
        assert cursor.fetchone() == (899,)


def test_a_save_waits_for_the_disk() -> None:
    """With less than 2 (FULL), a loss of power takes back what people were told was saved (PRAGMA synchronous of SQLite)."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous")
        assert cursor.fetchone() == (2,)
