"""While the database is down, people get a page that says so and programs a Retry-After."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from django.urls import clear_url_caches

from tests.factories.forms import form_with
from web.unavailable import is_away


@pytest.fixture
def away(house: Any) -> Iterator[None]:
    """Every statement fails as it does when PostgreSQL is gone."""

    def gone(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("connection to server failed: Connection refused")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "cursor", gone)
        patch.setattr(connection, "chunked_cursor", gone)
        patch.setattr(connection, "prepared_cursor", gone, raising=False)
        patch.setattr("web.unavailable.OF_SQLITE", ("connection refused",))
        yield


ASKS = [
    ("get", "/"),
    ("get", "/spaces/digital-services/wiki/"),
    ("get", "/search/?q=a"),
    ("get", "/search.json?q=a"),
    ("get", "/people/mary/"),
    ("get", "/public/"),
    ("get", "/public/news/"),
    ("get", "/public/news/feed.rss"),
    ("get", "/feeds/abcdefgh/feed.rss"),
    ("get", "/media/pictures/1/0/a.png"),
    ("post", "/spaces/digital-services/wiki/-/new/"),
    ("post", "/sign-in/"),
    ("post", "/sign-out/"),
    ("get", "/admin/"),
]


@pytest.mark.parametrize("method, path", ASKS)
def test_every_answer_is_503_and_says_when_to_come_back(house: Any, request: Any, method: str, path: str) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(house.mary)
    request.getfixturevalue("away")
    response = getattr(client, method)(path, {"title": "A", "body": "b", "username": "mary", "password": "x"})
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert b"Traceback" not in response.content
    assert b"Connection refused" not in response.content


TEXTS = [
    ("/spaces/digital-services/wiki/-/new/", "body"),
    ("/spaces/digital-services/blog/-/new/", "body"),
    ("/spaces/digital-services/blog/no-such-post/-/edit/", "body"),
    ("/spaces/digital-services/-/edit/", "about"),
    ("/channels/-/new/", "description"),
]


def sign_in_and_type(house: Any, path: str, field: str) -> tuple[Client, dict[str, str]]:
    client = Client(raise_request_exception=False)
    client.force_login(house.ada)
    return client, {"title": "My title", field: "An hour </textarea> of work.", "tags": "one"}


def holds_what_was_typed(response: Any) -> bool:
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert "</textarea> of work" not in response.text
    return all(words in response.text for words in ("My title", "An hour &lt;/textarea&gt; of work.", "one"))


@pytest.mark.parametrize("path, field", TEXTS)
def test_what_was_typed_stands_in_the_answer(house: Any, request: Any, path: str, field: str) -> None:
    """Away before the view is asked: even who is writing cannot be told."""
    client, typed = sign_in_and_type(house, path, field)
    request.getfixturevalue("away")
    response = client.post(path, typed, headers={"origin": "http://testserver"})
    assert holds_what_was_typed(response)
    assert "Send again" in response.text
    # A form that another site sent is shown as text, and cannot be sent again from here.
    elsewhere = client.post(path, typed, headers={"origin": "https://elsewhere.example"})
    assert holds_what_was_typed(elsewhere)
    assert "Send again" not in elsewhere.text


@pytest.mark.parametrize("problem", [OperationalError, InterfaceError])
def test_what_was_typed_stands_in_the_answer_when_the_database_goes_in_the_middle(
    house: Any, monkeypatch: Any, problem: type[Exception]
) -> None:
    path, field = TEXTS[0]
    client, typed = sign_in_and_type(house, path, field)
    monkeypatch.setattr("web.unavailable.OF_SQLITE", ("closed the connection",))

    def gone(*args: Any, **kwargs: Any) -> None:
        raise problem("server closed the connection unexpectedly")

    with monkeypatch.context() as broken:
        broken.setattr("pages.saving._keep_revision", gone)
        response = client.post(path, typed, headers={"origin": "http://testserver"})
    assert holds_what_was_typed(response)
    again = form_with(response.text)
    assert client.post(path, {**again, "action": "publish"}).status_code == 302


def test_a_form_without_a_text_gets_the_plain_page(house: Any, request: Any) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(house.ada)
    request.getfixturevalue("away")
    assert "textarea" not in client.post("/sign-in/", {"username": "mary", "password": "secret words"}).text


def test_health_says_so(away: None, client: Client) -> None:
    response = client.get("/health/")
    assert response.status_code == 503
    assert response.json()["database"] == "down"


@pytest.mark.parametrize(
    "method, path", [("get", "/"), ("get", "/news/"), ("get", "/news/feed.atom"), ("get", "/channels.opml")]
)
def test_the_public_process_says_so_too(away: None, settings: Any, method: str, path: str) -> None:
    settings.ROOT_URLCONF = "intranet.urls.public_root"
    clear_url_caches()
    response = getattr(Client(raise_request_exception=False), method)(path)
    assert response.status_code == 503
    assert "Retry-After" in response.headers


@pytest.mark.parametrize(
    "vendor, error, expected",
    [
        ("postgresql", OperationalError("server closed the connection unexpectedly"), True),
        ("postgresql", InterfaceError("connection already closed"), True),
        ("sqlite", OperationalError("database is locked"), True),
        ("sqlite", OperationalError("unable to open database file"), True),
        ("sqlite", OperationalError("no such table: pages_basepage"), False),
        ("postgresql", ValueError("a fault of ours"), False),
        ("postgresql", None, False),
    ],
)
def test_a_fault_of_ours_stays_a_fault(monkeypatch: Any, vendor: str, error: Any, expected: bool) -> None:
    monkeypatch.setattr("web.unavailable.connection.vendor", vendor)
    assert is_away(error) is expected
