"""Wagtail opens pictures with Willow, which asks a table of signatures what a file is: the table gets what Pillow reads besides.

Otherwise a picture passes our check and cannot be stored: PNG and AVIF that move.
"""

import filetype
from willow.image import INITIAL_IMAGE_CLASSES, PNGImageFile


class MovingAvif(filetype.Type):
    """AVIF 1.2, 6.3: a sequence begins with a brand of its own."""

    MIME, EXTENSION = "image/avif", "avif"

    def __init__(self) -> None:
        super().__init__(mime=self.MIME, extension=self.EXTENSION)

    def match(self, buf: bytearray) -> bool:
        return bytes(buf[4:12]) == b"ftypavis"


def register() -> None:
    if not any(isinstance(kind, MovingAvif) for kind in filetype.types):
        filetype.add_type(MovingAvif())
    INITIAL_IMAGE_CLASSES["apng"] = PNGImageFile
