"""The password from the documentation opens no site that others can reach."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ImproperlyConfigured

from intranet.exposure import refuse_published_password
from intranet.settings.environment import Environment
from tests.factories.people import make_person

ROOT = Path(__file__).resolve().parents[2]
ENTRIES = {
    "launcher": ["-m", "intranet.launcher"],
    "server": ["-m", "intranet.server"],
    "prepare": ["manage.py", "prepare"],
}
ANYWHERE = "0.0.0.0"  # noqa: S104 - written, not bound
EXPOSED = {
    "every interface": {"HOST": ANYWHERE},
    "every interface by IPv6": {"HOST": "::"},
    "an address": {"HOST": "127.0.0.2"},
    "a proxy": {"INTRANET_URL": "https://intranet.example.org"},
    "demo content wished": {"HOST": ANYWHERE, "INTRANET_DEMO": "1"},
}


def start(tmp_path: Path, entry: str, **variables: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    return subprocess.run(
        [sys.executable, *ENTRIES[entry]],
        cwd=ROOT,
        env={**clean, "INTRANET_VAR": str(tmp_path / "var"), "PORT": "0", **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.sqlite_only
@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("exposed", EXPOSED)
def test_nothing_starts_that_would_write_demo_persons_for_others(tmp_path: Path, entry: str, exposed: str) -> None:
    ended = start(tmp_path, entry, **EXPOSED[exposed])
    assert ended.returncode != 0
    assert len(ended.stderr.splitlines()) == 1, ended.stderr
    assert "INTRANET_DEMO=0" in ended.stderr
    assert not list((tmp_path / "var").glob("*.sqlite3"))


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"HOST": "localhost"},
        {"HOST": "::1"},
        {"INTRANET_URL": "http://[::1]:8000"},
        {"INTRANET_URL": "http://localhost"},
    ],
)
def test_the_machine_itself_is_nobody_else(variables: dict[str, str]) -> None:
    assert not Environment(variables).is_exposed()


@pytest.fixture
def check(db: None, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    from django.db import connection

    monkeypatch.setattr(connection, "close", lambda: None)
    known = {"INTRANET_EXPOSED": True, "INTRANET_ROLE": "all", "DATABASES": {"default": connection.settings_dict}}
    return lambda **more: refuse_published_password(SimpleNamespace(**{**known, **more}))


@pytest.mark.parametrize("name", ["ada", "otto", "hana"])
def test_one_of_them_with_the_published_password_keeps_the_site_from_starting(check: Any, name: str) -> None:
    person = make_person(name)
    type(person).objects.filter(pk=person.pk).update(password=make_password("another one"))
    check()
    type(person).objects.filter(pk=person.pk).update(password=make_password("commonplace"))
    with pytest.raises(ImproperlyConfigured, match=f"manage.py changepassword {name}"):
        check()
    check(INTRANET_EXPOSED=False)
    check(INTRANET_ROLE="public")
    type(person).objects.filter(pk=person.pk).update(is_active=False)
    check()
