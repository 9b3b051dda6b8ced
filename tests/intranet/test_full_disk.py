"""On a full disk reading still works, the response to a form contains what was typed, and `/health/` reports it."""

import errno
import shutil
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from intranet import health
from people import once
from tests.factories.forms import form_with
from tests.factories.pages import make_post

NEW = "/spaces/digital-services/blog/-/new/"
TYPED = {"title": "My title", "body": "An hour of work.", "summary": "In short.", "tags": "one", "action": "publish"}
FULL = [
    OperationalError("database or disk is full"),
    OperationalError('could not extend file "base/5/16384": No space left on device'),
    OSError(errno.ENOSPC, "No space left on device"),
]


@pytest.mark.parametrize("problem", FULL, ids=["sqlite", "postgresql", "file"])
@pytest.mark.parametrize("editing", [False, True])
def test_a_save_shows_what_was_typed_and_can_be_sent_again(
    house: Any, monkeypatch: Any, problem: Exception, editing: bool
) -> None:
    client = Client()
    client.force_login(house.mary)
    url = f"{make_post(house.digital, 'Post').get_absolute_url()}-/edit/" if editing else NEW
    form = {**form_with(client.get(url).text), **TYPED}

    def full(*args: Any, **kwargs: Any) -> None:
        raise problem

    with monkeypatch.context() as broken:
        broken.setattr("pages.saving._keep_revision", full)
        answer = client.post(url, form, headers={"origin": "http://testserver"})
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "The site’s disk is full" in answer.text
    for words in ("My title", "An hour of work.", "In short.", "one"):
        assert words in answer.text
    assert client.get("/").status_code == 200
    again = form_with(answer.text)
    assert client.post(url, {**again, "action": "publish"}).status_code == 302


def test_another_fault_shows_what_was_typed_too(house: Any, monkeypatch: Any) -> None:
    client = Client()
    client.force_login(house.mary)
    monkeypatch.setattr(once, "note", lambda *args, **kwargs: 1 / 0)
    answer = client.post(NEW, TYPED, headers={"origin": "http://testserver"})
    assert answer.status_code == 500
    assert "An hour of work." in answer.text


def test_signing_in_says_that_nothing_can_be_saved(house: Any, monkeypatch: Any) -> None:
    house.mary.set_password("commonplace")
    house.mary.save()

    def full(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr("people.sessions.SessionStore.save", full)
    answer = Client(raise_request_exception=False).post("/sign-in/", {"username": "mary", "password": "commonplace"})
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "disk" in answer.text


def test_health_says_that_the_database_cannot_be_written(db: None, monkeypatch: Any) -> None:
    assert health.state_of(health.database) == "ok"
    if connection.vendor == "sqlite":
        monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(100, 100, 0))
    else:
        monkeypatch.setattr(health, "_takes_writes", lambda: False)
    assert health.state_of(health.database) == "cannot be written"
