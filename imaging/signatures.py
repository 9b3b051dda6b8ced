"""Adds to Wagtail's list of picture signatures (Willow's) what our check accepts besides.

Otherwise a picture could pass our check and not be stored: animated PNG and AVIF, AVIF with a generic major brand.
"""

import filetype
from willow.image import INITIAL_IMAGE_CLASSES, PNGImageFile

from imaging.formats import HEAD_BYTES, is_avif


class Avif(filetype.Type):
    MIME, EXTENSION = "image/avif", "avif"

    def __init__(self) -> None:
        super().__init__(mime=self.MIME, extension=self.EXTENSION)

    def match(self, buf: bytearray) -> bool:
        return is_avif(bytes(buf[:HEAD_BYTES]))


def register() -> None:
    if not any(isinstance(kind, Avif) for kind in filetype.types):
        filetype.add_type(Avif())
    INITIAL_IMAGE_CLASSES["apng"] = PNGImageFile
