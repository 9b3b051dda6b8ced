"""Every incoming picture passes the same checks before it costs anything; one that passes can be stored and shown."""

import io
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from willow.image import AvifImageFile
from willow.image import Image as Picture

from imaging.checks import NotAPicture, check_picture
from imaging.fields import check_upload
from imaging.metadata import strip_metadata
from imaging.sizes import is_moving, reduced
from limits import PICTURE_PIXELS
from tests.factories.pictures import with_metadata

FORMS = {"JPEG": "jpg", "PNG": "png", "GIF": "gif", "WEBP": "webp", "AVIF": "avif"}
WHOLE = {form: with_metadata(form) for form in FORMS}


def encoded(form: str, size: tuple[int, int] = (64, 48), mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, form, **options)
    return out.getvalue()


def two_in_one() -> bytes:
    """A JPEG with a second picture behind it, as telephones write it (MPO)."""
    out = io.BytesIO()
    first, second = Image.effect_noise((80, 60), 60).convert("RGB"), Image.new("RGB", (40, 30), "red")
    first.save(out, "MPO", save_all=True, append_images=[second])
    return out.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A PNG of zeros that says what it likes of its size, made without its pixels in memory."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    packed, row = zlib.compressobj(9), b"\0" * (1 + width * 3)
    body = b"".join(packed.compress(row) for _row in range(min(height, 2_000))) + packed.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("form", "ending"), FORMS.items())
def test_a_picture_of_each_format_is_taken(form: str, ending: str) -> None:
    checked = check_picture(io.BytesIO(WHOLE[form]), f"Photo.{ending.upper()}")
    assert (checked.form, checked.width, checked.height) == (form, 97, 61)


@pytest.mark.parametrize("name", ["a.jfif", "a.jpe", "a.jpeg", "a.jpg", "a.JFIF"])
def test_every_name_of_a_jpeg_is_taken_and_kept_as_one_that_servers_know(name: str) -> None:
    checked = check_picture(io.BytesIO(encoded("JPEG")), name)
    assert checked.form == "JPEG"
    assert checked.name in {"a.jpg", "a.jpeg"}


def test_a_jpeg_with_a_second_picture_inside_is_a_jpeg_and_loses_the_second() -> None:
    content = two_in_one()
    assert check_picture(io.BytesIO(content), "IMG_1.JPG").form == "JPEG"
    with Image.open(io.BytesIO(strip_metadata(content))) as picture:
        assert (picture.format, picture.size) == ("JPEG", (80, 60))
    assert len(strip_metadata(content)) < len(content)


