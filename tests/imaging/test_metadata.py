"""Stored pictures have lost place, time and camera, with no visible difference."""

import io
from contextlib import suppress

import pytest
from django.core.files.images import ImageFile
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from imaging.metadata import strip_metadata
from media.models import Picture
from tests.factories.pictures import with_metadata

TOLD = (b"SECRET", b"2024:01", b"xmpmeta")
KINDS = [
    ("JPEG", {"quality": 90}),
    ("JPEG", {"quality": 70, "progressive": True}),
    ("JPEG", {"icc_profile": ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()}),
    ("PNG", {}),
    ("WEBP", {"lossless": True}),
    ("WEBP", {"quality": 80}),
    ("GIF", {}),
    ("AVIF", {}),
]


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("form, options", KINDS)
@pytest.mark.parametrize("orientation", [1, 6])
def test_only_the_picture_is_left(form: str, options: dict, orientation: int) -> None:
    before = with_metadata(form, orientation=orientation, **options)
    after = strip_metadata(before)
    assert not [words for words in TOLD if words in after]
    assert strip_metadata(after) == after
    old, new = opened(before), opened(after)
    assert (new.format, getattr(new, "n_frames", 1)) == (form, getattr(old, "n_frames", 1))
    assert dict(new.getexif()) in ({}, {0x0112: orientation})
    if form != "AVIF":
        assert new.size == old.size
        assert new.getexif().get(0x0112, 1) == old.getexif().get(0x0112, 1), "it stands as it was held"
        assert new.convert("RGB").tobytes() == old.convert("RGB").tobytes(), "not a pixel differs"
        assert new.info.get("icc_profile") == old.info.get("icc_profile")
        assert new.info.get("loop") == old.info.get("loop")


def test_what_a_bad_line_cut_off_tells_as_little() -> None:
    whole = with_metadata("JPEG").removesuffix(b"SECRETFILM")
    for missing in (1, 2, 40, 400):
        assert not [words for words in TOLD if words in strip_metadata(whole[:-missing])]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
@given(data=st.data())
def test_a_damaged_picture_is_refused_or_read_but_never_breaks(form: str, data: st.DataObject) -> None:
    content = bytearray(WHOLE.setdefault(form, with_metadata(form, (8, 8))))
    for _change in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(ValueError):
        strip_metadata(bytes(content[: data.draw(st.integers(1, len(content)))]))


WHOLE: dict[str, bytes] = {}


@pytest.mark.django_db
def test_what_is_uploaded_loses_it_wherever_it_comes_in(house, client):
    photo = with_metadata("JPEG")
    picture = Picture(title="Harbour", space=house.digital, file=ImageFile(io.BytesIO(photo), name="IMG_1.jpg"))
    picture.save()
    client.force_login(house.mary)
    profile = {"first_name": "Mary", "last_name": "Example", "job_title": "", "about": "", "skills": ""}
    client.post("/people/mary/-/edit/", {**profile, "photo": SimpleUploadedFile("me.jpg", photo)})
    house.mary.refresh_from_db()
    draft = client.post(
        "/spaces/digital-services/blog/-/new/",
        {
            "title": "Harbour",
            "body": "x",
            "action": "add_files",
            "files_to_add": SimpleUploadedFile("IMG_2.jpg", photo),
        },
    )
    assert draft.status_code == 200
    kept = Picture.objects.latest("pk")
    for address in (
        picture.get_absolute_url(),
        picture.rendition_url(800),
        kept.get_absolute_url(),
        f"/media/photos/mary/{house.mary.photo.name.rpartition('/')[2]}",
    ):
        response = client.get(address)
        assert response.status_code == 200, address
        content = b"".join(response.streaming_content)
        assert opened(content).format == "JPEG"
        assert not [words for words in TOLD if words in content], address
    for one in (picture, kept):
        assert one.file_size == one.file.size < len(photo)
        assert (one.width, one.height) == (97, 61)
