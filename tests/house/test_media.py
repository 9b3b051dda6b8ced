"""Files leave the house through one view, which asks the door and speaks HTTP well."""

import io

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from pages.models import Attachment, Picture, Recording
from tests.factories.pages import House

pytestmark = pytest.mark.django_db


def png(width: int = 900, height: int = 600) -> ContentFile:
    stream = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(stream, "PNG")
    return ContentFile(stream.getvalue(), "harbour.png")


def recording(house: House, **fields) -> Recording:
    fields.setdefault("space", house.digital)
    sound = bytes(range(256)) * 40
    item = Recording(title="Harbour", media_type="audio/mpeg", length=len(sound), **fields)
    item.file.save("harbour.mp3", ContentFile(sound), save=False)
    item.sha256 = item.digest()
    item.save()
    return item


def test_media_of_a_closed_space_are_404_for_others(house, client):
    picture = Picture(title="Control room", space=house.operations, file=png())
    picture.save()
    attachment = Attachment(title="Plan", space=house.operations, file=ContentFile(b"%PDF-1.4", "plan.pdf"))
    attachment.save()
    items = [picture.rendition_url(800), picture.get_absolute_url(), attachment.get_absolute_url()]
    items += [picture.get_rendition("width-100").url, recording(house, space=house.operations).get_absolute_url()]
    for person, status in [(house.linus, 200), (house.ada, 200), (house.mary, 404), (house.otto, 404)]:
        client.force_login(person)
        assert [client.get(url).status_code for url in items] == [status] * len(items), person
    client.logout()
    assert {client.get(url).status_code for url in items} == {302}


def test_closing_a_space_closes_its_media_at_once(house, client):
    url = recording(house).get_absolute_url()
    client.force_login(house.otto)
    assert client.get(url).status_code == 200
    house.digital.see = "members"
    house.digital.save()
    assert client.get(url).status_code == 404


def test_a_player_gets_the_range_it_asks_for(house, client):
    item = recording(house)
    client.force_login(house.otto)
    whole = b"".join(client.get(item.get_absolute_url()).streaming_content)
    assert len(whole) == item.length

    def ask(value, **headers):
        return client.get(item.get_absolute_url(), headers={"Range": value, **headers})

    part = ask("bytes=10-19")
    assert (part.status_code, part["Content-Range"], part["Content-Length"]) == (206, "bytes 10-19/10240", "10")
    assert b"".join(part.streaming_content) == whole[10:20]
    assert b"".join(ask("bytes=-5").streaming_content) == whole[-5:]
    assert b"".join(ask("bytes=10230-").streaming_content) == whole[10230:]
    assert ask("bytes=99999-").status_code == 416
    assert ask("bytes=99999-")["Content-Range"] == "bytes */10240"
    assert ask("bytes=20-10").status_code == 200
    assert ask("bytes=0-1,5-6").status_code == 200
    assert ask("bytes=0-1", **{"If-Range": '"another"'}).status_code == 200
    assert ask("bytes=0-1", **{"If-Range": part["ETag"]}).status_code == 206


def test_head_and_304_send_no_body(house, client):
    item = recording(house)
    client.force_login(house.otto)
    head = client.head(item.get_absolute_url())
    assert (head.status_code, head["Content-Length"], head["Content-Type"]) == (200, "10240", "audio/mpeg")
    assert client.get(item.get_absolute_url(), headers={"If-None-Match": head["ETag"]}).status_code == 304
    assert client.get(item.get_absolute_url(), headers={"If-Modified-Since": head["Last-Modified"]}).status_code == 304


def test_pictures_are_made_in_a_few_widths_only(house, client):
    picture = Picture(title="Harbour", space=house.digital, file=png())
    picture.save()
    client.force_login(house.otto)
    assert client.get(f"/media/pictures/{picture.pk}/400/x.png").status_code == 200
    assert client.get(f"/media/pictures/{picture.pk}/401/x.png").status_code == 404


def test_a_file_is_downloaded_and_never_run_as_a_page_of_the_site(house, client):
    page = Attachment(title="Page", space=house.digital, file=ContentFile(b"<script>1</script>", "page.html"))
    page.save()
    client.force_login(house.otto)
    response = client.get(page.get_absolute_url())
    assert response["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"


def test_behind_nginx_the_bytes_are_left_to_it(house, client, settings):
    settings.INTRANET_X_ACCEL = True
    item = recording(house)
    client.force_login(house.otto)
    response = client.get(item.get_absolute_url())
    assert response["X-Accel-Redirect"] == f"/-/media/{item.file.name}"
    assert response.content == b""
