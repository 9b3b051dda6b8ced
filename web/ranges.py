"""Byte ranges of a file (RFC 9110 §14). Several ranges get the whole file, as the section allows."""

import os
import re
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import parse_http_date_safe

CHUNK_BYTES = 1 << 16
RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def file_response(
    request: HttpRequest, path: str, stat: os.stat_result, etag: str, media_type: str
) -> HttpResponseBase:
    """The file at `path` or the requested range of it: 200, 206 or 416."""
    size = stat.st_size
    span = _range(request, size, etag, stat)
    if span == "unsatisfiable":
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    start, stop = span if isinstance(span, tuple) else (0, size)
    headers = {"Content-Length": str(stop - start)}
    if isinstance(span, tuple):
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    status = 206 if isinstance(span, tuple) else 200
    if request.method == "HEAD":
        return HttpResponse(status=status, content_type=media_type, headers=headers)
    return FileResponse(path, start, stop, status=status, content_type=media_type, headers=headers)


class FileResponse(StreamingHttpResponse):
    """Part of a file. Our server sends `file_span` itself, without a thread; other servers read the chunks."""

    def __init__(self, path: str, start: int, stop: int, **options: Any) -> None:
        super().__init__(_chunks(path, start, stop), **options)
        self.file_span = (path, start, stop)


def _range(request: HttpRequest, size: int, etag: str, stat: os.stat_result) -> tuple[int, int] | str | None:
    """(start, stop) of the requested range, None for the whole file, or "unsatisfiable"."""
    header = request.headers.get("Range", "")
    condition = request.headers.get("If-Range")
    if condition and condition != etag and parse_http_date_safe(condition) != int(stat.st_mtime):
        return None
    found = RANGE.fullmatch(header.strip())
    if not found or found.groups() == ("", "") or len(header) > 100:
        return None
    first, last = found.groups()
    if first == "":
        return (max(0, size - int(last)), size) if int(last) and size else "unsatisfiable"
    start, stop = int(first), min(int(last) + 1, size) if last else size
    if last and int(last) < int(first):
        return None
    return (start, stop) if start < size else "unsatisfiable"


def _chunks(path: str, start: int, stop: int) -> Iterator[bytes]:
    with open(path, "rb") as stream:
        stream.seek(start)
        left = stop - start
        while left > 0 and (chunk := stream.read(min(CHUNK_BYTES, left))):
            left -= len(chunk)
            yield chunk
