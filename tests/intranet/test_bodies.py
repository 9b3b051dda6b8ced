"""Request bodies are read within limits, however they are split into chunks."""

import asyncio
import errno
import random
from collections.abc import AsyncIterator
from contextlib import closing
from types import SimpleNamespace
from typing import Any

import pytest

from intranet.serving.answers import answer
from intranet.serving.bodies import Body, Gone, Refused
from intranet.serving.environ import environ_of
from intranet.serving.limits import Limits
from intranet.serving.threads import Threads

LIMITS = Limits(stranger_bytes=10_000, person_bytes=50_000, memory_bytes=1_000, strangers_disk_bytes=30_000)


class Sender:
    """Sends so many bytes, in pieces of random length, and notes whether anybody asked who it is."""

    def __init__(self, size: int, *, person: bool = False, pause: float = 0, seed: int = 1) -> None:
        self.content = random.Random(seed).randbytes(size)
        self.person, self.pause, self.asked = person, pause, 0
        self.random = random.Random(seed)

    async def pieces(self) -> AsyncIterator[bytes]:
        at = 0
        while at < len(self.content):
            await asyncio.sleep(self.pause)
            step = self.random.randint(1, 3_000)
            yield self.content[at : at + step]
            at += step

    async def is_person(self) -> bool:
        self.asked += 1
        return self.person

    def send(self, limits: Limits = LIMITS, length: int | None = None, disk: Any = None) -> bytes:
        async def read() -> bytes:
            with closing(Threads(1, "disk")) as threads:
                body = Body(limits, disk or threads, self.is_person)
                try:
                    return (await body.read(self.pieces(), length)).read()
                finally:
                    body.close()

        return asyncio.run(read())


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize("size", [1, 999, 1_000, 1_001, 9_999, 10_000])
def test_a_stranger_sends_what_fits_and_nobody_asks_who_it_is(size: int, announced: bool) -> None:
    for seed in range(5):
        sender = Sender(size, seed=seed)
        assert sender.send(length=size if announced else None) == sender.content
        assert sender.asked == 0
    assert Body.disk_of_strangers == 0


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize("size", [10_001, 50_000, 50_001, 200_000])
@pytest.mark.parametrize("person", [True, False])
def test_a_person_sends_more_and_nobody_sends_too_much(size: int, announced: bool, person: bool) -> None:
    sender = Sender(size, person=person)
    if person and size <= 50_000:
        assert sender.send(length=size if announced else None) == sender.content
        assert sender.asked == 1
    else:
        with pytest.raises(Refused) as refused:
            sender.send(length=size if announced else None)
        assert refused.value.status == 413
    assert Body.disk_of_strangers == 0


def test_what_is_too_large_by_its_own_word_is_not_read() -> None:
    sender = Sender(0)
    with pytest.raises(Refused):
        sender.send(length=60_000)


@pytest.mark.parametrize("sent", [0, 1, 4_999])
def test_half_a_body_is_no_body(sent: int) -> None:
    """A text that was cut off on its way must not be saved as if it had been meant so."""
    with pytest.raises(Gone):
        Sender(sent).send(length=5_000)


@pytest.mark.parametrize(
    "limits",
    [
        Limits(idle_seconds=0.05),  # pauses longer than that
        Limits(idle_seconds=5, grace_seconds=0.1, bytes_a_second=10**9),  # never pauses long, and takes too long in all
    ],
)
def test_who_is_too_slow_is_told_so(limits: Limits) -> None:
    with pytest.raises(Refused) as refused:
        Sender(100_000, pause=0.2 if limits.idle_seconds < 1 else 0.02).send(limits)
    assert refused.value.status == 408


