"""Queries for episodes."""

from __future__ import annotations

from pages.querysets import BasePageQuerySet


class EpisodeQuerySet(BasePageQuerySet):
    def for_episodes(self) -> EpisodeQuerySet:
        return self.for_list().defer("body", "html", "plain", "headings", "transcript").select_related("recording")
