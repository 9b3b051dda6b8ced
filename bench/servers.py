"""Starts the two servers to compare, with the same granian, threads and Python."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from bench.client import Reader

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def manage(environment: dict[str, str], *arguments: str) -> str:
    return run(environment, "manage.py", *arguments)


def run(environment: dict[str, str], *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


class Server:
    """A granian with one worker process and four threads, as in `make run`, without background threads."""

    def __init__(self, name: str, target: str, environment: dict[str, str]) -> None:
        self.name = name
        self.port = free_port()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.serve", target],
            cwd=ROOT,
            env={**os.environ, **environment, "HOST": "127.0.0.1", "PORT": str(self.port), "INTRANET_WORKERS": "1"},
        )

    @property
    def pid(self) -> int:
        return self.process.pid

    def wait(self, path: str) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                Reader(self.port).get(path)
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit(f"bench: {self.name} did not answer")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)
