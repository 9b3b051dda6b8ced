"""Shows and their episodes, in sound or video."""

from collections.abc import Collection
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelsearch import index
from wagtail.admin.panels import FieldPanel
from wagtail.models import PageManager

from media.models import Picture, Recording
from pages.models import BasePage
from podcasts import transcripts
from podcasts.querysets import EpisodeQuerySet
from text.spoken import Spoken, clock


class PodcastIndexPage(BasePage):
    """The shows of a space, at `/spaces/<space>/podcasts/`."""

    parent_page_types = ["pages.SpacePage"]
    subpage_types = ["podcasts.ShowPage"]

    class Meta:
        verbose_name = _("podcasts")


class ShowPage(BasePage):
    kind = "show"
    kind_label = _("Show")
    media_fields = ("cover",)
    cover = models.ForeignKey(Picture, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    parent_page_types = ["podcasts.PodcastIndexPage"]
    subpage_types = ["podcasts.EpisodePage"]
    content_panels = [*BasePage.content_panels, FieldPanel("cover")]

    class Meta:
        verbose_name = _("show")
        verbose_name_plural = _("shows")

    @property
    def cover_url(self) -> str:
        """The cover, wide enough for where it stands; empty without one."""
        if self.cover is None:
            return ""
        return self.cover.rendition_url(400 if self.cover.width > 400 else 0)

    @property
    def episodes_heard(self) -> int:
        """How many episodes the reader may hear, where the list counted them."""
        return getattr(self, "episode_count", None) or 0


class EpisodePage(BasePage):
    kind = "episode"
    kind_label = _("Episode")
    media_fields = ("recording",)
    recording = models.ForeignKey(Recording, on_delete=models.SET_NULL, null=True, blank=True, related_name="episodes")
    enclosure_url = models.URLField(_("sound kept elsewhere"), blank=True, max_length=1000)
    enclosure_type = models.CharField(_("its media type"), blank=True, max_length=100)
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
        """The words of the transcript without its times, for search."""
        return transcripts.plain(self.transcript)

    @classmethod
    def spoken_in(cls, uids: Collection[str]) -> dict[str, Spoken]:
        found = cls.objects.filter(uid__in=uids).exclude(transcript="").values_list("uid", "transcript")
        return {str(uid): transcripts.spoken(text) for uid, text in found}

    @property
    def length_words(self) -> str:
        """How long it plays, as on a player; empty where nobody knows."""
        seconds = self.recording.duration if self.recording_id and self.recording else None
        return clock(seconds) if seconds else ""

    def feed_entry(self) -> dict[str, Any]:
        entry = super().feed_entry()
        if self.recording_id and self.recording:
            sound = self.recording
            entry["enclosure"] = {
                "recording": sound,
                "url": sound.get_absolute_url(),
                "media_type": sound.media_type,
                "length": sound.length,
                "duration": sound.duration,
            }
        elif self.enclosure_url:
            media_type = self.enclosure_type or "audio/mpeg"
            entry["enclosure"] = {"url": self.enclosure_url, "media_type": media_type, "length": 0, "duration": None}
        return entry
