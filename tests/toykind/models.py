from typing import Any

from django.db import models

from media.models import Picture
from pages.kinds import ContentKind, News, Room
from pages.models import BasePage


class NoticeBoardPage(BasePage):
    kind = ContentKind(room=Room("notices", "Notices"))
    parent_page_types = ["pages.SpacePage"]
    subpage_types = ["toykind.NoticePage"]


class NoticePage(BasePage):
    kind = ContentKind(
        name="notice", label="Notice", news=News.SITE, media_fields=("picture",), transcript_field="read_out"
    )
    picture = models.ForeignKey(Picture, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    read_out = models.TextField(blank=True)
    parent_page_types = ["toykind.NoticeBoardPage"]
    subpage_types: list[Any] = []

    def lead_picture(self) -> Picture | None:
        return self.picture
