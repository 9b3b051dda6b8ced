"""What `make run` refuses, and its messages."""

import contextlib
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from intranet import launcher
from intranet.serving import listening
from intranet.state_folder import alone_in

ROOT = Path(__file__).resolve().parents[2]


def start(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    return subprocess.run(
        [sys.executable, "-m", "intranet.launcher"],
        cwd=ROOT,
        env={**clean, "INTRANET_VAR": str(tmp_path / "var"), "PORT": "0", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "99999"),
        ("HOST", "999.1.1.1"),
        ("INTRANET_ROLE", "everything"),
        ("INTRANET_DEMO", "perhaps"),
        ("INTRANET_PUBLIC_URL", "feeds.example.org"),
        ("DATABASE_URL", "mysql://host/name"),
        ("DATABASE_URL", "sqlite://"),
        ("SEARCH_URL", "lucene:///there"),
        ("SECRET_KEY", "short"),
        ("INTRANET_WORKERS", "many"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_line_that_names_it(tmp_path: Path, name: str, value: str) -> None:
    ended = start(tmp_path, **{name: value})
    assert ended.returncode != 0
    assert ended.stdout == ""
    assert len(ended.stderr.splitlines()) == 1, ended.stderr
    assert name in ended.stderr


def test_a_port_that_is_taken_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        ended = start(tmp_path, PORT=str(other.getsockname()[1]))
    assert ended.returncode != 0
    assert "cannot listen" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_port_zero_takes_a_free_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "0")
    monkeypatch.delenv("HOST", raising=False)
    with launcher.listener() as listener:
        host, port = listener.getsockname()
    assert host == "127.0.0.1"
    assert port > 0


def test_a_port_is_taken_from_the_beginning_of_a_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Before the first one listens: while it is still preparing."""
    monkeypatch.setenv("PORT", "0")
    monkeypatch.delenv("HOST", raising=False)
    with launcher.listener() as listener:
        ended = start(tmp_path, PORT=str(listener.getsockname()[1]))
    assert ended.returncode != 0
    assert "cannot listen" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_a_second_start_on_one_state_folder_says_so_and_ends(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    folder.mkdir()
    with alone_in(folder):
        ended = start(tmp_path)
    assert ended.returncode != 0
    assert "INTRANET_VAR" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert [path.name for path in folder.iterdir() if path.suffix == ".sqlite3"] == []


def test_a_server_alone_does_not_share_its_port_unless_it_is_told_to(tmp_path: Path) -> None:
    with listening.bind("127.0.0.1", 0) as listener:
        listener.listen()
        port = listener.getsockname()[1]
        clean = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
        ended = subprocess.run(
            [sys.executable, "-m", "intranet.server"],
            cwd=ROOT,
            env={**clean, "INTRANET_VAR": str(tmp_path / "var"), "PORT": str(port)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        with listening.bind("127.0.0.1", port, share=True):
            pass
    assert ended.returncode != 0
    assert "cannot listen" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def accepted(listener: socket.socket) -> int:
    """How many connections wait there; they are taken from it."""
    count = 0
    listener.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        while True:
            listener.accept()[0].close()
            count += 1
    return count


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can say which of two gets a connection")
def test_who_takes_over_gets_every_connection_before_the_other_goes() -> None:
    old = listening.bind("127.0.0.1", 0)
    port = old.getsockname()[1]
    old.listen()
    for _turn in range(3):
        new = listening.bind("127.0.0.1", port, share=True)
        new.listen()
        listening.take_all(new)
        clients = [socket.create_connection(("127.0.0.1", port)) for _ in range(40)]
        assert (accepted(old), accepted(new)) == (0, 40)
        listening.stop(old)
        clients += [socket.create_connection(("127.0.0.1", port)) for _ in range(40)]
        assert accepted(new) == 40
        for client in clients:
            client.close()
        old = new
    listening.stop(old)
