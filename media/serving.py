"""Sends a stored file: HEAD, byte ranges, 304, or by nginx. Callers check access."""

import mimetypes
import os
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date

from web.conditional import Validators, is_fresh
from web.ranges import file_response

# Types that a browser may display; others are downloaded, so that no upload runs as a page of this site.
INLINE_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "audio/", "video/")


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
    """The response with the bytes of a stored file. The caller has checked that the reader may have it.

    `accelerated`: the internal location of the storage's folder in nginx, if nginx sends the files. `etag`: with its
    quotes, if the caller knows one that is the same on every host.
    """
    try:
        path = file.path
        stat = os.stat(path)
    except (FileNotFoundError, NotImplementedError, ValueError):
        raise Http404 from None
    media_type = media_type or mimetypes.guess_type(path)[0] or "application/octet-stream"
    shown = media_type.startswith(INLINE_TYPES) and not download
    etag = etag or f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
    headers = {
        "ETag": etag,
        "Last-Modified": http_date(stat.st_mtime),
        "Accept-Ranges": "bytes",
        # Only the reader's browser may cache it, and must revalidate: access may have changed.
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{quote(name)}",
        "Content-Security-Policy": "default-src 'none'; sandbox; media-src 'self'; img-src 'self'",
        "X-Content-Type-Options": "nosniff",
    }
    inner = accelerated + quote(file.name.replace("\\", "/")) if settings.INTRANET_X_ACCEL else ""
    response: HttpResponseBase
    if is_fresh(request, Validators(etag.strip('"'), datetime.fromtimestamp(stat.st_mtime, tz=UTC))):
        response = HttpResponse(status=304)
    elif inner:
        # nginx sends the bytes and ranges from its internal location.
        response = HttpResponse(content_type=media_type, headers={"X-Accel-Redirect": inner})
    else:
        response = file_response(request, path, stat, etag, media_type)
    if inner:
        del headers["Accept-Ranges"]  # nginx says so itself, and would send it twice
    for header, value in headers.items():
        response[header] = value
    patch_vary_headers(response, ["Cookie"])
    return response
