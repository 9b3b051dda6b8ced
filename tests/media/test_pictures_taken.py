"""Every form that accepts a picture uses the one check: a refusal is never a server error, and nothing typed is lost."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from imaging.formats import PROMISES
from media.models import Picture
from people.models import Person
from syndication.models import Channel
from tests.factories.pictures import with_metadata
from tests.imaging.test_checks import encoded, png_of, two_in_one

CUT = with_metadata("JPEG", size=(400, 300))[:9_000]
BAD = {
    "cut.jpg": CUT,
    "cut.png": with_metadata("PNG", size=(400, 300))[:9_000],
    "bomb.png": png_of(12_500, 12_500),
    "photo.heic": b"\0\0\0\x18ftypheic" + b"\0" * 99,
    "page.png": b"<svg onload=alert(1)>",
    "empty.gif": b"GIF89a",
}
BLOG = "/spaces/digital-services/blog/"
PODCASTS = "/spaces/digital-services/podcasts/"
CHANNEL = {"title": "My channel", "slug": "mine", "description": "typed text", "author": "Us", "language": "en"}
CHANNEL["category"] = "Government"
PLACES = {
    "picture in a text": (f"{BLOG}-/new/", "files_to_add", {"title": "T", "body": "typed text", "action": "add_files"}),
    "lead picture": (f"{BLOG}-/new/", "hero", {"title": "T", "body": "typed text", "action": "publish"}),
    "cover of a show": (f"{PODCASTS}-/new/", "cover", {"title": "T", "body": "typed text", "action": "publish"}),
    "picture of a channel": ("/channels/-/new/", "picture_file", CHANNEL),
    "photo of a person": ("/people/ada/-/edit/", "photo", {"first_name": "Ada", "about": "typed text"}),
    "Wagtail's admin": ("/admin/images/add/", "file", {"title": "typed text", "collection": "1", "audience": "staff"}),
}


@pytest.mark.parametrize(("name", "content"), BAD.items(), ids=BAD)
@pytest.mark.parametrize(("address", "field", "typed"), PLACES.values(), ids=PLACES)
def test_a_bad_picture_is_refused_by_name_and_the_form_comes_back(client, house, address, field, typed, name, content):
    client.force_login(house.ada)
    answer = client.post(address, {**typed, field: SimpleUploadedFile(name, content, "image/png")})
    assert answer.status_code in {200, 422}
    assert name in answer.text
    assert "typed text" in answer.text
    assert not Picture.objects.exists()
    assert not Channel.objects.exists()
    assert not Person.objects.get(username="ada").photo


GOOD = {"two.jpg": two_in_one(), "windows.jfif": encoded("JPEG"), "plain.webp": encoded("WEBP")}


@pytest.mark.parametrize(("name", "content"), GOOD.items(), ids=GOOD)
@pytest.mark.parametrize(("address", "field", "typed"), PLACES.values(), ids=PLACES)
def test_a_good_picture_is_taken_and_served_as_a_picture(client, house, address, field, typed, name, content):
    client.force_login(house.ada)
    answer = client.post(address, {**typed, field: SimpleUploadedFile(name, content)}, follow=True)
    assert answer.status_code == 200
    if picture := Picture.objects.first():
        for width in (0, 160, 800):
            served = client.get(picture.rendition_url(width))
            assert served.status_code == 200
            assert served["Content-Type"] in {"image/jpeg", "image/webp", "image/png"}
    else:
        assert Channel.objects.exists() or Person.objects.get(username="ada").photo


def test_a_photo_is_kept_in_the_size_in_which_it_is_shown(client, house):
    client.force_login(house.ada)
    upload = SimpleUploadedFile("large.jpg", with_metadata("JPEG", size=(3_000, 2_000)), "image/jpeg")
    assert client.post("/people/ada/-/edit/", {"first_name": "Ada", "photo": upload}).status_code == 302
    photo = Person.objects.get(username="ada").photo
    assert max(photo.width, photo.height) == 512
    assert photo.width < photo.height, "held upright, as it was taken"
    assert photo.size < 200_000


def animation(form: str, side: int) -> bytes:
    frames = [Image.effect_noise((side, side // 4), 60) for _frame in range(3)]
    out = io.BytesIO()
    frames[0].save(out, form, save_all=True, append_images=frames[1:], duration=90, loop=0)
    return out.getvalue()


@pytest.mark.parametrize("ending", ["gif", "png", "webp", "avif"])
@pytest.mark.parametrize("side", [400, 1_200])
def test_an_animation_moves_in_a_text_however_wide_it_is(client, house, side, ending):
    client.force_login(house.grace)
    form = PROMISES[ending]
    upload = SimpleUploadedFile(f"moves.{ending}", animation(form, side), f"image/{ending}")
    client.post(f"{BLOG}-/new/", {"title": "T", "body": "x", "action": "add_files", "files_to_add": upload})
    picture = Picture.objects.get()
    served = client.get(picture.rendition_url(800))
    assert served["Content-Type"] == f"image/{ending}"
    with Image.open(io.BytesIO(served.getvalue())) as shown:
        assert shown.n_frames == 3
    small = client.get(picture.rendition_url(160))
    assert small.status_code == 200
    with Image.open(io.BytesIO(small.getvalue())) as shown:
        assert shown.width <= 160