def test_strangers_together_do_not_fill_the_disk() -> None:
    most = 0

    async def one(disk: Threads, seed: int) -> int:
        nonlocal most
        sender = Sender(9_000, seed=seed)
        body = Body(LIMITS, disk, sender.is_person)
        try:
            return len((await body.read(sender.pieces(), 9_000)).read())
        except Refused as refused:
            return refused.status
        finally:
            most = max(most, Body.disk_of_strangers)
            body.close()

    async def crowd() -> list[int]:
        with closing(Threads(2, "disk")) as disk:
            return await asyncio.gather(*(one(disk, seed) for seed in range(12)))

    found = asyncio.run(crowd())
    assert set(found) == {503, 9_000}  # some are turned away, and the others are read
    assert most <= LIMITS.strangers_disk_bytes
    assert Body.disk_of_strangers == 0


def test_a_full_disk_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("intranet.serving.bodies.tempfile.TemporaryFile", full)
    with pytest.raises(Refused) as refused:
        Sender(5_000).send()
    assert refused.value.status == 507


class Headers:
    def __init__(self, *pairs: tuple[str, str]) -> None:
        self.pairs = pairs

    def items(self) -> list[tuple[str, str]]:
        return list(self.pairs)


def scope(*headers: tuple[str, str], **more: Any) -> SimpleNamespace:
    usual = {
        "method": "GET",
        "path": "/",
        "query_string": "",
        "client": "127.0.0.1:5000",
        "server": "127.0.0.1:8000",
        "scheme": "http",
        "http_version": "1.1",
        "authority": None,
        "headers": Headers(*headers),
    }
    return SimpleNamespace(**{**usual, **more})


def test_headers_reach_django_and_none_passes_for_another() -> None:
    found = environ_of(
        scope(
            ("host", "a.example"),
            ("cookie", "a=1"),
            ("cookie", "b=2"),
            ("accept", "x"),
            ("accept", "y"),
            ("x_forwarded_for", "6.6.6.6"),
            ("content-type", "text/plain"),
            ("transfer-encoding", "chunked"),
            path="/spaces/größe/",
            client="[::1]:5000",
        ),
        None,  # type: ignore[arg-type]
        7,
    )
    assert (found["HTTP_HOST"], found["HTTP_COOKIE"], found["HTTP_ACCEPT"]) == ("a.example", "a=1; b=2", "x,y")
    assert "HTTP_X_FORWARDED_FOR" not in found
    assert "HTTP_TRANSFER_ENCODING" not in found
    assert (found["CONTENT_TYPE"], found["CONTENT_LENGTH"]) == ("text/plain", "7")
    assert found["PATH_INFO"].encode("latin-1").decode() == "/spaces/größe/"
    assert found["REMOTE_ADDR"] == "::1"


class Protocol:
    def __init__(self) -> None:
        self.said: list[Any] = []

    def response_bytes(self, *said: Any) -> None:
        self.said = ["bytes", *said]

    def response_file_range(self, status: int, headers: Any, path: str, start: int, stop: int) -> None:
        with open(path, "rb") as stream:
            stream.seek(start)
            self.said = ["file", status, headers, stream.read(stop - start)]


class Result(list[bytes]):
    """What a WSGI application gives back."""

    closed = 0

    def close(self) -> None:
        self.closed += 1


@pytest.mark.parametrize("count", [0, 1, 20, 60])
def test_an_answer_is_handed_over_whole_and_closed(count: int) -> None:
    """Beyond a megabyte by a file: what a client does not read stays out of memory."""
    result, protocol = Result([bytes([number]) * 65_536 for number in range(count)]), Protocol()

    def application(wsgi: dict[str, Any], start_response: Any) -> Result:
        start_response("200 OK", [("Content-Type", "text/csv")])
        return result

    file = answer(application, {"REQUEST_METHOD": "GET"}, protocol)
    assert protocol.said[-1] == b"".join(result)
    assert protocol.said[0] == ("file" if count > 16 else "bytes")
    assert result.closed == 1
    if file is not None:
        assert dict(protocol.said[2])["Content-Length"] == str(count * 65_536)
        file.close()
