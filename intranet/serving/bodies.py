"""Reads the body of a request, within limits of size and time, before a thread is used for it."""

import asyncio
import errno
import io
import tempfile
from collections.abc import AsyncIterable, Awaitable, Callable
from math import inf
from typing import IO

from intranet.serving.limits import Limits
from intranet.serving.threads import Threads


class Refused(Exception):
    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Gone(Exception):
    pass


class Body:
    """The body of one request while it arrives.

    `ask_person` says whether the client is signed in. It costs a thread and a query, so it is called only if more is
    sent than a stranger may.
    """

    disk_of_strangers = 0

    def __init__(self, limits: Limits, disk: Threads, ask_person: Callable[[], Awaitable[bool]]) -> None:
        self.limits, self.disk, self.ask_person = limits, disk, ask_person
        self.most = limits.stranger_bytes
        self.size = 0
        self.on_disk = 0
        self.held = bytearray()
        self.file: IO[bytes] | None = None

    async def read(self, pieces: AsyncIterable[bytes], length: int | None) -> IO[bytes]:
        """The whole body, rewound. `length` is the Content-Length, or None for a chunked body."""
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            async with asyncio.timeout(self.limits.idle_seconds) as timer:
                if length is not None:
                    await self.allow(length)
                async for piece in pieces:
                    self.size += len(piece)
                    await self.allow(self.size)
                    self.held += piece
                    if len(self.held) > self.limits.memory_bytes:
                        await self.store()
                    allowed = self.limits.grace_seconds + self.size / self.limits.bytes_a_second
                    timer.reschedule(min(clock() + self.limits.idle_seconds, began + allowed))
                if self.file and self.held:
                    await self.store()
        except TimeoutError:
            raise Refused(408) from None
        except OSError as error:
            raise Refused(507 if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG} else 503) from error
        if length is not None and self.size != length:
            raise Gone
        if self.file is None:
            return io.BytesIO(self.held)
        self.file.seek(0)
        return self.file

    async def allow(self, size: int) -> None:
        if size <= self.most:
            return
        if self.most < self.limits.person_bytes and await self.ask_person():
            self.most = self.limits.person_bytes
            self.release()
        if size > self.most:
            raise Refused(413)

    async def store(self) -> None:
        piece = bytes(self.held)
        if self.most == self.limits.stranger_bytes:
            if Body.disk_of_strangers + len(piece) > self.limits.strangers_disk_bytes:
                raise Refused(503)
            Body.disk_of_strangers += len(piece)
            self.on_disk += len(piece)
        if self.file is None:
            self.file = await self.disk.run(tempfile.TemporaryFile)
        await self.disk.run(self.file.write, piece)
        self.held.clear()

    def release(self) -> None:
        Body.disk_of_strangers -= self.on_disk
        self.on_disk = 0

    def close(self) -> None:
        self.release()
        if self.file is not None:
            self.file.close()


async def discard(pieces: AsyncIterable[bytes], *, most: int, seconds: float, bytes_a_second: float = inf) -> None:
    """Read on for a while: many clients look at the response only once all is sent, and nginx only once it has to wait."""
    size = 0
    try:
        async with asyncio.timeout(seconds):
            async for piece in pieces:
                size += len(piece)
                if size > most:
                    return
                await asyncio.sleep(len(piece) / bytes_a_second)
    except TimeoutError:
        return
