"""Wagtail's admin forms for media, with the same checks as our own forms."""

from typing import Any

from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from imaging.fields import check_upload


class CheckedImageField(WagtailImageField):
    def to_python(self, data: Any) -> Any:
        if data:
            # Before Wagtail's own checks, which decode the picture before they look at its dimensions.
            check_upload(data)
        return super().to_python(data)


class PictureForm(BaseImageForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if field := self.fields.get("file"):
            self.fields["file"] = CheckedImageField(
                label=field.label, required=field.required, widget=field.widget, help_text=field.help_text
            )
