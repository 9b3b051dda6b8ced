"""Pictures, files and recordings, in private storage. Only `media.views` serves them, after checking the audience."""

import hashlib
from contextlib import suppress
from io import BytesIO
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.images import ImageFile
from django.db import models, transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from modelsearch import index
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image

from imaging.checks import one_at_a_time
from imaging.formats import ending_of
from imaging.metadata import strip_metadata
from media.signatures import HEAD_BYTES, is_what_it_says
from people.audiences import STAFF, audience_token
from people.models import Space, person_token
from text import phrases
from text.slugs import slug_or


class InSpace(models.Model):
    """Media belong to a space. Who can see them depends on the space, or on the page that they were added to.

    Until a page that shows it is saved, what a writer has added is for her alone (`pages.media_audience`).
    """

    class Audience(models.TextChoices):
        STAFF = "staff", phrases.EVERYONE_IN_SPACE
        SPACE = "space", phrases.ONLY_MEMBERS
        WRITER = "writer", _("Only the person who added it")

    #: The column with the person who added it.
    added_by: ClassVar[str] = "uploaded_by_user_id"

    space = models.ForeignKey(Space, verbose_name=_("space"), on_delete=models.PROTECT, null=True, blank=True)
    audience = models.CharField(phrases.WHO_CAN_SEE, max_length=8, choices=Audience, default=Audience.STAFF)
    audience_token = models.CharField(max_length=32, db_index=True, editable=False, default="")

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.audience == self.Audience.WRITER:
            self.audience_token = person_token(self.writer_id)
        else:
            self.audience_token = audience_token(self.space, self.audience) if self.space_id else STAFF
        # Together with signal handlers, above all the search outbox.
        with transaction.atomic():
            super().save(*args, **kwargs)

    @property
    def writer_id(self) -> int | None:
        number: int | None = getattr(self, self.added_by)
        return number


class Picture(InSpace, AbstractImage):
    admin_form_fields = (*Image.admin_form_fields, "space", "audience")
    search_fields = [*AbstractImage.search_fields, index.FilterField("audience_token")]
    wagtail_reference_index_ignore = True
    # Set by the person who added it, so that nobody is asked again for a description.
    is_decorative = models.BooleanField(_("only decoration"), default=False)

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        file: Any = self.file
        if file and not file._committed:
            self._strip_file(file)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return self.rendition_url(0)

    def rendition_url(self, width: int) -> str:
        """The address at one of `media.views.PICTURE_WIDTHS`; the rendition is made on the first request."""
        return f"/media/pictures/{self.pk}/{width}/{self.public_name}"

    @property
    def thumbnail(self) -> str:
        return self.rendition_url(160)

    @property
    def srcset(self) -> str:
        """The sizes for `srcset`, so that a phone on a slow connection loads a small one."""
        sizes = [(width, width) for width in (400, 800, 1600) if width < self.width]
        sizes += [(0, self.width)] if self.width <= 1600 else []
        return ", ".join(f"{self.rendition_url(rendition)} {width}w" for rendition, width in sizes)

    @property
    def public_name(self) -> str:
        stem, _dot, ending = self.file.name.rpartition(".")
        return f"{slug_or(self.title, 'picture', longest=60)}.{ending.lower() if stem else 'bin'}"

    def generate_rendition_file(self, filter: Any, *, source: Any = None) -> Any:
        with one_at_a_time:
            return super().generate_rendition_file(filter, source=source)

    def _strip_file(self, file: Any) -> None:
        file.seek(0)
        content = file.read()
        file.seek(0)
        # A file that cannot be read is stored as it is.
        with suppress(ValueError):
            shorter = strip_metadata(content)
            if shorter != content:
                self.file = ImageFile(BytesIO(shorter), name=file.name)
                self._set_image_file_metadata()


class PictureRendition(AbstractRendition):
    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)

    @property
    def url(self) -> str:
        return f"/media/renditions/{self.pk}/{self.file.name.rpartition('/')[2]}"


class Attachment(InSpace, AbstractDocument):
    admin_form_fields = (*Document.admin_form_fields, "space", "audience")
    search_fields = [*AbstractDocument.search_fields, index.FilterField("audience_token")]
    wagtail_reference_index_ignore = True

    class Meta(AbstractDocument.Meta):
        verbose_name = _("file")
        verbose_name_plural = _("files")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/media/files/{self.pk}/{self.filename}"

    def clean(self) -> None:
        super().clean()
        file: Any = self.file
        if file and not file._committed:
            file.seek(0)
            head = file.read(HEAD_BYTES)
            file.seek(0)
            if not is_what_it_says(file.name, head):
                words = _("“%(name)s” is not the kind of file that its name says. Choose another file.")
                raise ValidationError({"file": words % {"name": self.filename}})

    @property
    def url(self) -> str:
        return self.get_absolute_url()

    @property
    def facts(self) -> str:
        """Its type and size, as readers see them behind a link: "PDF, 1.2 MB"."""
        size = self.file_size or self.get_file_size()
        return ", ".join(filter(None, (ending_of(self.filename).upper(), filesizeformat(size) if size else "")))


class Recording(InSpace):
    added_by = "uploaded_by_id"
    title = models.CharField(_("title"), max_length=255)
    file = models.FileField(_("file"), upload_to="recordings/%Y/", max_length=500)
    media_type = models.CharField(_("media type"), max_length=100)
    length = models.PositiveBigIntegerField(_("length in bytes"))
    duration = models.FloatField(_("duration in seconds"), null=True, blank=True)
    sha256 = models.CharField(max_length=64, db_index=True, blank=True, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="recordings"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        # The end of the hash makes a new address for a new file, so that no player mixes two (RFC 9110 If-Range).
        return f"/media/recordings/{self.pk}/{self.sha256[:8] or '0'}/{self.public_name}"

    @property
    def is_video(self) -> bool:
        return self.media_type.startswith("video/")

    @property
    def public_name(self) -> str:
        stem, _dot, ending = self.file.name.rpartition(".")
        return f"{slug_or(self.title, 'recording', longest=60)}.{ending.lower() if stem else 'bin'}"

    def digest(self) -> str:
        digest = hashlib.sha256()
        with self.file.open("rb") as stream:
            for piece in iter(lambda: stream.read(1 << 20), b""):
                digest.update(piece)
        return digest.hexdigest()
