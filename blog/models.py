"""A space's blog and its posts."""

from dataclasses import replace
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import PageManager

from blog.querysets import BlogPostQuerySet
from media.models import Picture
from pages.feed_entry import FeedEntry
from pages.kinds import ContentKind, News, Room
from pages.models import BasePage

#: Words per minute of an adult who reads English silently (Brysbaert 2019, doi:10.1016/j.jml.2019.104047).
WORDS_PER_MINUTE = 238


class BlogIndexPage(BasePage):
    kind = ContentKind(room=Room("blog", _("Blog"), write_label=_("Write a post")))
    parent_page_types = ["pages.SpacePage"]
    subpage_types = ["blog.BlogPostPage"]

    class Meta:
        verbose_name = _("blog")


class BlogPostPage(BasePage):
    """A post; with `link_url`, one that comments on something elsewhere."""

    kind = ContentKind(name="blog", label=_("Post"), news=News.SITE, media_fields=("hero",))
    hero = models.ForeignKey(Picture, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    link_url = models.URLField(_("links to"), blank=True, max_length=1000)
    parent_page_types = ["blog.BlogIndexPage"]
    subpage_types: list[Any] = []
    content_panels = [*BasePage.content_panels, FieldPanel("hero"), FieldPanel("link_url")]

    objects = PageManager.from_queryset(BlogPostQuerySet)()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")

    def feed_entry(self) -> FeedEntry:
        return replace(super().feed_entry(), link=self.link_url)

    def lead_picture(self) -> Picture | None:
        picture: Picture | None = self.media_in("hero")
        return picture

    @property
    def reading_minutes(self) -> int:
        """At least 1. Counting spaces instead of words is close enough, and fast."""
        return max(1, round((self.plain.count(" ") + self.plain.count("\n")) / WORDS_PER_MINUTE))
