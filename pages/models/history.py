"""A page's changes, links, and former titles and addresses."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from text.titles import MAX_KEY


class Version(models.Model):
    """One row whose value is new after each change of any page (`pages.version`)."""

    value = models.CharField(max_length=24)

    class Meta:
        verbose_name = _("version of all pages")
        verbose_name_plural = _("versions of all pages")

    def __str__(self) -> str:
        return self.value


class Change(models.Model):
    """One saved change as people see it: who, when, why. Its text is the Wagtail revision."""

    page = models.ForeignKey("pages.BasePage", on_delete=models.CASCADE, related_name="changes")
    revision = models.OneToOneField("wagtailcore.Revision", on_delete=models.CASCADE, related_name="change")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="changes")
    editor_name = models.CharField(_("name of an editor who has no account"), max_length=200, blank=True)
    note = models.CharField(_("what changed"), max_length=300, blank=True)
    minor = models.BooleanField(_("minor change"), default=False)
    published = models.BooleanField(default=True)
    at = models.DateTimeField(db_index=True)
    # Who could read the page when this was saved; "" is nobody.
    audience_token = models.CharField(max_length=32, blank=True, default="", editable=False)

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["page", "-at"], name="change_newest_of_page")]

    def __str__(self) -> str:
        return f"{self.page_id} at {self.at:%Y-%m-%d %H:%M}"


class PageLink(models.Model):
    """A link to another page on this site; `to_page` is NULL for a red link."""

    page = models.ForeignKey("pages.BasePage", on_delete=models.CASCADE, related_name="links")
    to_page = models.ForeignKey("pages.BasePage", on_delete=models.SET_NULL, null=True, related_name="backlinks")
    target = models.CharField(_("as typed"), max_length=500)
    # What a new page must match to turn a red link live: `<space>:<path or title in slug form>`, or the address
    # of a link typed as an address, which starts with a slash, as the name of a space never does.
    key = models.CharField(max_length=500, db_index=True)
    fragment = models.CharField(max_length=200, blank=True)
    text = models.CharField(_("link text"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")

    def __str__(self) -> str:
        return f"{self.page_id} → {self.target}"


class FormerTitle(models.Model):
    """A former title of a published page, by which links still find it if no page has the title now.

    It reveals the title only to people who could read it then: `audience_token` is from the time it changed.
    """

    page = models.ForeignKey("pages.BasePage", on_delete=models.CASCADE, related_name="former_titles")
    title_key = models.CharField(max_length=MAX_KEY, db_index=True)
    audience_token = models.CharField(max_length=32, editable=False)
    left_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("former title")
        verbose_name_plural = _("former titles")
        constraints = [models.UniqueConstraint(fields=["page", "title_key"], name="one_former_title_a_page_and_title")]

    def __str__(self) -> str:
        return self.title_key


class FormerAddress(models.Model):
    """A former address. One row per moved page also covers the pages below, by longest prefix."""

    url_path = models.CharField(max_length=2000, unique=True)
    page = models.ForeignKey("pages.BasePage", on_delete=models.CASCADE, related_name="former_addresses")
    # Who could read the page at this address, which reveals its title; "" for a draft, seen only by its editors.
    audience_token = models.CharField(max_length=32, blank=True, default="", editable=False)
    left_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")

    def __str__(self) -> str:
        return self.url_path
