"""A wrong setting is reported in one line, by whichever process finds it."""

import os
import re
import subprocess
import sys
from itertools import cycle
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ENTRIES = {
    "launcher": ["-m", "intranet.launcher"],
    "server": ["-m", "intranet.server"],
    "prepare": ["manage.py", "prepare"],
    "worker": ["manage.py", "db_worker"],
    "command": ["manage.py", "check"],
}
WRONG = {
    "HOST": ["999.1.1.1"],
    "PORT": ["abc", "99999", "-1", "80.5"],
    "INTRANET_VAR": ["/proc/nothing/here"],
    "INTRANET_URL": ["intranet.example.org", "ftp://x/", "http://a.example/?q=1"],
    "INTRANET_PUBLIC_URL": ["feeds.example.org"],
    "INTRANET_HUB_URL": ["hub"],
    "INTRANET_ROLE": ["everything"],
    "ALLOWED_HOSTS": ["https://intranet.example.org", "a b"],
    "TIME_ZONE": ["Berlin", "+01:00"],
    "DATABASE_URL": [
        "mysql://host/name",
        "sqlite://",
        "sqlite:////no/such/folder/db",
        "postgresql://host:port/name",
        "x",
    ],
    "SEARCH_URL": ["lucene:///there", "whoosh://", "opensearch://host", "opensearch://host:x/p"],
    "CACHE_URL": ["memcached://host", "database://no;table", "redis://"],
    "STORAGE_URL": ["s3://bucket"],
    "EMAIL_URL": ["mail.example.org", "smtp://", "smtp://host:mail"],
    "DEFAULT_FROM_EMAIL": ["nobody"],
    "SECRET_KEY": ["short"],
    "INTRANET_DEMO": ["perhaps"],
    "INTRANET_MAX_UPLOAD_MB": ["much", "0", "1e9"],
    "INTRANET_BIN_DAYS": ["0"],
    "INTRANET_SEARCH_REPORT_DAYS": ["-1"],
    "INTRANET_MAILS_PER_MINUTE": ["0", "fast"],
    "INTRANET_PROXIES": ["proxy.example.org"],
    "INTRANET_ACCESS_LOG": ["verbose"],
    "INTRANET_X_ACCEL": ["nginx"],
    "INTRANET_WORKERS": ["many", "0"],
    "INTRANET_DEBUG": ["maybe"],
    "INTRANET_BACKGROUND": ["elsewhere"],
    "INTRANET_ENV_FILE": ["/no/such/file.env"],
}
# Any text is right there, or it is not for people to set.
FREE = {
    "INTRANET_DEMO_PASSWORD",
    "INTRANET_VENV",
    "PYTHON",
    "INTRANET_LISTEN_FD",
    "LISTEN_FDS",
    "LISTEN_PID",
    "NOTIFY_SOCKET",
}
BINDS = {"launcher", "server"}  # only who listens learns that an address is nobody's here
TURN = cycle(ENTRIES)


def cases() -> list[tuple[str, str, str]]:
    """Each wrong value by two of the entries in turn, and what was worst once by all of them."""
    found = []
    for name, values in WRONG.items():
        for value in values:
            entries = {next(TURN), next(TURN)}
            if name == "HOST":
                entries = BINDS
            elif value in {"abc", "mysql://host/name", "everything", "short"}:
                entries = set(ENTRIES)
            found += [(name, value, entry) for entry in sorted(entries)]
    return found


def start(entry: str, **variables: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    return subprocess.run(
        [sys.executable, *ENTRIES[entry]],
        cwd=ROOT,
        env={**clean, "INTRANET_DEMO": "0", **variables},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("name, value, entry", cases())
def test_it_stops_the_start_with_one_line_that_names_it(tmp_path: Path, name: str, value: str, entry: str) -> None:
    (tmp_path / "var").mkdir()
    ended = start(entry, **{"INTRANET_VAR": str(tmp_path / "var"), "PORT": "0", name: value})
    assert ended.returncode != 0
    assert len(ended.stderr.splitlines()) == 1, ended.stderr
    assert name in ended.stderr
    assert ended.stdout == ""


def test_every_setting_of_the_docs_is_tried() -> None:
    described = set(re.findall(r"^\| `([A-Z_]+)`", (ROOT / "docs" / "settings.md").read_text(), flags=re.M))
    described |= {"DEFAULT_FROM_EMAIL"}
    # One that comes later belongs into the table above, or among those where any text is right.
    assert described - set(WRONG) - FREE == set()


@pytest.mark.parametrize("entry", ["worker", "command"])
def test_a_command_without_the_settings_begins_no_site(tmp_path: Path, entry: str) -> None:
    """In a checkout without /etc/commonplace.env somebody made an empty site and looked for an administrator there."""
    folder = tmp_path / "site"
    ENTRIES["administrator"] = ["manage.py", "createsuperuser", "--noinput"]
    ended = start("worker" if entry == "worker" else "administrator", INTRANET_VAR=str(folder))
    assert ended.returncode != 0
    assert len(ended.stderr.splitlines()) == 1, ended.stderr
    assert "INTRANET_VAR" in ended.stderr
    assert "INTRANET_ENV_FILE" in ended.stderr
    assert not folder.exists()


def test_a_command_says_in_which_database_it_looked(tmp_path: Path) -> None:
    ENTRIES["administrator"] = [
        "manage.py",
        "createsuperuser",
        "--noinput",
        "--username",
        "a",
        "--email",
        "a@example.org",
    ]
    for variables, named in (
        ({}, f"SQLite, {tmp_path / 'commonplace.sqlite3'}; DATABASE_URL is not set"),
        ({"DATABASE_URL": "postgresql://me:secret@127.0.0.1:1/site"}, "PostgreSQL, site at 127.0.0.1:1; DATABASE_URL"),
    ):
        ended = start("administrator", INTRANET_VAR=str(tmp_path), **variables)
        assert ended.returncode != 0
        assert len(ended.stderr.splitlines()) == 1, ended.stderr
        assert named in ended.stderr
        assert "secret" not in ended.stderr


def test_settings_come_from_the_file_that_systemd_reads(tmp_path: Path) -> None:
    file = tmp_path / "commonplace.env"
    file.write_text(f"# ours\n; too\n\nINTRANET_VAR={tmp_path / 'var'}\nTIME_ZONE='Berlin'\nPORT = 0\n")
    (tmp_path / "var").mkdir()
    ended = start("command", INTRANET_ENV_FILE=str(file))
    assert "TIME_ZONE='Berlin'" in ended.stderr
    # What the shell sets goes before the file.
    assert start("command", INTRANET_ENV_FILE=str(file), TIME_ZONE="Europe/Berlin").returncode == 0
    file.write_text("INTRANET_VAR\n")
    ended = start("command", INTRANET_ENV_FILE=str(file))
    assert "line 1" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
