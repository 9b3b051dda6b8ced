"""Drafts, which are what people have typed into forms and not saved yet; and templates of a space."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from limits import PATH_CHARACTERS
from people.keys import SortKeyField


class Draft(models.Model):
    """The fields of one form as one person has typed them. Nobody else can see it, not even administrators.

    It is not a revision, because the history shows what readers could see. Its `base_revision` is among the fields, so
    publishing it later is merged like any other save.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField(default=uuid.uuid4)
    # What the form edits, wherever it moves to; without one, the form creates a page or is about something else.
    page = models.ForeignKey(
        settings.WAGTAIL_PAGE_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    path = models.CharField(max_length=PATH_CHARACTERS)
    heading = models.CharField(max_length=255, blank=True, default="")
    title = models.CharField(max_length=255, blank=True, default="")
    fields = models.JSONField(default=dict)
    size = models.PositiveIntegerField(default=0)
    # Which opening of the form saved last, and the number of that save. A form that has not seen it may not overwrite it.
    tab = models.CharField(max_length=32, default="")
    turn = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(default=timezone.now, db_index=True)

    # What a page's usage lists in Wagtail's admin others can see.
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering = ["-saved_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="one_draft_a_person_and_key")]

    def __str__(self) -> str:
        return f"{self.key} of {self.person_id}"

    @property
    def stamp(self) -> str:
        """What a form that shows this draft lies upon; the form posts it as `draft`."""
        return f"{self.key}:{self.tab}:{self.turn}"

    @property
    def has_lost_its_page(self) -> bool:
        return self.page_id is None and self.path.startswith("/spaces/") and self.path.endswith("/-/edit/")


class TextTemplate(models.Model):
    """A text that new pages of a space can begin with, written by its editors."""

    space = models.ForeignKey("people.Space", on_delete=models.CASCADE, related_name="text_templates")
    name = models.CharField(_("name"), max_length=100)
    description = models.CharField(_("what it is for"), max_length=200, blank=True)
    body = models.TextField(_("text"))
    sort_key = SortKeyField(of=("name",))
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    edited_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("template")
        verbose_name_plural = _("templates")
        constraints = [models.UniqueConstraint(fields=["space", "name"], name="one_template_a_space_and_name")]

    def __str__(self) -> str:
        return self.name
