"""Any number of concurrent requests to `/health/` cause one check at a time, and all are answered; so is who sends too much."""

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import closing
from types import SimpleNamespace
from typing import Any

import pytest

from intranet.serving import front
from intranet.serving.front import Front
from intranet.serving.limits import Limits
from intranet.serving.load import Load, shared_counts
from intranet.serving.shared import Shared


class Asker:
    """Granian's side of one request, as far as the front looks at it."""

    def __init__(self, method: str = "GET", path: str = "/health/", **headers: str) -> None:
        self.scope = SimpleNamespace(
            method=method,
            path=path,
            query_string="",
            headers=headers,
            client="192.0.2.1:5",
            server="127.0.0.1:80",
            http_version="1.1",
            scheme="http",
            authority="",
        )
        self.status = 0

    def response_bytes(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.status, self.headers, self.content = status, headers, content


class Site:
    """A WSGI application that says what it was asked, takes its time, and counts."""

    def __init__(self, seconds: float = 0.0, status: str = "200 OK") -> None:
        self.seconds, self.status = seconds, status
        self.asked: list[dict[str, Any]] = []
        self.at_once = self.most = 0
        self.lock = threading.Lock()

    def __call__(self, wsgi: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        with self.lock:
            self.asked.append(wsgi)
            self.at_once += 1
            self.most = max(self.most, self.at_once)
        time.sleep(self.seconds)
        with self.lock:
            self.at_once -= 1
        start_response(self.status, [("X-Number", str(len(self.asked)))])
        return [json.dumps(len(self.asked)).encode()]


def ask(site: Site, rounds: Iterable[list[Asker]], pause: float = 0.0, limits: Limits | None = None) -> None:
    async def all_of_them() -> None:
        with closing(
            Closing(Front(site, limits or Limits(), lambda headers: False, Load(shared_counts(1), 0)))
        ) as served:
            for askers in rounds:
                await asyncio.gather(*(served.front.__rsgi__(asker.scope, asker) for asker in askers))
                await asyncio.sleep(pause)

    asyncio.run(all_of_them())


class Closing:
    def __init__(self, front: Front) -> None:
        self.front = front

    def close(self) -> None:
        self.front.__rsgi_del__(asyncio.get_running_loop())


def test_two_hundred_who_ask_at_once_cost_one_question() -> None:
    site = Site(0.05)
    askers = [Asker() for _ in range(200)]
    ask(site, [askers])
    assert {asker.status for asker in askers} == {200}
    assert len(site.asked) == 1


@pytest.mark.parametrize("status", ["200 OK", "503 Service Unavailable"])
def test_who_asks_later_hears_what_is_true_then(monkeypatch: pytest.MonkeyPatch, status: str) -> None:
    monkeypatch.setattr(front, "HEALTH_SHARED_SECONDS", 0.05)
    site = Site(status=status)
    first, later = Asker(), Asker()
    ask(site, [[first], [later]], pause=0.1)
    assert (first.content, later.content) == (b"1", b"2")
    assert {first.status, later.status} == {int(status[:3])}


def test_a_site_that_hangs_is_down_for_all_and_nothing_piles_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "HEALTH_SECONDS", 0.1)
    monkeypatch.setattr(front, "HEALTH_SHARED_SECONDS", 0.0)
    site = Site(0.6)
    rounds = [[Asker() for _ in range(50)] for _ in range(4)]
    ask(site, rounds)
    assert {asker.status for askers in rounds for asker in askers} == {503}
    assert len(site.asked) == 1


def test_one_asker_changes_nothing_for_the_others() -> None:
    """Else one with a forged name would decide what monitoring hears."""
    site = Site()
    ask(site, [[Asker("HEAD", host="nowhere.example", cookie="session=a", accept="text/html"), Asker()]])
    (wsgi,) = site.asked
    assert wsgi["REQUEST_METHOD"] == "GET"
    assert wsgi["HTTP_HOST"] == "127.0.0.1"
    assert not {"HTTP_COOKIE", "HTTP_ACCEPT"} & wsgi.keys()


def test_an_answer_that_fails_is_down() -> None:
    async def asked() -> list[Any]:
        def fails() -> asyncio.Future[Any]:
            future = asyncio.get_running_loop().create_future()
            future.set_exception(ValueError())
            return future

        shared = Shared(fails, 1.0)
        return [await shared.get("down", 0.1) for _ in range(3)]

    assert asyncio.run(asked()) == ["down"] * 3


def test_everything_else_is_asked_by_itself() -> None:
    site = Site()
    askers = [Asker("POST"), Asker("GET", "/healthy/"), Asker("GET", "/")]
    ask(site, [askers])
    assert sorted(wsgi["PATH_INFO"] for wsgi in site.asked) == ["/", "/health/", "/healthy/"]


class Sender(Asker):
    """Sends until it is cut off, and notes how much of that was read before the answer and after it."""

    read_before = read_after = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            if self.status:
                self.read_after += 65_536
            else:
                self.read_before += 65_536
            yield bytes(65_536)


@pytest.mark.parametrize("framing", [{"content-length": "200000000"}, {"transfer-encoding": "chunked"}])
@pytest.mark.parametrize(("limits", "status"), [(Limits(), 413), (Limits(strangers_disk_bytes=100_000), 503)])
def test_who_is_refused_is_told_at_once_and_read_on_for_a_moment(
    framing: dict[str, str], limits: Limits, status: int
) -> None:
    """A proxy that sends while the connection closes never sees the answer, and says 502."""
    sender = Sender("POST", "/sign-in/", **framing)
    if "content-length" in framing and status == 503:
        sender.scope.headers["content-length"] = "1000000"
    ask(Site(), [[sender]], limits=limits)
    assert sender.status == status
    assert sender.read_before < 5_000_000
    assert 1_000_000 < sender.read_after < 9_000_000
