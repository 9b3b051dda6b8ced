"""The one check for every uploaded picture: what passes can be stored and shown.

The order matters: first name and size, then the head of the file, which has the dimensions, and only then all of the
pixels, because a file with a valid head may be cut off.
"""

import threading
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image

from imaging import formats
from imaging.parts import has_too_many
from limits import PICTURE_BYTES, PICTURE_PIXELS

# Decoding takes up to 250 MB, so a process never decodes two pictures at once.
one_at_a_time = threading.RLock()


class NotAPicture(ValueError):
    """The file is too large or not the picture its name says. The message names the file and what to do."""


@dataclass(frozen=True, slots=True)
class Checked:
    """`name`: the name to store the picture under. `form`: Pillow's name of the format."""

    name: str
    form: str
    width: int
    height: int


def check_picture(stream: IO[bytes], name: str, *, max_bytes: int = PICTURE_BYTES) -> Checked:
    """Return what the file is, or raise NotAPicture. Rewinds the stream."""
    name = name or "picture"
    size = stream.seek(0, 2)
    stream.seek(0)
    head = stream.read(formats.HEAD_BYTES)
    stream.seek(0)
    if formats.is_heic(name, head):
        raise NotAPicture(
            _("“%(name)s” is a HEIC picture, which browsers cannot show. Save it as a JPEG, then choose that file.")
            % {"name": name}
        )
    promised = formats.PROMISES.get(formats.ending_of(name))
    if promised is None:
        raise NotAPicture(
            _("“%(name)s” was not added. Choose a picture in one of these formats: %(formats)s.")
            % {"name": name, "formats": formats.NAMES}
        )
    if size > max_bytes:
        raise NotAPicture(
            _("“%(name)s” is larger than %(number)s MB. Choose a smaller file.")
            % {"name": name, "number": max_bytes // (1024 * 1024)}
        )
    if has_too_many(stream):
        raise _damaged(name)
    found, (width, height) = _decoded(stream, name)
    if found != promised:
        raise NotAPicture(
            _("The name of “%(name)s” says %(ending)s, but its content is %(found)s. Choose another file.")
            % {"name": name, "ending": formats.ending_of(name).upper(), "found": found}
        )
    return Checked(formats.name_with_ending(name, found), found, width, height)


def _decoded(stream: IO[bytes], name: str) -> tuple[str, tuple[int, int]]:
    try:
        with one_at_a_time, Image.open(stream, formats=formats.READERS) as picture:
            found, size = formats.shown_as(picture.format), picture.size
            if size[0] * size[1] > PICTURE_PIXELS:
                raise _too_many_pixels(name)
            # Decodes a JPEG at an eighth of its size: all of the file, a sixty-fourth of the memory.
            picture.draft("RGB", (max(size[0] // 8, 1), max(size[1] // 8, 1)))
            picture.load()
    except NotAPicture:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as problem:
        raise _too_many_pixels(name) from problem
    except Exception as problem:  # Pillow's parsers raise all kinds of exceptions.
        raise _damaged(name) from problem
    finally:
        stream.seek(0)
    return found, size


def _damaged(name: str) -> NotAPicture:
    return NotAPicture(_("“%(name)s” is damaged or is not a picture. Choose another file.") % {"name": name})


def _too_many_pixels(name: str) -> NotAPicture:
    return NotAPicture(
        _("“%(name)s” has more than %(number)s million pixels. Make it smaller, then choose that file.")
        % {"name": name, "number": PICTURE_PIXELS // 1_000_000}
    )
