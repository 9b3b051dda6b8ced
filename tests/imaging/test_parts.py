"""A picture with a huge number of parts costs no more than its bytes before it is refused; a real one passes."""

import io
import time
from collections.abc import Callable

import pytest
from PIL import Image

from imaging.checks import NotAPicture, check_picture
from imaging.parts import has_too_many
from limits import PICTURE_PARTS
from tests.factories.pictures import with_metadata


def plain(form: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30)).save(out, form)
    return out.getvalue()


JPEG, PNG, GIF, WEBP = (plain(form) for form in ("JPEG", "PNG", "GIF", "WEBP"))
MANY: dict[str, tuple[str, Callable[[int], bytes]]] = {
    "empty segments": ("a.jpg", lambda n: JPEG[:2] + b"\xff\xe1\x00\x02" * n + JPEG[2:]),
    "segments without a length": ("a.jpg", lambda n: JPEG[:2] + b"\xff\x01" * n + JPEG[2:]),
    "filling bytes": ("a.jpg", lambda n: JPEG[:2] + b"\xff" * n + JPEG[2:]),
    "empty chunks": ("a.png", lambda n: PNG[:33] + b"\0\0\0\0abCd\0\0\0\0" * n + PNG[33:]),
    "empty extensions": ("a.gif", lambda n: GIF[:13] + b"!\xfe\0" * n),
    "blocks of one byte": ("a.gif", lambda n: GIF[:13] + b"!\xfe" + b"\x01a" * n + b"\0"),
    "pixels byte by byte": ("a.gif", lambda n: GIF[:13] + b"," + bytes(8) + b"\0\x02" + b"\x01a" * n + b"\0;"),
    "nothing at all": ("a.gif", lambda n: GIF[:13] + b"\0" * n),
    "chunks of nothing": ("a.webp", lambda n: WEBP[:12] + b"junk\0\0\0\0" * n + WEBP[12:]),
}


@pytest.mark.parametrize("kind", MANY)
def test_very_many_parts_are_refused_by_name_at_once(kind: str) -> None:
    name, made = MANY[kind]
    assert not has_too_many(io.BytesIO(made(10)))
    content = made(1_000_000)
    began = time.process_time()
    with pytest.raises(NotAPicture, match=name):
        check_picture(io.BytesIO(content), name)
    assert time.process_time() - began < 3


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "AVIF"])
def test_real_pictures_are_made_of_few(form: str) -> None:
    whole = with_metadata(form, (1_200, 900))
    for end in (len(whole), len(whole) // 2, 20, 9, 0):
        assert not has_too_many(io.BytesIO(whole[:end]))


def test_a_long_animation_is_taken() -> None:
    out = io.BytesIO()
    frames = [Image.new("P", (4, 4), number % 250) for number in range(3_000)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    assert check_picture(io.BytesIO(out.getvalue()), "a.gif").form == "GIF"
    assert PICTURE_PARTS > 3_000 * 4
