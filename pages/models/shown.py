"""Which pictures, files and recordings a page shows or once showed."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Shown(models.Model):
    """That a page names a picture, file or recording in its text or fields, or once did; kept by `pages.media_audience`.

    Old versions go on showing what was edited out of the newest, so its bytes are for whom the page is for.
    """

    page = models.ForeignKey("pages.BasePage", on_delete=models.CASCADE, related_name="shown")
    kind = models.CharField(max_length=10)
    number = models.PositiveBigIntegerField()
    # Of the page's own space: a number that somebody typed decides nothing about the media of another.
    own = models.BooleanField(default=False)
    # In the text or fields that the page has now.
    now = models.BooleanField(default=True)
    # It was in the text while all staff could read the page.
    was_open = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("shown media")
        verbose_name_plural = _("shown media")
        constraints = [models.UniqueConstraint(fields=["page", "kind", "number"], name="one_row_a_page_and_media")]
        indexes = [models.Index(fields=["kind", "number"], name="shown_of_media")]

    def __str__(self) -> str:
        return f"{self.page_id} shows {self.kind}:{self.number}"
