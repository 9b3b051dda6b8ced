"""Wagtail opens pictures with Willow, which asks a table of signatures what a file is: the table gets what Pillow reads besides.

Otherwise a picture passes our check and cannot be stored: PNG and AVIF that move, AVIF that begins with a brand of its family.
"""

import filetype
from willow.image import INITIAL_IMAGE_CLASSES, PNGImageFile

from imaging.formats import HEAD_BYTES, is_avif


class Avif(filetype.Type):
    """By the same rule as the check: whatever of its brands comes first."""

    MIME, EXTENSION = "image/avif", "avif"

    def __init__(self) -> None:
        super().__init__(mime=self.MIME, extension=self.EXTENSION)

    def match(self, buf: bytearray) -> bool:
        return is_avif(bytes(buf[:HEAD_BYTES]))


def register() -> None:
    if not any(isinstance(kind, Avif) for kind in filetype.types):
        filetype.add_type(Avif())
    INITIAL_IMAGE_CLASSES["apng"] = PNGImageFile
