"""Serves pictures, files and recordings to people who may see them."""

import logging

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from imaging.formats import ENDINGS, MOVING
from imaging.sizes import is_moving
from media.access import readable_by
from media.models import Attachment, Picture, PictureRendition, Recording
from media.serving import serve
from people.models import Person

# Widths in CSS pixels that pictures are made in; 0 is the picture as uploaded. Anything else is 404, so that
# nobody can make the server produce endless renditions.
PICTURE_WIDTHS = {0: "original", 160: "fill-160x160", 400: "width-400", 800: "width-800", 1600: "width-1600"}
# In pixels: animations move in a text, but not in lists, where there are many.
MIN_ANIMATED_WIDTH = 800
MOVING_ENDINGS = tuple(f".{ENDINGS[form]}" for form in MOVING)
logger = logging.getLogger(__name__)


@require_safe
def picture(request: HttpRequest, pk: int, width: int, name: str) -> HttpResponseBase:
    if width not in PICTURE_WIDTHS:
        raise Http404
    item = get_object_or_404(readable_by(request.user, Picture.objects.all()), pk=pk)
    try:
        file = item.file if width == 0 or _moves(item, width) else item.get_rendition(PICTURE_WIDTHS[width]).file
    except FileNotFoundError:
        raise Http404 from None
    except Exception:  # Pillow's readers raise whatever their format's parser stumbles over.
        logger.warning("Picture %s cannot be made smaller.", item.pk, exc_info=True)
        raise Http404 from None
    return serve(request, file, name=name)


def _moves(item: Picture, width: int) -> bool:
    """Whether to send the original because a resized copy would lose its animation."""
    if width < MIN_ANIMATED_WIDTH or not item.file.name.lower().endswith(MOVING_ENDINGS):
        return False
    with item.file.open("rb") as stream:
        return is_moving(stream)


@require_safe
def rendition(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    pictures = readable_by(request.user, Picture.objects.all())
    item = get_object_or_404(PictureRendition.objects.filter(image__in=pictures), pk=pk)
    return serve(request, item.file, name=name)


@require_safe
def attachment(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    item = get_object_or_404(readable_by(request.user, Attachment.objects.all()), pk=pk)
    return serve(request, item.file, name=item.filename, download=True)


@require_safe
def recording(request: HttpRequest, pk: int, version: str, name: str) -> HttpResponseBase:
    item = get_object_or_404(readable_by(request.user, Recording.objects.all()), pk=pk)
    return serve(request, item.file, name=name, media_type=item.media_type)


@require_safe
def photo(request: HttpRequest, username: str, name: str) -> HttpResponseBase:
    person = get_object_or_404(Person.objects.named([username]), is_active=True)
    if not person.photo:
        raise Http404
    return serve(request, person.photo, name=name)
