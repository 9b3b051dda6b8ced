"""A connection in use gets no health check, a lost one is noticed all the same, and query plans are cached."""

import psycopg
import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from database.postgresql import base
from database.statements import rows
from tests.factories.pages import make_post

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite runs in the process."),
    pytest.mark.usefixtures("committed_house"),  # no transaction of the test around the requests
]


@pytest.fixture
def between_requests(committed_house, monkeypatch):
    """As at the beginning of a request, where Django wants to know whether the connection still works."""
    monkeypatch.setitem(connection.settings_dict, "CONN_HEALTH_CHECKS", True)
    asked = []
    is_usable = base.DatabaseWrapper.is_usable
    monkeypatch.setattr(base.DatabaseWrapper, "is_usable", lambda self: asked.append(1) or is_usable(self))

    def begin():
        connection.health_check_enabled, connection.health_check_done = True, False
        return asked

    rows(connection, "SELECT 1")
    begin()
    rows(connection, "SELECT 1")
    asked.clear()
    return begin


def another_connection():
    options = connection.get_connection_params()
    wanted = {name: options[name] for name in ("dbname", "user", "password", "host", "port") if options.get(name)}
    return psycopg.connect(autocommit=True, **wanted)


def end_backend():
    """What a restart of the server does to a connection, seen from the other end of it."""
    pid = connection.connection.info.backend_pid
    with another_connection() as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def test_a_connection_in_use_is_not_asked(between_requests):
    asked = between_requests()
    assert rows(connection, "SELECT %s::int", [7]) == [(7,)]
    asked = between_requests()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 8")
    assert asked == []


def test_one_that_was_idle_is_asked(between_requests, monkeypatch):
    monkeypatch.setattr(base, "IDLE_SECONDS", 0.0)
    asked = between_requests()
    rows(connection, "SELECT 1")
    assert asked == [1]


@pytest.mark.parametrize("prepared", [True, False])
def test_one_that_the_server_closed_is_replaced_before_anything_is_lost(between_requests, prepared):
    end_backend()
    between_requests()
    if prepared:
        assert rows(connection, "SELECT 9") == [(9,)]
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 9")
            assert cursor.fetchone() == (9,)


def test_reading_an_article_plans_nothing_again(committed_house):
    client = Client()
    client.force_login(committed_house.mary)
    address = make_post(committed_house.digital, "Open").get_absolute_url()
    for _ in range(2):
        assert client.get(address).status_code == 200
    before = planned()
    assert client.get(address).status_code == 200
    assert planned() == before
    for part in ("django_session", "people_person", "people_membership", "url_path", "first_published_at"):
        assert any(part in text for text in before), part


def test_what_was_sent_can_be_read_with_its_values():
    for number in (4, 5, 6):
        with CaptureQueriesContext(connection) as asked:
            rows(connection, "SELECT %s::int + 1", [number])
        assert [query["sql"] for query in asked] == [f"SELECT {number}::int + 1"]


def planned():
    return {text for (text,) in rows(connection, "SELECT statement FROM pg_prepared_statements")}


def test_a_table_that_changed_under_its_plan_costs_one_error():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE changing (number integer)")
    try:
        assert rows(connection, "SELECT number FROM changing") == []
        with another_connection() as other:
            other.execute("ALTER TABLE changing ALTER number TYPE bigint")
        with pytest.raises(DatabaseError):
            rows(connection, "SELECT number FROM changing")
        connection.close_if_unusable_or_obsolete()  # as at the end of the request
        assert rows(connection, "SELECT number FROM changing") == []
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE changing")


def test_a_pooler_of_transactions_gets_no_prepared_statements(monkeypatch):
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "prepare_threshold", None)
    before = planned()
    rows(connection, "SELECT 'not prepared'")
    assert planned() == before
