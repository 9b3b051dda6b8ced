"""Runs a WSGI application in a thread, and hands its response to granian at once: the thread waits for no client."""

import os
import tempfile
from collections.abc import Callable, Iterable
from typing import IO, Any

from intranet.serving.load import Load

MEMORY_BYTES = 1024 * 1024

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def answer(application: Application, wsgi: dict[str, Any], protocol: Any, load: Load | None = None) -> IO[bytes] | None:
    """Send the response; return its temporary file, if there is one, for the caller to close later.

    A response with a `file_span` (path, first byte, byte after the last) is sent from that file by granian. Others are
    collected first, in memory or on disk, because granian's stream has no back-pressure. The connection ends if `load` is
    uneven.
    """
    said: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        said[:] = [int(status[:3]), headers]

    result = application(wsgi, start_response)
    file = None
    if load is not None and load.is_uneven():
        said[1].append(("Connection", "close"))
    try:
        span = getattr(result, "file_span", None)
        if span is not None and wsgi["REQUEST_METHOD"] != "HEAD":
            protocol.response_file_range(*said, *span)
        else:
            content, file = _collected(result)
            if file is None:
                protocol.response_bytes(*said, content)
            else:
                size = file.tell()
                named = [*(one for one in said[1] if one[0].lower() != "content-length"), ("Content-Length", str(size))]
                protocol.response_file_range(said[0], named, f"/proc/self/fd/{file.fileno()}", 0, size)
    finally:
        if hasattr(result, "close"):
            result.close()
    return file


def _collected(pieces: Iterable[bytes]) -> tuple[bytes, IO[bytes] | None]:
    held, file = bytearray(), None
    for piece in pieces:
        held += piece
        # Only Linux can reopen a file without a name.
        if len(held) > MEMORY_BYTES and os.path.isdir("/proc/self/fd"):
            file = file or tempfile.TemporaryFile()  # noqa: SIM115 - outlives this function
            file.write(held)
            held.clear()
    if file is None:
        return bytes(held), None
    file.write(held)
    file.flush()
    return b"", file
