"""Stores uploaded pictures for a space, and finds them by number."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from django.core.files.images import ImageFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import get_valid_filename

from imaging.checks import check_picture
from media.models import Picture
from people.models import Person, Space
from web.numbers import whole_number


def store_picture(
    upload: UploadedFile, *, alt: str, space: Space, person: Person, audience: str = "space", decorative: bool = False
) -> Picture:
    """Save a picture for a space, or raise `NotAPicture`. `alt` is its alternative text.

    Until a page that shows it is published, only members of the space see it (`pages.media_audience`).
    """
    checked = getattr(upload, "checked", None) or check_picture(upload, upload.name or "")
    name = get_valid_filename(PurePosixPath(checked.name).name)[-80:]
    picture = Picture(
        title=(alt or PurePosixPath(name).stem)[:255],
        description=alt[:255],
        is_decorative=decorative,
        file=ImageFile(upload, name=name),
        width=checked.width,
        height=checked.height,
        uploaded_by_user=person,
        space=space,
        audience=audience,
    )
    picture.file_size = upload.size
    picture.save()
    return picture


def picture_of_space(pk: Any, space: Space) -> Picture | None:
    return Picture.objects.filter(pk=number, space=space).first() if (number := whole_number(pk)) else None
