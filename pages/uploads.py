"""Pictures that come from a form: looked into before they are kept, refused by name when they lie about their type."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files.images import ImageFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from PIL import Image as Pillow

from limits import PICTURE_BYTES, PICTURE_PIXELS
from pages.models import Picture
from people.models import Person, Space

#: What a file name promises, in the names that Pillow gives to formats. SVG is a program, not a picture, and is not here.
FORMATS = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "gif": "GIF", "webp": "WEBP", "avif": "AVIF"}
PICTURE_ENDINGS = ",".join(f".{ending}" for ending in FORMATS)


class NotAPicture(ValueError):
    """The file is not the picture that its name promises; the message names the file."""


def check_picture(upload: UploadedFile) -> tuple[int, int]:
    """Width and height in pixels, or NotAPicture. Reads the head of the file before any pixel is decoded."""
    name = upload.name or ""
    ending = PurePosixPath(name).suffix.lower().lstrip(".")
    if ending not in FORMATS:
        raise NotAPicture(_refusal(name, _("pictures are %(endings)s files.") % {"endings": ", ".join(FORMATS)}))
    if (upload.size or 0) > getattr(settings, "WAGTAILIMAGES_MAX_UPLOAD_SIZE", PICTURE_BYTES):
        raise NotAPicture(_refusal(name, _("the file is too large.")))
    try:
        upload.seek(0)
        with Pillow.open(upload, formats=sorted({*FORMATS.values()})) as picture:
            size, found = picture.size, picture.format
            if size[0] * size[1] > PICTURE_PIXELS:
                raise NotAPicture(_refusal(name, _("it has too many pixels.")))
            picture.verify()
    except NotAPicture:
        raise
    except Exception as problem:  # Pillow's readers raise whatever their format's parser stumbles over.
        raise NotAPicture(_refusal(name, _("its content is no picture that can be shown."))) from problem
    finally:
        upload.seek(0)
    if found != FORMATS[ending]:
        raise NotAPicture(
            _refusal(
                name,
                _("its name says %(ending)s, its content is %(found)s.") % {"ending": ending.upper(), "found": found},
            )
        )
    return size


def store_picture(
    upload: UploadedFile, *, alt: str, space: Space, person: Person, audience: str = "space", decorative: bool = False
) -> Picture:
    """Keep a checked picture for a space. `alt` becomes its description, which is its alternative text.

    Until a page that shows it is published, only members of the space see it (`pages.following`).
    """
    width, height = check_picture(upload)
    name = get_valid_filename(PurePosixPath(upload.name or "picture").name)[-80:]
    picture = Picture(
        title=(alt or PurePosixPath(name).stem)[:255],
        description=alt[:255],
        is_decorative=decorative,
        file=ImageFile(upload, name=name),
        width=width,
        height=height,
        uploaded_by_user=person,
        space=space,
        audience=audience,
    )
    picture.file_size = upload.size
    picture.save()
    return picture


def picture_of_space(pk: Any, space: Space) -> Picture | None:
    """A picture already kept for the space; None for anything else, whatever was typed."""
    if not str(pk or "").isdecimal() or len(str(pk)) > 12:
        return None
    return Picture.objects.filter(pk=int(pk), space=space).first()


def _refusal(name: str, reason: str) -> str:
    return _("“%(name)s” was not taken: %(reason)s") % {"name": name, "reason": reason}