def with_brands(content: bytes, *brands: bytes) -> bytes:
    """The same AVIF with other words about what it may be read as; the boxes behind it keep their places."""
    size = int.from_bytes(content[:4])
    listed = b"".join([brands[0], bytes(4), *brands[1:]])
    assert len(listed) <= size - 8
    # What is left of the box is filled with a brand that nobody reads.
    return content[:8] + listed + b"xxxx" * ((size - 8 - len(listed)) // 4) + content[size:]


@pytest.mark.parametrize("first", [b"avif", b"avis", b"mif1", b"msf1"])
@pytest.mark.parametrize("further", [(b"avif",), (b"miaf", b"avif"), (b"heic", b"avif"), (b"miaf",), ()])
def test_an_avif_is_taken_whatever_its_brands_begin_with_and_a_heic_is_refused(
    first: bytes, further: tuple[bytes, ...]
) -> None:
    moves = first in {b"avis", b"msf1"}
    frames = {"save_all": True, "append_images": [Image.new("RGB", (64, 48), "red")]} if moves else {}
    content = with_brands(encoded("AVIF", **frames), first, *further)
    if first.startswith(b"avi") or ({b"avif", b"avis"} & {*further} and b"heic" not in further):
        assert check_picture(io.BytesIO(content), "photo.avif").form == "AVIF"
        assert isinstance(Picture.open(io.BytesIO(content)), AvifImageFile)
        upload = SimpleUploadedFile("photo.avif", content)
        check_upload(upload)
        for stored in (upload.read(), strip_metadata(content)):
            # By whatever reader comes first, and the program that Wagtail has beside has one for HEIC.
            assert stored[8:12] in {b"avif", b"avis"}
            assert Picture.open(io.BytesIO(stored)).get_size() == (64, 48)
            assert Picture.open(io.BytesIO(stored)).resize((8, 6)).get_size() == (8, 6)
    else:
        with pytest.raises(NotAPicture, match=r"photo\.avif.*HEIC.*JPEG"):
            check_picture(io.BytesIO(content), "photo.avif")


@pytest.mark.parametrize("name", ["IMG_1.HEIC", "IMG_1.heif", "IMG_1.jpg"])
def test_a_picture_of_an_iphone_is_refused_with_what_to_do(name: str) -> None:
    with pytest.raises(NotAPicture, match=r"IMG_1.*HEIC.*JPEG"):
        check_picture(io.BytesIO(b"\0\0\0\x18ftypheic" + b"\0" * 100), name)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("size", [(1, 1), (1, 900), (7, 7), (900, 3), (8, 1)])
def test_a_picture_of_few_pixels_is_a_picture(form: str, size: tuple[int, int]) -> None:
    found = check_picture(io.BytesIO(encoded(form, size)), f"rule.{FORMS[form]}")
    assert (found.width, found.height) == size


@pytest.mark.parametrize("size", [(12_500, 12_500), (60_001, 1_000), (60_000, 60_000), (9_500, 9_500)])
def test_a_picture_of_too_many_pixels_is_refused_before_one_is_decoded(size: tuple[int, int], monkeypatch) -> None:
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda picture: pytest.fail("decoded"))
    assert size[0] * size[1] > PICTURE_PIXELS
    with pytest.raises(NotAPicture, match=r"bomb\.png.*60 million pixels"):
        check_picture(io.BytesIO(png_of(*size)), "bomb.png")


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_what_passes_the_check_can_be_stored_and_shown(form: str, data: st.DataObject) -> None:
    """Cut anywhere, and with bytes turned: refused by name, or good for all that follows."""
    content = bytearray(WHOLE[form][: data.draw(st.integers(0, len(WHOLE[form])))])
    for place in data.draw(st.lists(st.integers(0, max(0, len(content) - 1)), max_size=3)):
        if content:
            content[place] ^= data.draw(st.integers(1, 255))
    name = f"damaged.{FORMS[form]}"
    try:
        check_picture(io.BytesIO(content), name)
    except NotAPicture:
        return
    kept = strip_metadata(bytes(content))
    check_picture(io.BytesIO(kept), name)
    reduced(kept, 32)
    is_moving(io.BytesIO(kept))


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_picture_that_ends_in_the_middle_is_refused(form: str) -> None:
    for part in (0.3, 0.5, 0.9):
        content = with_metadata(form, size=(400, 300), orientation=1)
        with pytest.raises(NotAPicture, match="damaged"):
            check_picture(io.BytesIO(content[: int(len(content) * part)]), f"cut.{FORMS[form]}")


@pytest.mark.parametrize("name", ["a.svg", "a.tiff", "a.bmp", "a", "", "a.png.exe"])
def test_other_names_are_refused_with_the_formats_that_are_taken(name: str) -> None:
    with pytest.raises(NotAPicture, match="JPEG, PNG, GIF, WebP, AVIF"):
        check_picture(io.BytesIO(encoded("PNG")), name)


def test_only_animations_move() -> None:
    frames = [Image.effect_noise((40, 30), 60) for _frame in range(3)]
    for form in ("GIF", "WEBP", "PNG", "AVIF"):
        out = io.BytesIO()
        frames[0].save(out, form, save_all=True, append_images=frames[1:], duration=90)
        assert is_moving(out)
        assert is_moving(io.BytesIO(strip_metadata(out.getvalue())))
        assert not is_moving(io.BytesIO(encoded(form)))
    assert not is_moving(io.BytesIO(encoded("PNG")))
    assert not is_moving(io.BytesIO(b"text"))


def test_a_picture_of_too_many_bytes_is_refused() -> None:
    content = encoded("PNG")
    assert check_picture(io.BytesIO(content), "small.png", max_bytes=len(content)).form == "PNG"
    with pytest.raises(NotAPicture, match=r"large\.png.*larger than"):
        check_picture(io.BytesIO(content), "large.png", max_bytes=len(content) - 1)
