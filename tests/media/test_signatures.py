"""A file with a false type is refused by every form of Wagtail's admin that accepts one."""

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from media.models import Attachment
from media.signatures import is_what_it_says


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "a")
    return buffer.getvalue()


PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00" + b"\0" * 600
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
CONTENTS = {
    "program": PROGRAM,
    "program and pdf": PROGRAM + PDF,
    "elf": b"\x7fELF\x02\x01\x01\0" + b"\0" * 80,
    "script": b"#!/bin/sh\nrm -rf /\n",
    "pdf": PDF,
    "pdf after others": b"\x1b%-12345X@PJL\r\n" + PDF,
    "zip": zipped(),
    "zip and pdf": zipped() + PDF,
    "rtf": b"{\\rtf1 Hello}",
    "text": "Größe;2\n".encode(),
    "utf-16": "Größe;2\n".encode("utf-16"),
    "empty": b"",
    "png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
}
PACKED = ("docx", "xlsx", "pptx", "odt", "ods", "odp", "epub", "key", "zip")
#: Nothing tells one text from another; a script is a text.
TEXTS = ("txt", "csv", "md", "json", "ics")
TRUE: dict[str, frozenset[str]] = {
    "pdf": frozenset({"pdf", "pdf after others"}),
    "rtf": frozenset({"rtf"}),
    **dict.fromkeys(PACKED, frozenset({"zip", "zip and pdf"})),
    **dict.fromkeys(TEXTS, frozenset({"text", "utf-16", "rtf", "script", "empty", "pdf", "pdf after others"})),
}


@pytest.mark.parametrize("ending", TRUE)
def test_each_ending_takes_its_own_content_and_no_other(ending: str) -> None:
    assert {name for name, content in CONTENTS.items() if is_what_it_says(f"a.{ending}", content)} == TRUE[ending]
    assert {name for name, content in CONTENTS.items() if is_what_it_says(f"A.{ending.upper()}", content)} == TRUE[
        ending
    ]


def test_every_ending_that_is_taken_is_known(settings: Any) -> None:
    assert set(settings.WAGTAILDOCS_EXTENSIONS) == set(TRUE)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("form", "field"),
    [
        ("wagtaildocs:add", "file"),
        ("wagtaildocs:add_multiple", "files[]"),
        ("wagtaildocs_chooser:create", "document-chooser-upload-file"),
    ],
)
@pytest.mark.parametrize("lies", [True, False])
def test_no_form_of_the_admin_takes_a_program_that_is_called_a_pdf(
    house: Any, client: Client, form: str, field: str, lies: bool
) -> None:
    client.force_login(house.ada)
    prefix = "document-chooser-upload-" if "chooser" in form else ""
    sent = {
        field: SimpleUploadedFile("plan.pdf", PROGRAM if lies else PDF, "application/pdf"),
        f"{prefix}title": "Plan",
        f"{prefix}audience": "space",
        f"{prefix}space": str(house.digital.pk),
        f"{prefix}collection": "1",
        "title": "Plan",
    }
    response = client.post(reverse(form), sent, headers={"x-requested-with": "XMLHttpRequest"})
    # Many at once are taken and described afterwards.
    taken = Attachment.objects.exists() or b'"success": true' in response.content
    assert taken is not lies, response.content[:500]
    if lies:
        assert "not the kind of file that its name says" in response.content.decode()
