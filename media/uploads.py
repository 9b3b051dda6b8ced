"""Stores uploaded pictures and files for a space, finds them by number, and deletes those that nobody used.

What a person adds is hers alone until a page that shows it is saved (`pages.media_audience`).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.images import ImageFile
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.template.defaultfilters import filesizeformat
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

from imaging.checks import check_picture
from imaging.fields import check_upload
from imaging.formats import NAMES, PROMISES, ending_of, is_heic
from media.models import Attachment, Picture
from people.models import Person, Space
from text import phrases
from text.invisible import one_line
from web.numbers import whole_number

#: Word's older formats and others can be made of these by any office suite.
NAMES_OF_FILES = "PDF, DOCX, XLSX, PPTX, ODT, ODS, ODP, CSV, TXT, ZIP"


class NotTaken(ValueError):
    """The message names the file and says what to do."""


def store_upload(upload: UploadedFile, *, space: Space, person: Person, alt: str = "") -> Picture | Attachment:
    """Save a picture or a file, whichever it is by its name, or raise `NotTaken`."""
    name = upload.name or ""
    if ending_of(name) in settings.WAGTAILDOCS_EXTENSIONS:
        return store_file(upload, space=space, person=person)
    if ending_of(name) not in PROMISES and not is_heic(name, b""):
        raise NotTaken(
            _("“%(name)s” was not added. Choose a picture (%(pictures)s) or a file (%(files)s).")
            % {"name": name, "pictures": NAMES, "files": NAMES_OF_FILES}
        )
    try:
        check_upload(upload)
    except ValidationError as refusal:
        raise NotTaken(refusal.messages[0]) from refusal
    return store_picture(upload, alt=alt, space=space, person=person)


def store_file(upload: UploadedFile, *, space: Space, person: Person) -> Attachment:
    """Save a file for a space, or raise `NotTaken`. Its title is its name without the ending."""
    name = upload.name or ""
    size = upload.size or 0
    if not size:
        raise NotTaken(phrases.FILE_EMPTY % {"name": name})
    if size > settings.INTRANET_MAX_UPLOAD_BYTES:
        most = filesizeformat(settings.INTRANET_MAX_UPLOAD_BYTES)
        raise NotTaken(phrases.FILE_TOO_LARGE % {"name": name, "size": most})
    path = PurePosixPath(name)
    file = Attachment(
        title=one_line(path.stem.replace("_", " "))[:255] or name,
        file=File(upload, name=get_valid_filename(path.name)[-80:]),
        file_size=size,
        uploaded_by_user=person,
        space=space,
        audience=Attachment.Audience.WRITER,
    )
    try:
        file.clean()
    except ValidationError as refusal:
        raise NotTaken(refusal.messages[0]) from refusal
    file.save()
    return file


def store_picture(
    upload: UploadedFile,
    *,
    alt: str,
    space: Space,
    person: Person,
    audience: str = Picture.Audience.WRITER,
    decorative: bool = False,
) -> Picture:
    """Save a picture for a space, or raise `NotAPicture`. `alt` is its alternative text."""
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


def own_or_shown(pks: Iterable[Any], *, space: Space, person: Person) -> dict[int, Picture]:
    """Pictures of a space by number, without those that others have added and no page shows yet."""
    numbers = [number for pk in pks if (number := whole_number(pk))]
    pictures = Picture.objects.filter(pk__in=numbers, space=space) if numbers else Picture.objects.none()
    others = Q(audience=Picture.Audience.WRITER) & ~Q(uploaded_by_user=person)
    return {picture.pk: picture for picture in pictures.exclude(others)}


def picture_of_space(pk: Any, *, space: Space, person: Person) -> Picture | None:
    return next(iter(own_or_shown([pk], space=space, person=person).values()), None)
