"""Makes form submissions idempotent: a double click, Back, or a browser that retries creates nothing twice.

Forms that create something have a unique `form_key`. The first submission stores its result; later ones lead there.
Keys are kept for a month; the worker deletes older ones.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.apps import apps
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from database.prepared import Prepared
from people.models import FormKey

FIELD = "form_key"
KEY_LIFETIME = timedelta(days=30)
#: Fields that may differ when a browser posts the form again.
NOT_COMPARED = frozenset({"csrfmiddlewaretoken", "sent_again"})


class FormKeyField(forms.CharField):
    """The hidden input; a form shown without a key gets a new one."""

    def __init__(self) -> None:
        super().__init__(required=False, max_length=64, widget=forms.HiddenInput, initial=new_key)


_used = Prepared(
    lambda person, key: FormKey.objects.filter(person=person, key=key).order_by("-pk")[:1], person=int, key=uuid.UUID
)


def new_key() -> str:
    return str(uuid.uuid4())


def key_of(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get(FIELD, ""))
    except ValueError:
        return None


def digest_of(request: HttpRequest) -> str:
    """A hash of all that was posted: the same key with other text is another submission."""
    digest = hashlib.sha256()
    for name in sorted(set(request.POST) - NOT_COMPARED):
        for value in request.POST.getlist(name):
            digest.update(f"\0{name}\0{value}".encode())
    for name, upload in sorted(request.FILES.items()):
        digest.update(f"\0{name}\0{upload.name}\0{upload.size}".encode())
    return digest.hexdigest()


def _person(request: HttpRequest) -> Any:
    return request.user


def used(request: HttpRequest) -> FormKey | None:
    key = key_of(request)
    found = _used(person=_person(request).pk, key=key) if key else []
    return found[0] if found else None


def page_made_of(person: Any, key: uuid.UUID) -> int | None:
    """The number of the page that was made of the form with this key."""
    rows = _used(person=person.pk, key=key)
    return rows[0].page if rows else None


def forget_old() -> None:
    FormKey.objects.filter(at__lt=timezone.now() - KEY_LIFETIME).delete()


def came_of(request: HttpRequest) -> str:
    """The address that an identical earlier submission led to, or ""."""
    row = used(request) if request.method == "POST" else None
    return row.url if row is not None and row.digest == digest_of(request) else ""


def note(request: HttpRequest, **came_of_it: Any) -> None:
    """Store the result for the key, in the caller's transaction."""
    key = key_of(request)
    if key is None:
        return
    row = FormKey(person=_person(request), key=key, digest=digest_of(request), at=timezone.now(), **came_of_it)
    FormKey.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["person", "key", "digest"], update_fields=["at", *came_of_it]
    )


_when_taken: list[Callable[[HttpRequest], None]] = []


def register(when_taken: Callable[[HttpRequest], None]) -> None:
    """Call it with the request of each form that is taken: a higher layer deletes the draft of that form."""
    _when_taken.append(when_taken)


def taken(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The response to a form that is saved: its draft is used up."""
    for call in _when_taken:
        call(request)
    return tell_browser(request, response)


def tell_browser(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The response, which tells the browser that the form has arrived (static/js/draft.js)."""
    if key := key_of(request):
        response.set_cookie("form-taken", str(key), max_age=300, samesite="Lax", secure=request.is_secure())
    return response


@transaction.atomic
def once(request: HttpRequest, make: Callable[[], str]) -> tuple[str, bool]:
    """The address from `make`, now or at an identical earlier submission, and whether it was now.

    Of two at the same time, the second waits for the first at the row of the key.
    """
    key = key_of(request)
    if key is None:
        return make(), True
    row, is_first = FormKey.objects.get_or_create(person=_person(request), key=key, digest=digest_of(request))
    if not is_first:
        return row.url, False
    row.url = make()
    row.save(update_fields=["url"])
    return row.url, True


def store_once(
    person: Any, form_key: str, name: str, upload: Any, told: Any, store: Callable[[], Any]
) -> tuple[Any, bool]:
    """The object that `store` made of an uploaded file, now or at an earlier post of the form, and whether it was now.

    A form that is shown again keeps its key, so submitting it again sends the file again. Call it in a transaction; two
    at the same time wait for each other at the row of the key.
    """
    try:
        key = uuid.UUID(form_key)
    except ValueError:
        return store(), True
    digest = hashlib.sha256(f"{name}\0{upload.name}\0{told!r}\0".encode())
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    # Separate from the key of the form itself.
    row, _is_first = FormKey.objects.get_or_create(
        person=person, key=uuid.uuid5(key, "upload"), digest=digest.hexdigest()
    )
    model, _colon, number = row.url.partition(":")
    if number and (there := apps.get_model(model).objects.filter(pk=int(number)).first()):
        return there, False
    made = store()
    row.url = f"{made._meta.label}:{made.pk}"
    row.save(update_fields=["url"])
    return made, True
