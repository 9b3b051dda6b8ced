"""Shows and their episodes, in audio or video."""

from dataclasses import replace
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelsearch import index
from wagtail.admin.panels import FieldPanel
from wagtail.models import PageManager

from media.models import Picture, Recording
from pages.feed_entry import FeedEntry, Sound
from pages.kinds import ContentKind, News, Room
from pages.models import BasePage
from podcasts.querysets import EpisodeQuerySet
from text import transcripts
from text.spoken import clock


class PodcastIndexPage(BasePage):
    kind = ContentKind(room=Room("podcasts", _("Podcasts")))
    parent_page_types = ["pages.SpacePage"]
    subpage_types = ["podcasts.ShowPage"]

    class Meta:
        verbose_name = _("podcasts")


class ShowPage(BasePage):
    kind = ContentKind(name="show", label=_("Show"), news=News.SPACE, holds_others=True, media_fields=("cover",))
    cover = models.ForeignKey(Picture, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    parent_page_types = ["podcasts.PodcastIndexPage"]
    subpage_types = ["podcasts.EpisodePage"]
    content_panels = [*BasePage.content_panels, FieldPanel("cover")]

    class Meta:
        verbose_name = _("show")
        verbose_name_plural = _("shows")

    @property
    def cover_url(self) -> str:
        cover = self.media_in("cover")
        return cover.rendition_url(400 if cover.width > 400 else 0) if cover else ""

    @property
    def episodes_heard(self) -> int:
        """How many episodes the reader can hear, if the list counted them."""
        return getattr(self, "episode_count", 0)


class EpisodePage(BasePage):
    kind = ContentKind(
        name="episode",
        label=_("Episode"),
        news=News.SITE,
        media_fields=("recording",),
        transcript_field="transcript",
    )
    recording = models.ForeignKey(Recording, on_delete=models.SET_NULL, null=True, blank=True, related_name="episodes")
    enclosure_url = models.URLField(_("address of a recording on another site"), blank=True, max_length=1000)
    enclosure_type = models.CharField(_("media type of that recording"), blank=True, max_length=100)
    transcript = models.TextField(_("transcript"), blank=True)
    season = models.PositiveSmallIntegerField(_("season"), null=True, blank=True)
    number = models.PositiveSmallIntegerField(_("episode number"), null=True, blank=True)
    parent_page_types = ["podcasts.ShowPage"]
    subpage_types: list[Any] = []
    objects = PageManager.from_queryset(EpisodeQuerySet)()
    search_fields = [*BasePage.search_fields, index.SearchField("spoken")]

    class Meta:
        verbose_name = _("episode")
        verbose_name_plural = _("episodes")

    @property
    def spoken(self) -> str:
        return transcripts.plain(self.transcript)

    @property
    def heard(self) -> Recording | None:
        """The recording, if all readers of the episode may hear it."""
        recording: Recording | None = self.media_in("recording")
        return recording

    @property
    def length_words(self) -> str:
        seconds = self.heard.duration if self.heard else None
        return clock(seconds) if seconds else ""

    def feed_entry(self) -> FeedEntry:
        return replace(super().feed_entry(), sound=self._sound(), season=self.season, number=self.number)

    def _sound(self) -> Sound | None:
        if kept := self.heard:
            duration = round(kept.duration) if kept.duration else None
            return Sound(kept.media_type, kept.length, duration, recording=kept)
        if self.enclosure_url.startswith(("https://", "http://")):
            return Sound(self.enclosure_type or "audio/mpeg", 0, None, url=self.enclosure_url)
        return None
