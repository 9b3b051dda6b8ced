"""Pictures of one colour, made when a test asks for them."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def png(name: str, size: tuple[int, int] = (60, 40)) -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Image.new("RGB", size, (120, 40, 90)).save(buffer, "PNG")
    return SimpleUploadedFile(name, buffer.getvalue(), content_type="image/png")
