"""Pictures prepared for the public: resized, and without metadata."""

from dataclasses import dataclass
from io import BytesIO
from typing import IO

from PIL import Image, ImageDraw, ImageFont, ImageOps

from imaging.checks import one_at_a_time
from imaging.formats import ENDINGS
from imaging.metadata import strip_metadata
from imaging.sizes import is_moving

LARGEST_SIDE = 1600
ARTWORK_SIDE = 1400
ARTWORK_LARGEST = 3000
# Colours with enough contrast for white letters (WCAG 2.2, 4.5:1 and more).
ARTWORK_COLOURS = ("#1d4f5c", "#5b2a5e", "#7a3b12", "#24523a", "#233a74", "#6b1f2f")


@dataclass(frozen=True, slots=True)
class Encoded:
    content: bytes
    media_type: str
    ending: str
    pixels: tuple[int, int]


def without_metadata(stream: IO[bytes]) -> Encoded:
    """The picture re-encoded: upright, at most 1600 pixels a side, without EXIF, location, camera or thumbnail.

    An animation keeps its size and frames, and loses its metadata too.
    """
    if is_moving(stream):
        return _moving(stream)
    with one_at_a_time, Image.open(stream) as opened:
        opened.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))
        picture = ImageOps.exif_transpose(opened) or opened
        picture.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
        if "A" in picture.getbands() or picture.mode == "P":
            return _encode(picture.convert("RGBA"), "PNG")
        return _encode(picture.convert("RGB"), "JPEG")


def _moving(stream: IO[bytes]) -> Encoded:
    with Image.open(stream) as opened:
        form, pixels = opened.format or "", opened.size
    stream.seek(0)
    return Encoded(strip_metadata(stream.read()), f"image/{form.lower()}", ENDINGS[form], pixels)


def artwork_from(stream: IO[bytes]) -> Encoded:
    """A square of 1400 to 3000 pixels, as podcast directories require, cut from the centre of the picture."""
    with one_at_a_time, Image.open(stream) as opened:
        picture = (ImageOps.exif_transpose(opened) or opened).convert("RGB")
        side = min(max(ARTWORK_SIDE, *picture.size), ARTWORK_LARGEST)
        return _encode(ImageOps.fit(picture, (side, side)), "JPEG")


def artwork_for(title: str) -> Encoded:
    words = [word for word in title.split() if word[0].isalnum()] or ["?"]
    initials = "".join(word[0] for word in words[:2]).upper()
    colour = ARTWORK_COLOURS[sum(title.encode()) % len(ARTWORK_COLOURS)]
    picture = Image.new("RGB", (ARTWORK_SIDE, ARTWORK_SIDE), colour)
    middle = (ARTWORK_SIDE // 2, ARTWORK_SIDE // 2)
    font = ImageFont.load_default(size=ARTWORK_SIDE // 2)
    ImageDraw.Draw(picture).text(middle, initials, fill="white", font=font, anchor="mm")
    return _encode(picture, "JPEG")


def _encode(picture: Image.Image, encoding: str) -> Encoded:
    out = BytesIO()
    if encoding == "PNG":
        picture.save(out, "PNG", optimize=True)
        return Encoded(out.getvalue(), "image/png", "png", picture.size)
    # Pillow would otherwise copy the EXIF block and the comment.
    picture.save(out, "JPEG", quality=85, optimize=True, progressive=True, exif=b"", comment=b"")
    return Encoded(out.getvalue(), "image/jpeg", "jpg", picture.size)
