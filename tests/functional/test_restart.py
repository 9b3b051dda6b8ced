"""The server is replaced while people read, and no request is refused."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

import pytest
import requests

from bench.servers import free_port
from tests.functional.conftest import ROOT
from tests.intranet.processes import environment, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.slow]
A_SECOND = 10


@contextmanager
def server(var: Path, port: int, log: Path, *more: str) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as stream:
        process = begin(var, port, stream, *more)
        try:
            wait_for(lambda: " answers" in log.read_text(), f"an answer of {log.name}", 90)
            yield process
        finally:
            process.kill()
            process.wait()


def begin(var: Path, port: int, stream: IO[bytes], *more: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "intranet.server", *more],
        cwd=ROOT,
        env=environment(INTRANET_VAR=str(var), PORT=str(port), INTRANET_BACKGROUND="none", INTRANET_WORKERS="2"),
        stdout=stream,
        stderr=subprocess.STDOUT,
    )


class Readers:
    """Ten requests a second, each on a connection of its own, whatever becomes of the others."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.over = threading.Event()
        self.answers: list[str] = []
        self.threads: list[threading.Thread] = []
        self.clock = threading.Thread(target=self.run)

    def __enter__(self) -> "Readers":
        self.clock.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.over.set()
        self.clock.join()
        for thread in self.threads:
            thread.join()

    def run(self) -> None:
        while not self.over.wait(1 / A_SECOND):
            self.threads.append(threading.Thread(target=self.ask))
            self.threads[-1].start()

    def ask(self) -> None:
        try:
            answer = str(requests.get(self.url + "/sign-in/", timeout=30).status_code)
        except requests.RequestException as error:
            answer = repr(error)
        self.answers.append(answer)


class Sender:
    """Somebody who takes two seconds to send a form, and is in the middle of it when the server is told to go."""

    def __init__(self, url: str) -> None:
        self.status = 0
        self.url = url
        self.thread = threading.Thread(target=self.send)
        self.thread.start()

    def send(self) -> None:
        self.status = requests.post(self.url, data=self.pieces(), timeout=30, allow_redirects=False).status_code

    def pieces(self) -> Iterator[bytes]:
        for _ in range(10):
            yield b"x" * 4_000
            time.sleep(0.2)


def test_nobody_is_refused_while_one_server_after_another_takes_over(prepared: Path, tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with ExitStack() as stack:
        old = stack.enter_context(server(prepared, port, tmp_path / "first"))
        readers = stack.enter_context(Readers(url))
        for turn in range(3):
            new = stack.enter_context(server(prepared, port, tmp_path / f"next {turn}", "--take-over"))
            senders = [Sender(f"{url}/sign-out/") for _ in range(4)]
            time.sleep(0.5)
            old.terminate()
            assert old.wait(30) == 0
            for sender in senders:
                sender.thread.join()
                assert sender.status == 302
            old = new
        time.sleep(1)
        readers.over.set()
        readers.clock.join()
        for thread in readers.threads:
            thread.join()
        failed = [answer for answer in readers.answers if answer != "200"]
        print(f"{len(readers.answers)} requests, {len(failed)} failed")
        assert len(readers.answers) > 20
        assert failed == []
    for log in tmp_path.iterdir():
        assert "Traceback" not in log.read_text()
        assert "ERROR" not in log.read_text(), log.read_text()
