"""Which pictures, files and recordings a page shows or has shown."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Shown(models.Model):
    """A picture, file or recording that a page shows in its text or fields, or did; see `pages.media_audience`.

    Old versions still show what was edited out, so its audience is that of the page.
    """

    page = models.ForeignKey("pages.BasePage", on_delete=models.CASCADE, related_name="shown")
    kind = models.CharField(max_length=10)
    number = models.PositiveBigIntegerField()
    # Of the page's own space: typing a number must not change the audience of media elsewhere.
    own = models.BooleanField(default=False)
    # In the current text or fields.
    now = models.BooleanField(default=True)
    # Shown while all staff could read the page.
    was_open = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("shown media")
        verbose_name_plural = _("shown media")
        constraints = [models.UniqueConstraint(fields=["page", "kind", "number"], name="one_row_a_page_and_media")]
        indexes = [models.Index(fields=["kind", "number"], name="shown_of_media")]

    def __str__(self) -> str:
        return f"{self.page_id} shows {self.kind}:{self.number}"
