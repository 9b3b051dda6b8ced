"""Single-colour pictures, made on demand."""

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from PIL.PngImagePlugin import PngInfo


def png(name: str, size: tuple[int, int] = (60, 40)) -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Image.new("RGB", size, (120, 40, 90)).save(buffer, "PNG")
    return SimpleUploadedFile(name, buffer.getvalue(), content_type="image/png")


def with_metadata(form: str, size: tuple[int, int] = (97, 61), *, orientation: int = 6, **options: Any) -> bytes:
    """A picture that says where, when and with what it was taken, as telephones write it. `form`: Pillow's name of it."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SECRETCAMERA"
    exif.get_ifd(0x8769)[0xA431] = "SECRETSERIAL"
    place = exif.get_ifd(0x8825)
    place.update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 0.0), 0x1D: "2024:01:02"})
    picture = Image.effect_noise(size, 80).convert("RGB")
    buffer = io.BytesIO()
    if form == "GIF":
        frames = [Image.effect_noise(size, 60).convert("P") for _frame in range(2)]
        picture.convert("P").save(
            buffer, "GIF", comment=b"SECRETCOMMENT", save_all=True, append_images=frames, loop=0, duration=80
        )
    elif form == "PNG":
        told = PngInfo()
        told.add_text("Author", "SECRETAUTHOR")
        picture.save(buffer, "PNG", exif=exif, pnginfo=told, **options)
    else:
        more = {"comment": b"SECRETCOMMENT"} if form == "JPEG" else {}
        picture.save(buffer, form, exif=exif, xmp=b"<x:xmpmeta>SECRETXMP</x:xmpmeta>", **more, **options)
    return buffer.getvalue() + (b"SECRETFILM" if form == "JPEG" else b"")
