"""Wiki pages; the root of a space's wiki is the one with the slug `wiki` below its front page."""

from django.utils.translation import gettext_lazy as _

from pages.models import BasePage


class WikiPage(BasePage):
    kind = "wiki"
    kind_label = _("Wiki page")
    parent_page_types = ["pages.SpacePage", "wiki.WikiPage"]
    subpage_types = ["wiki.WikiPage"]

    class Meta:
        verbose_name = _("wiki page")
        verbose_name_plural = _("wiki pages")
