"""Sends a finished document the way feed readers, caches and validators expect: RFC 9110 §8.8 and §13."""

import gzip
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import http_date, parse_http_date_safe

# Shorter bodies grow when they are compressed.
WORTH_COMPRESSING = 200
_GZIP_REFUSED = re.compile(r"gzip\s*;\s*q=0(?:\.0*)?\s*(?:,|$)")


@dataclass(frozen=True, slots=True)
class Validators:
    """What tells one state of a document from another. The tag is that of the plain body, without its quotes."""

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
    """Whether the reader has the document already. A tag decides alone; the date counts only without one.

    As Django's `get_conditional_response` does it (RFC 9110 §13.2.2), which would also refuse by `If-Match` and write the
    address into the log: that of a private feed is a key. Tags without quotes, as some feed readers send them, count too.
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
    """The whole document; `compressed` says that `body` already is gzip."""
    response = HttpResponse(body, content_type=content_type)
    response["Content-Length"] = str(len(body))
    if compressed:
        response["Content-Encoding"] = "gzip"
    return _with_validators(response, validators, compressed=compressed)


def send(request: HttpRequest, content_type: str, body: bytes, last_modified: datetime) -> HttpResponse:
    """A document that was made for this request: 304, compressed or plain, as the reader asks."""
    validators = Validators(etag_of(body), last_modified)
    if is_fresh(request, validators):
        return not_modified(request, validators)
    if wants_gzip(request) and len(body) >= WORTH_COMPRESSING:
        return full(request, validators, content_type, gzip.compress(body, mtime=0), compressed=True)
    return full(request, validators, content_type, body)


def _with_validators(response: HttpResponse, validators: Validators, *, compressed: bool) -> HttpResponse:
    # Other bytes of the same state have a weak tag, and both answer for it (RFC 9110 §8.8.1).
    response["ETag"] = f'{"W/" if compressed else ""}"{validators.etag}"'
    # A date in the future is not allowed; see `documents.after` for how it can be one second ahead.
    response["Last-Modified"] = http_date(min(validators.last_modified, timezone.now()).timestamp())
    response["Vary"] = "Accept-Encoding"
    return response
