"""Sends a finished document as feed readers, caches and validators expect it: RFC 9110 §8.8 and §13."""

import gzip
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import http_date, parse_http_date_safe

# In bytes; shorter bodies grow when compressed.
MIN_GZIP_BYTES = 200
_GZIP_REFUSED = re.compile(r"gzip\s*;\s*q=0(?:\.0*)?\s*(?:,|$)")


@dataclass(frozen=True, slots=True)
class Validators:
    """Identify one state of a document. The tag is that of the uncompressed body, without quotes."""

    etag: str
    last_modified: datetime


def etag_of(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:32]


def wants_gzip(request: HttpRequest) -> bool:
    accepted = request.META.get("HTTP_ACCEPT_ENCODING", "").lower()
    return "gzip" in accepted and not _GZIP_REFUSED.search(accepted)


def is_conditional(request: HttpRequest) -> bool:
    return "HTTP_IF_NONE_MATCH" in request.META or "HTTP_IF_MODIFIED_SINCE" in request.META


def is_fresh(request: HttpRequest, validators: Validators) -> bool:
    """Whether the reader already has the document. The date counts only if there is no tag.

    Like Django's `get_conditional_response` (RFC 9110 §13.2.2), which also handles `If-Match` but logs the address:
    that of a private feed is a secret. Tags without quotes, as some feed readers send them, are accepted.
    """
    if tags := request.META.get("HTTP_IF_NONE_MATCH"):
        return tags.strip() == "*" or validators.etag in {
            tag.strip().removeprefix("W/").strip('"') for tag in tags.split(",")
        }
    since = parse_http_date_safe(request.META.get("HTTP_IF_MODIFIED_SINCE", ""))
    return since is not None and int(validators.last_modified.timestamp()) <= since


def not_modified(request: HttpRequest, validators: Validators) -> HttpResponse:
    response = HttpResponse(status=304)
    del response["Content-Type"]
    return _with_validators(response, validators, compressed=wants_gzip(request))


def full(
    request: HttpRequest, validators: Validators, content_type: str, body: bytes, *, compressed: bool = False
) -> HttpResponse:
    response = HttpResponse(body, content_type=content_type)
    response["Content-Length"] = str(len(body))
    if compressed:
        response["Content-Encoding"] = "gzip"
    return _with_validators(response, validators, compressed=compressed)


def send(request: HttpRequest, content_type: str, body: bytes, last_modified: datetime) -> HttpResponse:
    validators = Validators(etag_of(body), last_modified)
    if is_fresh(request, validators):
        return not_modified(request, validators)
    if wants_gzip(request) and len(body) >= MIN_GZIP_BYTES:
        return full(request, validators, content_type, gzip.compress(body, mtime=0), compressed=True)
    return full(request, validators, content_type, body)


def _with_validators(response: HttpResponse, validators: Validators, *, compressed: bool) -> HttpResponse:
    # The compressed body has a weak tag, since its bytes differ; either tag matches (RFC 9110 §8.8.1).
    response["ETag"] = f'{"W/" if compressed else ""}"{validators.etag}"'
    # A date in the future is not allowed; see `documents.after` for how it can be one second ahead.
    response["Last-Modified"] = http_date(min(validators.last_modified, timezone.now()).timestamp())
    response["Vary"] = "Accept-Encoding"
    return response
