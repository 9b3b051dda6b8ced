"""A picture that takes long to decode does not block writers of pages, whichever admin form it is uploaded by."""

import io
import threading
import time
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from PIL import Image

from imaging import checks
from intranet.admin_door import UPLOADS
from media.models import Picture
from pages.locking import writing_pages
from search.models import OutboxEntry


def upload(name: str) -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Image.new("RGB", (60, 40), (1, 2, len(name))).save(buffer, "PNG")
    return SimpleUploadedFile("photo.png", buffer.getvalue(), content_type="image/png")


@pytest.mark.parametrize(
    "name",
    [
        *("wagtailimages:add", "wagtailimages:add_multiple", "wagtailimages_chooser:create"),
        *("wagtaildocs:add", "wagtaildocs:add_multiple", "wagtaildocs_chooser:create"),
    ],
)
def test_every_form_that_takes_a_new_file_is_known(name: str) -> None:
    assert UPLOADS.match(reverse(name))


@pytest.mark.parametrize("name", ["wagtailimages:index", "wagtailadmin_pages:add_subpage", "wagtaildocs:index"])
def test_what_writes_else_is_not_among_them(name: str) -> None:
    assert not UPLOADS.match(reverse(name, args=[1] if "subpage" in name else []))
    assert not UPLOADS.match("/admin/images/5/")


@pytest.mark.parametrize(("name", "field"), [("wagtailimages:add", "file"), ("wagtailimages:add_multiple", "files[]")])
def test_a_page_is_saved_while_a_picture_is_decoded(
    committed_house: Any, monkeypatch: pytest.MonkeyPatch, name: str, field: str
) -> None:
    decoding, saved = threading.Event(), threading.Event()
    decoded = checks._decoded

    def slowly(*arguments: Any) -> Any:
        assert not connection.in_atomic_block
        decoding.set()
        assert saved.wait(30), "the save waited for the picture"
        return decoded(*arguments)

    def save() -> None:
        try:
            assert decoding.wait(30)
            with writing_pages():
                pass
            saved.set()
        finally:
            connections.close_all()

    monkeypatch.setattr(checks, "_decoded", slowly)
    client = Client()
    client.force_login(committed_house.ada)
    other = threading.Thread(target=save)
    other.start()
    more = {"title": "A photo", "collection": "1", "audience": "staff"}
    began = time.monotonic()
    response = client.post(reverse(name), {**more, field: upload(name)}, headers={"x-requested-with": "XMLHttpRequest"})
    other.join()
    assert response.status_code in {200, 302}, response.content[:500]
    assert time.monotonic() - began < 30
    picture = Picture.objects.order_by("pk").last()
    if picture is None:
        # Of several at once the fields are asked for afterwards.
        assert name == "wagtailimages:add_multiple"
        return
    assert OutboxEntry.objects.filter(key__endswith=f":{picture.pk}").exists()
