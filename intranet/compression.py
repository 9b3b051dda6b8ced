"""Gzip for pages, if the browser accepts it: a long article shrinks to a quarter.

BREACH (a secret next to text that an attacker put into the same compressed page) finds nothing constant: Django masks
the CSRF token in each response, cookies are not in the body, and the length is blurred as in Django's own middleware.
Pictures, recordings and feeds, which have their own encoding, are left alone.
"""

import gzip
import io
import secrets
from typing import Any

from django.middleware.gzip import GZipMiddleware, re_accepts_gzip
from django.utils.cache import patch_vary_headers

TYPES = ("text/html", "application/json")
LEAST_BYTES = 1_000
LEVEL = 4  # 6 takes half as long again for 2 % fewer bytes


class CompressionMiddleware(GZipMiddleware):
    def process_response(self, request: Any, response: Any) -> Any:
        if (
            response.streaming
            or "Content-Encoding" in response.headers
            or not response.headers.get("Content-Type", "").startswith(TYPES)
            or len(response.content) < LEAST_BYTES
        ):
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        if not re_accepts_gzip.search(request.META.get("HTTP_ACCEPT_ENCODING", "")):
            return response
        response.content = self.compressed(response.content)
        response.headers["Content-Length"] = str(len(response.content))
        response.headers["Content-Encoding"] = "gzip"
        etag = response.headers.get("ETag", "")
        if etag.startswith('"'):
            response.headers["ETag"] = "W/" + etag
        return response

    def compressed(self, content: bytes) -> bytes:
        """With a file name of random length in the gzip header: "Heal the Breach", as in `django.utils.text`."""
        name = secrets.token_urlsafe(self.max_random_bytes)[: 1 + secrets.randbelow(self.max_random_bytes)]
        packed = io.BytesIO()
        with gzip.GzipFile(name, "wb", compresslevel=LEVEL, fileobj=packed, mtime=0) as stream:
            stream.write(content)
        return packed.getvalue()
