"""Serves pictures, files and recordings to those whom the door lets in: HEAD, byte ranges, 304, never a guessable path.

Ranges after RFC 9110 §14; a single range is served, several are answered with the whole file, as the section allows.
"""

import logging
import mimetypes
import os
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date, parse_http_date_safe
from django.views.decorators.http import require_safe

from imaging.formats import ENDINGS, MOVING
from imaging.sizes import is_moving
from pages.access import token_filter
from pages.models import Attachment, Picture, PictureRendition, Recording

# Widths in CSS pixels that pictures are made in; 0 is the picture as uploaded. Anything else is 404, so that
# nobody can have the server make pictures without end.
PICTURE_WIDTHS = {0: "original", 160: "fill-160x160", 400: "width-400", 800: "width-800", 1600: "width-1600"}
# In a text an animation moves at any width; in lists, where many stand together, it does not.
SMALLEST_MOVING = 800
MOVING_ENDINGS = tuple(f".{ENDINGS[form]}" for form in MOVING)
PIECE = 1 << 16
logger = logging.getLogger(__name__)
RANGE = re.compile(r"bytes=(\d*)-(\d*)")
# Types that a browser may show; everything else is downloaded, so that no upload runs as a page of this site.
SHOWN = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "audio/", "video/")


@require_safe
def picture(request: HttpRequest, pk: int, width: int, name: str) -> HttpResponseBase:
    if width not in PICTURE_WIDTHS:
        raise Http404
    item = get_object_or_404(Picture.objects.filter(token_filter(request.user)), pk=pk)
    try:
        file = item.file if width == 0 or _moves(item, width) else item.get_rendition(PICTURE_WIDTHS[width]).file
    except FileNotFoundError:
        raise Http404 from None
    except Exception:  # Pillow's readers raise whatever their format's parser stumbles over.
        logger.warning("Picture %s cannot be made smaller.", item.pk, exc_info=True)
        raise Http404 from None
    return serve(request, file, name=name)


def _moves(item: Picture, width: int) -> bool:
    """Whether a picture is shown as it was uploaded because it would stand still in another size."""
    if width < SMALLEST_MOVING or not item.file.name.lower().endswith(MOVING_ENDINGS):
        return False
    with item.file.open("rb") as stream:
        return is_moving(stream)


@require_safe
def rendition(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """A size of a picture that Wagtail's admin made; seen by those who may see the picture."""
    pictures = Picture.objects.filter(token_filter(request.user))
    item = get_object_or_404(PictureRendition.objects.filter(image__in=pictures), pk=pk)
    return serve(request, item.file, name=name)


@require_safe
def attachment(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    item = get_object_or_404(Attachment.objects.filter(token_filter(request.user)), pk=pk)
    return serve(request, item.file, name=item.filename, download=True)


@require_safe
def recording(request: HttpRequest, pk: int, version: str, name: str) -> HttpResponseBase:
    item = get_object_or_404(Recording.objects.filter(token_filter(request.user)), pk=pk)
    return serve(request, item.file, name=name, media_type=item.media_type)


@require_safe
def photo(request: HttpRequest, username: str, name: str) -> HttpResponseBase:
    from people.models import Person

    person = get_object_or_404(Person.objects.named([username]), is_active=True)
    if not person.photo:
        raise Http404
    return serve(request, person.photo, name=name)


def serve(
    request: HttpRequest,
    file: FieldFile | Any,
    *,
    name: str,
    media_type: str = "",
    download: bool = False,
    accelerated: str = "/-/media/",
    etag: str = "",
) -> HttpResponseBase:
    """The bytes of a stored file. The caller has asked the door; nothing here decides who may read.

    `accelerated`: the internal location under which nginx finds the folder of the file's storage, if it sends the files.
    `etag`: in quotes, where the caller knows one that is the same on every host.
    """
    try:
        path = file.path
        stat = os.stat(path)
    except (FileNotFoundError, NotImplementedError, ValueError):
        raise Http404 from None
    media_type = media_type or mimetypes.guess_type(path)[0] or "application/octet-stream"
    shown = media_type.startswith(SHOWN) and not download
    etag = etag or f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
    headers = {
        "ETag": etag,
        "Last-Modified": http_date(stat.st_mtime),
        "Accept-Ranges": "bytes",
        # Kept by the reader's browser alone and asked for again each time: rights may have changed.
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{quote(name)}",
        "Content-Security-Policy": "default-src 'none'; sandbox; media-src 'self'; img-src 'self'",
        "X-Content-Type-Options": "nosniff",
    }
    inner = accelerated + quote(file.name.replace("\\", "/")) if settings.INTRANET_X_ACCEL else ""
    response = _response(request, path, stat, etag, media_type, inner)
    if inner:
        del headers["Accept-Ranges"]  # nginx says so itself, and would send it twice
    for header, value in headers.items():
        response[header] = value
    patch_vary_headers(response, ["Cookie"])
    return response


def _response(
    request: HttpRequest, path: str, stat: os.stat_result, etag: str, media_type: str, inner: str
) -> HttpResponseBase:
    if _not_modified(request, stat, etag):
        return HttpResponse(status=304)
    size = stat.st_size
    if inner:
        # nginx serves the bytes and the ranges from its internal location; the decision was made here.
        return HttpResponse(content_type=media_type, headers={"X-Accel-Redirect": inner})
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
    """Bytes of a file. Our server sends `file_span` by itself, without a thread of ours; any other reads the pieces."""

    def __init__(self, path: str, start: int, stop: int, **options: Any) -> None:
        super().__init__(_pieces(path, start, stop), **options)
        self.file_span = (path, start, stop)


def _not_modified(request: HttpRequest, stat: os.stat_result, etag: str) -> bool:
    if tags := request.headers.get("If-None-Match"):
        return tags.strip() == "*" or etag in [tag.strip().removeprefix("W/") for tag in tags.split(",")]
    since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    return since is not None and int(stat.st_mtime) <= since


def _range(request: HttpRequest, size: int, etag: str, stat: os.stat_result) -> tuple[int, int] | str | None:
    """(start, stop) of the asked range, None for the whole file, or "unsatisfiable"."""
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


def _pieces(path: str, start: int, stop: int) -> Iterator[bytes]:
    with open(path, "rb") as stream:
        stream.seek(start)
        left = stop - start
        while left > 0 and (piece := stream.read(min(PIECE, left))):
            left -= len(piece)
            yield piece
