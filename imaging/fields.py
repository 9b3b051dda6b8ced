"""The form field for pictures."""

from typing import Any

from django import forms

from imaging.checks import NotAPicture, check_picture
from imaging.formats import ACCEPT, HEAD_BYTES, first_brand
from limits import PICTURE_BYTES


class PictureField(forms.FileField):
    """Refuses a file that is not the picture its name says; sets `upload.checked`."""

    def __init__(self, *, max_bytes: int = PICTURE_BYTES, widget: Any = None, **kwargs: Any) -> None:
        self.max_bytes = max_bytes
        super().__init__(widget=widget or forms.FileInput(attrs={"accept": ACCEPT}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        # The stored file, and the marker to clear it, pass through.
        if upload and upload is data:
            check_upload(upload, max_bytes=self.max_bytes)
        return upload


def check_upload(upload: Any, *, max_bytes: int = PICTURE_BYTES) -> None:
    """Check an uploaded file and set the name to store it under, or raise `ValidationError`."""
    try:
        upload.checked = check_picture(upload, upload.name, max_bytes=max_bytes)
    except NotAPicture as refusal:
        raise forms.ValidationError(str(refusal)) from refusal
    upload.name = upload.checked.name
    upload.seek(0)
    if brand := first_brand(upload.read(HEAD_BYTES)):
        # Over the major brand; the compatible brands after it stay.
        upload.seek(8)
        upload.file.write(brand)
    upload.seek(0)
