"""Deleted pages, which stay in the bin for a while."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Deletion(models.Model):
    """A page that somebody deleted, with all pages below it; see `pages.deleting`."""

    top = models.OneToOneField("pages.BasePage", on_delete=models.CASCADE, related_name="deletion")
    # Where it was. Its own row has no space any more.
    space = models.ForeignKey("people.Space", on_delete=models.PROTECT, related_name="deletions")
    parent = models.ForeignKey("pages.BasePage", on_delete=models.SET_NULL, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="deletions")
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("deletion")
        verbose_name_plural = _("deletions")
        indexes = [models.Index(fields=["space", "-at"], name="deletion_newest_of_space")]

    def __str__(self) -> str:
        return f"{self.top_id} at {self.at:%Y-%m-%d %H:%M}"


class DeletedPage(models.Model):
    """What a page in the bin was: restoring it needs this, and its readers are told that it is deleted."""

    deletion = models.ForeignKey(Deletion, on_delete=models.CASCADE, related_name="pages")
    page = models.OneToOneField("pages.BasePage", on_delete=models.CASCADE, related_name="deleted")
    url_path = models.CharField(max_length=2000)
    # Who could read it there; "" for a draft.
    audience_token = models.CharField(max_length=32, blank=True, default="")
    source_path = models.CharField(max_length=500, null=True)

    class Meta:
        verbose_name = _("deleted page")
        verbose_name_plural = _("deleted pages")
        indexes = [models.Index(fields=["url_path"], name="deleted_page_by_address")]

    def __str__(self) -> str:
        return self.url_path
