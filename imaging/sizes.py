"""Makes pictures smaller, and tells animations from still pictures."""

from io import BytesIO
from typing import IO

from PIL import Image, ImageOps

from imaging import formats
from imaging.checks import one_at_a_time

# In pixels, twice the largest size in which a profile photo is shown.
PHOTO_SIDE = 512


def reduced(content: bytes, side: int) -> bytes:
    """The picture upright, at most `side` pixels wide and high, in its own format, without metadata."""
    with one_at_a_time, Image.open(BytesIO(content), formats=formats.READERS) as opened:
        form = formats.shown_as(opened.format)
        opened.draft("RGB", (side, side))
        picture = ImageOps.exif_transpose(opened) or opened
        picture.thumbnail((side, side))
        if form == "JPEG" and picture.mode not in ("RGB", "L"):
            picture = picture.convert("RGB")
        out = BytesIO()
        picture.save(out, form, quality=85, exif=b"", xmp=b"", comment=b"")
    return out.getvalue()


def is_moving(stream: IO[bytes]) -> bool:
    """Whether it is an animation, decoding no frame if the format allows; False if it is not a picture."""
    stream.seek(0)
    try:
        with Image.open(stream, formats=formats.MOVING) as picture:
            return bool(getattr(picture, "is_animated", False))
    except Exception:  # Pillow's readers raise whatever their format's parser stumbles over.
        return False
    finally:
        stream.seek(0)
