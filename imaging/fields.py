"""The field of every form that takes a picture."""

from typing import Any

from django import forms

from imaging.checking import NotAPicture, check_picture
from imaging.formats import ACCEPT, HEAD_BYTES, first_brand
from limits import PICTURE_BYTES


class PictureField(forms.FileField):
    """A file that is refused by name unless it is the picture its name promises; `upload.checked` says what it is."""

    def __init__(self, *, max_bytes: int = PICTURE_BYTES, widget: Any = None, **kwargs: Any) -> None:
        self.max_bytes = max_bytes
        super().__init__(widget=widget or forms.FileInput(attrs={"accept": ACCEPT}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        # What exists already, and a mark that it is to be cleared, pass through.
        if upload and upload is data:
            check_upload(upload, max_bytes=self.max_bytes)
        return upload


def check_upload(upload: Any, *, max_bytes: int = PICTURE_BYTES) -> None:
    """Checks the file of a form, gives it the name it is best kept by, or raises `ValidationError`."""
    try:
        upload.checked = check_picture(upload, upload.name, max_bytes=max_bytes)
    except NotAPicture as refusal:
        raise forms.ValidationError(str(refusal)) from refusal
    upload.name = upload.checked.name
    upload.seek(0)
    if brand := first_brand(upload.read(HEAD_BYTES)):
        # Its place among the brands, which are behind it as they were.
        upload.seek(8)
        upload.file.write(brand)
    upload.seek(0)
