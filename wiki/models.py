"""Wiki pages. The root of a space's wiki has the slug `wiki`, below the space's front page."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import PageManager

from pages.kinds import ContentKind, News, Room
from pages.models import BasePage
from wiki.querysets import WikiPageQuerySet

# "/home/spaces/<space>/wiki/" split at its slashes.
DEPTH_IN_ADDRESS = 5


class WikiPage(BasePage):
    kind = ContentKind(
        name="wiki",
        label=_("Wiki page"),
        news=News.SITE,
        nests=True,
        room=Room("wiki", _("Wiki"), write_label=_("New wiki page")),
    )
    parent_page_types = ["pages.SpacePage", "wiki.WikiPage"]
    subpage_types = ["wiki.WikiPage"]

    objects = PageManager.from_queryset(WikiPageQuerySet)()

    class Meta:
        verbose_name = _("wiki page")
        verbose_name_plural = _("wiki pages")

    @property
    def wiki_path(self) -> str:
        """The slugs below the root of the wiki; "" for the root itself."""
        return "/".join(self.url_path.split("/")[DEPTH_IN_ADDRESS:-1])

    @property
    def is_root_of_wiki(self) -> bool:
        return not self.wiki_path

    @property
    def ancestor_paths(self) -> list[str]:
        parts = self.url_path.split("/")
        return ["/".join(parts[:end]) + "/" for end in range(DEPTH_IN_ADDRESS, len(parts) - 1)]


class ChildOrder(models.Model):
    """The order that editors gave to the pages below one page; those it does not name follow by title.

    Beside the pages, because it is no part of a version: who restores an old text does not restore an old order.
    """

    page = models.OneToOneField(WikiPage, on_delete=models.CASCADE, primary_key=True, related_name="child_order")
    pages = models.JSONField(default=list)

    class Meta:
        verbose_name = _("order of the pages below")
        verbose_name_plural = _("orders of the pages below")

    def __str__(self) -> str:
        return str(self.page)
