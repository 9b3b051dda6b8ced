"""Files that a script sends while their writer goes on writing, and the end of those that nobody used."""

from __future__ import annotations

import json
import logging
import re
from collections import defaultdict
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST
from django_tasks import task

from desk.alt_texts import describe_picture
from desk.models import Draft
from limits import UPLOAD_KEPT_DAYS
from media.uploads import NotTaken, picture_of_space, store_upload
from pages import media_audience
from pages.locking import writing_pages
from people.models import Space
from people.permissions import may_see, may_write
from text import phrases
from text.markup import tree_of

logger = logging.getLogger("desk.uploads")
# Fields of forms that name what was sent with an earlier post.
_KEPT = re.compile(r'"[a-z]+_kept": "?(\d{1,12})\b')


def take(request: HttpRequest, *, space: Space) -> HttpResponse:
    """Store one file for the text that is being written: its kind, number and title, or the `error`."""
    person: Any = request.user
    upload: Any = request.FILES.get("file")
    if upload is None:
        return JsonResponse({"error": ""}, status=400)
    try:
        with transaction.atomic():
            stored = store_upload(upload, space=space, person=person)
    except NotTaken as refusal:
        return JsonResponse({"error": str(refusal)}, status=422)
    except Exception:
        # Pillow raises all kinds of exceptions, and the disk may be full.
        logger.exception("A file that was sent could not be stored")
        return JsonResponse({"error": phrases.FILE_NOT_SAVED % {"name": upload.name}}, status=422)
    kind = media_audience.KINDS[type(stored)]
    return JsonResponse({"kind": kind, "number": stored.pk, "title": stored.title})


def describe(request: HttpRequest, *, space: Space) -> HttpResponse:
    """Say what a picture shows, or with an empty `alt` that it is decoration."""
    person: Any = request.user
    picture = picture_of_space(request.POST.get("picture"), space=space, person=person)
    if picture is None:
        raise Http404
    alt = request.POST.get("alt", "").replace("\0", "").strip()
    describe_picture(picture, alt=alt, decorative=not alt)
    return JsonResponse({})


@require_POST
def for_space(request: HttpRequest, space: str) -> HttpResponse:
    """What the scripts of a form ask that is not at an address of its own, as in Wagtail's admin."""
    person: Any = request.user
    found = get_object_or_404(Space, slug=space)
    if not may_see(person, found) or not may_write(person, found):
        raise Http404
    if "upload" in request.GET:
        return take(request, space=found)
    if "describe" in request.GET:
        return describe(request, space=found)
    return JsonResponse({"tree": tree_of(request.POST.get("body", ""))})


@task()
def delete_unused() -> int:
    """Delete what was added days ago and is neither shown by a page nor named in a draft; return the number."""
    before = timezone.now() - timedelta(days=UPLOAD_KEPT_DAYS)
    return sum(_delete_unused_of(kind, model, before) for kind, model in media_audience.MODELS.items())


def _delete_unused_of(kind: str, model: Any, before: Any) -> int:
    old = model.objects.filter(audience=media_audience.WRITER, created_at__lt=before)
    by_writer: dict[int | None, list[int]] = defaultdict(list)
    for item in old:
        by_writer[item.writer_id].append(item.pk)
    count = 0
    for writer, numbers in by_writer.items():
        needed = _named_in_drafts(writer, kind)
        with writing_pages():
            # Unless a page was saved meanwhile that shows it.
            for item in old.filter(pk__in=set(numbers) - needed):
                item.delete()
                count += 1
    return count


def _named_in_drafts(person: int | None, kind: str) -> set[int]:
    needed: set[int] = set()
    for fields in Draft.objects.filter(person_id=person or 0).values_list("fields", flat=True):
        text = json.dumps(fields)
        needed |= {int(number) for named, number in media_audience.IN_TEXT.findall(text) if named == kind}
        needed |= {int(number) for number in _KEPT.findall(text)}
    return needed
