"""A text that was sent when the session or the form had run out is shown again, to be sent once more; it is not lost."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

#: What the form sends for itself.
OWN = frozenset({"csrfmiddlewaretoken"})
#: A refusal reads no more than a text and a picture.
MAX_BYTES = 24 * 1024 * 1024


def _announced(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isascii() and length.isdigit() else 0


def typed_again(request: HttpRequest, *, signed_out: bool) -> HttpResponse | None:
    """A page with everything that was typed, or None where nothing was written.

    It can be sent again from there only if it came from this site: a form elsewhere must not make anybody its author.
    """
    if request.method != "POST" or _announced(request) > MAX_BYTES or "body" not in request.POST:
        return None
    origin = urlsplit(request.headers.get("Origin") or request.headers.get("Referer") or "")
    sent = [(name, value) for name, values in request.POST.lists() if name not in OWN for value in values]
    context = {
        "signed_out": signed_out,
        "own_site": origin.netloc == request.get_host(),
        "title": request.POST.get("title", ""),
        "body": request.POST["body"],
        "others": [(name, value) for name, value in sent if name not in {"title", "body"}],
        "files": [upload.name for upload in request.FILES.values()],
    }
    return render(request, "pages/writing/typed_again.html", context, status=403)
