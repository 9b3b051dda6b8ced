"""Landing pages: the home page, the list of spaces and the front page of a space."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from pages.kinds import ContentKind
from pages.models.base import BasePage


class LinkBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("text"), max_length=100)
    address = blocks.CharBlock(label=_("address"), max_length=500, help_text=_("Starts with / or https://"))

    def clean(self, value: dict[str, str]) -> dict[str, str]:
        cleaned = super().clean(value)
        if not cleaned["address"].startswith(("/", "https://", "http://")):
            raise blocks.StructBlockValidationError(
                {"address": blocks.stream_block.ValidationError(_("Enter an address that starts with / or https://."))}
            )
        return cleaned


class LandingBlocks(blocks.StreamBlock):
    """The blocks of a landing page. Text is Markdown, rendered like any other."""

    text = blocks.TextBlock(label=_("text"), max_length=20_000)
    links = blocks.ListBlock(LinkBlock(), label=_("links"))


class HomePage(BasePage):
    max_count = 1
    subpage_types = ["pages.SpaceIndexPage"]

    class Meta:
        verbose_name = _("home page")


class SpaceIndexPage(BasePage):
    max_count = 1
    parent_page_types = ["pages.HomePage"]
    subpage_types = ["pages.SpacePage"]

    class Meta:
        verbose_name = _("list of spaces")


class SpacePage(BasePage):
    kind = ContentKind(name="space", label=_("Space"), holds_others=True)
    intro = StreamField(LandingBlocks(), blank=True, verbose_name=_("introduction"))
    parent_page_types = ["pages.SpaceIndexPage"]
    content_panels = [*BasePage.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("space front page")
        constraints: list[models.BaseConstraint] = []
