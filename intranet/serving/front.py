"""The application that granian runs: read the body, run Django in a thread, send the response."""

import asyncio
import io
import logging
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from intranet.serving.answers import Application, answer
from intranet.serving.bodies import Body, Gone, Refused, discard
from intranet.serving.environ import environ_of
from intranet.serving.limits import Limits
from intranet.serving.load import Load
from intranet.serving.refusals import refusal
from intranet.serving.shared import Shared
from intranet.serving.threads import Threads

logger = logging.getLogger("intranet.server")

THREADS = 4  # requests sometimes wait for the database or disk; more threads would only compete for the interpreter
HEALTH = "/health/"
HEALTH_SECONDS = 10.0  # monitors do not wait longer
HEALTH_SHARED_SECONDS = 1.0
OPENED_WITHIN = 60.0  # by then granian has opened the file
DISCARDED_BYTES = 8 * 1024 * 1024
DISCARDED_SECONDS = 5.0
DISCARDED_SECONDS_OF_PERSONS = 600.0

Answer = tuple[int, list[tuple[str, str]], bytes]
DOWN: Answer = (
    503,
    [("Content-Type", "application/json"), ("Cache-Control", "no-store")],
    b'{"status": "down"}',
)
QUESTION = {
    "REQUEST_METHOD": "GET",
    "SCRIPT_NAME": "",
    "PATH_INFO": HEALTH,
    "QUERY_STRING": "",
    "REMOTE_ADDR": "127.0.0.1",
    "SERVER_NAME": "127.0.0.1",
    "SERVER_PORT": "80",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "HTTP_HOST": "127.0.0.1",  # always allowed, whatever ALLOWED_HOSTS says
    "HTTP_X_FORWARDED_PROTO": "https",
    "wsgi.version": (1, 0),
    "wsgi.url_scheme": "http",
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
}


class Front:
    """Serves a WSGI application over RSGI. `is_signed_in` gets the headers of clients that send more than a stranger
    may.
    """

    def __init__(
        self, application: Application, limits: Limits, is_signed_in: Callable[[Any], bool], load: Load
    ) -> None:
        self.application, self.limits, self.is_signed_in, self.load = application, limits, is_signed_in, load
        self.site = Threads(THREADS, "site")
        # So that monitoring gets a response while all other threads are busy.
        self.health = Threads(1, "health")
        self.state = Shared(self.ask_state, HEALTH_SHARED_SECONDS)
        self.disk = Threads(2, "disk")

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """At the end: finish what follows a response before the process exits."""
        for pool in (self.site, self.health, self.disk):
            pool.close()

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        length = scope.headers.get("content-length")
        if length in {None, "0"} and scope.headers.get("transfer-encoding") is None:
            await self.run(environ_of(scope, io.BytesIO(), None), protocol)
            return
        body = Body(self.limits, self.disk, partial(self.ask_person, scope.headers))
        pieces = Pieces(protocol)
        try:
            stream = await body.read(pieces, None if length is None else int(length))
            await self.run(environ_of(scope, stream, body.size), protocol)
        except Gone:
            protocol.response_empty(400, [("Connection", "close")])
        except Refused as refused:
            protocol.response_bytes(*refusal(refused.status))
            if refused.status != 408 and "expect" not in scope.headers:
                await self.read_on(pieces, body)
        finally:
            body.close()

    async def ask_person(self, headers: Any) -> bool:
        try:
            return bool(await self.site.run(self.is_signed_in, headers))
        except Exception as error:
            logger.warning("who sends a large body could not be found out: %s", type(error).__name__)
            raise Refused(503) from error

    async def read_on(self, pieces: Any, body: Body) -> None:
        """Read on after a refusal, a person's upload to its end: to close with data unread would lose the response."""
        if body.most == self.limits.person_bytes:
            await discard(pieces, most=2 * body.most, seconds=DISCARDED_SECONDS_OF_PERSONS)
        else:
            pace = DISCARDED_BYTES / DISCARDED_SECONDS
            await discard(pieces, most=DISCARDED_BYTES, seconds=DISCARDED_SECONDS, bytes_a_second=pace)

    async def run(self, wsgi: dict[str, Any], protocol: Any) -> None:
        """Answer from a thread of the site; `/health/` from its own, with concurrent requests sharing the result."""
        if wsgi["PATH_INFO"] == HEALTH and wsgi["REQUEST_METHOD"] in {"GET", "HEAD"}:
            status, headers, content = await self.state.get(DOWN, HEALTH_SECONDS)
            protocol.response_bytes(status, headers, content)
            return
        self.load.add(1)
        try:
            file = await self.site.run(answer, self.application, wsgi, protocol, self.load)
        finally:
            self.load.add(-1)
        if file is not None:
            asyncio.get_running_loop().call_later(OPENED_WITHIN, file.close)

    def ask_state(self) -> asyncio.Future[Answer]:
        return self.health.run(_state, self.application)


class Pieces:
    """The chunks of the body. Granian's protocol can be iterated only once; this can continue after a refusal."""

    def __init__(self, protocol: Any) -> None:
        self.next = aiter(protocol).__anext__

    def __aiter__(self) -> "Pieces":
        return self

    def __anext__(self) -> Awaitable[bytes]:
        return self.next()


class Kept:
    """Stands in for granian's protocol, for a response that goes to several clients."""

    answer = DOWN

    def response_bytes(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.answer = (status, headers, content)


def _state(application: Application) -> Answer:
    """Requested by the machine itself, so that headers of a client cannot change it for the others."""
    kept = Kept()
    answer(application, dict(QUESTION, **{"wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr}), kept)
    return kept.answer
